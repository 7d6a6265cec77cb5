//! The one reader of XML. It reads no document type definition and resolves no entity but the five of XML.

mod content;
mod decode;
mod position;
mod start_tag;
mod scan;
mod outline;
mod write;

use std::borrow::Cow;

pub(crate) use content::Content;
pub(crate) use outline::{Outline, TagName};
pub(crate) use position::Cursor;
pub(crate) use scan::Limits;
pub(crate) use start_tag::StartTag;
pub(crate) use write::{escape_attribute, escape_text, is_element_name};

use roxmltree::{Document, Node};

use crate::error::{Finding, FormsProblem, Grade, Place};

/// Why a text is no XML that is read, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct XmlError {
    line: u32,
    column: u32,
    message: String,
    hint: Option<&'static str>,
}

impl XmlError {
    fn at(text: &str, offset: usize, message: impl Into<String>) -> Self {
        let (line, column) = position::of(text, offset);
        Self {
            line,
            column,
            message: message.into(),
            hint: None,
        }
    }

    fn at_start(message: impl Into<String>) -> Self {
        Self {
            line: 1,
            column: 1,
            message: message.into(),
            hint: None,
        }
    }

    fn with_hint(mut self, hint: &'static str) -> Self {
        self.hint = Some(hint);
        self
    }

    /// Returns the finding for this place, which is a file or a part.
    pub(crate) fn finding(self, place: Place) -> Finding {
        let place = place.at(self.line, self.column);
        let finding = Finding::new(
            FormsProblem::XmlMalformed,
            Grade::Refusal,
            place,
            self.message,
        );
        match self.hint {
            Some(hint) => finding.with_hint(hint),
            None => finding,
        }
    }

    /// Returns the line, the column and the message.
    #[cfg(test)]
    fn into_parts(self) -> (u32, u32, String) {
        (self.line, self.column, self.message)
    }
}

/// Returns the text of an XML file: UTF-8, UTF-16, ISO-8859-1 or windows-1252.
pub(crate) fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, XmlError> {
    if let Some(other) = Content::of(bytes).other_than_xml() {
        return Err(XmlError::at_start(format!(
            "the file is no XML: it is {other}"
        )));
    }
    decode::decode(bytes)
}

/// Parses a text within the limits.
pub(crate) fn parse_within<'a>(text: &'a str, limits: &Limits) -> Result<Document<'a>, XmlError> {
    scan::check(text, limits)?;
    Document::parse(text).map_err(|error| explain(text, &error))
}

/// Parses a text within the usual limits.
pub(crate) fn parse(text: &str) -> Result<Document<'_>, XmlError> {
    parse_within(text, &Limits::DEFAULT)
}

/// Returns line and column of a node.
pub(crate) fn position_of(node: &Node<'_, '_>) -> (u32, u32) {
    position::of(node.document().input_text(), node.range().start)
}

fn explain(text: &str, error: &roxmltree::Error) -> XmlError {
    use roxmltree::Error;
    match error {
        Error::NoRootNode => {
            return XmlError::at(text, text.len(), "the file has no complete root element");
        }
        Error::UnclosedRootNode | Error::UnexpectedEndOfStream => {
            let message = "the file ends before its last element is closed";
            return XmlError::at(text, text.len(), message)
                .with_hint("The file may be cut off: compare its length with the original.");
        }
        _ => {}
    }
    let place = error.pos();
    let message = error.to_string();
    let end = format!(" at {place}");
    let message = message.strip_suffix(&end).unwrap_or(&message);
    XmlError {
        line: place.row,
        column: place.col,
        message: format!("the file is not well-formed XML: {message}"),
        hint: hint_of(error),
    }
}

fn hint_of(error: &roxmltree::Error) -> Option<&'static str> {
    use roxmltree::Error;
    match error {
        Error::UnknownEntityReference(..) | Error::MalformedEntityReference(_) => Some(
            "Write `&` as `&amp;`. XML knows only &amp; &lt; &gt; &quot; &apos; and numbers such as &#160;.",
        ),
        Error::UnknownNamespace(..) => {
            Some("Declare the prefix on this element or on one around it: xmlns:PREFIX=\"…\"")
        }
        Error::InvalidAttributeValue(_) => Some("Write `<` in an attribute as `&lt;`."),
        Error::NonXmlChar(..) => Some("Remove the control character. No escape makes it valid."),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
