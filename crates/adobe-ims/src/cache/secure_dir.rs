//! What the token cache and the sessions have in common: files of one user's in one folder, in the clear or
//! sealed, and what is said when something is wrong with them.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use zeroize::Zeroizing;

use super::folder;
use super::folder::FileError;
use super::{EncryptionKey, Lease};
use crate::error::Problem;
use crate::error::{Error, Result};

/// What is kept, and how it is called.
#[derive(Debug)]
pub(crate) struct Kind {
    /// The ending of files in the clear.
    pub(crate) clear: &'static str,
    /// That of sealed ones.
    pub(crate) sealed: &'static str,
    /// `the token cache`
    pub(crate) whole: &'static str,
    /// `a file of the token cache`
    pub(crate) one: &'static str,
    pub(crate) unusable: Problem,
    pub(crate) set_aside: Problem,
}

#[derive(Clone, Debug)]
pub(crate) struct SecureDir {
    pub(crate) kind: &'static Kind,
    pub(crate) folder: Arc<Path>,
    /// Shared: a key that is ready to use is large.
    pub(crate) sealing: Option<Arc<EncryptionKey>>,
}

impl SecureDir {
    pub(crate) fn new(kind: &'static Kind, folder: PathBuf) -> Self {
        Self {
            kind,
            folder: folder.into(),
            sealing: None,
        }
    }

    /// What `read` makes of the file of this id; `None` when there is none. A file of which it makes nothing
    /// is set aside, like one that cannot be trusted.
    pub(crate) fn read<T>(
        &self,
        id: &str,
        read: impl FnOnce(&[u8]) -> Option<T>,
    ) -> Result<Option<T>> {
        match folder::check(&self.folder) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            checked => checked.map_err(|error| self.unusable(&error))?,
        }
        let path = self.path(id);
        let content = match folder::read(&path) {
            Ok(Some(content)) => content,
            Ok(None) => return Ok(None),
            Err(FileError::Unsafe(why)) => return Err(self.set_aside(&path, why)),
            Err(FileError::Io(error)) => return Err(self.unusable(&error)),
        };
        let content = self.unseal(&path, content);
        match content.and_then(|content| read(&content)) {
            Some(found) => Ok(Some(found)),
            None => Err(self.set_aside(&path, "it is broken")),
        }
    }

    /// What is in a file, whose ever it is.
    pub(crate) fn open(&self, path: &Path) -> Option<Zeroizing<Vec<u8>>> {
        self.unseal(path, folder::read(path).ok()??)
    }

    /// Replaces the file of this id as a whole.
    pub(crate) fn write(&self, id: &str, content: &[u8]) -> Result<()> {
        let name = self.name(id);
        let Some(sealing) = &self.sealing else {
            return self.replace(&name, content);
        };
        let sealed = sealing.seal(&name, content).map_err(|error| {
            let unusable = Error::new(self.kind.unusable, error.to_string());
            unusable.with_source(error)
        })?;
        self.replace(&name, &sealed)
    }

    /// Replaces a file as it is, without a seal.
    pub(crate) fn replace(&self, name: &str, content: &[u8]) -> Result<()> {
        folder::prepare(&self.folder)
            .and_then(|()| folder::replace(&self.folder.join(name), content))
            .map_err(|error| self.unusable(&error))
    }

    /// The right to change the file of this id, unless somebody has it.
    pub(crate) fn try_lease(&self, id: &str) -> Result<Option<Lease>> {
        folder::prepare(&self.folder).map_err(|error| self.unusable(&error))?;
        match folder::try_lock(&self.folder.join(format!("{id}.lock"))) {
            Ok(Some(lock)) => {
                folder::sweep(&self.folder, id);
                Ok(Some(Lease::new(lock)))
            }
            Ok(None) => Ok(None),
            Err(FileError::Io(error)) => Err(self.unusable(&error)),
            Err(FileError::Unsafe(why)) => Err(self.unusable(&io::Error::other(why))),
        }
    }

    /// Everything in the folder.
    pub(crate) fn files(&self) -> Result<Vec<PathBuf>> {
        folder::files(&self.folder).map_err(|error| self.unusable(&error))
    }

    /// Whether a file is one of these, in the clear or sealed with whatever key.
    pub(crate) fn is_own(&self, path: &Path) -> bool {
        has_ending(path, &[self.kind.clear, self.kind.sealed])
    }

    /// Whether there was one.
    pub(crate) fn delete(&self, path: &Path) -> Result<bool> {
        let removed = match path.is_dir() && !path.is_symlink() {
            true => fs::remove_dir(path),
            false => fs::remove_file(path),
        };
        match removed {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
            Err(error) => Err(self.unusable(&error)),
        }
    }

    pub(crate) fn path(&self, id: &str) -> PathBuf {
        self.folder.join(self.name(id))
    }

    pub(crate) fn unusable(&self, error: &io::Error) -> Error {
        let (whole, folder) = (self.kind.whole, &self.folder);
        let what = format!("{whole} {folder:?} cannot be used: {error}");
        Error::new(self.kind.unusable, what)
    }

    fn name(&self, id: &str) -> String {
        match &self.sealing {
            None => [id, ".", self.kind.clear].concat(),
            Some(sealing) => format!("{id}.{}.{}", sealing.id(), self.kind.sealed),
        }
    }

    fn unseal(&self, path: &Path, content: Zeroizing<Vec<u8>>) -> Option<Zeroizing<Vec<u8>>> {
        match &self.sealing {
            Some(sealing) if has_ending(path, &[self.kind.sealed]) => {
                let name = path.file_name()?.to_str()?;
                sealing.open(name, &content)
            }
            _ => Some(content),
        }
    }

    fn set_aside(&self, path: &Path, why: &str) -> Error {
        let one = self.kind.one;
        let what = match folder::set_aside(path) {
            Ok(aside) => format!("{one} was set aside as {aside:?}: {why}"),
            Err(error) => {
                format!("{one}, {path:?}, is not used, and cannot be set aside ({error}): {why}")
            }
        };
        Error::new(self.kind.set_aside, what)
    }
}

pub(crate) fn has_ending(path: &Path, known: &[&str]) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str());
    ending.is_some_and(|ending| known.contains(&ending))
}
