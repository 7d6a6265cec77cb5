//! The parser of `-F`: one part of a form.

use std::path::{Path, PathBuf};

/// One part of multipart/form-data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FormPart {
    pub(crate) name: String,
    pub(crate) source: PartSource,
    pub(crate) content_type: Option<String>,
    pub(crate) file_name: Option<String>,
}

/// The content of a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PartSource {
    Text(String),
    File(PathBuf),
}

impl FormPart {
    /// Returns true if the content is read from stdin.
    pub(crate) fn is_stdin(&self) -> bool {
        self.source == PartSource::File("-".into())
    }
}

/// Parses `NAME=TEXT`, `NAME=@FILE` or `NAME=<FILE`, each with `;type=…` and `;filename=…` after it.
pub(super) fn parse(text: &str) -> Result<FormPart, String> {
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
            PartSource::File(path.into())
        }
        Some(("<", path)) => PartSource::File(path.into()),
        _ => PartSource::Text(content.to_owned()),
    };
    Ok(FormPart {
        name: name.to_owned(),
        source,
        content_type,
        file_name,
    })
}

fn media_type(text: &str) -> Result<String, String> {
    let is_media_type =
        text.contains('/') && text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    if is_media_type {
        Ok(text.to_owned())
    } else {
        Err("a type is written as application/xml".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn part_without_name_or_with_wrong_type_is_refused() {
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

    #[test]
    fn semicolon_without_type_or_filename_belongs_to_the_text() {
        let part = parse("a=1;2;typ=x; type=text/plain").unwrap();
        assert_eq!(part.source, PartSource::Text("1;2;typ=x".to_owned()));
        assert_eq!(part.content_type.as_deref(), Some("text/plain"));
    }
}
