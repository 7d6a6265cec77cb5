//! HTTP: the transport, the API that a token is sent to, its answer, and the requests of `ims curl`.

pub(crate) mod transport;
pub(crate) mod target;
pub(crate) mod answer;
mod form;
mod multipart;
pub(crate) mod request;
