use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use zeroize::Zeroizing;

use super::folder::{self, Wrong};
use super::{
    KnownDocument, Lease, SealingKey, StoreEntry, StoreKey, Storing, TokenStore, format, known,
};
use crate::{AccessToken, Error, Problem, Result};

/// Shares tokens between the processes of one user: one file per key, readable by this user alone, in a
/// folder that is closed to others.
///
/// Files are replaced as a whole. Who refreshes holds a lock on a file beside it, which the operating
/// system gives back when the process ends, however it ends. A file that cannot be trusted (broken, a
/// symbolic link, of another user, readable by others) is set aside and reported.
///
/// Its operations are a few system calls, done on the spot; they do not wait for a lock.
#[derive(Clone, Debug)]
pub struct FileStore {
    folder: Arc<Path>,
    sealing: Option<SealingKey>,
}

/// What a [`FileStore`] holds, without the token.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct StoredFile {
    /// The file.
    pub path: PathBuf,
    /// Whose token is in it; `None` when it cannot be opened (sealed by another key, or broken).
    pub about: Option<About>,
}

/// Whose token a file holds.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct About {
    /// The base URL of the environment.
    pub environment: String,
    /// The client id.
    pub client_id: String,
    /// The grant.
    pub grant: String,
    /// The scopes or metascopes.
    pub scopes: Vec<String>,
    /// Who the token speaks for.
    pub subject: String,
    /// When the token was got.
    pub obtained_at: Option<SystemTime>,
    /// When it expires.
    pub expires_at: Option<SystemTime>,
}

impl FileStore {
    /// Keeps its files in this folder, which is made when the first token is stored.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into().into(),
            sealing: None,
        }
    }

    /// Seals what it stores. Entries that were stored in the clear, or sealed with another key, are
    /// neither read nor changed.
    #[must_use]
    pub fn sealed(mut self, key: SealingKey) -> Self {
        self.sealing = Some(key);
        self
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What is stored under this key; the empty entry when nothing is.
    ///
    /// # Errors
    /// [`Problem::StoreEntrySetAside`] for a file that cannot be trusted, which is out of the way then;
    /// [`Problem::StoreUnusable`] when the folder cannot be used.
    pub fn read(&self, key: &StoreKey) -> Result<StoreEntry> {
        match folder::check(&self.folder) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(StoreEntry::default()),
            checked => checked.map_err(|error| self.unusable(&error))?,
        }
        let path = self.path(key);
        let content = match folder::read(&path) {
            Ok(Some(content)) => content,
            Ok(None) => return Ok(StoreEntry::default()),
            Err(Wrong::Unsafe(why)) => return Err(set_aside(&path, why)),
            Err(Wrong::Io(error)) => return Err(self.unusable(&error)),
        };
        self.open(&path, content)
            .and_then(|content| {
                let read = format::read(&content).filter(|read| read.is_of(key))?;
                Some(read.entry)
            })
            .ok_or_else(|| set_aside(&path, "it is broken"))
    }

    /// What was found out about a document when it was read before. `url` is where it was told to ask,
    /// if not where it says itself.
    ///
    /// A document that names a file with its key must not be remembered: that file may change. A sealed
    /// store remembers none: it would be in the clear whose they are.
    pub fn recall(&self, document: &[u8], url: &str) -> Option<KnownDocument> {
        if self.sealing.is_some() {
            return None;
        }
        folder::check(&self.folder).ok()?;
        let path = self.folder.join(known::name(document, url));
        KnownDocument::read(&folder::read(&path).ok()??)
    }

    /// Keeps what was found out about a document, so that the next process need not read it.
    ///
    /// # Errors
    /// [`Problem::StoreUnusable`].
    pub fn remember(&self, document: &[u8], url: &str, known: &KnownDocument) -> Result<()> {
        match known.write().filter(|_| self.sealing.is_none()) {
            Some(text) => self.replace(&known::name(document, url), &text),
            None => Ok(()),
        }
    }

    /// Replaces what is stored under this key.
    ///
    /// # Errors
    /// [`Problem::StoreUnusable`], for example when the disk is full or may not be written.
    pub fn write(&self, key: &StoreKey, entry: &StoreEntry) -> Result<()> {
        let content = format::write(key, entry).ok_or_else(|| {
            let what = "the token has a name that does not fit into the token cache";
            Error::new(Problem::StoreUnusable, what)
        })?;
        let name = self.name(key);
        match &self.sealing {
            None => self.replace(&name, &content),
            Some(sealing) => self.replace(&name, &sealing.seal(&name, &content)?),
        }
    }

    fn replace(&self, name: &str, content: &[u8]) -> Result<()> {
        folder::prepare(&self.folder)
            .and_then(|()| folder::replace(&self.folder.join(name), content))
            .map_err(|error| self.unusable(&error))
    }

    /// Forgets what is stored under this key.
    ///
    /// # Errors
    /// [`Problem::StoreUnusable`].
    pub fn forget(&self, key: &StoreKey) -> Result<()> {
        self.delete(&self.path(key)).map(drop)
    }

    /// Forgets this token wherever it is stored, because it was revoked; how many entries are gone.
    ///
    /// An entry that is replaced at this very moment may go with the new token in it, which costs its owner
    /// one more request.
    ///
    /// # Errors
    /// [`Problem::StoreUnusable`].
    pub fn forget_token(&self, token: &AccessToken) -> Result<usize> {
        let files = folder::files(&self.folder).map_err(|error| self.unusable(&error))?;
        let mut gone = 0;
        for path in files.iter().filter(|path| is_entry(path)) {
            if self.holds(path, token) {
                gone += usize::from(self.delete(path)?);
            }
        }
        Ok(gone)
    }

    /// Forgets the tokens that are meant; how many entries are gone. What cannot be opened (sealed by another
    /// key, or broken) stays.
    ///
    /// # Errors
    /// [`Problem::StoreUnusable`].
    pub fn forget_where(&self, is_meant: impl Fn(&About) -> bool) -> Result<usize> {
        let mut gone = 0;
        for file in self.list()? {
            if file.about.as_ref().is_some_and(&is_meant) {
                gone += usize::from(self.delete(&file.path)?);
            }
        }
        Ok(gone)
    }

    /// What there is, expired or not, also of other keys.
    ///
    /// # Errors
    /// [`Problem::StoreUnusable`].
    pub fn list(&self) -> Result<Vec<StoredFile>> {
        let files = folder::files(&self.folder).map_err(|error| self.unusable(&error))?;
        let entries = files.into_iter().filter(|path| is_entry(path));
        Ok(entries
            .map(|path| StoredFile {
                about: self.about(&path),
                path,
            })
            .collect())
    }

    /// Deletes all entries, also those that were set aside or never finished; how many tokens are gone.
    ///
    /// # Errors
    /// [`Problem::StoreUnusable`].
    pub fn clear(&self) -> Result<usize> {
        let files = folder::files(&self.folder).map_err(|error| self.unusable(&error))?;
        let mut deleted = 0;
        for path in files {
            if is_entry(&path) {
                deleted += usize::from(self.delete(&path)?);
            } else if has_extension(&path, &["known", "set-aside", "tmp"]) {
                self.delete(&path)?;
            }
        }
        Ok(deleted)
    }

    fn about(&self, path: &Path) -> Option<About> {
        let content = folder::read(path).ok()??;
        let content = self.open(path, content)?;
        let read = format::read(&content)?;
        let token = read.entry.token.as_ref();
        let get = |name| read.get(name).to_owned();
        Some(About {
            environment: get("environment"),
            client_id: get("client_id"),
            grant: get("grant"),
            scopes: format::scopes(read.get("scopes")),
            subject: get("subject"),
            obtained_at: token.map(|token| token.obtained_at),
            expires_at: token.map(|token| token.expires_at),
        })
    }

    fn holds(&self, path: &Path, token: &AccessToken) -> bool {
        let content = folder::read(path).ok().flatten();
        content
            .and_then(|content| self.open(path, content))
            .and_then(|content| format::read(&content)?.entry.token)
            .is_some_and(|stored| stored.token.is_same(token))
    }

    /// What is inside of a seal, if there is one.
    fn open(&self, path: &Path, content: Zeroizing<Vec<u8>>) -> Option<Zeroizing<Vec<u8>>> {
        match &self.sealing {
            Some(sealing) if has_extension(path, &["sealed"]) => {
                let name = path.file_name()?.to_str()?;
                sealing.open(name, &content)
            }
            _ => Some(content),
        }
    }

    fn lock(&self, key: &StoreKey) -> Result<Option<Lease>> {
        folder::prepare(&self.folder).map_err(|error| self.unusable(&error))?;
        let id = key.id();
        match folder::try_lock(&self.folder.join(format!("{id}.lock"))) {
            Ok(Some(lock)) => {
                folder::sweep(&self.folder, id);
                Ok(Some(Lease::new(lock)))
            }
            Ok(None) => Ok(None),
            Err(Wrong::Io(error)) => Err(self.unusable(&error)),
            Err(Wrong::Unsafe(why)) => Err(self.unusable(&io::Error::other(why))),
        }
    }

    fn delete(&self, path: &Path) -> Result<bool> {
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

    fn path(&self, key: &StoreKey) -> PathBuf {
        self.folder.join(self.name(key))
    }

    fn name(&self, key: &StoreKey) -> String {
        let id = key.id();
        match &self.sealing {
            None => [id, ".token"].concat(),
            Some(sealing) => format!("{id}.{}.sealed", sealing.id()),
        }
    }

    fn unusable(&self, error: &io::Error) -> Error {
        let what = format!("the token cache {:?} cannot be used: {error}", self.folder);
        Error::new(Problem::StoreUnusable, what)
    }
}

fn is_entry(path: &Path) -> bool {
    has_extension(path, &["token", "sealed"])
}

fn has_extension(path: &Path, known: &[&str]) -> bool {
    path.extension()
        .and_then(|extension| extension.to_str())
        .is_some_and(|extension| known.contains(&extension))
}

fn set_aside(path: &Path, why: &str) -> Error {
    let what = match folder::set_aside(path) {
        Ok(aside) => format!("a file of the token cache was set aside as {aside:?}: {why}"),
        Err(error) => {
            format!(
                "the file {path:?} of the token cache is not used, and cannot be set aside ({error}): {why}"
            )
        }
    };
    Error::new(Problem::StoreEntrySetAside, what)
}

impl TokenStore for FileStore {
    fn load<'a>(&'a self, key: &'a StoreKey) -> Storing<'a, StoreEntry> {
        Box::pin(async { self.read(key) })
    }

    fn save<'a>(&'a self, key: &'a StoreKey, entry: &'a StoreEntry) -> Storing<'a, ()> {
        Box::pin(async { self.write(key, entry) })
    }

    fn remove<'a>(&'a self, key: &'a StoreKey) -> Storing<'a, ()> {
        Box::pin(async { self.forget(key) })
    }

    fn lease<'a>(&'a self, key: &'a StoreKey) -> Storing<'a, Option<Lease>> {
        Box::pin(async { self.lock(key) })
    }
}
