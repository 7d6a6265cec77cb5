//! HTTP requests and responses, independent of what they mean.

pub(crate) mod response;
pub(crate) mod through_proxy;
pub(crate) mod error_response;
pub(crate) mod html;
pub(crate) mod methods;
pub(crate) mod content_disposition;
pub(crate) mod multipart;
pub(crate) mod parameters;
pub(crate) mod cors;
