//! Forms with files (multipart/form-data, RFC 7578), which AEM's document services accept.

use http::HeaderValue;

use crate::args::{FormPart, PartSource};
use crate::environment::input;
use crate::error::Failure;

/// Returns the headers and the content of a part.
fn encode_part(part: &FormPart) -> Result<Vec<u8>, Failure> {
    let mut head = format!(
        "Content-Disposition: form-data; name=\"{}\"",
        quoted(&part.name)
    );
    if let Some(name) = &part.file_name {
        head.push_str(&format!("; filename=\"{}\"", quoted(name)));
    }
    let of_files = part.file_name.as_ref().map(|_| "application/octet-stream");
    if let Some(kind) = part.content_type.as_deref().or(of_files) {
        head.push_str(&format!("\r\nContent-Type: {kind}"));
    }
    head.push_str("\r\n\r\n");
    let mut bytes = head.into_bytes();
    match &part.source {
        PartSource::Text(text) => bytes.extend_from_slice(text.as_bytes()),
        PartSource::File(path) => bytes.append(&mut input::content(path)?),
    }
    Ok(bytes)
}

/// Returns the content type and the body of a form. No part holds the boundary.
pub(crate) fn encode(parts: &[FormPart]) -> Result<(HeaderValue, Vec<u8>), Failure> {
    let parts: Vec<_> = parts.iter().map(encode_part).collect::<Result<_, _>>()?;
    let holds = |part: &[u8], text: &str| {
        part.windows(text.len())
            .any(|piece| piece == text.as_bytes())
    };
    let boundary = (0..=parts.iter().map(Vec::len).sum())
        .map(|number: usize| format!("ims-boundary-{number}"))
        .find(|boundary| !parts.iter().any(|part| holds(part, boundary)))
        .ok_or_else(|| Failure::unexpected("there is no boundary for the parts"))?;
    let kind = HeaderValue::from_str(&format!("multipart/form-data; boundary={boundary}"))
        .map_err(|error| Failure::unexpected(format!("no type for the parts: {error}")))?;
    let mut whole = Vec::new();
    for mut part in parts {
        whole.extend_from_slice(format!("--{boundary}\r\n").as_bytes());
        whole.append(&mut part);
        whole.extend_from_slice(b"\r\n");
    }
    whole.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    Ok((kind, whole))
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
        let (_, body) = encode(&parts).unwrap();
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
}
