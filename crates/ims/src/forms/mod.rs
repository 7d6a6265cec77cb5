//! Documents for AEM Forms: the AEM that is asked, the files that are sent, and the results that are written.

pub(crate) mod findings;
pub(crate) mod documents;
pub(crate) mod sources;
pub(crate) mod data;
pub(crate) mod options;
pub(crate) mod generation;
pub(crate) mod token_headers;
pub(crate) mod aem;
pub(crate) mod parts;
pub(crate) mod logs;
pub(crate) mod output;
pub(crate) mod batch;
pub(crate) mod progress;
