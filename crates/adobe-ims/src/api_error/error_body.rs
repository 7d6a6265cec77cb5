//! The error bodies of Adobe's APIs, in all of their forms.
//!
//! | Form | Where | Known from |
//! |---|---|---|
//! | `{"error_code":"401013","message":…}`, the code as text or number, with `title` in newer ones | gateway | documented; observed |
//! | `{"type","title","status","detail"}` (RFC 9457), with `requestId` | AEM, Experience Platform | documented; observed |
//! | `{"status","code","message"}`, also as the parts of multipart/mixed | Forms | documented |
//! | `{"errors":[{"code","title",…}]}` (JSON:API) | Tags | observed |
//! | `{"errorCode","errorDescription"}` | Analytics | observed |
//! | `{"result":"error.…","message":…}` | User Management | observed |

use serde_json::{Map, Value};

use super::page::{self, PageKind};

/// The form of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Empty,
    Json,
    Multipart,
    Page(PageKind),
    Text,
}

/// An error body: its form, and the fields that have a meaning, as the server wrote them.
#[derive(Debug)]
pub(super) struct ErrorBody {
    pub(super) form: Form,
    pub(super) code: Option<String>,
    pub(super) message: Option<String>,
    pub(super) request_id: Option<String>,
    /// All texts that have a meaning, in lower case, to search in.
    words: String,
}

const BYTE_ORDER_MARK: &str = "\u{feff}";

/// In order of importance. `error` may be a text or an object of its own.
const CODES: [&str; 6] = ["error_code", "errorCode", "code", "error", "result", "type"];
const MESSAGES: [&str; 9] = [
    "message",
    "detail",
    "error_description",
    "errorDescription",
    "error_message",
    "errorMessage",
    "reason",
    "title",
    "description",
];
const REQUEST_IDS: [&str; 4] = ["requestId", "request_id", "errorId", "request-id"];

impl ErrorBody {
    pub(super) fn parse(bytes: &[u8], content_type: &str) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let text = text.trim_start_matches(BYTE_ORDER_MARK).trim();
        let content_type = content_type.to_ascii_lowercase();
        if text.is_empty() {
            return Self::of(Form::Empty, Fields::default(), "");
        }
        if content_type.starts_with("multipart/") {
            return Self::of(Form::Multipart, Fields::of_parts(text), "");
        }
        if let Ok(value) = serde_json::from_str::<Value>(text) {
            return Self::of(Form::Json, Fields::of_json(&value), "");
        }
        // A beginning that shows nothing of HTML may be XML.
        let lower = text.to_ascii_lowercase();
        let is_page =
            text.starts_with('<') && (lower.contains("<html") || lower.contains("<title"));
        if is_page || content_type.contains("html") {
            let kind = page::kind(&lower);
            let fields = Fields {
                message: page::title(text).map(str::to_owned),
                ..Fields::default()
            };
            return Self::of(Form::Page(kind), fields, text);
        }
        let fields = Fields {
            message: is_readable(text).then(|| text.to_owned()),
            ..Fields::default()
        };
        Self::of(Form::Text, fields, "")
    }

    fn of(form: Form, fields: Fields, rest: &str) -> Self {
        let mut words = fields.words;
        let texts = [
            fields.code.as_deref(),
            fields.message.as_deref(),
            Some(rest),
        ];
        for text in texts.into_iter().flatten() {
            words.push(' ');
            words.push_str(text);
        }
        Self {
            form,
            code: fields.code,
            message: fields.message,
            request_id: fields.request_id,
            words: words.to_lowercase(),
        }
    }

    /// Returns true if the body says this; `part` is in lower case.
    pub(super) fn says(&self, part: &str) -> bool {
        self.words.contains(part)
    }

    /// Returns true if the body says one of these.
    pub(super) fn says_any(&self, parts: &[&str]) -> bool {
        parts.iter().any(|part| self.says(part))
    }

    pub(super) fn page(&self) -> Option<PageKind> {
        match self.form {
            Form::Page(kind) => Some(kind),
            _ => None,
        }
    }

    /// Returns the code of Adobe's gateway: six digits, the first three of them a status.
    pub(super) fn gateway_code(&self) -> Option<u32> {
        let code = self.code.as_deref()?.trim();
        let is_code = code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit());
        let number: u32 = code.parse().ok().filter(|_| is_code)?;
        (400..600).contains(&(number / 1000)).then_some(number)
    }
}

#[derive(Default)]
struct Fields {
    code: Option<String>,
    message: Option<String>,
    request_id: Option<String>,
    words: String,
}

impl Fields {
    fn of_json(value: &Value) -> Self {
        let Some(object) = error_object(value) else {
            return Self {
                message: value.as_str().map(str::to_owned),
                ..Self::default()
            };
        };
        let outer = value.as_object();
        let find = |names: &[&str]| {
            let inner = names.iter().find_map(|name| text(object, name));
            inner.or_else(|| names.iter().find_map(|name| text(outer?, name)))
        };
        let words = ["title", "type", "reason", "status"];
        let words: Vec<_> = words.iter().filter_map(|name| text(object, name)).collect();
        Self {
            code: find(&CODES).filter(|code| code != "about:blank"),
            message: find(&MESSAGES),
            request_id: find(&REQUEST_IDS),
            words: words.join(" "),
        }
    }

    /// Reads the parts `code`, `message` and `jobLog` of a multipart body.
    fn of_parts(text: &str) -> Self {
        let mut fields = Self::default();
        let boundary = text.lines().next().unwrap_or_default();
        if !boundary.starts_with("--") || boundary.len() < 3 {
            return fields;
        }
        for part in text.split(boundary) {
            let head_end = part.find("\r\n\r\n").map(|at| (at, 4));
            let head_end = head_end.or_else(|| part.find("\n\n").map(|at| (at, 2)));
            let Some((at, width)) = head_end else {
                continue;
            };
            let (head, content) = (part[..at].to_ascii_lowercase(), part[at + width..].trim());
            let is_named = |name: &str| {
                let quoted = format!("name=\"{name}\"");
                head.contains(&quoted) || head.contains(&format!("name={name}"))
            };
            if is_named("code") {
                fields.code = Some(content.to_owned());
            } else if is_named("message") {
                fields.message = Some(content.to_owned());
            } else if is_named("joblog") && is_readable(content) {
                fields.words.push_str(content);
            }
        }
        fields
    }
}

/// Returns the object with the fields of the error: the first of `errors`, the object `error`, or the body itself.
fn error_object(value: &Value) -> Option<&Map<String, Value>> {
    let object = value.as_object()?;
    let first = object
        .get("errors")
        .and_then(|errors| errors.get(0)?.as_object());
    let nested = object.get("error").and_then(Value::as_object);
    first.or(nested).or(Some(object))
}

fn text(object: &Map<String, Value>, name: &str) -> Option<String> {
    match object.get(name)? {
        Value::String(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn is_readable(text: &str) -> bool {
    !text.contains('\u{fffd}') && !text.contains('\0')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_gives_code_and_message() {
        for (body, code, message) in [
            (
                r#"{"error_code":"401013","message":"Oauth token is not valid"}"#,
                Some("401013"),
                Some("Oauth token is not valid"),
            ),
            (
                r#"{"error_code":401013,"title":"Oauth token is not valid"}"#,
                Some("401013"),
                Some("Oauth token is not valid"),
            ),
            (
                r#"{"type":"about:blank","title":"Forbidden","status":403,"detail":"No."}"#,
                None,
                Some("No."),
            ),
            (
                r#"{"status":"400","code":"E-1","message":"m"}"#,
                Some("E-1"),
                Some("m"),
            ),
            (
                r#"{"errors":[{"status":"401","code":"oauth-token-invalid","title":"t"}]}"#,
                Some("oauth-token-invalid"),
                Some("t"),
            ),
            (
                r#"{"error":{"code":7,"message":"m"}}"#,
                Some("7"),
                Some("m"),
            ),
            (
                r#"{"result":"error.unauthorized","message":"m"}"#,
                Some("error.unauthorized"),
                Some("m"),
            ),
            (
                r#"{"errorCode":"invalid_token","errorDescription":"d"}"#,
                Some("invalid_token"),
                Some("d"),
            ),
            ("\u{feff} \"text\" ", None, Some("text")),
            ("[]", None, None),
            ("<html><title>T</title>", None, Some("T")),
            ("plain", None, Some("plain")),
            ("", None, None),
        ] {
            let parsed = ErrorBody::parse(body.as_bytes(), "");
            assert_eq!(
                (parsed.code.as_deref(), parsed.message.as_deref()),
                (code, message),
                "{body}"
            );
        }
        let parts = "--b\r\nContent-Disposition: attachment; name=code\r\n\r\nX1\r\n--b\r\nContent-Disposition: form-data; name=\"message\"\r\n\r\nbad\r\n--b\r\nContent-Disposition: form-data; name=\"jobLog\"\r\n\r\nNo Template\r\n--b--";
        let parsed = ErrorBody::parse(parts.as_bytes(), "multipart/mixed; boundary=b");
        assert_eq!(
            (parsed.code.as_deref(), parsed.message.as_deref()),
            (Some("X1"), Some("bad"))
        );
        assert!(parsed.says("no template"));
    }

    #[test]
    fn hostile_bodies_are_read_without_harm() {
        for body in [
            &b"\xff\xfe\0"[..],
            b"--",
            b"--\r\n--",
            b"{\"error\":[]}",
            b"{\"errors\":{}}",
            b"{\"code\":{}}",
        ] {
            for content_type in ["", "multipart/mixed", "text/html", "application/json"] {
                let parsed = ErrorBody::parse(body, content_type);
                assert_eq!(parsed.gateway_code(), None);
            }
        }
        let deep = "[".repeat(60_000);
        assert_eq!(ErrorBody::parse(deep.as_bytes(), "").form, Form::Text);
        for (code, is_gateway) in [
            ("403025", true),
            ("40302", false),
            ("200000", false),
            ("4030251", false),
            ("40302x", false),
        ] {
            let body = format!("{{\"error_code\":\"{code}\"}}");
            assert_eq!(
                ErrorBody::parse(body.as_bytes(), "")
                    .gateway_code()
                    .is_some(),
                is_gateway,
                "{code}"
            );
        }
    }
}
