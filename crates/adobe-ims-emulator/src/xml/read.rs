//! Parsing, and the error of a document that cannot be read.

use std::fmt;

use roxmltree::{Document, Node, ParsingOptions};

use crate::xml::guard::{self, LimitError};

/// The number of elements and texts of a document.
const MAX_NODES: u32 = 2_000_000;

/// The reason why XML cannot be read.
#[derive(Debug)]
pub(crate) enum XmlError {
    /// The bytes are neither UTF-8 nor UTF-16 nor ISO 8859-1.
    Encoding,
    Limit(LimitError),
    Malformed(roxmltree::Error),
}

impl fmt::Display for XmlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Encoding => f.write_str("the bytes are neither UTF-8 nor UTF-16"),
            Self::Limit(LimitError::Depth) => {
                write!(f, "elements are nested deeper than {}", guard::MAX_DEPTH)
            }
            Self::Limit(LimitError::Attributes) => {
                f.write_str("an element has too many attributes")
            }
            Self::Limit(LimitError::Namespaces) => {
                f.write_str("an element has too many namespaces")
            }
            Self::Malformed(roxmltree::Error::DtdDetected) => {
                f.write_str("the document has a DTD, which is not allowed")
            }
            Self::Malformed(error) => error.fmt(f),
        }
    }
}

/// Parses a document.
pub(crate) fn parse(text: &str) -> Result<Document<'_>, XmlError> {
    guard::check(text).map_err(XmlError::Limit)?;
    let options = ParsingOptions {
        allow_dtd: false,
        nodes_limit: MAX_NODES,
        ..ParsingOptions::default()
    };
    Document::parse_with_options(text, options).map_err(XmlError::Malformed)
}

/// Returns whether a node is an element of this local name, in any namespace.
pub(crate) fn is_named(node: Node<'_, '_>, name: &str) -> bool {
    node.is_element() && node.tag_name().name() == name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dtd_and_entities_are_refused() {
        let bomb = "<!DOCTYPE a [<!ENTITY b \"bb\">]><a>&b;</a>";
        let external = "<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>";
        for text in [bomb, external] {
            let error = parse(text).unwrap_err().to_string();
            assert!(error.contains("DTD"), "{error}");
        }
        assert!(parse("<a>&b;</a>").is_err());
        assert!(parse("<a>&amp;&#252;</a>").is_ok());
        assert!(parse("<a>").is_err());
    }
}
