//! The parsers of `-F` and `--form-string`: one part of a form.

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

/// Parses `NAME=TEXT`, `NAME=@FILE` or `NAME=<FILE`, each with `;type=…` and `;filename=…` after it. Text, file and
/// file name may be in double quotes, in which `\` goes before a quote and before itself.
pub(super) fn parse(text: &str) -> Result<FormPart, String> {
    let (name, content) = split(text)?;
    let (kind, content) = match content.split_at_checked(1) {
        Some((kind @ ("@" | "<"), rest)) => (kind, rest),
        _ => ("", content),
    };
    let (content, parameters) = match quoted(content)? {
        Some((content, rest)) => (content, quoted_parameters(rest)?),
        None => parameters(content)?,
    };
    let Parameters {
        content_type,
        mut file_name,
    } = parameters;
    let source = match kind {
        "@" => {
            let own = Path::new(&content).file_name().unwrap_or_default();
            file_name = file_name.or_else(|| Some(own.to_string_lossy().into_owned()));
            PartSource::File(content.into())
        }
        "<" => PartSource::File(content.into()),
        _ => PartSource::Text(content),
    };
    Ok(FormPart {
        name: name.to_owned(),
        source,
        content_type,
        file_name,
    })
}

/// Parses `NAME=TEXT`; nothing in the text has a meaning.
pub(super) fn parse_text(text: &str) -> Result<FormPart, String> {
    let (name, content) = split(text)?;
    Ok(FormPart {
        name: name.to_owned(),
        source: PartSource::Text(content.to_owned()),
        content_type: None,
        file_name: None,
    })
}

fn split(text: &str) -> Result<(&str, &str), String> {
    let pair = text.split_once('=');
    pair.filter(|(name, _)| !name.is_empty())
        .ok_or_else(|| "give NAME=TEXT, NAME=@FILE or NAME=<FILE".to_owned())
}

#[derive(Default)]
struct Parameters {
    content_type: Option<String>,
    file_name: Option<String>,
}

/// Splits parameters off the end of a text. A semicolon before anything else belongs to the text.
fn parameters(mut text: &str) -> Result<(String, Parameters), String> {
    let mut found = Parameters::default();
    while let Some((before, last)) = text.rsplit_once(';') {
        match last.trim().split_once('=') {
            Some(("type", kind)) => found.content_type = Some(media_type(kind)?),
            Some(("filename", name)) => found.file_name = Some(unquoted(name)?),
            _ => break,
        }
        text = before;
    }
    Ok((text.to_owned(), found))
}

/// Parses what follows a text in quotes: parameters, and nothing else.
fn quoted_parameters(text: &str) -> Result<Parameters, String> {
    match parameters(text)? {
        (rest, found) if rest.trim().is_empty() => Ok(found),
        _ => Err("after a text in quotes only `;type=…` and `;filename=…` may follow".to_owned()),
    }
}

fn unquoted(text: &str) -> Result<String, String> {
    Ok(match quoted(text)? {
        Some((text, _)) => text,
        None => text.to_owned(),
    })
}

/// Returns the text in quotes and what follows it, if the text begins with a quote.
fn quoted(text: &str) -> Result<Option<(String, &str)>, String> {
    let Some(inner) = text.strip_prefix('"') else {
        return Ok(None);
    };
    let mut content = String::new();
    let mut characters = inner.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return Ok(Some((content, &inner[at + 1..]))),
            '\\' => match characters.next() {
                Some((_, escaped @ ('"' | '\\'))) => content.push(escaped),
                Some((_, other)) => content.extend(['\\', other]),
                None => break,
            },
            other => content.push(other),
        }
    }
    Err("the quotes do not end".to_owned())
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
            "a=\"x",
            "a=\"x\\",
            "a=\"x\"y",
            "a=@\"x\";typ=a/b",
        ] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
        for wrong in ["", "a", "=x"] {
            assert!(parse_text(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn semicolon_without_type_or_filename_belongs_to_the_text() {
        let part = parse("a=1;2;typ=x; type=text/plain").unwrap();
        assert_eq!(part.source, PartSource::Text("1;2;typ=x".to_owned()));
        assert_eq!(part.content_type.as_deref(), Some("text/plain"));
    }

    #[test]
    fn quotes_enclose_a_text_a_file_and_a_file_name() {
        let part = parse("a=\"1;type=a/b \\\"2\\\" \\n\\\\\";type=text/plain").unwrap();
        let text = "1;type=a/b \"2\" \\n\\".to_owned();
        assert_eq!(part.source, PartSource::Text(text));
        assert_eq!(part.content_type.as_deref(), Some("text/plain"));
        let part = parse("a=@\"x;y/z;1\";filename=\"q\\\"r\"").unwrap();
        assert_eq!(part.source, PartSource::File("x;y/z;1".into()));
        assert_eq!(part.file_name.as_deref(), Some("q\"r"));
        let part = parse("a=@\"b/c.xml\"").unwrap();
        assert_eq!(part.file_name.as_deref(), Some("c.xml"));
        let part = parse_text("a=@b;type=text/plain").unwrap();
        assert_eq!(
            part.source,
            PartSource::Text("@b;type=text/plain".to_owned())
        );
    }
}
