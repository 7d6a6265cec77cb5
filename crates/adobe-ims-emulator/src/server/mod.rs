//! The HTTP server: routes, sockets and TLS.

pub(crate) mod endpoint;
pub(crate) mod router;
pub(crate) mod tls;
pub(crate) mod limits;
pub(crate) mod connections;
pub(crate) mod observed_stream;
pub(crate) mod abort;
pub(crate) mod paced_body;
pub(crate) mod bare;
pub(crate) mod body;
pub(crate) mod connection;
pub(crate) mod prefixed_stream;
pub(crate) mod connect_request;
pub(crate) mod proxy;
pub(crate) mod listener;
