//! Forms with files (multipart/form-data, RFC 7578), which AEM's document services accept.

use http::HeaderValue;

use crate::args::{FormPart, PartSource};
use crate::environment::input::NamedFile;
use crate::error::Failure;

/// The types of files by the end of their names, as curl knows them.
const TYPES: [(&str, &str); 10] = [
    (".gif", "image/gif"),
    (".jpg", "image/jpeg"),
    (".jpeg", "image/jpeg"),
    (".png", "image/png"),
    (".svg", "image/svg+xml"),
    (".txt", "text/plain"),
    (".htm", "text/html"),
    (".html", "text/html"),
    (".pdf", "application/pdf"),
    (".xml", "application/xml"),
];

/// Returns the type of a form and its body. `of_user` is a type that the user named: it keeps its boundary, or gets one.
/// No part holds the boundary.
pub(super) fn encode(
    parts: &[FormPart],
    of_user: Option<&HeaderValue>,
) -> Result<(HeaderValue, Vec<u8>), Failure> {
    let of_user = of_user.filter(|kind| !kind.is_empty());
    let kind = of_user.map_or(b"multipart/form-data".as_slice(), HeaderValue::as_bytes);
    let is_form = kind
        .get(..FORM_DATA.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(FORM_DATA));
    let disposition = if is_form { "form-data" } else { "attachment" };
    let parts = parts.iter().map(|part| encode_part(part, disposition));
    let parts = parts.collect::<Result<Vec<_>, _>>()?;
    let holds = |text: &str| parts.iter().any(|part| holds(part, text.as_bytes()));
    if let Some(boundary) = boundary_of(kind)? {
        if holds(&boundary) {
            return Err(Failure::usage(
                "the boundary in the given Content-Type is in the content of a part",
            )
            .with_hint("leave out the boundary, and one that fits is added"));
        }
        return Ok((header(kind)?, assemble(parts, &boundary)));
    }
    let boundary = (0..=parts.iter().map(Vec::len).sum())
        .map(|number: usize| format!("ims-boundary-{number}"))
        .find(|boundary| !holds(boundary))
        .ok_or_else(|| Failure::unexpected("there is no boundary for the parts"))?;
    let kind = [kind, b"; boundary=", boundary.as_bytes()].concat();
    Ok((header(&kind)?, assemble(parts, &boundary)))
}

const FORM_DATA: &[u8] = b"multipart/form-data";

fn header(kind: &[u8]) -> Result<HeaderValue, Failure> {
    HeaderValue::from_bytes(kind)
        .map_err(|error| Failure::unexpected(format!("no type for the parts: {error}")))
}

/// Returns the boundary that a type names, if it names one.
fn boundary_of(kind: &[u8]) -> Result<Option<String>, Failure> {
    let text = String::from_utf8_lossy(kind);
    let parameters = text.split(';').skip(1).filter_map(|it| it.split_once('='));
    let mut named = parameters.filter(|(name, _)| name.trim().eq_ignore_ascii_case("boundary"));
    let Some((_, boundary)) = named.next() else {
        return Ok(None);
    };
    let boundary = boundary.trim().trim_matches('"');
    // RFC 2046, section 5.1.1.
    let is_boundary = (1..=70).contains(&boundary.len())
        && !boundary.ends_with(' ')
        && boundary
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"'()+_,-./:=? ".contains(&byte));
    if is_boundary {
        return Ok(Some(boundary.to_owned()));
    }
    Err(
        Failure::usage("the boundary in the given Content-Type is not valid")
            .with_hint("leave out the boundary, and one that fits is added"),
    )
}

/// Returns the headers and the content of a part.
fn encode_part(part: &FormPart, disposition: &str) -> Result<Vec<u8>, Failure> {
    let mut head = format!(
        "Content-Disposition: {disposition}; name=\"{}\"",
        quoted(&part.name)
    );
    if let Some(name) = &part.file_name {
        head.push_str(&format!("; filename=\"{}\"", quoted(name)));
    }
    let of_file = part.file_name.as_deref().map(type_of_file);
    if let Some(kind) = part.content_type.as_deref().or(of_file) {
        head.push_str(&format!("\r\nContent-Type: {kind}"));
    }
    head.push_str("\r\n\r\n");
    let mut bytes = head.into_bytes();
    match &part.source {
        PartSource::Text(text) => bytes.extend_from_slice(text.as_bytes()),
        PartSource::File(path) => bytes.append(&mut NamedFile::new("-F", path).content()?),
    }
    Ok(bytes)
}

fn type_of_file(name: &str) -> &'static str {
    let name = name.to_ascii_lowercase();
    let known = TYPES.iter().find(|(end, _)| name.ends_with(end));
    known.map_or("application/octet-stream", |(_, kind)| *kind)
}

fn holds(part: &[u8], text: &[u8]) -> bool {
    part.windows(text.len()).any(|piece| piece == text)
}

fn assemble(parts: Vec<Vec<u8>>, boundary: &str) -> Vec<u8> {
    let mut whole = Vec::new();
    for mut part in parts {
        whole.extend_from_slice(format!("--{boundary}\r\n").as_bytes());
        whole.append(&mut part);
        whole.extend_from_slice(b"\r\n");
    }
    whole.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    whole
}

/// Escapes a name as browsers do, so that it does not end the quotes or the line.
fn quoted(name: &str) -> String {
    name.replace('"', "%22")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text_part(name: &str, text: &str, content_type: Option<&str>) -> FormPart {
        FormPart {
            name: name.to_owned(),
            source: PartSource::Text(text.to_owned()),
            content_type: content_type.map(str::to_owned),
            file_name: None,
        }
    }

    #[test]
    fn boundary_is_one_that_no_part_holds() {
        let parts = [
            text_part("a\"\r\n", "1;2;typ=x", Some("text/plain")),
            text_part("b", "--ims-boundary-0", None),
            text_part("c", "", None),
        ];
        let (_, body) = encode(&parts, None).unwrap();
        assert_eq!(
            String::from_utf8(body).unwrap(),
            "--ims-boundary-1\r\n\
             Content-Disposition: form-data; name=\"a%22%0D%0A\"\r\n\
             Content-Type: text/plain\r\n\r\n\
             1;2;typ=x\r\n\
             --ims-boundary-1\r\n\
             Content-Disposition: form-data; name=\"b\"\r\n\r\n\
             --ims-boundary-0\r\n\
             --ims-boundary-1\r\n\
             Content-Disposition: form-data; name=\"c\"\r\n\r\n\r\n\
             --ims-boundary-1--\r\n"
        );
    }

    #[test]
    fn type_of_the_user_keeps_its_boundary_or_gets_one() {
        let parts = [text_part("a", "b", None)];
        for (given, sent, disposition) in [
            (
                "multipart/form-data",
                "multipart/form-data; boundary=ims-boundary-0",
                "form-data",
            ),
            (
                "Multipart/Form-Data;x=y",
                "Multipart/Form-Data;x=y; boundary=ims-boundary-0",
                "form-data",
            ),
            (
                "multipart/related; x=y",
                "multipart/related; x=y; boundary=ims-boundary-0",
                "attachment",
            ),
            (
                "multipart/form-data; boundary=mine",
                "multipart/form-data; boundary=mine",
                "form-data",
            ),
            (
                "multipart/mixed; Boundary=\"it's: mine\"; x=y",
                "multipart/mixed; Boundary=\"it's: mine\"; x=y",
                "attachment",
            ),
        ] {
            let (kind, body) = encode(&parts, Some(&HeaderValue::from_static(given))).unwrap();
            assert_eq!(kind, sent);
            let boundary = match given {
                given if given.contains("mine\"") => "it's: mine",
                given if given.contains("mine") => "mine",
                _ => "ims-boundary-0",
            };
            assert_eq!(
                String::from_utf8(body).unwrap(),
                format!(
                    "--{boundary}\r\nContent-Disposition: {disposition}; name=\"a\"\r\n\r\nb\r\n--{boundary}--\r\n"
                )
            );
        }
        let long = format!("a/b; boundary={}", "x".repeat(71));
        for wrong in [
            "a/b; boundary=",
            "a/b; boundary=b",
            "a/b; boundary=\"x\\y\"",
            &long,
        ] {
            let wrong = HeaderValue::from_str(wrong).unwrap();
            assert!(encode(&parts, Some(&wrong)).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn type_of_a_file_follows_from_its_name() {
        for (name, kind) in [
            ("a.XML", "application/xml"),
            ("a.b.pdf", "application/pdf"),
            ("xml", "application/octet-stream"),
            ("a.xdp", "application/octet-stream"),
        ] {
            assert_eq!(type_of_file(name), kind, "{name}");
        }
    }
}
