//! A token on its way out.

pub(crate) mod formats;
pub(crate) mod github;
pub(crate) mod printer;
pub(crate) mod shell;
