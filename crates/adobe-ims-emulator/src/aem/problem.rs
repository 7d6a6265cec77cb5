//! Errors in the form of AEM's newer endpoints (RFC 9457).

use http::header::CONTENT_TYPE;
use http::{HeaderValue, StatusCode};
use serde::Serialize;

use crate::http::response::{self, Response};

/// The body of AEM's newer errors (RFC 9457).
#[derive(Serialize)]
struct Problem {
    r#type: &'static str,
    title: &'static str,
    status: u16,
    detail: &'static str,
}

pub(crate) fn problem(status: StatusCode, title: &'static str, detail: &'static str) -> Response {
    let body = Problem {
        r#type: "about:blank",
        title,
        status: status.as_u16(),
        detail,
    };
    let mut response = response::json(status, &body);
    let content_type = HeaderValue::from_static("application/problem+json");
    response.headers_mut().insert(CONTENT_TYPE, content_type);
    response
}
