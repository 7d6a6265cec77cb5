//! The key of a document: everything that it is made of.

use core::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::document::{Content, Document};
use crate::error::{Error, FormsProblem, Result};

/// The digest of endpoint, options, template and data. Equal keys mean equal documents.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key([u8; 32]);

impl Key {
    /// Reads a key as it is written; `None` for another text.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        if text.len() != 64 || !text.is_ascii() {
            return None;
        }
        for (index, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[2 * index..2 * index + 2], 16).ok()?;
        }
        Some(Self(bytes))
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({self})")
    }
}

/// Builds the key of a document. What all documents of a run share is read once.
///
/// ```
/// use aem_forms::document::Document;
/// use aem_forms::run::KeyBuilder;
///
/// # fn main() -> aem_forms::Result<()> {
/// let template = Document::bytes("letter.xdp", "<xdp/>");
/// let shared = KeyBuilder::new()
///     .text("generatePDFOutput")
///     .document(&template)?;
/// let first = shared.clone().document(&Document::bytes("1.xml", "<a/>"))?.finish();
/// let second = shared.document(&Document::bytes("2.xml", "<b/>"))?.finish();
/// assert_ne!(first, second);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct KeyBuilder(Sha256);

impl KeyBuilder {
    /// Returns a builder without any content.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a text, such as the endpoint or the options.
    #[must_use]
    pub fn text(self, text: &str) -> Self {
        self.piece(b't', text.as_bytes())
    }

    /// Adds a document: its content, or its reference. Its name does not count.
    ///
    /// # Errors
    /// [`FormsProblem::DocumentUnreadable`] for a file that cannot be read.
    pub fn document(self, document: &Document) -> Result<Self> {
        if let Some(reference) = document.as_reference() {
            return Ok(self.piece(b'r', reference.as_bytes()));
        }
        match document.inline().map(|inline| &inline.content) {
            Some(Content::Bytes(bytes)) => Ok(self.piece(b'd', bytes)),
            Some(Content::File { path, length }) => self.file(path, *length).map_err(|error| {
                let message = format!("{path:?} cannot be read: {error}");
                Error::new(FormsProblem::DocumentUnreadable, message).with_source(error)
            }),
            None => Ok(self),
        }
    }

    /// Returns the key.
    pub fn finish(self) -> Key {
        Key(self.0.finalize().into())
    }

    fn file(mut self, path: &Path, length: u64) -> io::Result<Self> {
        self.0.update([b'd']);
        self.0.update(length.to_be_bytes());
        let mut file = File::open(path)?;
        let mut buffer = vec![0; 64 * 1024];
        loop {
            match file.read(&mut buffer)? {
                0 => return Ok(self),
                count => self.0.update(&buffer[..count]),
            }
        }
    }

    /// Adds kind, length and content, so that no two sequences of pieces are alike.
    fn piece(mut self, kind: u8, content: &[u8]) -> Self {
        self.0.update([kind]);
        self.0.update((content.len() as u64).to_be_bytes());
        self.0.update(content);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_depends_on_each_piece_and_its_kind() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.xml");
        std::fs::write(&path, "abc").unwrap();
        let of = |builder: KeyBuilder| builder.finish();
        let file = Document::file(&path).unwrap();
        let bytes = Document::bytes("other-name.xml", "abc");
        let reference = Document::reference("abc").unwrap();
        let key = of(KeyBuilder::new().document(&file).unwrap());
        assert_eq!(key, of(KeyBuilder::new().document(&bytes).unwrap()));
        assert_ne!(key, of(KeyBuilder::new().document(&reference).unwrap()));
        assert_ne!(key, of(KeyBuilder::new().text("abc")));
        assert_ne!(
            of(KeyBuilder::new().text("ab").text("c")),
            of(KeyBuilder::new().text("a").text("bc"))
        );
        assert_eq!(Key::parse(&key.to_string()), Some(key));
        for wrong in ["", "00", &"g".repeat(64), &"é".repeat(32)] {
            assert_eq!(Key::parse(wrong), None);
        }
    }
}
