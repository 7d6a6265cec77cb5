use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::data::TITLE;
use super::{Session, SessionKey};
use crate::cache::file_name::Extensions;
use crate::cache::secure_dir::{FileKind, LeaseAttempt, SecureDir};
use crate::cache::{EncryptionKey, Lease};
use crate::error::{Error, Problem, Result};
use crate::util::time;

/// The time to wait for the lock of a session. Its holder sends one request to IMS, which takes at most 30 s.
pub(crate) const LOCK_TIMEOUT: Duration = Duration::from_secs(40);

/// The time to wait for the lock before a token request. It is shorter than the first attempt of a provider (three
/// quarters of 15 s), so that the caller gets the more precise error of the two.
pub(crate) const TOKEN_LOCK_TIMEOUT: Duration = Duration::from_secs(10);

/// A store of sessions in files, one file per session.
///
/// Only this user may read the files, and only this user may open the folder. A session outlives its access tokens,
/// so the store is not a cache: after the loss of a file the person must sign in again. `docs/sessions.md` of the
/// project describes the files.
///
/// - The store replaces a file as a whole.
/// - A process that uses or changes a session locks a file beside it. The operating system releases the lock when
///   the process ends, in whatever way.
/// - The store sets a file aside and reports it if the file is damaged, a symbolic link, owned by another user or
///   readable by others.
/// - The store leaves a file alone, and reports it, if the title names another version of the format: it neither reads,
///   replaces, moves nor deletes it ([`Problem::SessionOfOtherVersion`]).
///
/// ```no_run
/// use adobe_ims::session::SessionStore;
///
/// let store = SessionStore::new("/home/me/.local/state/my-tool/sessions");
/// for file in store.list()? {
///     if let Some((key, session)) = file.session {
///         println!("{}: {:?}", key.name(), session.expires_at());
///     }
/// }
/// # Ok::<(), adobe_ims::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct SessionStore(SecureDir);

const SESSION_FILES: FileKind = FileKind {
    title: TITLE,
    extensions: Extensions {
        cleartext: "session",
        encrypted: "sealed-session",
    },
    directory_label: "the folder of sessions",
    file_label: "the file of a session",
    unusable: Problem::SessionUnusable,
    set_aside: Problem::SessionSetAside,
    other_version: Problem::SessionOfOtherVersion,
};

/// A file of a [`SessionStore`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SessionFile {
    /// The path of the file.
    pub path: PathBuf,
    /// The session and its key. `None` if the store cannot open the file: it is damaged, or encrypted with another
    /// key.
    pub session: Option<(SessionKey, Session)>,
}

impl SessionStore {
    /// Creates a store in this folder. The first write creates the folder.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self(SecureDir::new(&SESSION_FILES, folder.into()))
    }

    /// Encrypts the sessions with this key. The store neither reads nor changes sessions in cleartext or under
    /// another key.
    #[must_use]
    pub fn encrypted(self, key: EncryptionKey) -> Self {
        Self(self.0.encrypted(key))
    }

    /// Returns the folder.
    pub fn folder(&self) -> &Path {
        self.0.folder()
    }

    /// Reads the session of this key, without waiting for its lock. Returns `None` if there is no session.
    ///
    /// # Errors
    /// [`Problem::SessionSetAside`] if the store set the file aside because it cannot be trusted.
    /// [`Problem::SessionOfOtherVersion`] if another version of the program wrote the file.
    /// [`Problem::SessionUnusable`] if the folder cannot be used.
    pub fn read(&self, key: &SessionKey) -> Result<Option<Session>> {
        self.0.read(key.id(), |content| {
            let (stored_key, session) = Session::parse(content)?;
            (stored_key == *key).then_some(session)
        })
    }

    /// Replaces the session of this key. Waits until no other process uses the session.
    ///
    /// # Errors
    /// [`Problem::SessionUnusable`] if the folder cannot be used. [`Problem::SessionBusy`] if another process holds
    /// the lock for more than 40 s. [`Problem::SessionOfOtherVersion`] if another version of the program wrote the file.
    pub async fn save(&self, key: &SessionKey, session: &Session) -> Result<()> {
        let lease = self.lease(key, LOCK_TIMEOUT).await?;
        self.replace(&lease, key, session.clone()).await
    }

    /// Deletes the session of this key and returns it. Waits until no other process uses the session.
    ///
    /// The refresh token is still valid after that. To end it at IMS, call
    /// [`UserSession::sign_out`](super::UserSession::sign_out) instead.
    ///
    /// # Errors
    /// The errors of [`save`](Self::save) and [`read`](Self::read).
    pub async fn remove(&self, key: &SessionKey) -> Result<Option<Session>> {
        let lease = self.lease(key, LOCK_TIMEOUT).await?;
        let session = self.load(key).await?;
        self.delete(&lease, key).await?;
        Ok(session)
    }

    /// Lists the sessions of all keys, expired ones included.
    ///
    /// # Errors
    /// [`Problem::SessionUnusable`].
    pub fn list(&self) -> Result<Vec<SessionFile>> {
        let file = |path: PathBuf| SessionFile {
            session: self.0.open(&path, Session::parse),
            path,
        };
        Ok(self.0.files()?.into_iter().map(file).collect())
    }

    /// Reads a session as [`read`](Self::read) does, without blocking the runtime.
    pub(crate) async fn load(&self, key: &SessionKey) -> Result<Option<Session>> {
        let (store, key) = (self.clone(), key.clone());
        self.0.run(move || store.read(&key)).await
    }

    /// Waits for the lock of a session.
    pub(crate) async fn lease(&self, key: &SessionKey, timeout: Duration) -> Result<Arc<Lease>> {
        let end = Instant::now() + timeout;
        loop {
            let (directory, id) = (self.0.clone(), key.id().to_owned());
            let holder = match self.0.run(move || directory.try_lease(&id)).await? {
                LeaseAttempt::Won(lease) => return Ok(Arc::new(lease)),
                LeaseAttempt::Held(holder) => holder,
            };
            if Instant::now() >= end {
                let holder = holder.unwrap_or_else(|| "another process".to_owned());
                let timeout = time::human(timeout);
                let message = format!("{holder} has been using the session for {timeout}");
                return Err(Error::new(Problem::SessionBusy, message));
            }
            sleep(Duration::from_millis(fastrand::u64(10..30))).await;
        }
    }

    /// Replaces a session and syncs the folder: a power cut must not restore a refresh token that was already
    /// exchanged.
    pub(crate) async fn replace(
        &self,
        lease: &Arc<Lease>,
        key: &SessionKey,
        session: Session,
    ) -> Result<()> {
        let (store, key) = (self.clone(), key.clone());
        let write = move || {
            let content = session.write(&key).ok_or_else(|| {
                let message = "the session store cannot hold a name or value with a line break";
                Error::new(Problem::SessionUnusable, message)
            })?;
            store.0.write(key.id(), &content)?;
            store.0.sync()
        };
        self.run_with(lease, write).await
    }

    /// Deletes a session and syncs the folder: a power cut must not restore it.
    pub(crate) async fn delete(&self, lease: &Arc<Lease>, key: &SessionKey) -> Result<()> {
        let (store, key) = (self.clone(), key.clone());
        let delete = move || {
            store.0.remove(key.id())?;
            store.0.sync()
        };
        self.run_with(lease, delete).await
    }

    /// Runs an operation that holds the lease until its own end: it goes on when its caller is cancelled.
    async fn run_with<T: Send + 'static>(
        &self,
        lease: &Arc<Lease>,
        operation: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let lease = Arc::clone(lease);
        let operation = move || {
            let _lease = lease;
            operation()
        };
        self.0.run(operation).await
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "neither a lock of the operating system nor a full disk sends a notice; tests pause the runtime's clock"
)]
pub(super) async fn sleep(duration: Duration) {
    tokio::time::sleep(duration).await;
}
