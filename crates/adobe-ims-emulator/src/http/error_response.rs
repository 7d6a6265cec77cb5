//! Error responses in the JSON form of IMS.

use std::borrow::Cow;
use std::time::Duration;

use http::header::ALLOW;
use http::{HeaderValue, StatusCode};
use serde::Serialize;

use crate::http::response::{Response, json};

/// An error response: the status, the error code of IMS, and a description.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ErrorResponse {
    pub(crate) status: StatusCode,
    pub(crate) error: &'static str,
    pub(crate) description: Cow<'static, str>,
    /// The methods that the path allows, in a 405.
    allow: Option<String>,
}

/// The body. IMS was observed to send the keys in this order.
#[derive(Serialize)]
struct Body<'a> {
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

    /// Returns a 400, the status of nearly all errors of IMS.
    pub(crate) fn bad_request(
        error: &'static str,
        description: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self::new(StatusCode::BAD_REQUEST, error, description)
    }

    /// Returns a 400 `invalid_request`, for parameters that are missing or malformed.
    pub(crate) fn invalid_request(description: impl Into<Cow<'static, str>>) -> Self {
        Self::bad_request("invalid_request", description)
    }

    /// Returns the 400 `invalid_request` of a missing parameter.
    pub(crate) fn missing_parameter(name: &str) -> Self {
        Self::invalid_request(format!("The parameter {name} is missing."))
    }

    /// Returns the 500 with which IMS gives no reason.
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

    pub(crate) fn method_not_allowed(allow: &str) -> Self {
        Self {
            allow: Some(allow.to_owned()),
            ..Self::new(
                StatusCode::METHOD_NOT_ALLOWED,
                "method_not_allowed",
                format!("This path answers {allow} only."),
            )
        }
    }

    /// Returns the 413 of a body of more than `limit` bytes.
    pub(crate) fn payload_too_large(limit: usize) -> Self {
        let unit = 1024 * 1024;
        let size = if limit.is_multiple_of(unit) {
            format!("{} MiB", limit / unit)
        } else {
            format!("{limit} bytes")
        };
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "payload_too_large",
            format!("The request body is larger than {size}."),
        )
    }

    /// Returns the 408 of a part of a request that did not arrive in time.
    pub(crate) fn request_timeout(part: &str, deadline: Duration) -> Self {
        let seconds = deadline.as_secs();
        Self::new(
            StatusCode::REQUEST_TIMEOUT,
            "request_timeout",
            format!("The request {part} did not arrive within {seconds} seconds."),
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
        let body = Body {
            error_description: &self.description,
            error: self.error,
        };
        let mut response = json(self.status, &body);
        if let Some(allow) = self.allow {
            let allow = HeaderValue::try_from(allow).expect("names of methods are ASCII");
            response.headers_mut().insert(ALLOW, allow);
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use http::header::CONTENT_TYPE;

    use super::*;
    use crate::http::response::JSON;

    #[test]
    fn error_body_is_one_line_in_observed_key_order() {
        let response =
            ErrorResponse::bad_request("invalid_client", "a \"quoted\"\nline").into_response();
        assert_eq!(response.status(), 400);
        assert_eq!(response.headers()[CONTENT_TYPE], JSON);
        assert_eq!(
            response.body(),
            r#"{"error_description":"a \"quoted\"\nline","error":"invalid_client"}"#
        );
    }

    #[test]
    fn method_not_allowed_lists_allowed_methods() {
        let response = ErrorResponse::method_not_allowed("POST").into_response();
        assert_eq!(response.headers()[ALLOW], "POST");
    }
}
