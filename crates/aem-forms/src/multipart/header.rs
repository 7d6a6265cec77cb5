//! The head of a part, and the parameters of headers.

/// The head of a part of an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct PartHead {
    pub(crate) name: Option<String>,
    pub(crate) file_name: Option<String>,
    /// As it was written, with its parameters.
    pub(crate) content_type: Option<String>,
    pub(crate) transfer_encoding: Option<String>,
    pub(crate) length: Option<u64>,
}

/// More headers than any part has for a reason.
const MAX_LINES: usize = 64;

impl PartHead {
    /// Reads the lines of a head. `None` if a line is no header, or if there are too many.
    pub(crate) fn parse(head: &[u8]) -> Option<Self> {
        let text = match core::str::from_utf8(head) {
            Ok(text) => text.to_owned(),
            // Latin-1, which older servers write.
            Err(_) => head.iter().map(|byte| char::from(*byte)).collect(),
        };
        let mut parsed = Self::default();
        for (index, line) in unfold(&text).into_iter().enumerate() {
            let (name, value) = line.split_once(':')?;
            if index == MAX_LINES || name.is_empty() || name.contains(char::is_whitespace) {
                return None;
            }
            parsed.set(&name.to_ascii_lowercase(), value.trim());
        }
        Some(parsed)
    }

    fn set(&mut self, name: &str, value: &str) {
        match name {
            "content-disposition" => self.set_disposition(value),
            "content-type" => self.content_type = Some(value.to_owned()),
            "content-transfer-encoding" => {
                self.transfer_encoding = Some(value.to_ascii_lowercase());
            }
            "content-length" => self.length = value.parse().ok(),
            _ => {}
        }
    }

    /// Reads the names, whatever the kind of disposition is: AEM says `attachment` where others say `form-data`.
    pub(crate) fn set_disposition(&mut self, value: &str) {
        let parameters = Parameters::parse(value);
        self.name = parameters.get("name");
        self.file_name = parameters.get("filename");
    }

    /// Returns the type without parameters, in lower case.
    pub(crate) fn media_type(&self) -> Option<String> {
        self.content_type.as_deref().and_then(media_type)
    }
}

/// Returns a type without parameters, in lower case.
pub(crate) fn media_type(content_type: &str) -> Option<String> {
    let media_type = content_type.split(';').next()?.trim();
    (!media_type.is_empty()).then(|| media_type.to_ascii_lowercase())
}

/// Returns the lines, of which those that begin with white space continue the one before.
fn unfold(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines().filter(|line| !line.is_empty()) {
        match lines.last_mut() {
            Some(last) if line.starts_with([' ', '\t']) => last.push_str(line),
            _ => lines.push(line.to_owned()),
        }
    }
    lines
}

/// The parameters of a header such as `attachment; name=output; filename="a.pdf"`.
pub(crate) struct Parameters(Vec<(String, String)>);

impl Parameters {
    pub(crate) fn parse(value: &str) -> Self {
        let mut parameters = Vec::new();
        let mut rest = value.split_once(';').map_or("", |(_, rest)| rest);
        while let Some((name, after)) = rest.split_once('=') {
            // A word without a value stands before the name.
            let name = name.rsplit(';').next().unwrap_or(name);
            let (value, after) = parameter_value(after.trim_start());
            parameters.push((name.trim().to_ascii_lowercase(), value));
            rest = after;
        }
        Self(parameters)
    }

    /// Returns a parameter. Its extended form (RFC 5987), as in `filename*`, counts more.
    pub(crate) fn get(&self, name: &str) -> Option<String> {
        let find = |name: &str| {
            let found = self.0.iter().find(|(own, _)| own == name);
            found.map(|(_, value)| value.as_str())
        };
        let extended = find(&format!("{name}*")).and_then(extended_value);
        extended.or_else(|| find(name).map(str::to_owned))
    }
}

/// Reads a value, quoted or bare. Returns it with what follows.
fn parameter_value(text: &str) -> (String, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find(';').unwrap_or(text.len());
        return (text[..end].trim().to_owned(), &text[end..]);
    };
    let mut value = String::new();
    let mut chars = quoted.char_indices();
    while let Some((index, c)) = chars.next() {
        match c {
            '"' => return (value, &quoted[index + 1..]),
            // A path of Windows has backslashes that escape nothing.
            '\\' => match quoted[index + 1..].chars().next() {
                Some(next @ ('"' | '\\')) => {
                    value.push(next);
                    chars.next();
                }
                _ => value.push('\\'),
            },
            c => value.push(c),
        }
    }
    (value, "")
}

/// Decodes `UTF-8''%e2%82%ac.pdf` (RFC 5987).
fn extended_value(text: &str) -> Option<String> {
    let mut fields = text.splitn(3, '\'');
    let (charset, _language, value) = (fields.next()?, fields.next()?, fields.next()?);
    let bytes = percent_decoded(value)?;
    if charset.eq_ignore_ascii_case("utf-8") {
        String::from_utf8(bytes).ok()
    } else if charset.eq_ignore_ascii_case("iso-8859-1") {
        Some(bytes.into_iter().map(char::from).collect())
    } else {
        None
    }
}

pub(crate) fn percent_decoded(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        if *byte != b'%' {
            bytes.push(*byte);
            continue;
        }
        let digits = core::str::from_utf8(rest.get(..2)?).ok()?;
        if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        rest = &rest[2..];
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_in_each_notation() {
        for (value, name, file_name) in [
            (
                "attachment; name=output; filename=Letter A.pdf",
                Some("output"),
                Some("Letter A.pdf"),
            ),
            (
                "form-data; name=\"a;b\"; filename=\"x\\\"y\\\\z.pdf\"",
                Some("a;b"),
                Some("x\"y\\z.pdf"),
            ),
            (
                "attachment;NAME=\"n\";filename=old.pdf;filename*=UTF-8'en'%e2%82%ac.pdf",
                Some("n"),
                Some("€.pdf"),
            ),
            (
                "attachment; filename*=iso-8859-1''%FC.pdf",
                None,
                Some("ü.pdf"),
            ),
            // What cannot be decoded does not count.
            (
                "attachment; filename*=UTF-8''%zz; filename=b",
                None,
                Some("b"),
            ),
            (
                "attachment; filename*=UTF-8''%+1; filename=b",
                None,
                Some("b"),
            ),
            ("attachment; filename*=x; filename=b", None, Some("b")),
            (
                "attachment; filename=\"C:\\docs\\a.pdf\"",
                None,
                Some("C:\\docs\\a.pdf"),
            ),
            ("attachment; filename=\"open", None, Some("open")),
            ("attachment; word; name=\"\"", Some(""), None),
            ("attachment", None, None),
            ("", None, None),
        ] {
            let mut head = PartHead::default();
            head.set_disposition(value);
            assert_eq!(
                (head.name.as_deref(), head.file_name.as_deref()),
                (name, file_name),
                "{value}"
            );
        }
    }

    #[test]
    fn head_is_read_in_each_encoding_and_folding() {
        let head = "content-TYPE: Application/PDF;\r\n charset=x\r\nContent-Disposition: \
                    attachment;\r\n\tname=ü\r\nContent-Length: 7\r\nX-Other: 1";
        for head in [
            head.as_bytes().to_vec(),
            head.chars().map(|c| c as u8).collect(),
        ] {
            let head = PartHead::parse(&head).unwrap();
            assert_eq!(head.name.as_deref(), Some("ü"));
            assert_eq!(head.media_type().as_deref(), Some("application/pdf"));
            assert_eq!(head.length, Some(7));
        }
        assert_eq!(PartHead::parse(b""), Some(PartHead::default()));
        let many = "A: b\r\n".repeat(65);
        for head in ["no header", ": empty", "a b: c", " folded", &many] {
            assert_eq!(PartHead::parse(head.as_bytes()), None, "{head}");
        }
    }
}
