use core::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::as_path;
use crate::util::secret::Secret;

/// The things that reading a private key may need: a passphrase, and access to files.
///
/// The default has neither: a document from elsewhere must not choose which files are read.
#[derive(Clone, Copy, Default)]
pub struct KeyContext<'a> {
    passphrase: Option<&'a Secret>,
    files: Option<Files<'a>>,
}

#[derive(Clone, Copy)]
struct Files<'a> {
    /// Relative paths start here.
    directory: &'a Path,
    read: &'a dyn Fn(&Path) -> io::Result<Vec<u8>>,
}

impl<'a> KeyContext<'a> {
    /// Reads a key file that a document names. Relative paths start at `directory`; a file has 1 MiB at most.
    pub fn with_files(directory: &'a Path) -> Self {
        Self::with_reader(directory, &read_file)
    }

    /// Reads a key file that a document names with this function. Relative paths start at `directory`.
    pub fn with_reader(
        directory: &'a Path,
        read: &'a dyn Fn(&Path) -> io::Result<Vec<u8>>,
    ) -> Self {
        Self {
            passphrase: None,
            files: Some(Files { directory, read }),
        }
    }

    /// Opens an encrypted key with this passphrase.
    #[must_use]
    pub fn passphrase(mut self, passphrase: impl Into<Option<&'a Secret>>) -> Self {
        self.passphrase = passphrase.into();
        self
    }

    /// The same context; `passphrase` opens the key if the context has none.
    pub(crate) fn or_passphrase(mut self, passphrase: Option<&'a Secret>) -> Self {
        self.passphrase = self.passphrase.or(passphrase);
        self
    }

    pub(crate) fn secret(&self) -> Option<&'a Secret> {
        self.passphrase
    }

    pub(crate) fn resolve(&self, path: &Path) -> PathBuf {
        match self.files {
            Some(files) => files.directory.join(path),
            None => path.to_owned(),
        }
    }

    pub(crate) fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        match self.files {
            Some(files) => (files.read)(&files.directory.join(path)),
            None => Err(io::Error::other("files are not read here")),
        }
    }

    pub(crate) fn names_a_file(key: &Secret) -> bool {
        as_path(key.expose().trim()).is_some()
    }

    /// What a key consists of, unread: the text that was given, or the content of the file that it
    /// names.
    pub(crate) fn material(&self, key: &Secret) -> Secret {
        let content = as_path(key.expose().trim())
            .and_then(|path| self.read(&path).ok())
            .map(Zeroizing::new);
        match content {
            Some(content) => Secret::new(String::from_utf8_lossy(&content)),
            None => key.clone(),
        }
    }
}

/// Keys are a few kilobytes; a path may lead to something endless.
impl fmt::Debug for KeyContext<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyContext")
            .field("passphrase", &self.passphrase)
            .field("directory", &self.files.map(|files| files.directory))
            .finish_non_exhaustive()
    }
}

fn read_file(path: &Path) -> io::Result<Vec<u8>> {
    const LARGEST: u64 = 1 << 20;
    let mut content = Vec::with_capacity(8 * 1024);
    File::open(path)?
        .take(LARGEST + 1)
        .read_to_end(&mut content)?;
    if content.len() as u64 > LARGEST {
        return Err(io::Error::other("it is larger than 1 MiB"));
    }
    Ok(content)
}
