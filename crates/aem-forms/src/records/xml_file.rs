//! Records that are elements of an XML file.

use core::ops::Range;
use std::sync::Arc;

use roxmltree::Node;

use crate::error::{Finding, FormsProblem, Grade, Place};
use crate::xml::{self, Cursor, Limits, StartTag, escape_attribute};

/// The elements of one name in an XML text.
#[derive(Clone, Debug)]
pub(super) struct Elements {
    text: Arc<str>,
    found: Arc<[Found]>,
}

#[derive(Clone, Debug)]
struct Found {
    position: (u32, u32),
    range: Range<usize>,
    /// The declarations of namespaces that stand around the element.
    declarations: String,
    fields: Vec<(String, String)>,
}

/// An element as a document of its own.
#[derive(Clone, Debug)]
pub(super) struct XmlRecord {
    pub(super) xml: String,
    pub(super) fields: Vec<(String, String)>,
}

impl Elements {
    /// Finds the elements of a local name. Those in one another are one record.
    pub(super) fn parse(bytes: &[u8], name: &str, place: &Place) -> Result<Self, Finding> {
        let malformed = |error: xml::XmlError| error.finding(place.clone());
        let text = xml::decode(bytes).map_err(malformed)?;
        let document = xml::parse_within(&text, &Limits::RECORDS).map_err(malformed)?;
        let mut found: Vec<Found> = Vec::new();
        let mut cursor = Cursor::new(&text);
        for node in document.descendants().filter(Node::is_element) {
            let range = node.range();
            let is_inside = found
                .last()
                .is_some_and(|last| last.range.end > range.start);
            if node.tag_name().name() == name && !is_inside {
                found.push(Found {
                    position: cursor.at(range.start),
                    declarations: declarations(&node, &text[range.clone()]),
                    fields: fields(&node),
                    range,
                });
            }
        }
        if found.is_empty() {
            let message = format!("the file has no element {name:?}");
            let problem = FormsProblem::RecordsMalformed;
            let place = place.clone();
            return Err(Finding::new(problem, Grade::Refusal, place, message));
        }
        Ok(Self {
            found: found.into(),
            text: text.as_ref().into(),
        })
    }

    /// Returns the position of an element, and the element.
    pub(super) fn element(&self, index: usize) -> Option<((u32, u32), XmlRecord)> {
        let found = self.found.get(index)?;
        let element = &self.text[found.range.clone()];
        let name = StartTag::name(element).len() + 1;
        let (start, rest) = element.split_at(name);
        let declarations = found.declarations.as_str();
        let xml = [
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n",
            start,
            declarations,
            rest,
        ];
        let record = XmlRecord {
            xml: xml.concat(),
            fields: found.fields.clone(),
        };
        Some((found.position, record))
    }
}

/// Returns the declarations that the element uses or may use and does not have itself.
fn declarations(node: &Node<'_, '_>, text: &str) -> String {
    let tag = StartTag::read(text).map_or(text, |tag| &text[..tag.length]);
    let own = StartTag::namespaces(tag);
    let mut declarations = String::new();
    for namespace in node.namespaces() {
        let prefix = namespace.name().unwrap_or_default();
        if prefix == "xml" || own.iter().any(|(declared, _)| *declared == prefix) {
            continue;
        }
        declarations.push_str(if prefix.is_empty() {
            " xmlns"
        } else {
            " xmlns:"
        });
        declarations.extend([prefix, "=\""]);
        escape_attribute(namespace.uri(), &mut declarations);
        declarations.push('"');
    }
    declarations
}

/// Returns the attributes and the texts of the children, by their local names.
fn fields(node: &Node<'_, '_>) -> Vec<(String, String)> {
    let attributes = node
        .attributes()
        .map(|attribute| (attribute.name().to_owned(), attribute.value().to_owned()));
    let children = node
        .children()
        .filter(|child| child.is_element() && !child.children().any(|inner| inner.is_element()));
    let children = children.map(|child| {
        let text = child.text().unwrap_or_default().to_owned();
        (child.tag_name().name().to_owned(), text)
    });
    children.chain(attributes).collect()
}
