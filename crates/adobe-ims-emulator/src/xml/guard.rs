//! Limits that keep the reading of any XML linear.

use memchr::memmem;

/// The depth of elements. Real templates have some 40 levels.
pub(crate) const MAX_DEPTH: usize = 100;

/// The number of attributes of an element. A parser compares each with all others.
const MAX_ATTRIBUTES: usize = 256;

/// The number of namespace declarations that hold for an element. A parser compares each with all
/// others, too.
const MAX_NAMESPACES: usize = 64;

/// A limit that a document exceeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LimitError {
    Depth,
    Attributes,
    Namespaces,
}

/// Checks the limits in one pass. Whether the document is well-formed is for the parser to say.
pub(crate) fn check(text: &str) -> Result<(), LimitError> {
    let bytes = text.as_bytes();
    let mut at = 0;
    // The number of namespace declarations that hold inside of each open element.
    let mut open: Vec<usize> = Vec::new();
    while let Some(start) = memchr::memchr(b'<', &bytes[at..]) {
        let tag = &bytes[at + start..];
        let skipped = skipped_end(tag);
        if let Some(end) = skipped {
            at += start + end;
            continue;
        }
        let summary = Tag::read(tag);
        at += start + summary.length;
        if summary.is_end {
            open.pop();
            continue;
        }
        if summary.attributes > MAX_ATTRIBUTES {
            return Err(LimitError::Attributes);
        }
        let namespaces = open.last().copied().unwrap_or_default() + summary.namespaces;
        if namespaces > MAX_NAMESPACES {
            return Err(LimitError::Namespaces);
        }
        if !summary.is_empty {
            open.push(namespaces);
        }
        if open.len() > MAX_DEPTH {
            return Err(LimitError::Depth);
        }
    }
    Ok(())
}

/// Returns the length of a comment, a CDATA section, an instruction or a declaration.
fn skipped_end(tag: &[u8]) -> Option<usize> {
    let end = [
        (&b"<!--"[..], &b"-->"[..]),
        (b"<![CDATA[", b"]]>"),
        (b"<?", b"?>"),
        (b"<!", b">"),
    ]
    .into_iter()
    .find(|(start, _)| tag.starts_with(start))?
    .1;
    Some(memmem::find(tag, end).map_or(tag.len(), |at| at + end.len()))
}

/// The load that a tag adds.
struct Tag {
    length: usize,
    attributes: usize,
    namespaces: usize,
    is_end: bool,
    is_empty: bool,
}

impl Tag {
    fn read(tag: &[u8]) -> Self {
        let mut summary = Self {
            length: tag.len(),
            attributes: 0,
            namespaces: 0,
            is_end: tag.starts_with(b"</"),
            is_empty: false,
        };
        let mut quote = None;
        let mut word = 1;
        for (at, byte) in tag.iter().enumerate().skip(1) {
            match (quote, byte) {
                (Some(open), byte) if open == *byte => quote = None,
                (Some(_), _) => {}
                (None, b'"' | b'\'') => quote = Some(*byte),
                (None, b'=') => {
                    summary.attributes += 1;
                    if tag[word..].starts_with(b"xmlns") {
                        summary.namespaces += 1;
                    }
                }
                (None, b'>') => {
                    summary.length = at + 1;
                    summary.is_empty = tag[at - 1] == b'/';
                    break;
                }
                (None, byte) if byte.is_ascii_whitespace() => word = at + 1,
                _ => {}
            }
        }
        summary
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_hold_and_ordinary_documents_pass() {
        let deep = |levels| format!("{}{}", "<a>".repeat(levels), "</a>".repeat(levels));
        let attributes = |count| {
            let list: String = (0..count).map(|at| format!(" a{at}='>'")).collect();
            format!("<a{list}/>")
        };
        let namespaces = |count| {
            (0..count).fold(String::new(), |text, at| {
                format!("{text}<a xmlns:n{at}=\"x\">")
            })
        };
        for (text, expected) in [
            (
                "<a b='c'><!-- <a><a> --><![CDATA[<a>]]><?x <a>?></a>".repeat(1000),
                Ok(()),
            ),
            (deep(MAX_DEPTH), Ok(())),
            (deep(MAX_DEPTH + 1), Err(LimitError::Depth)),
            ("<a/>".repeat(1000), Ok(())),
            (attributes(MAX_ATTRIBUTES), Ok(())),
            (attributes(MAX_ATTRIBUTES + 1), Err(LimitError::Attributes)),
            (namespaces(MAX_NAMESPACES), Ok(())),
            (namespaces(MAX_NAMESPACES + 1), Err(LimitError::Namespaces)),
            ("<a xmlns:b='c'></a>".repeat(1000), Ok(())),
            ("<".to_owned(), Ok(())),
            ("<!--".to_owned(), Ok(())),
        ] {
            assert_eq!(check(&text), expected, "{text:.60}");
        }
    }
}
