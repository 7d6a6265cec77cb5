//! The header `Content-Disposition` of a part (RFC 7578, RFC 5987).

use std::borrow::Cow;

/// The parameters of a header `Content-Disposition`, with names in lower case.
pub(crate) struct DispositionParameters(Vec<(String, String)>);

impl DispositionParameters {
    /// Reads `form-data; name="a\"b"; filename*=UTF-8''%C3%BC`.
    ///
    /// In quotes a backslash escapes a quote or a backslash only. So names of Windows keep theirs.
    pub(crate) fn parse(header: &str) -> Self {
        let mut parameters = Vec::new();
        let mut rest = header.split_once(';').map_or("", |(_, rest)| rest);
        while let Some((key, after)) = rest.split_once('=') {
            let after = after.trim_start();
            let (value, next) = match after.strip_prefix('"') {
                Some(quoted) => unquote(quoted),
                None => {
                    let end = after.find(';').unwrap_or(after.len());
                    (after[..end].trim().to_owned(), &after[end..])
                }
            };
            let key = key.trim_matches([';', ' ', '\t']).to_ascii_lowercase();
            parameters.push((key, value));
            rest = next;
        }
        Self(parameters)
    }

    /// Returns a parameter. Its extended form (RFC 5987) counts more than the plain one, which in
    /// turn may have the escapes of browsers (`%22`, `%0D`, `%0A`).
    pub(crate) fn get(&self, name: &str) -> Option<String> {
        let find = |key: &str| {
            let mut parameters = self.0.iter();
            Some(parameters.find(|(known, _)| known == key)?.1.as_str())
        };
        if let Some(value) = find(&format!("{name}*")).and_then(decode_extended) {
            return Some(value);
        }
        let value = find(name)?;
        let value = value.replace("%22", "\"").replace("%0D", "\r");
        Some(value.replace("%0A", "\n"))
    }
}

/// Returns the text up to the closing quote, and what is behind it.
fn unquote(text: &str) -> (String, &str) {
    let mut value = String::new();
    let mut characters = text.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return (value, &text[at + 1..]),
            '\\' => {
                let escaped = characters.next_if(|(_, next)| matches!(next, '"' | '\\'));
                value.push(escaped.map_or('\\', |(_, escaped)| escaped));
            }
            _ => value.push(character),
        }
    }
    (value, "")
}

/// Decodes `UTF-8'en'%C3%BC` (RFC 5987).
fn decode_extended(value: &str) -> Option<String> {
    let mut words = value.splitn(3, '\'');
    let charset = words.next()?;
    let encoded = words.nth(1)?;
    let bytes = percent_decode(encoded);
    if charset.eq_ignore_ascii_case("iso-8859-1") {
        return Some(bytes.iter().map(|byte| char::from(*byte)).collect());
    }
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// Decodes the `%XX` of a text. What is no escape stays as it is.
pub(crate) fn percent_decode(text: &str) -> Cow<'_, [u8]> {
    if !text.contains('%') {
        return Cow::Borrowed(text.as_bytes());
    }
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let escaped = (*byte == b'%')
            .then(|| text.get(at + 1..at + 3))
            .flatten()
            .filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        decoded.push(escaped.unwrap_or(*byte));
        at += if escaped.is_some() { 3 } else { 1 };
    }
    Cow::Owned(decoded)
}
