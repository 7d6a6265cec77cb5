//! Documents of a request: the content of a part, or a reference into the repository.

use bytes::Bytes;

use crate::aem::forms::error::FormsError;
use crate::aem_data::node_path::ROOT;
use crate::aem_data::repository::Repository;
use crate::http::multipart::Part;

/// A document with the name that it was given by.
#[derive(Clone, Debug)]
pub(crate) struct Document {
    /// The file name, or the last name of the reference.
    pub(crate) name: String,
    pub(crate) content: Bytes,
}

impl Document {
    /// Returns the name without the extension.
    pub(crate) fn stem(&self) -> &str {
        let name = self.name.rsplit(['/', '\\']).next().unwrap_or_default();
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        if stem.is_empty() { "output" } else { stem }
    }
}

/// Returns the document of a part.
///
/// A part is a reference if its type is `text/plain`, which is also the type of a part without one
/// (RFC 7578). So the content of a file that was sent without type is read as a path, as by AEM.
pub(crate) fn document(
    repository: &Repository,
    part: &Part,
    content_root: Option<&str>,
) -> Result<Document, FormsError> {
    if is_inline(part) {
        let name = part.file_name.as_ref().filter(|name| !name.is_empty());
        return Ok(Document {
            name: name.unwrap_or(&part.name).clone(),
            content: part.body.clone(),
        });
    }
    let reference = String::from_utf8_lossy(&part.body);
    resolve(repository, &part.name, reference.trim(), content_root)
}

fn is_inline(part: &Part) -> bool {
    let content_type = part.content_type.as_deref().unwrap_or("text/plain");
    let media_type = content_type.split(';').next().unwrap_or_default();
    !media_type.trim().eq_ignore_ascii_case("text/plain")
}

/// Returns the document that a reference names: `crx:///content/dam/…`, `/content/dam/…`, or a path
/// relative to the content root.
pub(crate) fn resolve(
    repository: &Repository,
    part: &str,
    reference: &str,
    content_root: Option<&str>,
) -> Result<Document, FormsError> {
    if is_remote(reference) || content_root.is_some_and(is_remote) {
        let message = format!(
            "The part {part} is the reference {}, which the emulator does not follow: it is on \
             loopback only.",
            shown(reference)
        );
        return Err(FormsError::bad_request("REMOTE_REFERENCE", message));
    }
    let path = path(reference, content_root);
    let file = path
        .strip_prefix(ROOT)
        .and_then(|path| repository.get(path));
    let file = file.ok_or_else(|| {
        let message = format!("The {part} {} was not found.", shown(&path));
        FormsError::engine("RESOURCE_NOT_FOUND", message)
    })?;
    let path = path.trim_end_matches("/jcr:content/renditions/original");
    Ok(Document {
        name: path.rsplit('/').next().unwrap_or_default().to_owned(),
        content: file.content.clone(),
    })
}

fn is_remote(reference: &str) -> bool {
    let scheme = reference.split_once("://").map(|(scheme, _)| scheme);
    scheme.is_some_and(|scheme| {
        let is_name = scheme.bytes().all(|byte| byte.is_ascii_alphanumeric());
        is_name && !scheme.eq_ignore_ascii_case("crx")
    })
}

/// Returns the absolute path of a reference.
fn path(reference: &str, content_root: Option<&str>) -> String {
    let reference = without_scheme(reference);
    if reference.starts_with('/') {
        return reference.to_owned();
    }
    let root = without_scheme(content_root.unwrap_or_default());
    let root = root.trim_end_matches('/');
    format!("{root}/{reference}")
}

/// Removes `crx:`, and all slashes but one behind it.
fn without_scheme(reference: &str) -> &str {
    match reference.strip_prefix("crx:") {
        Some(rest) => {
            let slashes = rest.len() - rest.trim_start_matches('/').len();
            &rest[slashes.saturating_sub(1)..]
        }
        None => reference,
    }
}

/// Returns a reference for a message. It may be a whole file.
fn shown(reference: &str) -> String {
    let start: String = reference.chars().take(100).collect();
    if start.len() < reference.len() {
        format!("{start:?}…")
    } else {
        format!("{start:?}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aem_data::node::StoredFile;

    #[test]
    fn references_lead_into_the_repository() {
        let mut repository = Repository::default();
        let file = StoredFile::new(None, Bytes::from_static(b"x"));
        repository.put("forms/a b.xdp", file).unwrap();
        let root = "crx:///content/dam/forms";
        for (reference, content_root, expected) in [
            ("crx:///content/dam/forms/a b.xdp", None, Ok("a b")),
            ("crx:/content/dam/forms/a b.xdp", None, Ok("a b")),
            ("/content/dam/forms/a b.xdp", Some("/other"), Ok("a b")),
            ("a b.xdp", Some(root), Ok("a b")),
            ("a b.xdp", Some("/content/dam/forms/"), Ok("a b")),
            (
                "a b.xdp/jcr:content/renditions/original",
                Some(root),
                Ok("a b"),
            ),
            ("forms/a b.xdp", Some("crx:/content/dam"), Ok("a b")),
            ("A b.xdp", Some(root), Err(500)),
            ("a b.xdp", None, Err(500)),
            ("/content/a b.xdp", None, Err(500)),
            ("/content/dam/../../etc/passwd", None, Err(500)),
            ("<?xml version='1.0'?>", None, Err(500)),
            ("https://example.com/a.xdp", Some(root), Err(400)),
            ("HTTP://example.com/a.xdp", None, Err(400)),
            ("file:///etc/passwd", None, Err(400)),
            ("a b.xdp", Some("https://example.com/"), Err(400)),
        ] {
            let found = resolve(&repository, "template", reference, content_root);
            let found = found.map(|document| document.stem().to_owned());
            let found = found.map_err(|error| error.status.as_u16());
            assert_eq!(
                found.as_deref(),
                expected.as_ref().map(|stem| *stem),
                "{reference}"
            );
        }
    }
}
