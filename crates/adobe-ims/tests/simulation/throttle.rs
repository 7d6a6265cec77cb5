//! The error of a response 429, which only the library itself can build.

use std::time::Duration;

use adobe_ims::api::UserinfoVersion;
use adobe_ims::transport::{Body, Transport};
use adobe_ims::{BoxFuture, Environment, Error, ImsClient, ManualClock, Result};
use http::{Request, Response};

use crate::model;

#[derive(Debug)]
struct TooManyRequests {
    retry_after: Duration,
}

impl Transport for TooManyRequests {
    fn send(&self, _: Request<Body>) -> BoxFuture<'_, Result<Response<Body>>> {
        let seconds = self.retry_after.as_secs();
        let response = Response::builder()
            .status(429)
            .header("Retry-After", seconds)
            .body(Body::default());
        Box::pin(async { Ok(response.unwrap()) })
    }
}

/// Returns the error of a response 429 with this `Retry-After`.
pub(crate) async fn throttled(retry_after: Duration) -> Error {
    let clock = ManualClock::at_unix(1_800_000_000);
    let ims = ImsClient::new(TooManyRequests { retry_after }).with_clock(clock);
    let token = model::token(0);
    let environment = Environment::production();
    let answer = ims.userinfo(&token, UserinfoVersion::V2, None, &environment);
    answer.await.unwrap_err()
}
