//! The errors of AEM Forms, in the forms of its families of endpoints.

use http::header::{ALLOW, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};
use serde::Serialize;

use crate::aem::forms::mixed::{MixedPart, mixed};
use crate::behaviour::{Area, Behaviour, source};
use crate::http::response::{self, Response};

/// A family of endpoints. Each has a form of errors of its own (documented by Adobe).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Family {
    /// `{"status":"400","code":"…","message":"…"}`, all texts.
    Generation,
    /// `{"status":400,"code":"…","message":"…"}`, a 401 without body, and a 500 of several parts.
    Assembler,
    /// RFC 7807, served as `application/json`.
    Batch,
}

/// An error of AEM Forms.
///
/// No code and no message of the live service is published. Those of the emulator are inferred.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FormsError {
    pub(crate) status: StatusCode,
    pub(crate) code: &'static str,
    pub(crate) message: String,
    /// The logs of an assembly, by name.
    pub(crate) logs: Vec<(&'static str, String)>,
    /// The methods that the path allows, in a 405.
    allow: Option<&'static str>,
}

impl FormsError {
    pub(crate) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            logs: Vec::new(),
            allow: None,
        }
    }

    /// Returns the 400 of a request that cannot be understood.
    pub(crate) fn bad_request(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, message)
    }

    /// Returns the 500 of a document that the engine cannot use.
    pub(crate) fn engine(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, code, message)
    }

    /// Returns the 401 of a missing, wrong or expired token.
    pub(crate) fn unauthorized() -> Self {
        let message = "Invalid or expired token";
        Self::new(StatusCode::UNAUTHORIZED, "UNAUTHORIZED", message)
    }

    /// Returns the 403 of a user who is not in a group.
    pub(crate) fn forbidden(group: &str) -> Self {
        let message = format!("The user is not a member of {group}.");
        Self::new(StatusCode::FORBIDDEN, "FORBIDDEN", message)
    }

    pub(crate) fn method_not_allowed(allow: &'static str) -> Self {
        let message = format!("This path answers {allow} only.");
        let status = StatusCode::METHOD_NOT_ALLOWED;
        Self {
            allow: Some(allow),
            ..Self::new(status, "METHOD_NOT_ALLOWED", message)
        }
    }

    /// Returns the 413 of a body of more than `limit` bytes.
    pub(crate) fn too_large(limit: usize) -> Self {
        let message = format!("The request body is larger than {limit} bytes.");
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "PAYLOAD_TOO_LARGE", message)
    }

    /// Adds a log, which only an assembler's 500 shows.
    pub(crate) fn with_log(mut self, name: &'static str, text: impl Into<String>) -> Self {
        self.logs.push((name, text.into()));
        self
    }

    pub(crate) fn into_response(self, family: Family) -> Response {
        let is_unauthorized = self.status == StatusCode::UNAUTHORIZED;
        let mut response = match family {
            Family::Generation => response::json(
                self.status,
                &GenerationBody {
                    status: self.status.as_str(),
                    code: self.code,
                    message: &self.message,
                },
            ),
            Family::Assembler if is_unauthorized => {
                let mut response = response::empty();
                *response.status_mut() = self.status;
                response
            }
            Family::Assembler if self.status.is_server_error() => self.logged(),
            Family::Assembler => response::json(
                self.status,
                &AssemblerBody {
                    status: self.status.as_u16(),
                    code: self.code,
                    message: &self.message,
                },
            ),
            Family::Batch => response::json(
                self.status,
                &BatchBody {
                    r#type: "about:blank",
                    title: self.status.canonical_reason().unwrap_or_default(),
                    status: self.status.as_u16(),
                    detail: &self.message,
                    instance: &format!("urn:adobe-ims-emulator:{}", self.code),
                },
            ),
        };
        let headers = response.headers_mut();
        if is_unauthorized {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(allow) = self.allow {
            headers.insert(ALLOW, HeaderValue::from_static(allow));
        }
        response
    }

    /// Returns the assembler's answer to a failure: one part for each field, and the logs.
    fn logged(&self) -> Response {
        let text = |name: &str, text: &str| MixedPart::text(name, text);
        let mut parts = vec![
            text("status", self.status.as_str()),
            text("code", self.code),
            text("message", &self.message),
        ];
        parts.extend(self.logs.iter().map(|(name, log)| text(name, log)));
        mixed(self.status, &parts)
    }
}

#[derive(Serialize)]
struct GenerationBody<'a> {
    status: &'a str,
    code: &'a str,
    message: &'a str,
}

#[derive(Serialize)]
struct AssemblerBody<'a> {
    status: u16,
    code: &'a str,
    message: &'a str,
}

#[derive(Serialize)]
struct BatchBody<'a> {
    r#type: &'a str,
    title: &'a str,
    status: u16,
    detail: &'a str,
    instance: &'a str,
}

/// The behaviours of this endpoint, and from where each is known.
pub(crate) const BEHAVIOURS: &[Behaviour] = &[
    Area::Forms.documented(
        "forms-error-forms",
        "Errors are JSON with texts (generation), JSON with a number (assembler) or RFC 7807 as `application/json` (batch).",
        source::FORMS_API,
    ),
    Area::Forms.documented(
        "forms-assembler-unauthorized",
        "The assembler answers a bad token with 401 without a body.",
        source::FORMS_API,
    ),
    Area::Forms.documented(
        "forms-assembler-logs",
        "A 500 of the assembler is `multipart/mixed` with the error and `jobLog`.",
        source::FORMS_API,
    ),
    Area::Forms.inferred(
        "forms-error-codes",
        "The codes, messages and most statuses are the emulator's own.",
        "Adobe publishes none of them",
    ),
    Area::Forms.inferred(
        "forms-engine-errors",
        "A missing file, or a template, data, DDX or PDF that cannot be used, gets 500.",
        "4PointSolutions/FluentFormsAPI (2026) notes this of the engine on premises",
    ),
];
