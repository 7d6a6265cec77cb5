//! Sends requests on kept-alive connections, and once more on a new one where a kept-alive connection was dead.

use core::future::poll_fn;
use core::pin::Pin;
use core::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper_util::client::legacy::connect::capture_connection;
use hyper_util::client::legacy::{Client, Error, ResponseFuture};
use hyper_util::rt::{TokioExecutor, TokioTimer};

use super::connection;
use super::connection::WatchingConnector;
use super::request_body::RequestBody;
use super::{Body, Repetition, UploadBody};

/// The number of idle connections to one host that are kept. More requests at the same time open more connections.
const MAX_IDLE: usize = 16;

/// More headers than any server sends for a reason. hyper allows a hundred by itself.
pub(super) const MAX_HEADERS: usize = 1000;

/// The clients of one transport.
#[derive(Clone)]
pub(super) struct Clients {
    /// Keeps connections alive.
    keeping: Client<WatchingConnector, RequestBody>,
    /// Opens a connection for each request.
    opening: Client<WatchingConnector, RequestBody>,
    /// The time after which a reused connection without a byte of the response counts as dead.
    patience: Duration,
}

impl Clients {
    pub(super) fn new(connector: &WatchingConnector, patience: Duration) -> Self {
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
            patience,
        }
    }

    /// Sends a request. It goes out a second time, on a new connection, if a reused connection ends or stays silent
    /// before the first byte of the response and the request may be repeated.
    pub(super) async fn send(&self, request: Request<Body>) -> Result<Response<Incoming>, Error> {
        let request = request.map(|body| Full::new(body.into_bytes()));
        let may_repeat = match request.extensions().get() {
            Some(Repetition::Harmful) => return self.opening.request(in_memory(request)).await,
            Some(Repetition::Harmless) => true,
            None => is_idempotent(request.method()),
        };
        if may_repeat {
            self.send_repeatable(request).await
        } else {
            self.keeping.request(in_memory(request)).await
        }
    }

    /// Sends a request whose content is read once. It goes out once: on a kept-alive connection that ended before, hyper
    /// has not read the content yet, and takes another connection.
    pub(super) fn upload(&self, request: Request<UploadBody>) -> ResponseFuture {
        let request = request.map(|body| RequestBody::Upload(Box::new(body)));
        self.keeping.request(request)
    }

    async fn send_repeatable(
        &self,
        mut request: Request<Full<Bytes>>,
    ) -> Result<Response<Incoming>, Error> {
        let repeated = request.clone();
        let captured = capture_connection(&mut request);
        let mut first = self.keeping.request(in_memory(request));
        let outcome = match tokio::time::timeout(self.patience, &mut first).await {
            Ok(outcome) => outcome,
            Err(_) if connection::is_unanswered(captured.connection_metadata().as_ref()) => {
                return first_success(first, self.opening.request(in_memory(repeated))).await;
            }
            Err(_) => first.await,
        };
        match outcome {
            Err(error) if connection::is_unanswered(error.connect_info()) => {
                self.opening.request(in_memory(repeated)).await
            }
            outcome => outcome,
        }
    }
}

fn in_memory(request: Request<Full<Bytes>>) -> Request<RequestBody> {
    request.map(RequestBody::Memory)
}

/// Waits for the first response, or for the second error.
async fn first_success(
    mut one: ResponseFuture,
    mut other: ResponseFuture,
) -> Result<Response<Incoming>, Error> {
    let (outcome, rest) = poll_fn(|cx| {
        if let Poll::Ready(outcome) = Pin::new(&mut one).poll(cx) {
            return Poll::Ready((outcome, Rest::Other));
        }
        let outcome = Pin::new(&mut other).poll(cx);
        outcome.map(|outcome| (outcome, Rest::One))
    })
    .await;
    match (outcome, rest) {
        (Ok(response), _) => Ok(response),
        (Err(_), Rest::One) => one.await,
        (Err(_), Rest::Other) => other.await,
    }
}

/// The request that is still under way.
enum Rest {
    One,
    Other,
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
