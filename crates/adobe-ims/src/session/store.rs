use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::{Session, SessionKey};
use crate::cache::folder;
use crate::cache::secure_dir::{Kind, SecureDir};
use crate::cache::{EncryptionKey, Lease};
use crate::error::Problem;
use crate::error::{Error, Result};
use crate::util::time;

/// Whoever has the right to a session asks IMS once with it, which takes at most half a minute.
pub(crate) const LOCK_TIMEOUT: Duration = Duration::from_secs(40);

/// Who wants a token is told sooner, before a provider's deadline (15 s) says less about it.
pub(crate) const TOKEN_LOCK_TIMEOUT: Duration = Duration::from_secs(12);

/// Where sessions rest: one file for each, readable by this user alone, in a folder that is closed to
/// others. A session outlives its access tokens, so this is no cache: what is lost here costs a person
/// another sign-in.
///
/// Files (`docs/sessions.md` describes them) are replaced as a whole. Who uses or changes a session holds a
/// lock on a file beside it, which the operating system gives back when the process ends, however it ends. A
/// file that cannot be trusted (broken, a symbolic link, of another user, readable by others) is set aside and
/// reported.
#[derive(Clone, Debug)]
pub struct SessionStore(SecureDir);

const SESSIONS: Kind = Kind {
    clear: "session",
    sealed: "sealed-session",
    whole: "the folder of sessions",
    one: "the file of a session",
    unusable: Problem::SessionUnusable,
    set_aside: Problem::SessionSetAside,
};

/// A file of [`SessionStore`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SessionFile {
    /// The file.
    pub path: PathBuf,
    /// Whose session is in it; `None` when it cannot be opened (sealed by another key, or broken).
    pub session: Option<(SessionKey, Session)>,
}

impl SessionStore {
    /// Keeps its files in this folder, which is made when the first session is kept.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self(SecureDir::new(&SESSIONS, folder.into()))
    }

    /// Seals what it keeps. SessionStore that were kept in the clear, or sealed with another key, are neither
    /// read nor changed.
    #[must_use]
    pub fn sealed(mut self, key: EncryptionKey) -> Self {
        self.0.sealing = Some(Arc::new(key));
        self
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.0.folder
    }

    /// The session of this key, if there is one. Nobody is waited for.
    ///
    /// # Errors
    /// [`Problem::SessionSetAside`] for a file that cannot be trusted, which is out of the way then;
    /// [`Problem::SessionUnusable`] when the folder cannot be used.
    pub fn read(&self, key: &SessionKey) -> Result<Option<Session>> {
        self.0.read(key.id(), |content| {
            let (found, session) = Session::read(content)?;
            (found == *key).then_some(session)
        })
    }

    /// Keeps a session, in the place of any that is there, as soon as nobody uses that.
    ///
    /// # Errors
    /// [`Problem::SessionUnusable`]; [`Problem::SessionBusy`].
    pub async fn keep(&self, key: &SessionKey, session: &Session) -> Result<()> {
        let _lease = self.lease(key, LOCK_TIMEOUT).await?;
        self.write(key, session)
    }

    /// Forgets a session, as soon as nobody uses it, and gives it back: its refresh token is still valid and
    /// should be [invalidated](crate::api::ImsClient::invalidate_as).
    ///
    /// # Errors
    /// [`Problem::SessionUnusable`]; [`Problem::SessionBusy`]; [`Problem::SessionSetAside`].
    pub async fn end(&self, key: &SessionKey) -> Result<Option<Session>> {
        let _lease = self.lease(key, LOCK_TIMEOUT).await?;
        let session = self.read(key)?;
        self.remove(key)?;
        Ok(session)
    }

    /// What there is, ended or not, also of other keys.
    ///
    /// # Errors
    /// [`Problem::SessionUnusable`].
    pub fn list(&self) -> Result<Vec<SessionFile>> {
        let files = self.0.files()?.into_iter();
        let session = |path: &Path| Session::read(&self.0.open(path)?);
        Ok(files
            .filter(|path| self.0.is_own(path))
            .map(|path| SessionFile {
                session: session(&path),
                path,
            })
            .collect())
    }

    /// Waits for the right to use or change a session.
    pub(crate) async fn lease(&self, key: &SessionKey, patience: Duration) -> Result<Lease> {
        let end = Instant::now() + patience;
        loop {
            if let Some(lease) = self.0.try_lease(key.id())? {
                return Ok(lease);
            }
            if Instant::now() >= end {
                let patience = time::human(patience);
                let what = format!("another process has been using the session for {patience}");
                return Err(Error::new(Problem::SessionBusy, what));
            }
            rest(Duration::from_millis(fastrand::u64(10..30))).await;
        }
    }

    /// Replaces it, on the disk for good: a power cut must not bring a spent refresh token back. The caller
    /// holds the lease.
    pub(crate) fn write(&self, key: &SessionKey, session: &Session) -> Result<()> {
        let content = session.write(key).ok_or_else(|| {
            let what = "the session has a name or a value that does not fit a line";
            Error::new(Problem::SessionUnusable, what)
        })?;
        self.0.write(key.id(), &content)?;
        folder::sync(&self.0.folder).map_err(|error| self.0.unusable(&error))
    }

    /// The caller holds the lease.
    pub(crate) fn remove(&self, key: &SessionKey) -> Result<()> {
        self.0.delete(&self.0.path(key.id())).map(drop)
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a lock of the operating system tells nobody when it is free; tests pause the runtime's clock"
)]
async fn rest(pause: Duration) {
    tokio::time::sleep(pause).await;
}
