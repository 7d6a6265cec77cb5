//! Sends a request, and sends it again where that may help.

use std::time::Duration;

use adobe_ims::Problem;
use http::header::{ACCEPT, ACCEPT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderValue, Request, Uri};
use tokio::time::Instant;

use super::call::Call;
use super::exchange::{Answer, Exchange};
use super::forms_client::FormsClient;
use super::header_source::RequestHeaders;
use super::refusal;
use super::retry::{self, Attempts, Decision, Failed, Repetition};
use crate::error::{Error, FormsProblem, Result, Retry};
use crate::multipart::form_body::DocumentFailure;

impl FormsClient {
    /// Sends a request and returns its answer, if that has a status of success.
    ///
    /// After a 401 the source of the headers is told, and the request goes out once more if it gives others.
    pub(crate) async fn send(&self, call: &Call) -> Result<Answer> {
        let url = self.parts().target.url(&call.path)?;
        let start = Instant::now();
        let mut attempts = Attempts::new(self.parts().retries);
        let mut headers = self.parts().source.headers().await?;
        let mut is_renewed = false;
        loop {
            let error = match self.attempt(call, &url, &headers).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            if is_unauthorized(&error) && !is_renewed {
                is_renewed = true;
                match self.renewed(&headers).await {
                    Some(renewed) => headers = renewed,
                    None => return Err(error),
                }
                continue;
            }
            let failed = Failed {
                retry: error.retry(),
                retry_after: error.retry_after(),
                left: self
                    .parts()
                    .transport
                    .timeout()
                    .saturating_sub(start.elapsed()),
                jitter: self.random(fastrand::Rng::f64),
            };
            match attempts.decide(&failed) {
                Decision::Stop => return Err(error),
                Decision::StopTooLong => return Err(error.with_wait_too_long()),
                Decision::Pause(pause) => sleep(pause).await,
            }
            // The token may have expired during the pause.
            headers = self.parts().source.headers().await?;
        }
    }

    /// Returns the headers after those that were refused, if there are others.
    async fn renewed(&self, refused: &RequestHeaders) -> Option<RequestHeaders> {
        let source = &self.parts().source;
        source.report_refused(refused);
        // The answer of AEM helps the caller more than the error of the source, which the next request returns.
        let renewed = source.headers().await.ok()?;
        (renewed.map() != refused.map()).then_some(renewed)
    }

    async fn attempt(&self, call: &Call, url: &Uri, headers: &RequestHeaders) -> Result<Answer> {
        let failure = DocumentFailure::default();
        let boundary = self.random(|random| random.u128(..));
        let (body, content_type) = call.content.open(boundary, &failure);
        let mut request = Request::new(body);
        *request.method_mut() = call.method.clone();
        *request.uri_mut() = url.clone();
        let own = request.headers_mut();
        own.clone_from(headers.map());
        own.insert(ACCEPT, HeaderValue::from_static(call.accept));
        // A content that is packed is not the document.
        own.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        if let Some(content_type) = content_type {
            own.insert(CONTENT_TYPE, header(&content_type)?);
            let length = request.body().length();
            request.headers_mut().insert(CONTENT_LENGTH, length.into());
        }
        let sent = without_content(&request);
        let now = self.parts().clock.now();
        let start = Instant::now();
        let response = self.parts().transport.upload(request).await;
        let mut response = response.map_err(|error| unanswered(error, &failure, call))?;
        let mut head = http::Response::new(());
        *head.status_mut() = response.status();
        head.headers_mut().clone_from(response.headers());
        let exchange = Exchange {
            request: sent,
            authorization: headers.clone(),
            head,
            now,
        };
        if response.status().is_success() {
            return Ok(Answer { response, exchange });
        }
        let waited = start.elapsed();
        let error = refusal::read(&exchange, response.body_mut()).await;
        Err(error.with_retry(retry::after_status(
            exchange.status(),
            waited,
            call.repetition,
        )))
    }
}

fn is_unauthorized(error: &Error) -> bool {
    error.answer().is_some_and(|answer| answer.status == 401)
}

/// Returns the request without its content and without what authorises it.
fn without_content<B>(request: &Request<B>) -> Request<()> {
    let mut copy = Request::new(());
    *copy.method_mut() = request.method().clone();
    *copy.uri_mut() = request.uri().clone();
    copy.headers_mut().clone_from(request.headers());
    copy
}

/// Returns the error of a request without an answer.
fn unanswered(error: adobe_ims::Error, failure: &DocumentFailure, call: &Call) -> Error {
    if let Some(error) = failure.take() {
        return error;
    }
    let is_connection = match error.problem() {
        // Nothing was sent.
        Problem::NameUnknown
        | Problem::NothingListens
        | Problem::ProxyRefused
        | Problem::ProxyUnreachable => true,
        Problem::ConnectionFailed => call.repetition == Repetition::Harmless,
        _ => false,
    };
    let retry = if is_connection {
        Retry::Again
    } else {
        Retry::Never
    };
    Error::from(error).with_retry(retry)
}

fn header(text: &str) -> Result<HeaderValue> {
    HeaderValue::from_str(text).map_err(|error| {
        let message = "a header of the request cannot be built";
        Error::new(FormsProblem::RequestInvalid, message).with_source(error)
    })
}

#[expect(
    clippy::disallowed_methods,
    reason = "a pause between attempts has no event to wait for; tests pause the runtime's clock"
)]
pub(crate) async fn sleep(duration: Duration) {
    tokio::time::sleep(duration).await;
}
