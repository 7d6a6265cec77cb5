//! A request to an API, made of flags.

pub(crate) mod multipart;
pub(crate) mod request;
pub(crate) mod transport;
