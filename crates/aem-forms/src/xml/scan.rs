//! A pass over a text before it is parsed. It bounds what would cost the parser more than time in proportion to the
//! length: depth, attributes of one element, namespaces in scope.

use super::XmlError;
use super::start_tag::StartTag;

/// The limits of a text.
#[derive(Clone, Debug)]
pub(crate) struct Limits {
    /// The length of the text in bytes.
    pub(crate) length: usize,
    /// The number of elements in one another.
    pub(crate) depth: usize,
    /// The number of attributes of one element.
    pub(crate) attributes: usize,
    /// The number of namespaces that one element and those around it declare.
    pub(crate) namespaces: usize,
}

impl Limits {
    /// The limits for templates, data and DDX. Templates of Designer stay far below each of them.
    pub(crate) const DEFAULT: Self = Self {
        length: 64 << 20,
        depth: 512,
        attributes: 512,
        namespaces: 256,
    };

    /// The limits for files of many records.
    pub(crate) const RECORDS: Self = Self {
        length: 512 << 20,
        ..Self::DEFAULT
    };
}

/// Refuses a text beyond the limits, and one with a document type definition. Any other fault is left to the parser.
pub(super) fn check(text: &str, limits: &Limits) -> Result<(), XmlError> {
    if text.len() > limits.length {
        return Err(XmlError::at_start(format!(
            "the file is larger than the {} MiB that are checked",
            limits.length >> 20
        )));
    }
    let mut scan = Scan {
        text,
        limits,
        namespaces: Vec::new(),
        in_scope: 0,
    };
    let mut at = 0;
    while let Some(found) = text[at..].find('<') {
        match scan.markup(at + found)? {
            Some(end) => at = end,
            None => break,
        }
    }
    Ok(())
}

struct Scan<'a> {
    text: &'a str,
    limits: &'a Limits,
    /// The number of namespaces that each open element declares.
    namespaces: Vec<usize>,
    in_scope: usize,
}

impl Scan<'_> {
    /// Reads what begins with the `<` at this offset. Returns where it ends, or `None` if it does not.
    fn markup(&mut self, start: usize) -> Result<Option<usize>, XmlError> {
        let rest = &self.text[start..];
        let end_of = |mark: &str| rest.find(mark).map(|at| start + at + mark.len());
        if rest.starts_with("<!--") {
            return Ok(end_of("-->"));
        }
        if rest.starts_with("<![CDATA[") {
            return Ok(end_of("]]>"));
        }
        if rest.starts_with("<!") {
            let message = "the file has a document type definition (<!DOCTYPE), which is not read";
            return Err(XmlError::at(self.text, start, message).with_hint(
                "Remove the definition, and write its entities out. It could name other files and grow without end.",
            ));
        }
        if rest.starts_with("<?") {
            return Ok(end_of("?>"));
        }
        if rest.starts_with("</") {
            let declared = self.namespaces.pop().unwrap_or(0);
            self.in_scope -= declared;
            return Ok(end_of(">"));
        }
        self.start_tag(start)
    }

    fn start_tag(&mut self, start: usize) -> Result<Option<usize>, XmlError> {
        let Some(tag) = StartTag::read(&self.text[start..]) else {
            return Ok(None);
        };
        if tag.attributes > self.limits.attributes {
            let message = format!(
                "the element has {} attributes; {} are read",
                tag.attributes, self.limits.attributes
            );
            return Err(XmlError::at(self.text, start, message));
        }
        if self.in_scope + tag.namespaces > self.limits.namespaces {
            let message = format!(
                "more than {} namespaces are declared on this element and those around it",
                self.limits.namespaces
            );
            return Err(XmlError::at(self.text, start, message));
        }
        if !tag.is_empty {
            if self.namespaces.len() == self.limits.depth {
                let message = format!(
                    "the elements are nested more than {} deep",
                    self.limits.depth
                );
                return Err(XmlError::at(self.text, start, message));
            }
            self.namespaces.push(tag.namespaces);
            self.in_scope += tag.namespaces;
        }
        Ok(Some(start + tag.length))
    }
}
