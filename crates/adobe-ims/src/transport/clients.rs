//! Sends requests on kept-alive connections, and once more on a new one where a kept-alive connection was dead.

use bytes::Bytes;
use http::{Method, Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper_util::client::legacy::{Client, Error};
use hyper_util::rt::{TokioExecutor, TokioTimer};

use super::connection;
use super::connection::WatchingConnector;
use super::{Body, Repetition};

/// The number of idle connections to one host that are kept. More requests at the same time open more connections.
const MAX_IDLE: usize = 8;

/// More headers than any server sends for a reason. hyper allows a hundred by itself.
pub(super) const MAX_HEADERS: usize = 1000;

/// The clients of one transport.
#[derive(Clone)]
pub(super) struct Clients {
    /// Keeps connections alive.
    keeping: Client<WatchingConnector, Full<Bytes>>,
    /// Opens a connection for each request.
    opening: Client<WatchingConnector, Full<Bytes>>,
}

impl Clients {
    pub(super) fn new(connector: &WatchingConnector) -> Self {
        let client = |max_idle| {
            Client::builder(TokioExecutor::new())
                .pool_timer(TokioTimer::new())
                .pool_max_idle_per_host(max_idle)
                .http1_max_headers(MAX_HEADERS)
                .build(connector.clone())
        };
        Self {
            keeping: client(MAX_IDLE),
            opening: client(0),
        }
    }

    /// Sends a request. It goes out a second time, on a new connection, if a reused connection ended before the first
    /// byte of the response and the request may be repeated.
    pub(super) async fn send(&self, request: Request<Body>) -> Result<Response<Incoming>, Error> {
        let request = request.map(|body| Full::new(body.into_bytes()));
        let repeated = match request.extensions().get() {
            Some(Repetition::Harmful) => return self.opening.request(request).await,
            Some(Repetition::Harmless) => Some(request.clone()),
            None => is_idempotent(request.method()).then(|| request.clone()),
        };
        match (self.keeping.request(request).await, repeated) {
            (Err(error), Some(repeated)) if connection::was_unanswered(&error) => {
                self.opening.request(repeated).await
            }
            (outcome, _) => outcome,
        }
    }
}

/// Tells whether a request of this method may be repeated (RFC 9110 §9.2.2).
fn is_idempotent(method: &Method) -> bool {
    method.is_safe() || matches!(*method, Method::PUT | Method::DELETE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods_are_idempotent_as_the_standard_has_it() {
        for (name, expected) in [
            ("GET", true),
            ("HEAD", true),
            ("OPTIONS", true),
            ("TRACE", true),
            ("PUT", true),
            ("DELETE", true),
            ("POST", false),
            ("PATCH", false),
            ("CONNECT", false),
            ("PROPFIND", false),
        ] {
            let method = Method::from_bytes(name.as_bytes()).unwrap();
            assert_eq!(is_idempotent(&method), expected, "{name}");
        }
    }
}
