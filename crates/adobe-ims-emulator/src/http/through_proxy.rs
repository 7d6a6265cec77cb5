//! The mark of requests that came through the proxy.

/// The extension of a request that came through the proxy: over TLS, to a host name of Adobe.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ThroughProxy;
