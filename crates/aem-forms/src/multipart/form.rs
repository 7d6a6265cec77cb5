use bytes::Bytes;

use crate::document::{Content, Document};
use crate::error::{Error, FormsProblem, Result};

/// A part of a request, without its content.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DocumentPart {
    /// The name of the part.
    pub name: String,
    /// The file name. A reference has none.
    pub file_name: Option<String>,
    /// The type of the content.
    pub content_type: String,
    /// The length of the content in bytes.
    pub length: u64,
    /// The reference, if the part is one.
    pub reference: Option<String>,
}

/// The parts of a request. Their contents can be read more than once, as each attempt needs them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Form {
    parts: Vec<FormPart>,
}

#[derive(Clone, Debug)]
struct FormPart {
    shown: DocumentPart,
    content: Content,
}

/// A stretch of the content of a request.
#[derive(Clone, Debug)]
pub(crate) enum Segment {
    Bytes(Bytes),
    File(Content),
}

impl Form {
    /// Adds a document.
    ///
    /// # Errors
    /// [`FormsProblem::RequestInvalid`] for a name or a type that no part can have.
    pub(crate) fn add(&mut self, name: &str, document: &Document) -> Result<()> {
        let part = match document.inline() {
            Some(inline) => FormPart {
                shown: DocumentPart {
                    name: name.to_owned(),
                    file_name: Some(inline.file_name.clone()),
                    content_type: checked_type(name, &inline.content_type)?,
                    length: inline.content.length(),
                    reference: None,
                },
                content: inline.content.clone(),
            },
            None => reference(name, document.as_reference().unwrap_or_default()),
        };
        check_name(name)?;
        self.parts.push(part);
        Ok(())
    }

    /// Adds the options, as Adobe's samples do: JSON with a file name.
    pub(crate) fn add_options(&mut self, json: String) {
        self.parts.push(FormPart {
            shown: DocumentPart {
                name: "options".to_owned(),
                file_name: Some("options".to_owned()),
                content_type: "application/json".to_owned(),
                length: json.len() as u64,
                reference: None,
            },
            content: Content::Bytes(Bytes::from(json)),
        });
    }

    pub(crate) fn parts(&self) -> Vec<DocumentPart> {
        self.parts.iter().map(|part| part.shown.clone()).collect()
    }

    /// Returns the content of the request as a list of stretches. No part may hold the boundary.
    pub(crate) fn segments(&self, boundary: &str) -> Vec<Segment> {
        let mut segments = Vec::new();
        let mut text = Vec::new();
        for part in &self.parts {
            text.extend_from_slice(format!("--{boundary}\r\n{}\r\n\r\n", part.head()).as_bytes());
            match &part.content {
                Content::Bytes(bytes) if bytes.len() <= MAX_COPIED => text.extend_from_slice(bytes),
                content => {
                    segments.push(Segment::Bytes(Bytes::from(std::mem::take(&mut text))));
                    segments.push(match content {
                        Content::Bytes(bytes) => Segment::Bytes(bytes.clone()),
                        file @ Content::File { .. } => Segment::File(file.clone()),
                    });
                }
            }
            text.extend_from_slice(b"\r\n");
        }
        text.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
        segments.push(Segment::Bytes(Bytes::from(text)));
        segments
    }
}

/// In bytes. One write of a copied content is cheaper than two.
const MAX_COPIED: usize = 32 * 1024;

impl Segment {
    pub(crate) fn length(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::File(content) => content.length(),
        }
    }
}

impl FormPart {
    fn head(&self) -> String {
        let DocumentPart {
            name,
            file_name,
            content_type,
            ..
        } = &self.shown;
        let file_name = file_name.as_deref().map(|name| {
            let name = escaped(name);
            format!("; filename=\"{name}\"")
        });
        let file_name = file_name.unwrap_or_default();
        format!(
            "Content-Disposition: form-data; name=\"{name}\"{file_name}\r\nContent-Type: {content_type}"
        )
    }
}

fn reference(name: &str, text: &str) -> FormPart {
    // Forms takes text/plain for a reference. Only a text that needs it names its encoding.
    let content_type = if text.is_ascii() {
        "text/plain"
    } else {
        "text/plain; charset=UTF-8"
    };
    FormPart {
        shown: DocumentPart {
            name: name.to_owned(),
            file_name: None,
            content_type: content_type.to_owned(),
            length: text.len() as u64,
            reference: Some(text.to_owned()),
        },
        content: Content::Bytes(Bytes::copy_from_slice(text.as_bytes())),
    }
}

/// A server may read an escape in a name in one of three ways, and the name of a part must be right.
fn check_name(name: &str) -> Result<()> {
    let is_unsafe = |c: char| c.is_control() || c == '"' || c == '\\';
    if name.is_empty() || name.contains(is_unsafe) {
        let message = format!(
            "{name:?} cannot be the name of a part: it is empty, or has a quote, a backslash or a control character"
        );
        return Err(Error::new(FormsProblem::RequestInvalid, message));
    }
    Ok(())
}

fn checked_type(name: &str, content_type: &str) -> Result<String> {
    let invalid = |reason: &str| {
        let message =
            format!("the part {name:?} cannot have the content type {content_type:?}: {reason}");
        Err(Error::new(FormsProblem::RequestInvalid, message))
    };
    let is_visible = |byte: u8| (b' '..=b'~').contains(&byte);
    if !content_type.contains('/') || !content_type.bytes().all(is_visible) {
        return invalid("it is no type");
    }
    let start = content_type.get(..10).unwrap_or_default();
    if start.eq_ignore_ascii_case("text/plain") {
        return invalid("Forms would read the content as a reference");
    }
    Ok(content_type.to_owned())
}

/// Returns a file name in the form in which browsers write it between quotes.
fn escaped(name: &str) -> String {
    let mut text = String::new();
    for c in name.chars() {
        match c {
            '"' | '\\' | '\0'..='\x1f' | '\x7f' => text.push_str(&format!("%{:02X}", c as u32)),
            c => text.push(c),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(form: &Form) -> String {
        let mut text = String::new();
        for segment in form.segments("B") {
            match segment {
                Segment::Bytes(bytes) => text.push_str(&String::from_utf8_lossy(&bytes)),
                Segment::File(content) => text.push_str(&format!("[{} bytes]", content.length())),
            }
        }
        text
    }

    #[test]
    fn files_have_a_name_and_a_type_and_references_have_neither() {
        let mut form = Form::default();
        let name = "a\"b\r\nX: y\\ü.xdp";
        form.add("template", &Document::bytes(name, "<x/>"))
            .unwrap();
        let reference = Document::reference("crx:///content/dam/ü.xml").unwrap();
        form.add("data", &reference).unwrap();
        form.add_options("{}".to_owned());
        assert_eq!(
            text(&form),
            "--B\r\nContent-Disposition: form-data; name=\"template\"; \
             filename=\"a%22b%0D%0AX: y%5Cü.xdp\"\r\n\
             Content-Type: application/vnd.adobe.xdp+xml\r\n\r\n<x/>\r\n\
             --B\r\nContent-Disposition: form-data; name=\"data\"\r\n\
             Content-Type: text/plain; charset=UTF-8\r\n\r\ncrx:///content/dam/ü.xml\r\n\
             --B\r\nContent-Disposition: form-data; name=\"options\"; filename=\"options\"\r\n\
             Content-Type: application/json\r\n\r\n{}\r\n--B--\r\n"
        );
    }

    #[test]
    fn names_and_types_that_would_change_the_request_are_refused() {
        let mut form = Form::default();
        for name in ["", "a\"b", "a\r\nb", "a\\"] {
            let document = Document::bytes("a.pdf", "x");
            assert!(form.add(name, &document).is_err(), "{name:?}");
        }
        for content_type in ["", "x", "a/b\r\nX: y", "Text/Plain; charset=x", "a/ü"] {
            let document = Document::bytes("a.pdf", "x").with_content_type(content_type);
            assert!(form.add("inDoc", &document).is_err(), "{content_type:?}");
        }
        assert!(form.parts().is_empty());
    }
}
