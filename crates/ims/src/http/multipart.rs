//! Forms with files (multipart/form-data, RFC 7578), as AEM's document services take them.

use std::path::{Path, PathBuf};

use http::HeaderValue;

use crate::environment::input;
use crate::error::Failure;

/// One part, as `-F` names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    name: String,
    source: Source,
    content_type: Option<String>,
    file_name: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Source {
    Text(String),
    File(PathBuf),
}

impl Part {
    pub(crate) fn is_stdin(&self) -> bool {
        self.source == Source::File("-".into())
    }

    /// Its headers and its content.
    fn encode(&self) -> Result<Vec<u8>, Failure> {
        let mut part = format!(
            "Content-Disposition: form-data; name=\"{}\"",
            quoted(&self.name)
        );
        if let Some(name) = &self.file_name {
            part.push_str(&format!("; filename=\"{}\"", quoted(name)));
        }
        let of_files = self.file_name.as_ref().map(|_| "application/octet-stream");
        if let Some(kind) = self.content_type.as_deref().or(of_files) {
            part.push_str(&format!("\r\nContent-Type: {kind}"));
        }
        part.push_str("\r\n\r\n");
        let mut part = part.into_bytes();
        match &self.source {
            Source::Text(text) => part.extend_from_slice(text.as_bytes()),
            Source::File(path) => part.append(&mut input::content(path)?),
        }
        Ok(part)
    }
}

/// Reads `NAME=TEXT`, `NAME=@FILE` or `NAME=<FILE`, each with `;type=…` and `;filename=…` after it.
pub(crate) fn parse(text: &str) -> Result<Part, String> {
    let (name, mut content) = text
        .split_once('=')
        .filter(|(name, _)| !name.is_empty())
        .ok_or("give NAME=TEXT, NAME=@FILE or NAME=<FILE")?;
    let (mut content_type, mut file_name) = (None, None);
    while let Some((before, last)) = content.rsplit_once(';') {
        match last.trim().split_once('=') {
            Some(("type", kind)) => content_type = Some(media_type(kind)?),
            Some(("filename", name)) => file_name = Some(name.to_owned()),
            _ => break,
        }
        content = before;
    }
    let source = match content.split_at_checked(1) {
        Some(("@", path)) => {
            let own = Path::new(path).file_name().unwrap_or_default();
            file_name = file_name.or_else(|| Some(own.to_string_lossy().into_owned()));
            Source::File(path.into())
        }
        Some(("<", path)) => Source::File(path.into()),
        _ => Source::Text(content.to_owned()),
    };
    Ok(Part {
        name: name.to_owned(),
        source,
        content_type,
        file_name,
    })
}

fn media_type(text: &str) -> Result<String, String> {
    let is_one = text.contains('/') && text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    match is_one {
        true => Ok(text.to_owned()),
        false => Err("a type is written as application/xml".to_owned()),
    }
}

/// The parts with the type of the whole. The boundary is one that none of them holds.
pub(crate) fn encode(parts: &[Part]) -> Result<(HeaderValue, Vec<u8>), Failure> {
    let parts: Vec<_> = parts.iter().map(Part::encode).collect::<Result<_, _>>()?;
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

/// As browsers write names, so that none ends the quotes or the line.
fn quoted(name: &str) -> String {
    name.replace('"', "%22")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(arguments: &[&str]) -> String {
        let parts: Vec<_> = arguments.iter().map(|it| parse(it).unwrap()).collect();
        let Ok((_, whole)) = encode(&parts) else {
            panic!("{arguments:?}");
        };
        String::from_utf8(whole).unwrap()
    }

    #[test]
    fn a_text_may_hold_semicolons_and_the_boundary() {
        assert_eq!(
            text(&[
                "a\"\r\n=1;2;typ=x; type=text/plain",
                "b=--ims-boundary-0",
                "c="
            ]),
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
        for wrong in [
            "",
            "a",
            "=x",
            "a=x;type=",
            "a=x;type=text",
            "a=x;type=a/b\r\nX: y",
        ] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
