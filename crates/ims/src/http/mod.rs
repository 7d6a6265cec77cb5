//! HTTP: the transport, and the requests of `ims curl`.

pub(crate) mod transport;
mod form;
mod multipart;
pub(crate) mod request;
