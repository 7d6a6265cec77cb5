//! From the bytes of an XML document to its text.

use std::borrow::Cow;

/// Returns the text of a document in UTF-8, UTF-16 with a byte order mark, or ISO 8859-1. Returns
/// `None` if the bytes are no such text.
pub(crate) fn decode(bytes: &[u8]) -> Option<Cow<'_, str>> {
    match bytes {
        [0xff, 0xfe, rest @ ..] => utf_16(rest, u16::from_le_bytes).map(Cow::Owned),
        [0xfe, 0xff, rest @ ..] => utf_16(rest, u16::from_be_bytes).map(Cow::Owned),
        _ => {
            let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
            if is_latin_1(bytes) {
                let text: String = bytes.iter().map(|byte| char::from(*byte)).collect();
                return Some(Cow::Owned(text));
            }
            std::str::from_utf8(bytes).ok().map(Cow::Borrowed)
        }
    }
}

fn utf_16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<String> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let units = pairs.iter().map(|pair| unit(*pair));
    let text: Result<String, _> = char::decode_utf16(units).collect();
    text.ok().filter(|_| rest.is_empty())
}

/// Returns whether the XML declaration names ISO 8859-1 or its like.
fn is_latin_1(bytes: &[u8]) -> bool {
    let declaration = &bytes[..bytes.len().min(200)];
    if !declaration.starts_with(b"<?xml") {
        return false;
    }
    let end = declaration.iter().position(|byte| *byte == b'>');
    let declaration = &declaration[..end.unwrap_or(declaration.len())];
    let declaration = String::from_utf8_lossy(declaration).to_ascii_lowercase();
    ["iso-8859-1", "latin1", "windows-1252", "us-ascii"]
        .iter()
        .any(|name| {
            declaration.contains(&format!("\"{name}\""))
                || declaration.contains(&format!("'{name}'"))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_read() {
        let utf_16 = |unit: fn(u16) -> [u8; 2]| -> Vec<u8> {
            "\u{feff}<ü/>".encode_utf16().flat_map(unit).collect()
        };
        for (bytes, expected) in [
            ("<ü/>".as_bytes().to_vec(), Some("<ü/>")),
            ("\u{feff}<ü/>".as_bytes().to_vec(), Some("<ü/>")),
            (utf_16(u16::to_le_bytes), Some("<ü/>")),
            (utf_16(u16::to_be_bytes), Some("<ü/>")),
            (
                b"<?xml version='1.0' encoding='ISO-8859-1'?><\xfc/>".to_vec(),
                Some("<?xml version='1.0' encoding='ISO-8859-1'?><ü/>"),
            ),
            (b"<\xfc/>".to_vec(), None),
            (b"\xff\xfe<".to_vec(), None),
            (b"\xff\xfe\x00\xd8".to_vec(), None),
        ] {
            assert_eq!(decode(&bytes).as_deref(), expected, "{bytes:?}");
        }
    }
}
