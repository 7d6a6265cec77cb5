//! HTTP as an interface: [`Transport`], and its implementation [`HttpTransport`].
//!
//! A program with an HTTP client of its own, or a test without a network, implements [`Transport`].
//!
//! ```
//! use adobe_ims::transport::{Body, Transport};
//! use adobe_ims::{BoxFuture, ImsClient, Result};
//! use adobe_ims::http::{Request, Response};
//!
//! /// Answers each request with an empty JSON object.
//! #[derive(Debug)]
//! struct Stub;
//!
//! impl Transport for Stub {
//!     fn send(&self, _: Request<Body>) -> BoxFuture<'_, Result<Response<Body>>> {
//!         Box::pin(async { Ok(Response::new(Body::from("{}"))) })
//!     }
//! }
//!
//! let ims = ImsClient::new(Stub);
//! ```

mod body;
mod upload_body;
mod request_body;
mod repetition;
mod no_proxy;
mod proxy;
pub(crate) mod server_certificate;
pub(crate) mod trace;
mod resolver;
mod connect_tunnel;
mod connector;
pub(crate) mod route;
mod connection;
mod clients;
mod runtimes;
mod trust;
mod request_secrets;
mod failure;
mod body_stream;
mod http_transport;

use core::fmt;

use http::{Request, Response};

use crate::error::Result;
use crate::util::future::BoxFuture;

pub use body::Body;
pub use body_stream::BodyStream;
#[cfg(feature = "file-store")]
pub(crate) use failure::was_not_sent;
pub use http_transport::{HttpTransport, HttpTransportBuilder};
pub use proxy::ProxySettings;
pub use repetition::Repetition;
pub use upload_body::UploadBody;

/// Sends one request and returns one complete response.
///
/// An implementation
///
/// - follows no redirects,
/// - ends within a deadline of its own,
/// - limits the size of the content that it reads,
/// - sends no request twice whose [`Repetition`] does harm,
/// - fails with an [`Error`](crate::error::Error) whose problem names the obstacle.
///
/// Every response is a success here, whatever its status.
pub trait Transport: fmt::Debug + Send + Sync {
    /// Sends the request. Its URI is absolute.
    fn send(&self, request: Request<Body>) -> BoxFuture<'_, Result<Response<Body>>>;
}
