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

    /// Returns the prefixes that a start tag declares and their namespaces, as they are written. The empty prefix is
    /// the default namespace.
    pub(crate) fn namespaces(text: &str) -> Vec<(&str, &str)> {
        let mut namespaces = Vec::new();
        let mut rest = text;
        while let Some(at) = rest.find(['"', '\'']) {
            let quote = &rest[at..=at];
            let name = rest[..at].trim_end_matches(|it: char| it == '=' || it.is_whitespace());
            let name = name.rsplit(|it: char| it.is_whitespace()).next();
            let Some(length) = rest[at + 1..].find(quote) else {
                break;
            };
            let value = &rest[at + 1..at + 1 + length];
            if let Some(declared) = name.and_then(|name| name.strip_prefix("xmlns")) {
                match declared.strip_prefix(':') {
                    Some(prefix) => namespaces.push((prefix, value)),
                    None if declared.is_empty() => namespaces.push(("", value)),
                    None => {}
                }
            }
            rest = &rest[at + length + 2..];
        }
        namespaces
    }

    /// Returns the name of a start tag, with its prefix.
    pub(crate) fn name(text: &str) -> &str {
        let name = text.strip_prefix('<').unwrap_or(text);
        let end = name.find(|it: char| it.is_whitespace() || matches!(it, '/' | '>'));
        &name[..end.unwrap_or(name.len())]
    }
}
