use std::borrow::Cow;

use super::XmlError;

/// The characters of windows-1252 from 0x80 to 0x9F. ISO-8859-1 has control characters there, which files that call
/// themselves so do not mean: browsers, too, read such files as windows-1252.
const WINDOWS_1252: &str = "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8d}Ž\u{8f}\u{90}‘’“”•–—˜™š›œ\u{9d}žŸ";

/// Returns the text of an XML file without its byte order mark.
pub(super) fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, XmlError> {
    match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => utf8(rest),
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0, b'<', ..] => utf16(bytes, u16::from_be_bytes),
        [b'<', 0, ..] => utf16(bytes, u16::from_le_bytes),
        _ => match declared_encoding(bytes) {
            None => utf8(bytes),
            Some(name) => by_name(bytes, &name),
        },
    }
}

fn by_name<'a>(bytes: &'a [u8], name: &str) -> Result<Cow<'a, str>, XmlError> {
    match name.to_ascii_lowercase().as_str() {
        "utf-8" | "utf8" | "us-ascii" | "ascii" => utf8(bytes),
        "iso-8859-1" | "latin1" | "latin-1" | "iso_8859-1" | "windows-1252" | "cp1252" => {
            Ok(single_bytes(bytes))
        }
        "utf-16" | "utf-16le" | "utf-16be" => Err(XmlError::at_start(format!(
            "the file says that its encoding is {name:?}, but its bytes are not"
        ))
        .with_hint("Save the file as UTF-8, and write encoding=\"UTF-8\".")),
        _ => Err(XmlError::at_start(format!(
            "the file is written in the encoding {name:?}, which this program does not read"
        ))
        .with_hint("Save the file as UTF-8, and write encoding=\"UTF-8\".")),
    }
}

/// Returns the encoding that the declaration names.
fn declared_encoding(bytes: &[u8]) -> Option<String> {
    let start = &bytes[..bytes.len().min(256)];
    let declaration = start.strip_prefix(b"<?xml")?;
    let end = declaration.windows(2).position(|pair| pair == b"?>")?;
    let declaration = str::from_utf8(&declaration[..end]).ok()?;
    let (_, value) = declaration.split_once("encoding")?;
    let value = value.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|it| matches!(it, '"' | '\''))?;
    let (name, _) = value[1..].split_once(quote)?;
    Some(name.to_owned())
}

fn utf8(bytes: &[u8]) -> Result<Cow<'_, str>, XmlError> {
    match str::from_utf8(bytes) {
        Ok(text) => Ok(Cow::Borrowed(text)),
        Err(error) => {
            let before = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
            let message = format!(
                "the byte 0x{:02X} is not valid in UTF-8, which the file is read as",
                bytes[error.valid_up_to()]
            );
            Err(XmlError::at(&before, before.len(), message).with_hint(
                "Save the file as UTF-8, or name its encoding in the first line: <?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>",
            ))
        }
    }
}

fn utf16(bytes: &[u8], read: fn([u8; 2]) -> u16) -> Result<Cow<'_, str>, XmlError> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let units = pairs.iter().map(|pair| read(*pair));
    let mut text = String::with_capacity(bytes.len() / 2);
    for character in char::decode_utf16(units) {
        let Ok(character) = character else {
            let message = "the file is not valid UTF-16, which its first bytes say it is";
            return Err(XmlError::at(&text, text.len(), message));
        };
        text.push(character);
    }
    if rest.is_empty() {
        Ok(Cow::Owned(text))
    } else {
        let message = "the file is UTF-16 and ends within a character";
        Err(XmlError::at(&text, text.len(), message))
    }
}

fn single_bytes(bytes: &[u8]) -> Cow<'_, str> {
    if bytes.is_ascii() {
        return String::from_utf8_lossy(bytes);
    }
    let high: Vec<char> = WINDOWS_1252.chars().collect();
    let character = |byte: &u8| match byte {
        0x80..=0x9F => high[usize::from(byte - 0x80)],
        _ => char::from(*byte),
    };
    Cow::Owned(bytes.iter().map(character).collect())
}
