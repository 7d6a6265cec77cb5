use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use super::document_index::DocumentIndexEntry;
use super::folder;
use super::secure_dir::{Kind, SecureDir, has_ending};
use super::{EncryptionKey, Lease, StoreEntry, StoreKey, TokenStore, document_index, format};
use crate::error::Problem;
use crate::error::{Error, Result};
use crate::token::AccessToken;
use crate::util::future::BoxFuture;

/// Shares tokens between the processes of one user: one file per key, readable by this user alone, in a
/// folder that is closed to others.
///
/// Files are replaced as a whole. Who refreshes holds a lock on a file beside it, which the operating
/// system gives back when the process ends, however it ends. A file that cannot be trusted (broken, a
/// symbolic link, of another user, readable by others) is set aside and reported.
///
/// Its operations are a few system calls, done on the spot; they do not wait for a lock.
#[derive(Clone, Debug)]
pub struct FileStore(SecureDir);

const TOKENS: Kind = Kind {
    clear: "token",
    sealed: "sealed",
    whole: "the token cache",
    one: "a file of the token cache",
    unusable: Problem::StoreUnusable,
    set_aside: Problem::StoreEntrySetAside,
};

/// What a [`FileStore`] holds, without the token.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct StoredFile {
    /// The file.
    pub path: PathBuf,
    /// Whose token is in it; `None` when it cannot be opened (sealed by another key, or broken).
    pub metadata: Option<EntryMetadata>,
}

/// Whose token a file holds.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct EntryMetadata {
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
        Self(SecureDir::new(&TOKENS, folder.into()))
    }

    /// Seals what it stores. Entries that were stored in the clear, or sealed with another key, are
    /// neither read nor changed.
    #[must_use]
    pub fn sealed(mut self, key: EncryptionKey) -> Self {
        self.0.sealing = Some(Arc::new(key));
        self
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.0.folder
    }

    /// What is stored under this key; the empty entry when nothing is.
    ///
    /// # Errors
    /// [`Problem::StoreEntrySetAside`] for a file that cannot be trusted, which is out of the way then;
    /// [`Problem::StoreUnusable`] when the folder cannot be used.
    pub fn read(&self, key: &StoreKey) -> Result<StoreEntry> {
        let read = |content: &[u8]| {
            let read = format::read(content).filter(|read| read.is_of(key))?;
            Some(read.entry)
        };
        Ok(self.0.read(key.id(), read)?.unwrap_or_default())
    }

    /// What was found out about a document when it was read before. `url` is where it was told to ask,
    /// if not where it says itself.
    ///
    /// A document that names a file with its key must not be remembered: that file may change. A sealed
    /// store remembers none: it would be in the clear whose they are.
    pub fn recall(&self, document: &[u8], url: &str) -> Option<DocumentIndexEntry> {
        if self.0.sealing.is_some() {
            return None;
        }
        folder::check(&self.0.folder).ok()?;
        let path = self.0.folder.join(document_index::name(document, url));
        DocumentIndexEntry::read(&folder::read(&path).ok()??)
    }

    /// Keeps what was found out about a document, so that the next process need not read it.
    ///
    /// # Errors
    /// [`Problem::StoreUnusable`].
    pub fn remember(&self, document: &[u8], url: &str, known: &DocumentIndexEntry) -> Result<()> {
        match known.write().filter(|_| self.0.sealing.is_none()) {
            Some(text) => self.0.replace(&document_index::name(document, url), &text),
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
        self.0.write(key.id(), &content)
    }

    /// Forgets what is stored under this key.
    ///
    /// # Errors
    /// [`Problem::StoreUnusable`].
    pub fn forget(&self, key: &StoreKey) -> Result<()> {
        self.0.delete(&self.0.path(key.id())).map(drop)
    }

    /// Forgets this token wherever it is stored, because it was revoked; how many entries are gone.
    ///
    /// An entry that is replaced at this very moment may go with the new token in it, which costs its owner
    /// one more request.
    ///
    /// # Errors
    /// [`Problem::StoreUnusable`].
    pub fn forget_token(&self, token: &AccessToken) -> Result<usize> {
        let files = self.0.files()?;
        let mut gone = 0;
        for path in files.iter().filter(|path| self.0.is_own(path)) {
            if self.holds(path, token) {
                gone += usize::from(self.0.delete(path)?);
            }
        }
        Ok(gone)
    }

    /// Forgets the tokens that are meant; how many entries are gone. What cannot be opened (sealed by another
    /// key, or broken) stays.
    ///
    /// # Errors
    /// [`Problem::StoreUnusable`].
    pub fn forget_where(&self, is_meant: impl Fn(&EntryMetadata) -> bool) -> Result<usize> {
        let mut gone = 0;
        for file in self.list()? {
            if file.metadata.as_ref().is_some_and(&is_meant) {
                gone += usize::from(self.0.delete(&file.path)?);
            }
        }
        Ok(gone)
    }

    /// What there is, expired or not, also of other keys.
    ///
    /// # Errors
    /// [`Problem::StoreUnusable`].
    pub fn list(&self) -> Result<Vec<StoredFile>> {
        let files = self.0.files()?;
        let entries = files.into_iter().filter(|path| self.0.is_own(path));
        Ok(entries
            .map(|path| StoredFile {
                metadata: self.metadata(&path),
                path,
            })
            .collect())
    }

    /// Deletes all entries, also those that were set aside or never finished; how many tokens are gone.
    ///
    /// # Errors
    /// [`Problem::StoreUnusable`].
    pub fn clear(&self) -> Result<usize> {
        let files = self.0.files()?;
        let mut deleted = 0;
        for path in files {
            if self.0.is_own(&path) {
                deleted += usize::from(self.0.delete(&path)?);
            } else if has_ending(&path, &["known", "set-aside", "tmp"]) {
                self.0.delete(&path)?;
            }
        }
        Ok(deleted)
    }

    fn metadata(&self, path: &Path) -> Option<EntryMetadata> {
        let content = self.0.open(path)?;
        let read = format::read(&content)?;
        let token = read.entry.token.as_ref();
        let get = |name| read.get(name).to_owned();
        Some(EntryMetadata {
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
        let content = self.0.open(path);
        content
            .and_then(|content| format::read(&content)?.entry.token)
            .is_some_and(|stored| stored.token.is_same(token))
    }
}

impl TokenStore for FileStore {
    fn load<'a>(&'a self, key: &'a StoreKey) -> BoxFuture<'a, Result<StoreEntry>> {
        Box::pin(async { self.read(key) })
    }

    fn save<'a>(&'a self, key: &'a StoreKey, entry: &'a StoreEntry) -> BoxFuture<'a, Result<()>> {
        Box::pin(async { self.write(key, entry) })
    }

    fn remove<'a>(&'a self, key: &'a StoreKey) -> BoxFuture<'a, Result<()>> {
        Box::pin(async { self.forget(key) })
    }

    fn lease<'a>(&'a self, key: &'a StoreKey) -> BoxFuture<'a, Result<Option<Lease>>> {
        Box::pin(async { self.0.try_lease(key.id()) })
    }
}
