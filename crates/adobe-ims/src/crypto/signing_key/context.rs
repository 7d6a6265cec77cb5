use core::fmt;
use std::io;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::path::as_path;
use crate::util::file;
use crate::util::secret::Secret;

/// The passphrase and the access to files with which a private key is read.
///
/// The default has neither, because a document from elsewhere must not choose which files are read.
///
/// ```
/// use std::path::Path;
///
/// use adobe_ims::Secret;
/// use adobe_ims::crypto::KeyContext;
///
/// let passphrase = Secret::new("correct horse");
/// let context = KeyContext::with_files(Path::new("/etc/adobe")).passphrase(&passphrase);
/// ```
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
    /// Allows key files that a document names. Relative paths start at `directory`. A file may have 1 MiB.
    pub fn with_files(directory: &'a Path) -> Self {
        Self::with_reader(directory, &read_file)
    }

    /// Allows key files that a document names, and reads them with this function. Relative paths start at `directory`.
    pub fn with_reader(
        directory: &'a Path,
        read: &'a dyn Fn(&Path) -> io::Result<Vec<u8>>,
    ) -> Self {
        Self {
            passphrase: None,
            files: Some(Files { directory, read }),
        }
    }

    /// Sets the passphrase of an encrypted key.
    #[must_use]
    pub fn passphrase(mut self, passphrase: impl Into<Option<&'a Secret>>) -> Self {
        self.passphrase = passphrase.into();
        self
    }

    /// Sets the passphrase if the context has none.
    pub(crate) fn or_passphrase(mut self, passphrase: Option<&'a Secret>) -> Self {
        self.passphrase = self.passphrase.or(passphrase);
        self
    }

    /// Returns the passphrase.
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
            None => Err(io::Error::other("the caller does not allow files")),
        }
    }

    /// Returns true if the text of a key is the path of a file.
    pub(crate) fn names_a_file(key: &Secret) -> bool {
        as_path(key.expose().trim()).is_some()
    }

    /// Returns the file that the text of a key names.
    pub(crate) fn file(&self, key: &Secret) -> Option<PathBuf> {
        Some(self.resolve(&as_path(key.expose().trim())?))
    }

    /// Returns the text of a key, or the content of the file that it names. The key itself is not read.
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

impl fmt::Debug for KeyContext<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyContext")
            .field("passphrase", &self.passphrase)
            .field("directory", &self.files.map(|files| files.directory))
            .finish_non_exhaustive()
    }
}

fn read_file(path: &Path) -> io::Result<Vec<u8>> {
    Ok(std::mem::take(&mut *file::read(path)?.bytes))
}
