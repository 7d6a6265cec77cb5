//! Answers in JSON: the successful ones, and the refusals in the form that IMS gives them.

use std::borrow::Cow;

use bytes::Bytes;
use http::header::{ALLOW, CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderValue, StatusCode};
use serde::Serialize;

/// The content type that IMS gives its JSON.
pub(crate) const JSON: HeaderValue = HeaderValue::from_static("application/json;charset=UTF-8");

/// A complete answer.
pub(crate) type Response = http::Response<Bytes>;

/// A refusal: the status, IMS's error code, and a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ErrorResponse {
    pub(crate) status: StatusCode,
    pub(crate) error: &'static str,
    pub(crate) description: Cow<'static, str>,
    /// The methods that would have been right, with a 405.
    pub(crate) allow: Option<&'static str>,
}

/// The key order is the observed one.
#[derive(Serialize)]
struct ErrorBody<'a> {
    error_description: &'a str,
    error: &'a str,
}

impl ErrorResponse {
    pub(crate) fn new(
        status: StatusCode,
        error: &'static str,
        description: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            status,
            error,
            description: description.into(),
            allow: None,
        }
    }

    /// A 400, the status of nearly all that IMS refuses.
    pub(crate) fn bad_request(
        error: &'static str,
        description: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self::new(StatusCode::BAD_REQUEST, error, description)
    }

    /// A request whose parameters cannot be read.
    pub(crate) fn invalid_request(description: impl Into<Cow<'static, str>>) -> Self {
        Self::bad_request("invalid_request", description)
    }

    /// What IMS says when it does not say what is wrong.
    pub(crate) fn internal_error() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal_error",
            "Please try again later",
        )
    }

    pub(crate) fn not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "not_found",
            "The emulator has nothing at this path.",
        )
    }

    pub(crate) fn method_not_allowed(allow: &'static str) -> Self {
        Self {
            allow: Some(allow),
            ..Self::new(
                StatusCode::METHOD_NOT_ALLOWED,
                "method_not_allowed",
                format!("This path answers {allow} only."),
            )
        }
    }

    pub(crate) fn payload_too_large() -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "payload_too_large",
            "The request body is larger than 1 MiB.",
        )
    }

    pub(crate) fn unsupported_media_type() -> Self {
        Self::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "unsupported_media_type",
            "The request body is neither application/x-www-form-urlencoded nor multipart/form-data.",
        )
    }

    pub(crate) fn into_response(self) -> Response {
        let body = ErrorBody {
            error_description: &self.description,
            error: self.error,
        };
        let mut answer = json(self.status, &body);
        if let Some(allow) = self.allow {
            let allow = HeaderValue::from_static(allow);
            answer.headers_mut().insert(ALLOW, allow);
        }
        answer
    }
}

/// An answer with a JSON body of one line.
pub(crate) fn json(status: StatusCode, body: &impl Serialize) -> Response {
    let body = serde_json::to_vec(body).expect("the bodies have string keys and finite numbers");
    with_type(status, JSON, body)
}

/// An answer with a body of any type.
pub(crate) fn with_type(
    status: StatusCode,
    content_type: HeaderValue,
    body: impl Into<Bytes>,
) -> Response {
    let mut answer = Response::new(body.into());
    *answer.status_mut() = status;
    answer.headers_mut().insert(CONTENT_TYPE, content_type);
    answer
}

/// A success without a body, and with 200 all the same.
pub(crate) fn empty() -> Response {
    let mut answer = Response::new(Bytes::new());
    let nothing = HeaderValue::from_static("0");
    answer.headers_mut().insert(CONTENT_LENGTH, nothing);
    answer
}

/// An answer without a body.
pub(crate) fn no_content() -> Response {
    let mut answer = Response::new(Bytes::new());
    *answer.status_mut() = StatusCode::NO_CONTENT;
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_one_line_with_both_keys_in_the_observed_order() {
        let answer =
            ErrorResponse::bad_request("invalid_client", "a \"quoted\"\nline").into_response();
        assert_eq!(answer.status(), 400);
        assert_eq!(answer.headers()[CONTENT_TYPE], JSON);
        assert_eq!(
            answer.body(),
            r#"{"error_description":"a \"quoted\"\nline","error":"invalid_client"}"#
        );
    }

    #[test]
    fn a_405_tells_the_methods() {
        let answer = ErrorResponse::method_not_allowed("POST").into_response();
        assert_eq!(answer.headers()[ALLOW], "POST");
    }
}
