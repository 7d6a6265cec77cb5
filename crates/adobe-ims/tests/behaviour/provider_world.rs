//! A provider on a virtual clock, and many callers for it.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use adobe_ims::BoxFuture;
use adobe_ims::transport::{Body, Transport};
use adobe_ims::{AccessToken, Error, ImsClient, Result, TokenProvider};
use http::{Request, Response};
use tokio::task::JoinSet;

use crate::virtual_time::{Source, VirtualClock, wait};

pub(crate) struct World {
    pub(crate) clock: VirtualClock,
    pub(crate) source: Source,
    pub(crate) provider: TokenProvider,
}

impl World {
    pub(crate) fn new() -> Self {
        let clock = VirtualClock::new();
        let source = Source::new(&clock);
        let provider = TokenProvider::builder(source.clone())
            .runtime(tokio::runtime::Handle::current())
            .clock(clock.clone())
            .seed(7)
            .build();
        Self {
            clock,
            source,
            provider,
        }
    }

    pub(crate) async fn token(&self) -> String {
        shown(&self.provider.token().await.unwrap())
    }
}

pub(crate) fn shown(token: &AccessToken) -> String {
    token.as_secret().expose().to_owned()
}

/// Lets the spawned tasks run until they wait.
pub(crate) async fn settle() {
    wait(Duration::from_millis(1)).await;
}

pub(crate) async fn all<T: Send + 'static>(
    count: usize,
    call: impl Fn() -> Pin<Box<dyn Future<Output = T> + Send>>,
) -> Vec<T> {
    let mut calls = JoinSet::new();
    for _ in 0..count {
        calls.spawn(call());
    }
    calls.join_all().await
}

pub(crate) async fn ten_thousand(
    provider: &TokenProvider,
) -> Vec<(Result<Arc<AccessToken>>, Duration)> {
    let start = tokio::time::Instant::now();
    all(10_000, || {
        let provider = provider.clone();
        Box::pin(async move {
            let token = provider.token().await;
            (token, start.elapsed())
        })
    })
    .await
}

/// A transport with one response to every request: status, `Retry-After`, body.
#[derive(Clone, Debug)]
pub(crate) struct Always(pub(crate) u16, pub(crate) String, pub(crate) &'static str);

impl Transport for Always {
    fn send(&self, _: Request<Body>) -> BoxFuture<'_, Result<Response<Body>>> {
        let Self(status, retry_after, body) = self;
        let response = Response::builder()
            .status(*status)
            .header("retry-after", retry_after)
            .body(Body::from(*body));
        Box::pin(async { Ok(response.unwrap()) })
    }
}

/// Returns the error of the client after a response 429.
pub(crate) fn throttled(seconds: u64) -> Error {
    let account = crate::support::account();
    let ims = ImsClient::new(Always(429, seconds.to_string(), ""));
    let mut request = Box::pin(async move { ims.token(&account).await.unwrap_err() });
    let waker = std::task::Waker::noop();
    match request
        .as_mut()
        .poll(&mut std::task::Context::from_waker(waker))
    {
        std::task::Poll::Ready(error) => error,
        std::task::Poll::Pending => panic!("this transport responds at once"),
    }
}
