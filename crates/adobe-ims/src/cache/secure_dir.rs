//! A directory of one user's secret files, in cleartext or encrypted. The token cache and the session store
//! consist of one each.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::blocking::Gate;
use super::folder;
use super::folder::FileError;
use super::lines::other_version;
use super::{EncryptionKey, Lease, encryption};
use crate::error::{Error, Problem, Result};

/// The kind of files in a directory.
#[derive(Debug)]
pub(crate) struct FileKind {
    /// The first line of a file in cleartext.
    pub(crate) title: &'static str,
    /// The extension of cleartext files.
    pub(crate) cleartext_extension: &'static str,
    /// The extension of encrypted files.
    pub(crate) encrypted_extension: &'static str,
    /// The directory in messages: `the token cache`.
    pub(crate) directory_label: &'static str,
    /// One file in messages: `a file of the token cache`.
    pub(crate) file_label: &'static str,
    /// The cause when the directory cannot be used.
    pub(crate) unusable: Problem,
    /// The cause when a file was set aside.
    pub(crate) set_aside: Problem,
    /// The cause when another version of the program wrote a file.
    pub(crate) other_version: Problem,
}

#[derive(Clone, Debug)]
pub(crate) struct SecureDir {
    kind: &'static FileKind,
    folder: Arc<Path>,
    /// Shared, because a prepared key is large.
    key: Option<Arc<EncryptionKey>>,
    gate: Gate,
}

impl SecureDir {
    pub(crate) fn new(kind: &'static FileKind, folder: PathBuf) -> Self {
        Self {
            kind,
            folder: folder.into(),
            key: None,
            gate: Gate::default(),
        }
    }

    pub(crate) fn encrypted(mut self, key: EncryptionKey) -> Self {
        self.key = Some(Arc::new(key));
        self
    }

    /// Runs an operation on this directory where it does not block the runtime.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        operation: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let finished = self.gate.run(operation).await;
        finished.unwrap_or_else(|error| {
            let directory = self.kind.directory_label;
            let message = format!("an operation on {directory} ended without a result");
            Err(Error::new(self.kind.unusable, message).with_source(error))
        })
    }

    pub(crate) fn is_encrypted(&self) -> bool {
        self.key.is_some()
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Parses the file of this id. Returns `None` if there is no file. Sets the file aside if it cannot be
    /// parsed or trusted. Leaves it alone if another version of the program wrote it.
    pub(crate) fn read<T>(
        &self,
        id: &str,
        parse: impl FnOnce(&[u8]) -> Option<T>,
    ) -> Result<Option<T>> {
        match folder::check(&self.folder) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            checked => checked.map_err(|error| self.unusable(&error))?,
        }
        let path = self.folder.join(self.file_name(id));
        let content = match folder::read(&path) {
            Ok(Some(content)) => content,
            Ok(None) => return Ok(None),
            Err(FileError::Unsafe(reason)) => return Err(self.set_aside(&path, reason)),
            Err(FileError::Io(error)) => return Err(self.unusable(&error)),
        };
        if let Some(parsed) = self.with_cleartext(&path, &content, parse) {
            return Ok(Some(parsed));
        }
        match self.other_version(&path, &content, self.kind.title) {
            Some(version) => Err(self.left_alone(&path, &version)),
            None => Err(self.set_aside(&path, "it is damaged")),
        }
    }

    /// Parses a file of this directory, whatever its id is.
    pub(crate) fn open<T>(&self, path: &Path, parse: impl FnOnce(&[u8]) -> Option<T>) -> Option<T> {
        self.with_cleartext(path, &folder::read(path).ok()??, parse)
    }

    /// Replaces the file of this id as a whole, unless another version of the program wrote it.
    pub(crate) fn write(&self, id: &str, content: &[u8]) -> Result<()> {
        let name = self.file_name(id);
        self.check_version(&self.folder.join(&name), self.kind.title)?;
        let Some(key) = &self.key else {
            return self.replace(&name, content);
        };
        let encrypted = key.encrypt(&name, content).map_err(|error| {
            Error::new(self.kind.unusable, error.to_string()).with_source(error)
        })?;
        self.replace(&name, &encrypted)
    }

    /// Replaces a file with this title as a whole, without encryption, unless another version of the program wrote it.
    pub(crate) fn write_cleartext(&self, name: &str, title: &str, content: &[u8]) -> Result<()> {
        self.check_version(&self.folder.join(name), title)?;
        self.replace(name, content)
    }

    fn replace(&self, name: &str, content: &[u8]) -> Result<()> {
        folder::prepare(&self.folder)
            .and_then(|()| folder::replace(&self.folder.join(name), content))
            .map_err(|error| self.unusable(&error))
    }

    /// Makes the last replacement survive a power cut.
    pub(crate) fn sync(&self) -> Result<()> {
        folder::sync(&self.folder).map_err(|error| self.unusable(&error))
    }

    /// Locks the file of this id, without waiting. Returns `None` if another process holds the lock.
    pub(crate) fn try_lease(&self, id: &str) -> Result<Option<Lease>> {
        folder::prepare(&self.folder).map_err(|error| self.unusable(&error))?;
        match folder::try_lock(&self.folder.join(format!("{id}.lock"))) {
            Ok(Some(lock)) => {
                folder::remove_temporary(&self.folder, id);
                Ok(Some(Lease::new(lock)))
            }
            Ok(None) => Ok(None),
            Err(FileError::Io(error)) => Err(self.unusable(&error)),
            Err(FileError::Unsafe(reason)) => Err(self.unusable(&io::Error::other(reason))),
        }
    }

    /// Lists every file in the directory, of any kind.
    pub(crate) fn all_files(&self) -> Result<Vec<PathBuf>> {
        folder::files(&self.folder).map_err(|error| self.unusable(&error))
    }

    /// Lists the files of this kind, in cleartext or encrypted with any key.
    pub(crate) fn files(&self) -> Result<Vec<PathBuf>> {
        let mut files = self.all_files()?;
        files.retain(|path| self.is_of_kind(path));
        Ok(files)
    }

    /// Returns true for a file of this kind, in cleartext or encrypted with any key.
    pub(crate) fn is_of_kind(&self, path: &Path) -> bool {
        let extensions = [self.kind.cleartext_extension, self.kind.encrypted_extension];
        has_extension(path, &extensions)
    }

    /// Deletes the file of this id, if it exists, unless another version of the program wrote it.
    pub(crate) fn remove(&self, id: &str) -> Result<()> {
        let path = self.folder.join(self.file_name(id));
        self.check_version(&path, self.kind.title)?;
        self.delete(&path).map(drop)
    }

    /// Deletes a file or an empty directory. Returns true if it existed.
    pub(crate) fn delete(&self, path: &Path) -> Result<bool> {
        let deleted = if path.is_dir() && !path.is_symlink() {
            fs::remove_dir(path)
        } else {
            fs::remove_file(path)
        };
        match deleted {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
            Err(error) => Err(self.unusable(&error)),
        }
    }

    fn unusable(&self, error: &io::Error) -> Error {
        let (directory, folder) = (self.kind.directory_label, &self.folder);
        let message = format!("{directory} {folder:?} cannot be used: {error}");
        Error::new(self.kind.unusable, message)
    }

    fn file_name(&self, id: &str) -> String {
        match &self.key {
            None => [id, ".", self.kind.cleartext_extension].concat(),
            Some(key) => format!("{id}.{}.{}", key.id(), self.kind.encrypted_extension),
        }
    }

    /// Calls the function with the decrypted content of a file. Returns `None` if the key does not decrypt it.
    fn with_cleartext<T>(
        &self,
        path: &Path,
        content: &[u8],
        function: impl FnOnce(&[u8]) -> Option<T>,
    ) -> Option<T> {
        match &self.key {
            Some(key) if has_extension(path, &[self.kind.encrypted_extension]) => {
                let name = path.file_name()?.to_str()?;
                function(&key.decrypt(name, content)?)
            }
            _ => function(content),
        }
    }

    /// Returns the version of the format of a file if it is not the version of this title.
    fn other_version(&self, path: &Path, content: &[u8], title: &str) -> Option<String> {
        if has_extension(path, &[self.kind.encrypted_extension])
            && let Some(version) = other_version(content, encryption::TITLE)
        {
            return Some(version.to_owned());
        }
        let version = |content: &[u8]| other_version(content, title).map(str::to_owned);
        self.with_cleartext(path, content, version)
    }

    /// Fails if another version of the program wrote the file, as far as its title or that of its encryption tells.
    pub(crate) fn check_version(&self, path: &Path, title: &str) -> Result<()> {
        let Ok(Some(content)) = folder::read(path) else {
            return Ok(());
        };
        match self.other_version(path, &content, title) {
            Some(version) => Err(self.left_alone(path, &version)),
            None => Ok(()),
        }
    }

    fn left_alone(&self, path: &Path, version: &str) -> Error {
        let file = self.kind.file_label;
        let message = format!(
            "{file}, {path:?}, is left alone: another version of the program wrote it, in version {version} of its format"
        );
        Error::new(self.kind.other_version, message)
    }

    fn set_aside(&self, path: &Path, reason: &str) -> Error {
        let file = self.kind.file_label;
        let message = match folder::set_aside(path) {
            Ok(aside) => format!("{file} was set aside as {aside:?}: {reason}"),
            Err(error) => {
                format!(
                    "{file}, {path:?}, is not used, and cannot be set aside ({error}): {reason}"
                )
            }
        };
        Error::new(self.kind.set_aside, message)
    }
}

pub(crate) fn has_extension(path: &Path, extensions: &[&str]) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    extension.is_some_and(|extension| extensions.contains(&extension))
}
