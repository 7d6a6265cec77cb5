//! The secrets in a request that any client makes.

use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Request};

use super::Body;
use crate::error::redact::Redactor;
use crate::util::secret::Secret;

/// Fields of a form that hold no secret.
const HARMLESS: [&str; 8] = [
    "client_id",
    "grant_type",
    "redirect_uri",
    "resource",
    "response_type",
    "scope",
    "token_type_hint",
    "type",
];

/// The parts of a request that may hold secrets. They are read when the request has failed.
pub(super) struct RequestSecrets {
    authorization: Option<HeaderValue>,
    form: Option<Body>,
}

impl RequestSecrets {
    /// Returns those of a request without a form.
    pub(super) fn of_headers(headers: &HeaderMap) -> Self {
        Self {
            authorization: headers.get(AUTHORIZATION).cloned(),
            form: None,
        }
    }

    pub(super) fn of(request: &Request<Body>) -> Self {
        let content_type = request.headers().get(CONTENT_TYPE);
        let is_form = content_type.is_some_and(|value| {
            value
                .as_bytes()
                .starts_with(b"application/x-www-form-urlencoded")
        });
        Self {
            // A copy shares the memory.
            form: is_form.then(|| request.body().clone()),
            ..Self::of_headers(request.headers())
        }
    }

    pub(super) fn redactor(&self) -> Redactor {
        let mut secrets = Vec::new();
        if let Some(value) = self
            .authorization
            .as_ref()
            .and_then(|value| value.to_str().ok())
        {
            let credentials = value
                .split_once(' ')
                .map_or(value, |(_, credentials)| credentials);
            secrets.push(Secret::new(credentials.trim()));
        }
        let form = self.form.as_ref().map_or(&[][..], Body::as_bytes);
        for (name, value) in form_urlencoded::parse(form) {
            if !HARMLESS.contains(&&*name) {
                secrets.push(Secret::new(value));
            }
        }
        Redactor::new(&secrets)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_of_form_and_header_are_known() {
        let request = Request::post("https://ims.example/")
            .header(
                CONTENT_TYPE,
                "application/x-www-form-urlencoded;charset=utf-8",
            )
            .header(AUTHORIZATION, "Bearer opaque-TOKEN")
            .body(Body::from(
                "client_id=client-identifier&client_secret=SECRET%3F%25%26%3D",
            ))
            .unwrap();
        let redactor = RequestSecrets::of(&request).redactor();
        assert_eq!(
            redactor.redact("client-identifier has SECRET?%&= and opaque-TOKEN"),
            "client-identifier has [redacted] and [redacted]"
        );
    }
}
