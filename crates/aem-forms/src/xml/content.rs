use core::fmt;

use serde::de::IgnoredAny;

/// The kind of a file, by its first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    /// It may be XML.
    Xml,
    Empty,
    Pdf,
    Html,
    Json,
    Archive,
    Image,
    Binary,
    Text,
}

impl Content {
    /// Tells what the bytes are.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        if bytes.iter().all(u8::is_ascii_whitespace) {
            return Self::Empty;
        }
        let head = &bytes[..bytes.len().min(1024)];
        match head {
            [b'P', b'K', 3 | 5, 4 | 6, ..] | [0x1F, 0x8B, ..] => return Self::Archive,
            [0x89, b'P', b'N', b'G', ..]
            | [0xFF, 0xD8, 0xFF, ..]
            | [b'G', b'I', b'F', b'8', ..] => {
                return Self::Image;
            }
            [0xFE, 0xFF, ..] | [0xFF, 0xFE, ..] | [0, b'<', ..] | [b'<', 0, ..] => {
                return Self::Xml;
            }
            _ => {}
        }
        let start = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
        let start = start.trim_ascii_start();
        if start.first() == Some(&b'<') {
            return if is_html(start) {
                Self::Html
            } else {
                Self::Xml
            };
        }
        // Readers of PDF skip what stands before the mark.
        if head.windows(5).any(|window| window == b"%PDF-") {
            return Self::Pdf;
        }
        if head.contains(&0) {
            return Self::Binary;
        }
        if matches!(start.first(), Some(b'{' | b'[')) && is_json(bytes) {
            return Self::Json;
        }
        Self::Text
    }

    /// Returns what it is in place of XML.
    pub(super) fn other_than_xml(self) -> Option<Self> {
        (self != Self::Xml).then_some(self)
    }
}

fn is_html(start: &[u8]) -> bool {
    let lower = String::from_utf8_lossy(start).to_ascii_lowercase();
    let mut rest = lower.as_str();
    // Comments and a declaration may stand before the root.
    loop {
        rest = rest.trim_start();
        let end = if rest.starts_with("<!--") {
            rest.find("-->").map(|at| at + 3)
        } else if rest.starts_with("<?") {
            rest.find("?>").map(|at| at + 2)
        } else {
            None
        };
        match end {
            Some(end) => rest = &rest[end..],
            None => break,
        }
    }
    rest.starts_with("<!doctype html") || rest.starts_with("<html") || rest.starts_with("<head")
}

fn is_json(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    serde_json::from_slice::<IgnoredAny>(bytes).is_ok()
}

impl fmt::Display for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Xml => "XML",
            Self::Empty => "empty",
            Self::Pdf => "a PDF",
            Self::Html => "an HTML page, such as a login page or an error page",
            Self::Json => "JSON, such as an error of a server or options",
            Self::Archive => "an archive (ZIP or gzip)",
            Self::Image => "an image",
            Self::Binary => "binary data",
            Self::Text => "a text without elements",
        })
    }
}
