use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::document_index::DocumentIndexEntry;
use super::file_name::{Extensions, FileRole};
use super::folder;
use super::secure_dir::{FileKind, LeaseAttempt, SecureDir};
use super::{
    Claim, EncryptionKey, Lease, Saved, StoreEntry, StoreKey, TokenStore, document_index, format,
};
use crate::error::{Error, Problem, Result};
use crate::token::AccessToken;
use crate::util::future::BoxFuture;

/// A store in files, which shares tokens between the processes of one user.
///
/// There is one file per key. Only this user may read it. `docs/token-cache.md` of the project describes the files.
///
/// - The files lie in a folder of their own, `adobe-ims` in the folder that the program names. The store creates it so
///   that only this user may open it. It refuses to use one that other users may open, and changes no modes.
/// - The store touches only files with names of its own form.
/// - The store replaces a file as a whole.
/// - A process that refreshes a token locks a file beside the entry. The operating system releases the lock when
///   the process ends, in whatever way.
/// - The store sets a file aside and reports it if the file is damaged, a symbolic link, owned by another user or
///   readable by others.
/// - The store leaves a file alone, and reports it, if the title names another version of the format: it neither reads,
///   replaces, moves nor deletes it ([`Problem::StoreEntryOfOtherVersion`]).
///
/// Its own methods are a few system calls, which block. None of them waits for a lock. The methods of [`TokenStore`] do
/// not block a tokio runtime: at most eight of them run on its threads for blocking operations.
///
/// ```no_run
/// use adobe_ims::TokenProvider;
/// use adobe_ims::cache::FileStore;
/// # use adobe_ims::source::JwtSource;
/// # fn example(source: JwtSource) {
/// let store = FileStore::new("/var/cache/my-service");
/// let provider = TokenProvider::builder(source).store(store).build();
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct FileStore(SecureDir);

/// The folder of the store within the one that the program names, which others may use too.
const OWN_FOLDER: &str = "adobe-ims";

/// The start of the title of each file, encrypted or not.
const TITLE_START: &[u8] = b"adobe-ims.";

const TOKEN_FILES: FileKind = FileKind {
    title: format::TITLE,
    extensions: Extensions {
        cleartext: "token",
        encrypted: "sealed",
    },
    directory_label: "the token cache",
    file_label: "a file of the token cache",
    unusable: Problem::StoreUnusable,
    set_aside: Problem::StoreEntrySetAside,
    other_version: Problem::StoreEntryOfOtherVersion,
};

/// A file of a [`FileStore`], without the token.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct StoredFile {
    /// The path of the file.
    pub path: PathBuf,
    /// The metadata of the token. `None` if the store cannot open the file: it is damaged, or encrypted with
    /// another key.
    pub metadata: Option<EntryMetadata>,
}

/// The identity and the times of a stored token.
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
    /// The account that the token stands for.
    pub subject: String,
    /// The time at which a process received the token.
    pub obtained_at: Option<SystemTime>,
    /// The time at which the token expires.
    pub expires_at: Option<SystemTime>,
}

impl FileStore {
    /// Creates a store in the folder `adobe-ims` of this folder. The first write creates the folder.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self(SecureDir::new(&TOKEN_FILES, folder.into().join(OWN_FOLDER)))
    }

    /// Encrypts the entries with this key. The store neither reads nor changes entries in cleartext or under
    /// another key.
    #[must_use]
    pub fn encrypted(self, key: EncryptionKey) -> Self {
        Self(self.0.encrypted(key))
    }

    /// Returns the folder of the files: `adobe-ims` in the folder that the program named.
    pub fn folder(&self) -> &Path {
        self.0.folder()
    }

    /// Reads the entry of this key. Returns the empty entry if nothing is stored.
    ///
    /// # Errors
    /// [`Problem::StoreEntrySetAside`] if the store set the file aside because it cannot be trusted.
    /// [`Problem::StoreEntryOfOtherVersion`] if another version of the program wrote the file.
    /// [`Problem::StoreUnusable`] if the folder cannot be used.
    pub fn read(&self, key: &StoreKey) -> Result<StoreEntry> {
        let read = self.0.read(key.id(), |content| entry_of(key, content));
        Ok(read?.unwrap_or_default())
    }

    /// Reads the entry of this key as [`read`](Self::read) does, but sets no file aside. Returns `None` if nothing is
    /// stored.
    pub(crate) fn examine(&self, key: &StoreKey) -> Result<Option<StoreEntry>> {
        self.0.examine(key.id(), |content| entry_of(key, content))
    }

    /// Finds the index entry of a credential document. `url` is the base URL that replaces the document's own;
    /// pass an empty string if there is none.
    ///
    /// An encrypted store has no index, because index entries are in cleartext.
    pub fn indexed_document(&self, document: &[u8], url: &str) -> Option<DocumentIndexEntry> {
        if self.0.is_encrypted() {
            return None;
        }
        folder::check(self.0.folder()).ok()?;
        let path = self
            .0
            .folder()
            .join(document_index::file_name(document, url));
        DocumentIndexEntry::parse(&folder::read(&path).ok()??)
    }

    /// Writes the index entry of a credential document, so that the next process need not parse the document.
    /// An encrypted store writes nothing.
    ///
    /// Do not index a document that names a key file: that file may change while the document does not.
    ///
    /// # Errors
    /// [`Problem::StoreUnusable`]. [`Problem::StoreEntryOfOtherVersion`] if another version of the program wrote the
    /// file.
    pub fn index_document(
        &self,
        document: &[u8],
        url: &str,
        entry: &DocumentIndexEntry,
    ) -> Result<()> {
        if self.0.is_encrypted() {
            return Ok(());
        }
        match entry.write() {
            Some(text) => {
                let name = document_index::file_name(document, url);
                self.0.write_cleartext(&name, document_index::TITLE, &text)
            }
            None => Ok(()),
        }
    }

    /// Replaces the entry of this key.
    ///
    /// # Errors
    /// [`Problem::StoreUnusable`], for example if the disk is full or read-only.
    /// [`Problem::StoreEntryOfOtherVersion`] if another version of the program wrote the file.
    pub fn write(&self, key: &StoreKey, entry: &StoreEntry) -> Result<()> {
        let content = format::write(key, entry).ok_or_else(|| {
            let message = "the token cache cannot hold a name or value with a line break";
            Error::new(Problem::StoreUnusable, message)
        })?;
        self.0.write(key.id(), &content)
    }

    /// Deletes the entry of this key.
    ///
    /// # Errors
    /// [`Problem::StoreUnusable`]. [`Problem::StoreEntryOfOtherVersion`] if another version of the program wrote the
    /// file.
    pub fn forget(&self, key: &StoreKey) -> Result<()> {
        self.0.remove(key.id())
    }

    /// Deletes every entry that holds this token, for example after its revocation. Returns the number of deleted
    /// entries.
    ///
    /// If another process replaces such an entry at this moment, its new token may be deleted with it. That costs
    /// one more request.
    ///
    /// # Errors
    /// [`Problem::StoreUnusable`].
    pub fn forget_token(&self, token: &AccessToken) -> Result<usize> {
        let mut deleted = 0;
        for path in self.0.files()? {
            if self.holds(&path, token) {
                deleted += usize::from(self.0.delete(&path)?);
            }
        }
        Ok(deleted)
    }

    /// Deletes the entries that match the predicate. Returns the number of deleted entries. Entries that are
    /// damaged or encrypted with another key stay.
    ///
    /// # Errors
    /// [`Problem::StoreUnusable`].
    pub fn forget_where(&self, predicate: impl Fn(&EntryMetadata) -> bool) -> Result<usize> {
        let mut deleted = 0;
        for file in self.list()? {
            if file.metadata.as_ref().is_some_and(&predicate) {
                deleted += usize::from(self.0.delete(&file.path)?);
            }
        }
        Ok(deleted)
    }

    /// Lists the entries of all keys, expired ones included.
    ///
    /// # Errors
    /// [`Problem::StoreUnusable`].
    pub fn list(&self) -> Result<Vec<StoredFile>> {
        let file = |path: PathBuf| StoredFile {
            metadata: self.0.open(&path, metadata),
            path,
        };
        Ok(self.0.files()?.into_iter().map(file).collect())
    }

    /// Deletes all entries, and the files that were set aside, half-written or part of the index. Returns the
    /// number of deleted entries. Files with other names stay.
    ///
    /// Earlier versions kept the entries in the folder that the program names itself. Those are deleted too, if they
    /// have the title of an entry.
    ///
    /// # Errors
    /// [`Problem::StoreUnusable`]. [`Problem::StoreEntryOfOtherVersion`] if another version of the program wrote an
    /// entry: the store deletes the other files, and leaves that one.
    pub fn clear(&self) -> Result<usize> {
        let mut files = self.0.own_files()?;
        if let Some(named) = self.0.folder().parent() {
            // A folder that cannot be listed has no such entries that anybody can find.
            let earlier = self.0.own_files_in(named).unwrap_or_default();
            files.extend(
                earlier
                    .into_iter()
                    .filter(|(_, path)| is_of_earlier_version(path)),
            );
        }
        let mut deleted = 0;
        let mut left = Ok(());
        for (role, path) in files {
            match role {
                FileRole::Entry => match self.0.check_version(&path, format::TITLE) {
                    Ok(()) => deleted += usize::from(self.0.delete(&path)?),
                    Err(error) => left = Err(error),
                },
                FileRole::Index => {
                    if self.0.check_version(&path, document_index::TITLE).is_ok() {
                        self.0.delete(&path)?;
                    }
                }
                FileRole::Temporary => folder::remove_lost(&path),
                FileRole::SetAside => drop(self.0.delete(&path)?),
                // Another process may hold it. It is empty but for the holder's process id.
                FileRole::Lock => {}
            }
        }
        left.map(|()| deleted)
    }

    fn try_claim(&self, key: &StoreKey) -> Result<Claim> {
        Ok(match self.0.try_lease(key.id())? {
            LeaseAttempt::Won(lease) => Claim::Won(lease),
            LeaseAttempt::Held(holder) => Claim::Held {
                look_again_in: Duration::from_millis(fastrand::u64(10..=30)),
                holder,
            },
        })
    }

    fn holds(&self, path: &Path, token: &AccessToken) -> bool {
        let stored = self
            .0
            .open(path, |content| format::parse(content)?.entry.token);
        stored.is_some_and(|stored| stored.token.is_same(token))
    }
}

/// Parses an entry that was written for this key.
fn entry_of(key: &StoreKey, content: &[u8]) -> Option<StoreEntry> {
    let parsed = format::parse(content).filter(|parsed| parsed.belongs_to(key))?;
    Some(parsed.entry)
}

/// Returns true for a private file with a title of this library.
fn is_of_earlier_version(path: &Path) -> bool {
    let content = folder::read(path);
    content.is_ok_and(|content| content.is_some_and(|content| content.starts_with(TITLE_START)))
}

fn metadata(content: &[u8]) -> Option<EntryMetadata> {
    let parsed = format::parse(content)?;
    let token = parsed.entry.token.as_ref();
    let get = |name| parsed.get(name).to_owned();
    Some(EntryMetadata {
        environment: get("environment"),
        client_id: get("client_id"),
        grant: get("grant"),
        scopes: format::parse_scopes(parsed.get("scopes")),
        subject: get("subject"),
        obtained_at: token.map(|token| token.obtained_at),
        expires_at: token.map(|token| token.expires_at),
    })
}

/// Each operation runs on a thread for blocking operations if there is a tokio runtime, and directly otherwise.
impl TokenStore for FileStore {
    fn load<'a>(&'a self, key: &'a StoreKey) -> BoxFuture<'a, Result<StoreEntry>> {
        let (store, key) = (self.clone(), key.clone());
        Box::pin(self.0.run(move || store.read(&key)))
    }

    fn claim<'a>(&'a self, key: &'a StoreKey) -> BoxFuture<'a, Result<Claim>> {
        let (store, key) = (self.clone(), key.clone());
        Box::pin(self.0.run(move || store.try_claim(&key)))
    }

    fn save<'a>(
        &'a self,
        key: &'a StoreKey,
        entry: &'a StoreEntry,
        _: Option<&'a Lease>,
    ) -> BoxFuture<'a, Result<Saved>> {
        let (store, key, entry) = (self.clone(), key.clone(), entry.clone());
        let save = move || store.write(&key, &entry).map(|()| Saved::Stored);
        Box::pin(self.0.run(save))
    }

    fn remove<'a>(&'a self, key: &'a StoreKey) -> BoxFuture<'a, Result<()>> {
        let (store, key) = (self.clone(), key.clone());
        Box::pin(self.0.run(move || store.forget(&key)))
    }

    fn release<'a>(&'a self, _: &'a StoreKey, lease: Lease) -> BoxFuture<'a, Result<()>> {
        // It closes a file, which may block too.
        Box::pin(self.0.run(move || {
            drop(lease);
            Ok(())
        }))
    }
}
