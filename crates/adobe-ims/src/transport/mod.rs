//! HTTP as an interface, and its one implementation.

mod body;
mod body_stream;
mod failure;
mod http_transport;
mod proxy;
mod connector;
mod trust;
mod connect_tunnel;

use core::fmt;

use http::{Request, Response};

use crate::error::Result;
use crate::util::future::BoxFuture;

pub use body::Body;
pub use body_stream::BodyStream;
pub use http_transport::{HttpTransport, HttpTransportBuilder};
pub use proxy::ProxySettings;

/// Carries one request and brings back one whole response.
///
/// An implementation follows no redirects, ends within a deadline of its own, reads no more than a
/// sane amount, and fails with an [`Error`](crate::error::Error) that says what is in the way. Every
/// response counts as success here, whatever its status.
pub trait Transport: fmt::Debug + Send + Sync {
    /// Sends the request. Its URI is absolute.
    fn send(&self, request: Request<Body>) -> BoxFuture<'_, Result<Response<Body>>>;
}
