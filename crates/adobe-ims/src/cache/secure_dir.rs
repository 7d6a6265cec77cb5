//! A directory of one user's secret files, in cleartext or encrypted. The token cache and the session store
//! consist of one each.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::blocking::Gate;
use super::file_name::{self, Extensions, FileRole};
use super::folder;
use super::folder::{FileError, FolderError, Lock};
use super::lines::other_version;
use super::{EncryptionKey, Lease, encryption};
use crate::error::{Error, Problem, Result};

/// The kind of files in a directory.
#[derive(Debug)]
pub(crate) struct FileKind {
    /// The first line of a file in cleartext.
    pub(crate) title: &'static str,
    /// The extensions of the files.
    pub(crate) extensions: Extensions,
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

/// The result of an attempt to get the lease of an id.
pub(crate) enum LeaseAttempt {
    Won(Lease),
    /// Another process has the lease. The text names it, if the lock does.
    Held(Option<String>),
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
        self.read_or(id, parse, Self::set_aside)
    }

    /// Parses the file of this id as [`read`](Self::read) does, but changes nothing.
    pub(crate) fn examine<T>(
        &self,
        id: &str,
        parse: impl FnOnce(&[u8]) -> Option<T>,
    ) -> Result<Option<T>> {
        self.read_or(id, parse, Self::not_used)
    }

    /// Parses the file of this id. `refuse` makes the error of a file that cannot be parsed or trusted.
    fn read_or<T>(
        &self,
        id: &str,
        parse: impl FnOnce(&[u8]) -> Option<T>,
        refuse: impl Fn(&Self, &Path, &str) -> Error,
    ) -> Result<Option<T>> {
        if !self.exists()? {
            return Ok(None);
        }
        let path = self.folder.join(self.file_name(id));
        let content = match folder::read(&path) {
            Ok(Some(content)) => content,
            Ok(None) => return Ok(None),
            Err(FileError::Unsafe(reason)) => return Err(refuse(self, &path, reason)),
            Err(FileError::Io(error)) => return Err(self.unusable(&error)),
        };
        if let Some(parsed) = self.with_cleartext(&path, &content, parse) {
            return Ok(Some(parsed));
        }
        match self.other_version(&path, &content, self.kind.title) {
            Some(version) => Err(self.left_alone(&path, &version)),
            None => Err(refuse(self, &path, "it is damaged")),
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
        self.prepare()?;
        let replaced = folder::replace(&self.folder.join(name), content);
        replaced.map_err(|error| self.unusable(&error))
    }

    /// Creates the directory if it does not exist, and checks that no other user may open it.
    pub(crate) fn prepare(&self) -> Result<()> {
        folder::prepare(&self.folder).map_err(|error| self.refused(&error))
    }

    /// Returns true if the directory exists. Fails if other users may open it.
    pub(crate) fn exists(&self) -> Result<bool> {
        match folder::check(&self.folder) {
            Err(FolderError::Io(error)) if error.kind() == ErrorKind::NotFound => Ok(false),
            checked => checked.map(|()| true).map_err(|error| self.refused(&error)),
        }
    }

    /// Makes the last replacement survive a power cut.
    pub(crate) fn sync(&self) -> Result<()> {
        folder::sync(&self.folder).map_err(|error| self.unusable(&error))
    }

    /// Locks the file of this id, without waiting.
    pub(crate) fn try_lease(&self, id: &str) -> Result<LeaseAttempt> {
        self.prepare()?;
        let path = self.folder.join([id, ".", file_name::LOCK].concat());
        match folder::try_lock(&path) {
            Ok(Lock::Taken(lock)) => {
                self.remove_lost();
                Ok(LeaseAttempt::Won(Lease::new(lock)))
            }
            Ok(Lock::Held(process)) => Ok(LeaseAttempt::Held(
                process.map(|process| format!("process {process}")),
            )),
            Err(FileError::Io(error)) => Err(self.unusable(&error)),
            Err(FileError::Unsafe(reason)) => Err(self.unusable(&io::Error::other(reason))),
        }
    }

    /// Removes the temporary files of processes that were killed. Other files that cannot be removed do no harm.
    fn remove_lost(&self) {
        for (role, path) in self.own_files().unwrap_or_default() {
            if role == FileRole::Temporary {
                folder::remove_lost(&path);
            }
        }
    }

    /// Lists the files with names that a store makes. Files with other names belong to others.
    pub(crate) fn own_files(&self) -> Result<Vec<(FileRole, PathBuf)>> {
        if !self.exists()? {
            return Ok(Vec::new());
        }
        self.own_files_in(&self.folder)
    }

    /// Lists the files of another folder with names that a store makes.
    pub(crate) fn own_files_in(&self, folder: &Path) -> Result<Vec<(FileRole, PathBuf)>> {
        let files = folder::files(folder).map_err(|error| self.unusable(&error))?;
        let with_role = |path: PathBuf| {
            let name = path.file_name()?.to_str()?;
            Some((file_name::role(name, self.kind.extensions)?, path))
        };
        Ok(files.into_iter().filter_map(with_role).collect())
    }

    /// Lists the files of this kind, in cleartext or encrypted with any key.
    pub(crate) fn files(&self) -> Result<Vec<PathBuf>> {
        let entries = self.own_files()?.into_iter();
        let entries = entries.filter(|(role, _)| *role == FileRole::Entry);
        Ok(entries.map(|(_, path)| path).collect())
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

    fn refused(&self, error: &FolderError) -> Error {
        let reason = match error {
            FolderError::Io(error) => return self.unusable(error),
            FolderError::OfAnotherUser => "it belongs to another user".to_owned(),
            FolderError::Shared(mode) => format!(
                "other users may open it (mode {mode:04o}); close it with chmod 700, or name another folder"
            ),
        };
        self.unusable(&io::Error::other(reason))
    }

    fn unusable(&self, error: &io::Error) -> Error {
        let (directory, folder) = (self.kind.directory_label, &self.folder);
        let message = format!("{directory} {folder:?} cannot be used: {error}");
        Error::new(self.kind.unusable, message)
    }

    fn file_name(&self, id: &str) -> String {
        match &self.key {
            None => [id, ".", self.kind.extensions.cleartext].concat(),
            Some(key) => format!("{id}.{}.{}", key.id(), self.kind.extensions.encrypted),
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
            Some(key) if has_extension(path, &[self.kind.extensions.encrypted]) => {
                let name = path.file_name()?.to_str()?;
                function(&key.decrypt(name, content)?)
            }
            _ => function(content),
        }
    }

    /// Returns the version of the format of a file if it is not the version of this title.
    fn other_version(&self, path: &Path, content: &[u8], title: &str) -> Option<String> {
        if has_extension(path, &[self.kind.extensions.encrypted])
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

    fn not_used(&self, path: &Path, reason: &str) -> Error {
        let file = self.kind.file_label;
        let message = format!("{file}, {path:?}, is not used: {reason}");
        Error::new(self.kind.set_aside, message)
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

fn has_extension(path: &Path, extensions: &[&str]) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    extension.is_some_and(|extension| extensions.contains(&extension))
}

#[cfg(test)]
mod tests {
    use std::fs::File;

    use super::*;

    const KIND: FileKind = FileKind {
        title: "test/1",
        extensions: Extensions {
            cleartext: "token",
            encrypted: "sealed",
        },
        directory_label: "the directory",
        file_label: "a file",
        unusable: Problem::StoreUnusable,
        set_aside: Problem::StoreEntrySetAside,
        other_version: Problem::StoreEntryOfOtherVersion,
    };
    const ID: &str = "0123456789abcdef0123456789abcdef";

    struct World {
        above: tempfile::TempDir,
        directory: SecureDir,
    }

    impl World {
        fn new() -> Self {
            let above = tempfile::tempdir().unwrap();
            let directory = SecureDir::new(&KIND, above.path().join("own"));
            directory.prepare().unwrap();
            Self { above, directory }
        }

        fn path(&self, name: &str) -> PathBuf {
            self.directory.folder().join(name)
        }
    }

    #[test]
    fn only_a_directory_that_does_not_exist_counts_as_empty() {
        let world = World::new();
        assert!(world.directory.exists().unwrap());
        assert!(world.directory.sync().is_ok());

        let missing = SecureDir::new(&KIND, world.path("missing"));
        assert!(!missing.exists().unwrap());
        assert_eq!(
            missing.sync().unwrap_err().problem(),
            Problem::StoreUnusable
        );

        File::create(world.path("file")).unwrap();
        let below_a_file = SecureDir::new(&KIND, world.path("file").join("own"));
        let error = below_a_file.exists().unwrap_err();
        assert_eq!(error.problem(), Problem::StoreUnusable);
    }

    #[test]
    fn examined_file_is_not_set_aside() {
        let world = World::new();
        let number = |content: &[u8]| str::from_utf8(content).ok()?.parse::<u32>().ok();
        assert_eq!(world.directory.examine(ID, number).unwrap(), None);

        world.directory.write(ID, b"17").unwrap();
        assert_eq!(world.directory.examine(ID, number).unwrap(), Some(17));

        world.directory.write(ID, b"damaged").unwrap();
        for _ in 0..2 {
            let error = world.directory.examine(ID, number).unwrap_err();
            assert_eq!(error.problem(), Problem::StoreEntrySetAside);
        }
        world.directory.read(ID, number).unwrap_err();
        assert_eq!(world.directory.read(ID, number).unwrap(), None);
    }

    #[test]
    fn file_or_empty_directory_is_deleted() {
        let world = World::new();
        let path = world.path("entry");
        assert!(!world.directory.delete(&path).unwrap());
        File::create(&path).unwrap();
        assert!(world.directory.delete(&path).unwrap());
        fs::create_dir(&path).unwrap();
        assert!(world.directory.delete(&path).unwrap());

        fs::create_dir(&path).unwrap();
        File::create(path.join("of others")).unwrap();
        let error = world.directory.delete(&path).unwrap_err();
        assert_eq!(error.problem(), Problem::StoreUnusable);
    }

    #[cfg(unix)]
    #[test]
    fn target_of_a_deleted_link_stays() {
        let world = World::new();
        let link = world.path("link");
        std::os::unix::fs::symlink(world.above.path(), &link).unwrap();
        assert!(world.directory.delete(&link).unwrap());
        assert!(!link.is_symlink());
        assert!(world.above.path().exists());
    }

    #[test]
    fn directory_with_a_key_is_encrypted() {
        let world = World::new();
        assert!(!world.directory.is_encrypted());
        let key = EncryptionKey::read(&[1; 32]).unwrap();
        assert!(world.directory.encrypted(key).is_encrypted());
    }
}
