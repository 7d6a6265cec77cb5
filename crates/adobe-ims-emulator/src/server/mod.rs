//! The HTTP server: TLS, routes and sockets.

pub(crate) mod tls;
pub(crate) mod router;
pub(crate) mod listener;
