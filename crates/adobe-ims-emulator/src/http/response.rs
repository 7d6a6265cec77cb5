//! Successful responses.

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderValue, StatusCode};
use serde::Serialize;

/// The content type that IMS gives its JSON.
pub(crate) const JSON: HeaderValue = HeaderValue::from_static("application/json;charset=UTF-8");

/// A response with its whole body.
pub(crate) type Response = http::Response<Bytes>;

/// Returns a response with a JSON body of one line.
pub(crate) fn json(status: StatusCode, body: &impl Serialize) -> Response {
    let body = serde_json::to_vec(body).expect("the bodies have string keys and finite numbers");
    with_content_type(status, JSON, body)
}

/// Returns a response with a body of any type.
pub(crate) fn with_content_type(
    status: StatusCode,
    content_type: HeaderValue,
    body: impl Into<Bytes>,
) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, content_type);
    response
}

/// Returns a 200 without a body.
pub(crate) fn empty() -> Response {
    let mut response = Response::new(Bytes::new());
    let zero = HeaderValue::from_static("0");
    response.headers_mut().insert(CONTENT_LENGTH, zero);
    response
}

/// Returns a 204.
pub(crate) fn no_content() -> Response {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = StatusCode::NO_CONTENT;
    response
}
