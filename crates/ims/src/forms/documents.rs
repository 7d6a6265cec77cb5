//! Documents that arguments name.

use std::fs;
use std::path::{Path, PathBuf};

use aem_forms::Document;
use aem_forms::error::Finding;
use aem_forms::lint::{MAX_LENGTH, too_long};
use aem_forms::run::KeyBuilder;

use crate::environment::input::NamedFile;
use crate::error::Failure;

/// A document that an argument names: a file, or a reference that AEM reads itself.
pub(crate) struct NamedDocument {
    pub(crate) document: Document,
    /// The file, unless it is a reference.
    pub(crate) path: Option<PathBuf>,
    named_by: &'static str,
}

impl NamedDocument {
    /// Reads a path or a reference. `named_by` is the argument or the flag.
    pub(crate) fn parse(named_by: &'static str, text: &str) -> Result<Self, Failure> {
        if Document::is_reference_text(text) {
            return Ok(Self {
                document: Document::reference(text)?,
                path: None,
                named_by,
            });
        }
        Self::file(named_by, Path::new(text))
    }

    /// Opens a file.
    pub(crate) fn file(named_by: &'static str, path: &Path) -> Result<Self, Failure> {
        NamedFile::new(named_by, path).refuse_secrets()?;
        refuse_credential_file(named_by, path)?;
        let document =
            Document::file(path).map_err(|error| Failure::from(error).in_place(named_by))?;
        Ok(Self {
            document,
            path: Some(path.to_owned()),
            named_by,
        })
    }

    /// Returns the name of the file for messages.
    pub(crate) fn shown(&self) -> String {
        let path = self.path.as_deref().unwrap_or(Path::new(""));
        path.to_string_lossy().into_owned()
    }

    /// Reads the content for a check; nothing for a reference and for a file that is too long to be checked.
    pub(crate) fn content(&self, findings: &mut Vec<Finding>) -> Result<Option<Vec<u8>>, Failure> {
        let (Some(path), Some(length)) = (&self.path, self.document.length()) else {
            return Ok(None);
        };
        let is_pdf = path
            .extension()
            .is_some_and(|it| it.eq_ignore_ascii_case("pdf"));
        if length > MAX_LENGTH {
            findings.extend(too_long(&self.shown(), length).filter(|_| !is_pdf));
            return Ok(None);
        }
        NamedFile::new(self.named_by, path).content().map(Some)
    }

    /// Reads the file into memory, unless it is long. A run then reads it once, and sends the content that is in its keys
    /// even if the file changes meanwhile.
    pub(crate) fn hold(&mut self) -> Result<(), Failure> {
        let (Some(path), Some(length)) = (&self.path, self.document.length()) else {
            return Ok(());
        };
        if length <= MAX_HELD {
            let content = NamedFile::new(self.named_by, path).content()?;
            let name = self.document.file_name().unwrap_or_default();
            self.document = Document::bytes(name, content);
        }
        Ok(())
    }

    /// Adds the document to a key.
    pub(crate) fn key(&self, key: KeyBuilder) -> Result<KeyBuilder, Failure> {
        Ok(key.document(&self.document)?)
    }
}

/// In bytes. Templates are shorter unless images are in them.
const MAX_HELD: u64 = 1 << 20;

/// In bytes. Files with credentials are shorter.
const MAX_CREDENTIALS: usize = 64 * 1024;

/// Refuses a file with a private key or a client secret, which would be sent to AEM. A file that cannot be read fails
/// later.
fn refuse_credential_file(named_by: &str, path: &Path) -> Result<(), Failure> {
    let is_short =
        fs::metadata(path).is_ok_and(|it| it.is_file() && it.len() <= MAX_CREDENTIALS as u64);
    if !is_short {
        return Ok(());
    }
    match fs::read(path) {
        Ok(content) => refuse_credentials(&format!("{named_by} {path:?}"), &content),
        Err(_) => Ok(()),
    }
}

/// Refuses a content with a private key or a client secret.
pub(crate) fn refuse_credentials(name: &str, content: &[u8]) -> Result<(), Failure> {
    if content.len() > MAX_CREDENTIALS || !has_credentials(&String::from_utf8_lossy(content)) {
        return Ok(());
    }
    let message = format!("{name} has a private key or a client secret, and would be sent to AEM");
    Err(Failure::usage(message).with_hint("the credential document belongs to -c"))
}

fn has_credentials(text: &str) -> bool {
    [
        "PRIVATE KEY-----",
        "client_secret",
        "clientSecret",
        "CLIENT_SECRET",
    ]
    .iter()
    .any(|mark| text.contains(mark))
}
