//! Reading the body of a request.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::header::{CONNECTION, EXPECT};
use http::request::Parts;
use http::{HeaderValue, Request};
use http_body_util::BodyExt as _;
use hyper::body::{Body as _, Incoming};
use tokio::time::timeout;

use crate::faults::effect::Reply;
use crate::http::error_response::ErrorResponse;
use crate::server::router;
use crate::state::State;

/// The number of bytes beyond the limit of a too large body that the server still reads. Clients
/// read the error response only after they have sent the body.
const DRAINED: usize = 16 * 1024 * 1024;

/// Reads the body of a request, and decides what happens to it. The body has to arrive within `deadline`.
pub(crate) async fn reply(state: &State, request: Request<Incoming>, deadline: Duration) -> Reply {
    let (head, body) = request.into_parts();
    let limit = router::body_limit(state, head.uri.path());
    let read = timeout(deadline, read(&head, body, limit)).await;
    let empty = |head: Parts| Request::from_parts(head, Bytes::new());
    match read {
        Ok(Ok(Some(body))) => router::reply(state, &Request::from_parts(head, body)),
        Ok(Ok(None)) => Reply::usual(router::refuse_size(state, &empty(head))),
        Ok(Err(_)) => {
            let refusal = ErrorResponse::invalid_request("The request body ended early.");
            let response = router::refuse(state, &empty(head), refusal.into_response());
            Reply::usual(response)
        }
        Err(_) => {
            let refusal = ErrorResponse::request_timeout("body", deadline);
            let mut response = router::refuse(state, &empty(head), refusal.into_response());
            // The rest of the body would be read as the next request.
            let close = HeaderValue::from_static("close");
            response.headers_mut().insert(CONNECTION, close);
            Reply::usual(response)
        }
    }
}

/// Reads the whole body. Returns `None` if it is too large. A client that waits for `100 Continue`
/// before a too large body gets the error at once.
async fn read(
    head: &Parts,
    mut body: Incoming,
    limit: usize,
) -> Result<Option<Bytes>, hyper::Error> {
    let drained = limit.saturating_add(DRAINED);
    let expectation = head.headers.get(EXPECT);
    let expects_continue =
        expectation.is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"100-continue"));
    let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if announced > drained || (expects_continue && announced > limit) {
        return Ok(None);
    }
    let mut whole = BytesMut::new();
    let mut length = 0;
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame?.into_data() else {
            continue;
        };
        length += data.len();
        if length > drained {
            break;
        }
        if length <= limit {
            whole.extend_from_slice(&data);
        }
    }
    Ok((length <= limit).then(|| whole.freeze()))
}
