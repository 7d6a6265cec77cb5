//! Answers of the type `multipart/mixed`.

use bytes::Bytes;
use http::{HeaderValue, StatusCode};
use ring::digest::{Context, SHA256};

use crate::http::response::{Response, with_content_type};
use crate::random::hex;

/// A part of an answer.
pub(crate) struct MixedPart {
    pub(crate) name: String,
    pub(crate) file_name: Option<String>,
    pub(crate) content_type: String,
    pub(crate) body: Bytes,
}

impl MixedPart {
    /// Returns a part with a text.
    pub(crate) fn text(name: &str, text: &str) -> Self {
        Self {
            name: name.to_owned(),
            file_name: None,
            content_type: "text/plain; charset=UTF-8".to_owned(),
            body: Bytes::copy_from_slice(text.as_bytes()),
        }
    }

    /// Returns a part with a file.
    pub(crate) fn file(name: &str, file_name: &str, content_type: &str, body: Bytes) -> Self {
        Self {
            name: name.to_owned(),
            file_name: Some(file_name.to_owned()),
            content_type: content_type.to_owned(),
            body,
        }
    }

    /// Returns the header of the disposition, whose type is `attachment` (documented by Adobe).
    fn disposition(&self) -> String {
        let mut header = format!("attachment; {}", parameter("name", &self.name));
        if let Some(file_name) = &self.file_name {
            header.push_str("; ");
            header.push_str(&parameter("filename", file_name));
        }
        header
    }
}

/// Writes a parameter, in quotes if it is no token of HTTP.
fn parameter(name: &str, value: &str) -> String {
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte);
    if !value.is_empty() && value.bytes().all(is_token) {
        return format!("{name}={value}");
    }
    let mut quoted = String::new();
    for character in value.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            character if character.is_control() => quoted.push('_'),
            character => quoted.push(character),
        }
    }
    format!("{name}=\"{quoted}\"")
}

/// Returns an answer of several parts. The boundary comes from a digest of the parts, so no part can
/// contain it.
pub(crate) fn mixed(status: StatusCode, parts: &[MixedPart]) -> Response {
    let mut context = Context::new(&SHA256);
    for part in parts {
        context.update(&part.body);
    }
    let boundary = hex(&context.finish().as_ref()[..16]);
    let mut body = Vec::new();
    for part in parts {
        let head = format!(
            "--{boundary}\r\nContent-Disposition: {}\r\nContent-Type: {}\r\n\r\n",
            part.disposition(),
            part.content_type
        );
        body.extend(head.into_bytes());
        body.extend(&part.body);
        body.extend(b"\r\n");
    }
    body.extend(format!("--{boundary}--\r\n").into_bytes());
    let content_type = format!("multipart/mixed; boundary={boundary}");
    let content_type = HeaderValue::try_from(content_type).expect("hexadecimal digits are ASCII");
    with_content_type(status, content_type, body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dispositions_are_quoted_only_where_they_must_be() {
        for (name, file_name, expected) in [
            (
                "output",
                Some("Letter.pdf"),
                "attachment; name=output; filename=Letter.pdf",
            ),
            ("a b", None, "attachment; name=\"a b\""),
            (
                "a\"b\\c\r\n",
                Some(""),
                "attachment; name=\"a\\\"b\\\\c__\"; filename=\"\"",
            ),
            ("ü", None, "attachment; name=\"ü\""),
        ] {
            let mut part = MixedPart::text(name, "");
            part.file_name = file_name.map(str::to_owned);
            assert_eq!(part.disposition(), expected);
        }
    }
}
