//! The HTTP server: routes, sockets and TLS.

pub(crate) mod endpoints;
pub(crate) mod router;
pub(crate) mod tls;
pub(crate) mod listener;
