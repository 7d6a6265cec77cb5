//! A request of the remote control.

use std::path::Path;

use http::Method;
use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value};

use crate::environment::input::NamedFile;
use crate::error::Failure;

/// The bytes that one segment of a path, or one value of a query, holds in encoded form.
const IN_SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The bytes that no URL holds. A `%` of the caller stays.
const NOT_IN_URL: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'<')
    .add(b'>')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// A request, before the emulator is known.
pub(super) struct ControlRequest {
    pub(super) method: Method,
    /// The path from `/_emu/` on, with its query.
    pub(super) path: String,
    pub(super) content: Content,
}

/// The content of a request.
#[derive(Default)]
pub(super) struct Content {
    pub(super) bytes: Vec<u8>,
    pub(super) content_type: Option<String>,
    /// The file that it is from, for messages.
    pub(super) place: Option<String>,
}

impl ControlRequest {
    /// A request without content. `path` is below `/_emu/`, and encoded.
    pub(super) fn new(method: Method, path: impl AsRef<str>) -> Self {
        Self {
            method,
            path: format!("/_emu/{}", path.as_ref()),
            content: Content::default(),
        }
    }

    pub(super) fn get(path: impl AsRef<str>) -> Self {
        Self::new(Method::GET, path)
    }

    pub(super) fn post(path: impl AsRef<str>) -> Self {
        Self::new(Method::POST, path)
    }

    pub(super) fn put(path: impl AsRef<str>) -> Self {
        Self::new(Method::PUT, path)
    }

    pub(super) fn delete(path: impl AsRef<str>) -> Self {
        Self::new(Method::DELETE, path)
    }

    /// Shows a resource, or changes it if there are changes.
    pub(super) fn show_or_change(path: &str, changes: JsonObject) -> Self {
        if changes.is_empty() {
            return Self::get(path);
        }
        Self::new(Method::PATCH, path).json(changes)
    }

    pub(super) fn json(self, object: JsonObject) -> Self {
        self.content(Content::json(Value::Object(object.0).to_string()))
    }

    pub(super) fn content(mut self, content: Content) -> Self {
        self.content = content;
        self
    }
}

impl Content {
    /// JSON that is already a text.
    pub(super) fn json(text: impl Into<String>) -> Self {
        Self {
            bytes: text.into().into_bytes(),
            content_type: Some("application/json".to_owned()),
            place: None,
        }
    }

    /// Reads a file, or stdin for `-`.
    pub(super) fn file(named_by: &str, path: &Path) -> Result<Self, Failure> {
        let file = NamedFile::new(named_by, path);
        Ok(Self {
            bytes: file.content()?,
            content_type: None,
            place: Some(file.to_string()),
        })
    }
}

/// The fields of a JSON object, without those that are not given.
#[derive(Default)]
pub(super) struct JsonObject(Map<String, Value>);

impl JsonObject {
    pub(super) fn with(mut self, name: &str, value: Option<impl Into<Value>>) -> Self {
        if let Some(value) = value {
            self.0.insert(name.to_owned(), value.into());
        }
        self
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<JsonObject> for Value {
    fn from(object: JsonObject) -> Self {
        Self::Object(object.0)
    }
}

/// Encodes one segment of a path.
pub(super) fn segment(text: &str) -> String {
    utf8_percent_encode(text, IN_SEGMENT).to_string()
}

/// Returns a path with a query of the parameters that are given.
pub(super) fn with_query(path: &str, parameters: &[(&str, Option<String>)]) -> String {
    let given = parameters
        .iter()
        .filter_map(|(name, value)| Some(format!("{name}={}", segment(value.as_deref()?))));
    let query = given.collect::<Vec<_>>().join("&");
    if query.is_empty() {
        return path.to_owned();
    }
    format!("{path}?{query}")
}

/// Returns the path below `/_emu/` that the user wrote, with or without that beginning.
pub(super) fn path_of_user(text: &str) -> String {
    let path = text.trim_start_matches('/');
    let path = path.strip_prefix("_emu/").unwrap_or(path);
    utf8_percent_encode(path, NOT_IN_URL).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn path_of_the_user_is_below_the_remote_control() {
        for (text, path) in [
            ("faults", "faults"),
            ("/_emu/faults", "faults"),
            ("_emu/requests?path=/ims/*", "requests?path=/ims/*"),
            ("", ""),
            ("aem/dam/ü b%20.xdp", "aem/dam/%C3%BC%20b%20.xdp"),
            ("https://x/#\r\n", "https://x/%23%0D%0A"),
        ] {
            assert_eq!(path_of_user(text), path, "{text}");
        }
    }

    #[test]
    fn query_has_the_given_parameters_in_encoded_form() {
        let given = Some("client!+ID&=ü".to_owned());
        let path = with_query("requests", &[("path", None), ("client_id", given)]);
        assert_eq!(path, "requests?client_id=client%21%2BID%26%3D%C3%BC");
        assert_eq!(with_query("requests", &[("path", None)]), "requests");
    }
}
