//! A pass over a text before it is parsed. It bounds what would cost the parser more than time in proportion to the
//! length: depth, attributes of one element, namespaces in scope.

use super::XmlError;

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

/// A start tag as text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct StartTag {
    /// Its length in bytes, with `<` and `>`.
    pub(crate) length: usize,
    /// True for `<…/>`.
    pub(crate) is_empty: bool,
    /// The number of its attributes.
    pub(crate) attributes: usize,
    /// The number of attributes among them that declare a namespace.
    pub(crate) namespaces: usize,
}

impl StartTag {
    /// Reads the start tag at the start of a text. Returns `None` if it does not end.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let mut tag = Self::default();
        let mut at = 1;
        loop {
            match bytes.get(at)? {
                b'>' => {
                    tag.length = at + 1;
                    tag.is_empty = at > 1 && bytes[at - 1] == b'/';
                    return Some(tag);
                }
                quote @ (b'"' | b'\'') => {
                    at += 1 + text[at + 1..].find(char::from(*quote))?;
                    tag.attributes += 1;
                }
                b'x' if bytes[at - 1].is_ascii_whitespace()
                    && text[at..].starts_with("xmlns")
                    && matches!(bytes.get(at + 5), Some(b':' | b'=' | b' ')) =>
                {
                    tag.namespaces += 1;
                    at += 4;
                }
                _ => {}
            }
            at += 1;
        }
    }

    /// Returns the prefixes that a start tag declares; the empty one is the default namespace.
    pub(crate) fn declared_prefixes(text: &str) -> Vec<&str> {
        let mut prefixes = Vec::new();
        let mut rest = text;
        while let Some(at) = rest.find(['"', '\'']) {
            let quote = &rest[at..=at];
            let name = rest[..at].trim_end_matches(|it: char| it == '=' || it.is_whitespace());
            let name = name.rsplit(|it: char| it.is_whitespace()).next();
            if let Some(declared) = name.and_then(|name| name.strip_prefix("xmlns")) {
                match declared.strip_prefix(':') {
                    Some(prefix) => prefixes.push(prefix),
                    None if declared.is_empty() => prefixes.push(""),
                    None => {}
                }
            }
            let Some(end) = rest[at + 1..].find(quote) else {
                break;
            };
            rest = &rest[at + end + 2..];
        }
        prefixes
    }
}
