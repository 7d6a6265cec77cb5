//! Bodies of the type `multipart/form-data` (RFC 7578), without copying their parts.

use std::fmt;

use bytes::Bytes;
use memchr::memmem;

use crate::http::content_disposition::DispositionParameters;

/// The number of parts that are read. Browsers send a few, an assembly some hundreds.
const MAX_PARTS: usize = 10_000;

/// The size of the headers of a part, in bytes.
const MAX_HEADERS: usize = 16 * 1024;

/// A part of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) name: String,
    pub(crate) file_name: Option<String>,
    /// The header `Content-Type` as it was sent.
    pub(crate) content_type: Option<String>,
    pub(crate) body: Bytes,
}

/// The reason why a body cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MultipartError {
    NoBoundary,
    NoStart,
    /// The boundary that ends the form is missing.
    NoEnd,
    /// The headers of the part with this number are missing, too large, or are no text.
    Headers(usize),
    /// The part with this number has no name.
    NoName(usize),
    TooManyParts,
}

impl fmt::Display for MultipartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoBoundary => f.write_str("the content type names no boundary"),
            Self::NoStart => f.write_str("the body does not contain the boundary"),
            Self::NoEnd => f.write_str("the boundary that ends the form is missing"),
            Self::Headers(number) => write!(f, "the headers of part {number} are malformed"),
            Self::NoName(number) => write!(f, "part {number} has no name"),
            Self::TooManyParts => write!(f, "the form has more than {MAX_PARTS} parts"),
        }
    }
}

/// Returns the boundary in a content type. Returns `None` if the type is not `multipart/form-data`.
pub(crate) fn boundary(content_type: &str) -> Option<Result<String, MultipartError>> {
    let (media_type, parameters) = content_type.split_once(';').unwrap_or((content_type, ""));
    let is_form = media_type
        .trim()
        .eq_ignore_ascii_case("multipart/form-data");
    is_form.then(|| media_type_parameter(parameters, "boundary").ok_or(MultipartError::NoBoundary))
}

/// Reads the parts of a form.
pub(crate) fn read(body: &Bytes, boundary: &str) -> Result<Vec<Part>, MultipartError> {
    let delimiter = [b"\r\n--", boundary.as_bytes()].concat();
    let finder = memmem::Finder::new(&delimiter);
    let mut start = match body.strip_prefix(&delimiter[2..]) {
        Some(_) => delimiter.len() - 2,
        None => {
            let at = finder.find(body).ok_or(MultipartError::NoStart)?;
            at + delimiter.len()
        }
    };
    let mut parts = Vec::new();
    loop {
        let rest = &body[start..];
        if rest.starts_with(b"--") {
            return Ok(parts);
        }
        if parts.len() == MAX_PARTS {
            return Err(MultipartError::TooManyParts);
        }
        let line_end = line_end(rest).ok_or(MultipartError::NoEnd)?;
        let begin = start + line_end;
        let end = next_delimiter(body, begin, &finder, delimiter.len())?;
        parts.push(part(body.slice(begin..end.max(begin)), parts.len() + 1)?);
        start = end + delimiter.len();
    }
}

/// Returns the number of bytes to the end of a line that has only spaces.
fn line_end(text: &[u8]) -> Option<usize> {
    let spaces = text
        .iter()
        .take_while(|byte| matches!(byte, b' ' | b'\t'))
        .count();
    text[spaces..].starts_with(b"\r\n").then_some(spaces + 2)
}

/// Returns the place of the delimiter that ends the part which begins at `begin`.
///
/// A longer word that begins like the delimiter is content of the part.
fn next_delimiter(
    body: &[u8],
    begin: usize,
    finder: &memmem::Finder<'_>,
    delimiter: usize,
) -> Result<usize, MultipartError> {
    // The line end of the delimiter before this part may be that of the next delimiter.
    let mut from = begin - 2;
    while let Some(at) = finder.find(&body[from..]) {
        let at = from + at;
        let after = &body[at + delimiter..];
        if after.starts_with(b"--") || line_end(after).is_some() {
            return Ok(at);
        }
        from = at + delimiter;
    }
    Err(MultipartError::NoEnd)
}

fn part(bytes: Bytes, number: usize) -> Result<Part, MultipartError> {
    let malformed = MultipartError::Headers(number);
    let searched = &bytes[..bytes.len().min(MAX_HEADERS)];
    let (head, body) = if searched.starts_with(b"\r\n") {
        (0, 2)
    } else {
        let at = memmem::find(searched, b"\r\n\r\n").ok_or(malformed)?;
        (at, at + 4)
    };
    let head = String::from_utf8_lossy(&bytes[..head])
        .replace("\r\n ", " ")
        .replace("\r\n\t", " ");
    let mut disposition = None;
    let mut content_type = None;
    for line in head.split("\r\n").filter(|line| !line.is_empty()) {
        let (name, value) = line.split_once(':').ok_or(malformed)?;
        let value = value.trim().to_owned();
        match name.trim().to_ascii_lowercase().as_str() {
            "content-disposition" => disposition = Some(value),
            "content-type" => content_type = Some(value),
            _ => {}
        }
    }
    let disposition = disposition.unwrap_or_default();
    let parameters = DispositionParameters::parse(&disposition);
    Ok(Part {
        name: parameters
            .get("name")
            .ok_or(MultipartError::NoName(number))?,
        file_name: parameters.get("filename"),
        content_type,
        body: bytes.slice(body..),
    })
}

/// Returns the value of a content type's parameter, quoted or not, with or without spaces around
/// it.
fn media_type_parameter(parameters: &str, name: &str) -> Option<String> {
    let value = parameters.split(';').find_map(|parameter| {
        let (key, value) = parameter.split_once('=')?;
        key.trim().eq_ignore_ascii_case(name).then_some(value)
    })?;
    let value = value.trim().trim_matches('"');
    (!value.is_empty()).then(|| value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parts(body: &str) -> Result<Vec<Part>, MultipartError> {
        read(&Bytes::copy_from_slice(body.as_bytes()), "b")
    }

    #[test]
    fn names_are_read_in_every_spelling() {
        for (header, name, file_name) in [
            (r#"form-data; name="a""#, "a", None),
            ("form-data; name=a; filename=b.pdf", "a", Some("b.pdf")),
            (
                r#"FORM-DATA;NAME="a;b";FileName="c=d.pdf""#,
                "a;b",
                Some("c=d.pdf"),
            ),
            (
                r#"form-data; name="a\"b"; filename="C:\new\x.pdf""#,
                "a\"b",
                Some(r"C:\new\x.pdf"),
            ),
            (r#"form-data; name="a%22b"; filename="""#, "a\"b", Some("")),
            (
                r#"form-data; name="ü"; filename="Größe.xdp""#,
                "ü",
                Some("Größe.xdp"),
            ),
            (
                "form-data; name*=UTF-8''%C3%BC; filename=\"x\"; filename*=utf-8'de'Gr%C3%B6%C3%9Fe.xdp",
                "ü",
                Some("Größe.xdp"),
            ),
            (
                "form-data; name=n; filename*=ISO-8859-1''%FC",
                "n",
                Some("ü"),
            ),
            (
                "attachment; name=output; filename=a.pdf",
                "output",
                Some("a.pdf"),
            ),
        ] {
            let body = format!("--b\r\nContent-Disposition: {header}\r\n\r\nx\r\n--b--");
            let read = &parts(&body).unwrap()[0];
            assert_eq!(read.name, name, "{header}");
            assert_eq!(read.file_name.as_deref(), file_name, "{header}");
            assert_eq!(read.body, "x");
        }
    }

    #[test]
    fn content_may_look_like_a_boundary() {
        let head = "Content-Disposition: form-data; name=a\r\n\r\n";
        for content in [
            "", "\r\n", "\r\n--", "\r\n--bb", "\r\n--b-", "--bb", "\r\n\r\n",
        ] {
            let body = format!(
                "preamble\r\n--b  \r\n{head}{content}\r\n--b\t\r\n{head}z\r\n--b--epilogue"
            );
            let read = parts(&body).unwrap();
            assert_eq!(read[0].body, content);
            assert_eq!(read[1].body, "z");
        }
    }

    #[test]
    fn headers_are_optional_but_the_name() {
        let folded = "--b\r\nContent-Disposition: form-data;\r\n name=a\r\nX: y\r\ncontent-TYPE: text/plain; charset=UTF-8\r\n\r\n1\r\n--b--";
        let read = parts(folded).unwrap();
        assert_eq!(read[0].name, "a");
        assert_eq!(
            read[0].content_type.as_deref(),
            Some("text/plain; charset=UTF-8")
        );
        assert_eq!(parts("--b--").unwrap(), []);
        let no_name = "--b\r\nContent-Disposition: form-data\r\n\r\n1\r\n--b--";
        assert_eq!(parts(no_name), Err(MultipartError::NoName(1)));
        assert_eq!(
            parts("--b\r\n\r\n1\r\n--b--"),
            Err(MultipartError::NoName(1))
        );
    }

    #[test]
    fn malformed_body_says_what_is_wrong() {
        let head = "Content-Disposition: form-data; name=a\r\n\r\n";
        for (body, error) in [
            (String::new(), MultipartError::NoStart),
            ("{}".to_owned(), MultipartError::NoStart),
            ("--b".to_owned(), MultipartError::NoEnd),
            (format!("--b\r\n{head}cut"), MultipartError::NoEnd),
            (
                "--b\r\nname\r\n\r\n--b--".to_owned(),
                MultipartError::Headers(1),
            ),
            (
                "--b\r\nA: b\r\n--b--".to_owned(),
                MultipartError::Headers(1),
            ),
            (
                format!("--b\r\nA: {}\r\n{head}\r\n--b--", "x".repeat(MAX_HEADERS)),
                MultipartError::Headers(1),
            ),
            ("--b\r\n".repeat(2), MultipartError::Headers(1)),
        ] {
            assert_eq!(parts(&body), Err(error), "{body:.40}");
        }
        let many = format!("--b\r\n{head}\r\n").repeat(MAX_PARTS + 1);
        assert_eq!(
            parts(&format!("{many}--b--")),
            Err(MultipartError::TooManyParts)
        );
    }

    #[test]
    fn boundary_is_read_from_forms_only() {
        for (content_type, expected) in [
            ("multipart/form-data; boundary=x", Some(Ok("x".to_owned()))),
            (
                "Multipart/Form-Data; a=b; Boundary = \"x y\"",
                Some(Ok("x y".to_owned())),
            ),
            ("multipart/form-data", Some(Err(MultipartError::NoBoundary))),
            (
                "multipart/form-data; boundary=",
                Some(Err(MultipartError::NoBoundary)),
            ),
            ("multipart/mixed; boundary=x", None),
            ("application/pdf", None),
            ("", None),
        ] {
            assert_eq!(boundary(content_type), expected, "{content_type}");
        }
    }

    proptest! {
        #[test]
        fn parts_are_read_as_written(
            values in proptest::collection::vec("(\r\n|--|b|[ -~]){0,12}", 0..5),
        ) {
            prop_assume!(values.iter().all(|value| !value.contains("--b")));
            let mut body = String::new();
            for value in &values {
                body += &format!("--b\r\nContent-Disposition: form-data; name=\"n\"\r\n\r\n{value}\r\n");
            }
            body += "--b--\r\n";
            let read: Vec<_> = parts(&body).unwrap().into_iter().map(|part| part.body).collect();
            prop_assert_eq!(read, values);
        }

        #[test]
        fn arbitrary_body_does_not_panic(
            pieces in proptest::collection::vec(
                prop_oneof![
                    Just("--b"), Just("--b--"), Just("\r\n"), Just("\n"), Just("\""), Just("%C"),
                    Just("Content-Disposition: form-data; name=\"a\""), Just("\\\""), Just("'"),
                    Just("Content-Disposition: form-data; name*=a;"), Just("name"), Just("="),
                    Just(";"), Just(" "), Just(":"), Just("\u{0}"), Just("ü"),
                ],
                0..30,
            ),
        ) {
            let _ = parts(&pieces.concat());
        }
    }
}
