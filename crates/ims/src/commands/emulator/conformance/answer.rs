//! An answer of IMS, as far as the suite looks at it.

use adobe_ims::Secret;
use adobe_ims::internal::server_text;
use adobe_ims::transport::Body;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName};
use http::{HeaderMap, Response};
use serde_json::Value;

const DEBUG_ID: HeaderName = HeaderName::from_static("x-debug-id");

/// The answer to a request.
pub(super) struct Answer {
    pub(super) status: u16,
    headers: HeaderMap,
    /// The body as text.
    pub(super) text: String,
    /// The body as JSON; null if it is something else.
    pub(super) json: Value,
}

impl From<Response<Body>> for Answer {
    fn from(response: Response<Body>) -> Self {
        let (head, body) = response.into_parts();
        Self {
            status: head.status.as_u16(),
            headers: head.headers,
            json: serde_json::from_slice(body.as_bytes()).unwrap_or_default(),
            text: String::from_utf8_lossy(body.as_bytes()).into_owned(),
        }
    }
}

impl Answer {
    /// Returns `error` of the body.
    pub(super) fn error(&self) -> Option<&str> {
        self.json["error"].as_str()
    }

    /// Returns `error_description` of the body.
    pub(super) fn description(&self) -> Option<&str> {
        self.json["error_description"].as_str()
    }

    pub(super) fn content_type(&self) -> &str {
        self.header(&CONTENT_TYPE)
    }

    pub(super) fn cache_control(&self) -> &str {
        self.header(&CACHE_CONTROL)
    }

    pub(super) fn has_debug_id(&self) -> bool {
        !self.header(&DEBUG_ID).is_empty()
    }

    /// Returns the names of the fields of the body, in alphabetical order.
    pub(super) fn field_names(&self) -> Vec<&str> {
        let fields = self.json.as_object().into_iter().flatten();
        let mut names: Vec<_> = fields.map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        names
    }

    /// Returns the answer in a few words: the status, and the error or the content type.
    pub(super) fn summary(&self, secrets: &[Secret]) -> String {
        let shown = |text: &str| server_text(text, secrets).to_string();
        let status = self.status;
        match (self.error(), self.description()) {
            (Some(error), Some(text)) => format!("{status} {} \"{}\"", shown(error), shown(text)),
            (Some(error), None) => format!("{status} {}", shown(error)),
            _ if self.text.is_empty() => format!("{status} without content"),
            _ => format!("{status} {}", shown(self.content_type())),
        }
    }

    fn header(&self, name: &HeaderName) -> &str {
        let value = self.headers.get(name);
        value.and_then(|it| it.to_str().ok()).unwrap_or_default()
    }
}

#[cfg(test)]
impl Answer {
    /// Creates an answer of these headers for a test.
    pub(super) fn of(status: u16, headers: &[(&'static str, &str)], body: &str) -> Self {
        let mut response = Response::builder().status(status);
        for (name, value) in headers {
            response = response.header(*name, *value);
        }
        response.body(Body::from(body)).unwrap().into()
    }
}
