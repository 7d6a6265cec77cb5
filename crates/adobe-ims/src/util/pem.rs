//! The texts in which people hold PEM, with quoting, escaping and joined lines undone.

use core::ops::Deref;

use base64::Engine;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use zeroize::Zeroizing;

/// Padding may be missing and left-over bits may be set: neither changes the bytes.
const TOLERANT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);
const BASE64: GeneralPurpose = GeneralPurpose::new(&STANDARD, TOLERANT);
const BASE64_URL: GeneralPurpose = GeneralPurpose::new(&URL_SAFE, TOLERANT);

/// A PEM block, its lines joined: the label, and the base64 body after its headers.
pub(crate) struct Block<'a> {
    pub(crate) label: &'a str,
    pub(crate) body: &'a str,
    /// True if the END line is present.
    pub(crate) ended: bool,
}

/// Returns true for DER: a SEQUENCE whose length needs the long form. No text begins like that.
pub(crate) fn is_der(bytes: &[u8]) -> bool {
    matches!(bytes, [0x30, length, ..] if *length >= 0x80)
}

/// A text that is borrowed, or one that was created. A created text is overwritten when it is dropped.
pub(crate) enum Text<'a> {
    Borrowed(&'a str),
    Owned(Zeroizing<String>),
}

impl Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Self::Borrowed(text) => text,
            Self::Owned(text) => text,
        }
    }
}

/// Decodes bytes as text: UTF-8 with or without a byte order mark, or UTF-16 with one, as Windows PowerShell writes it.
/// Returns `None` for binary data.
pub(crate) fn decode(bytes: &[u8]) -> Option<Text<'_>> {
    let utf16 = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
        // Two bytes of UTF-16 become three bytes of UTF-8 at most.
        let mut text = Zeroizing::new(String::with_capacity(bytes.len() / 2 * 3));
        for c in char::decode_utf16(units) {
            text.push(c.ok()?);
        }
        Some(Text::Owned(text))
    };
    match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => str::from_utf8(rest).ok().map(Text::Borrowed),
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes),
        _ => match str::from_utf8(bytes) {
            Ok(text) => Some(Text::Borrowed(text)),
            // Comments around a PEM block may be in any old encoding; the block itself is ASCII.
            Err(_) if contains(bytes, b"-BEGIN ") => {
                let text = String::from_utf8_lossy(bytes).into_owned();
                Some(Text::Owned(Zeroizing::new(text)))
            }
            Err(_) => None,
        },
    }
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack
        .windows(needle.len())
        .any(|window| window == needle)
}

/// Undoes quoting and escaping at any depth:
///
/// - surrounding quotes
/// - `\n`, `\r\n`, `\\r\\n`, `\/`, `\u000a`, and a backslash before a real line break
/// - the long dashes that word processors make of `--`
/// - the marks of a quoted mail
pub(crate) fn unescape(text: &str) -> Text<'_> {
    let mut text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    for quote in ["\\\"", "\"", "'", "`"] {
        if let Some(inner) = text
            .strip_prefix(quote)
            .and_then(|rest| rest.strip_suffix(quote))
        {
            text = inner.trim();
        }
    }
    if !text.contains(['\\', '–', '—', '>']) {
        return Text::Borrowed(text);
    }
    let mut plain = Zeroizing::new(String::with_capacity(text.len()));
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => {}
            '–' | '—' => {
                plain.push_str("--");
                continue;
            }
            '>' => continue,
            _ => {
                plain.push(c);
                continue;
            }
        }
        while chars.next_if_eq(&'\\').is_some() {}
        match chars.peek() {
            Some('n' | 'r') => {
                chars.next();
                plain.push('\n');
            }
            Some('t') => {
                chars.next();
                plain.push(' ');
            }
            Some('u') => {
                let code: String = chars.clone().skip(1).take(4).collect();
                if ["000a", "000d"].contains(&code.to_ascii_lowercase().as_str()) {
                    chars.by_ref().take(5).for_each(drop);
                    plain.push('\n');
                }
            }
            _ => {}
        }
    }
    Text::Owned(plain)
}

/// Returns the text with BEGIN and END lines in upper case.
pub(crate) fn with_upper_case_labels(text: &str) -> Text<'_> {
    let is_label = |part: &str| {
        let starts = |word: &str| {
            part.get(..word.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(word))
        };
        starts("begin ") || starts("end ")
    };
    if text.contains("-BEGIN ") || !text.split("-----").any(is_label) {
        return Text::Borrowed(text);
    }
    let mut upper = Zeroizing::new(String::with_capacity(text.len()));
    for (index, part) in text.split("-----").enumerate() {
        if index > 0 {
            upper.push_str("-----");
        }
        if is_label(part) {
            upper.extend(part.chars().map(|c| c.to_ascii_uppercase()));
        } else {
            upper.push_str(part);
        }
    }
    Text::Owned(upper)
}

/// Returns all PEM blocks of a text. Its lines may be broken, indented or joined.
pub(crate) fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    let mut rest = text;
    while let Some(begin) = rest.find("-BEGIN ").map(|at| at + "-BEGIN ".len()) {
        rest = &rest[begin..];
        let Some(label_end) = rest.find('-') else {
            break;
        };
        let label = rest[..label_end].trim();
        let after = rest[label_end..].trim_start_matches('-');
        let end = after.find("--");
        let body = &after[..end.unwrap_or(after.len())];
        let tail = end.map_or("", |end| &after[end..]);
        blocks.push(Block {
            label,
            body,
            ended: tail.trim_start_matches('-').starts_with("END "),
        });
        rest = tail;
    }
    blocks
}

/// Decodes base64 of either alphabet and ignores white space. An error holds the first character that does not belong.
pub(crate) fn base64(text: &str) -> Result<Zeroizing<Vec<u8>>, Option<char>> {
    // The buffer must not grow: copies that it leaves behind would not be overwritten.
    let mut compact = Zeroizing::new(String::with_capacity(text.len()));
    if text.is_ascii() {
        compact.extend(text.split_ascii_whitespace());
    } else {
        // Blanks from a web page may be no-break spaces or have no width.
        let blank =
            |c: char| c.is_whitespace() || matches!(c, '\u{200b}'..='\u{200d}' | '\u{feff}');
        compact.extend(text.split(blank));
    }
    let engine = if compact.contains(['-', '_']) {
        &BASE64_URL
    } else {
        &BASE64
    };
    let unpadded = compact.trim_end_matches('=');
    // One character over a multiple of four is no whole byte: the text is cut off there.
    let cut = usize::from(unpadded.len() % 4 == 1);
    let mut bytes = Zeroizing::new(Vec::with_capacity(compact.len()));
    match engine.decode_vec(&unpadded.as_bytes()[..unpadded.len() - cut], &mut bytes) {
        Ok(()) => Ok(bytes),
        Err(_) => Err(compact
            .chars()
            .find(|c| !(c.is_ascii_alphanumeric() || "+/-_=".contains(*c)))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_undone_at_any_depth() {
        for text in [
            "a\\nb",
            "a\\\\nb",
            "a\\\\\\\\nb",
            "\"a\\nb\"",
            "'a\\nb'",
            "\\\"a\\\\nb\\\"",
        ] {
            assert_eq!(&*unescape(text), "a\nb", "{text}");
        }
        assert_eq!(&*unescape("a\\u000aB\\u000Dc\\u0041"), "a\nB\ncu0041");
        assert_eq!(&*unescape("a\\r\\nb"), "a\n\nb");
        assert_eq!(&*unescape("a\\/b\\\nc"), "a/b\nc");
        assert_eq!(&*unescape("\u{feff} a \n"), "a");
    }

    #[test]
    fn blocks_are_found_on_one_line_and_among_comments() {
        let text = "Bag Attributes\n-----BEGIN CERTIFICATE-----AAA-----END CERTIFICATE----- x
            ---- BEGIN no -----BEGIN RSA PRIVATE KEY-----\n  BB\n  CC\n-----END RSA PRIVATE KEY-----";
        let found = blocks(text);
        let labels: Vec<_> = found.iter().map(|block| block.label).collect();
        assert_eq!(labels, ["CERTIFICATE", "RSA PRIVATE KEY"]);
        assert!(found.iter().all(|block| block.ended));
        assert_eq!(found[0].body, "AAA");
        let cut = blocks("-----BEGIN PRIVATE KEY-----\nAAAA");
        assert_eq!((cut[0].body.trim(), cut[0].ended), ("AAAA", false));
    }

    #[test]
    fn base64_is_read_liberally_but_not_blindly() {
        assert_eq!(**base64("aGVs\n bG8").unwrap(), *b"hello");
        assert_eq!(**base64("aGVsbG8=").unwrap(), *b"hello");
        assert_eq!(**base64("aGV\u{a0}\u{200b}sbG8=").unwrap(), *b"hello");
        assert_eq!(**base64("-_-_").unwrap(), [0xFB, 0xFF, 0xBF]);
        assert_eq!(base64("aGV…").unwrap_err(), Some('…'));
        assert_eq!(base64("aG=V").unwrap_err(), None);
    }

    #[test]
    fn utf_16_from_powershell_is_text() {
        let le: Vec<u8> = [0xFF, 0xFE]
            .into_iter()
            .chain("{}".encode_utf16().flat_map(u16::to_le_bytes))
            .collect();
        assert_eq!(&*decode(&le).unwrap(), "{}");
        assert!(decode(&[0x30, 0x82, 0xff]).is_none());
    }
}
