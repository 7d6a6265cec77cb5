use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;
use zeroize::Zeroizing;

use super::folder::{self, Wrong};
use super::{Lease, SealingKey, Session, SessionKey};
use crate::{Error, Problem, Result, timestamp};

const ENDING: &str = "session";
const SEALED: &str = "sealed-session";

/// Whoever has the right to a session asks IMS once with it, which takes at most half a minute.
pub(crate) const PATIENCE: Duration = Duration::from_secs(40);

/// Who wants a token is told sooner, before a provider's deadline (15 s) says less about it.
pub(crate) const PATIENCE_FOR_A_TOKEN: Duration = Duration::from_secs(12);

/// Where sessions rest: one file for each, readable by this user alone, in a folder that is closed to
/// others. A session outlives its access tokens, so this is no cache: what is lost here costs a person
/// another sign-in.
///
/// Files (`docs/sessions.md` describes them) are replaced as a whole. Who uses or changes a session holds a lock on a file beside it, which the
/// operating system gives back when the process ends, however it ends. A file that cannot be trusted
/// (broken, a symbolic link, of another user, readable by others) is set aside and reported.
#[derive(Clone, Debug)]
pub struct Sessions {
    folder: Arc<Path>,
    /// Shared: a key that is ready to use is large.
    sealing: Option<Arc<SealingKey>>,
}

/// A file of [`Sessions`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SessionFile {
    /// The file.
    pub path: PathBuf,
    /// Whose session is in it; `None` when it cannot be opened (sealed by another key, or broken).
    pub session: Option<(SessionKey, Session)>,
}

impl Sessions {
    /// Keeps its files in this folder, which is made when the first session is kept.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into().into(),
            sealing: None,
        }
    }

    /// Seals what it keeps. Sessions that were kept in the clear, or sealed with another key, are neither
    /// read nor changed.
    #[must_use]
    pub fn sealed(mut self, key: SealingKey) -> Self {
        self.sealing = Some(Arc::new(key));
        self
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The session of this key, if there is one. Nobody is waited for.
    ///
    /// # Errors
    /// [`Problem::SessionSetAside`] for a file that cannot be trusted, which is out of the way then;
    /// [`Problem::SessionUnusable`] when the folder cannot be used.
    pub fn read(&self, key: &SessionKey) -> Result<Option<Session>> {
        match folder::check(&self.folder) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            checked => checked.map_err(|error| self.unusable(&error))?,
        }
        let path = self.folder.join(self.name(key));
        let content = match folder::read(&path) {
            Ok(Some(content)) => content,
            Ok(None) => return Ok(None),
            Err(Wrong::Unsafe(why)) => return Err(set_aside(&path, why)),
            Err(Wrong::Io(error)) => return Err(self.unusable(&error)),
        };
        match self.open(&path, &content) {
            Some((found, session)) if found == *key => Ok(Some(session)),
            _ => Err(set_aside(&path, "it is broken")),
        }
    }

    /// Keeps a session, in the place of any that is there, as soon as nobody uses that.
    ///
    /// # Errors
    /// [`Problem::SessionUnusable`]; [`Problem::SessionBusy`].
    pub async fn keep(&self, key: &SessionKey, session: &Session) -> Result<()> {
        let _lease = self.lease(key, PATIENCE).await?;
        self.write(key, session)
    }

    /// Forgets a session, as soon as nobody uses it, and gives it back: its refresh token is still valid and
    /// should be [invalidated](crate::ImsClient::invalidate_as).
    ///
    /// # Errors
    /// [`Problem::SessionUnusable`]; [`Problem::SessionBusy`]; [`Problem::SessionSetAside`].
    pub async fn end(&self, key: &SessionKey) -> Result<Option<Session>> {
        let _lease = self.lease(key, PATIENCE).await?;
        let session = self.read(key)?;
        self.remove(key)?;
        Ok(session)
    }

    /// What there is, ended or not, also of other keys.
    ///
    /// # Errors
    /// [`Problem::SessionUnusable`].
    pub fn list(&self) -> Result<Vec<SessionFile>> {
        let files = folder::files(&self.folder).map_err(|error| self.unusable(&error))?;
        let is_session = |path: &PathBuf| {
            let ending = path.extension().and_then(|ending| ending.to_str());
            ending.is_some_and(|ending| [ENDING, SEALED].contains(&ending))
        };
        let session = |path: &Path| self.open(path, &folder::read(path).ok()??);
        Ok(files
            .into_iter()
            .filter(is_session)
            .map(|path| SessionFile {
                session: session(&path),
                path,
            })
            .collect())
    }

    /// Waits for the right to use or change a session.
    pub(crate) async fn lease(&self, key: &SessionKey, patience: Duration) -> Result<Lease> {
        folder::prepare(&self.folder).map_err(|error| self.unusable(&error))?;
        let lock = self.folder.join(format!("{}.lock", key.id));
        let end = Instant::now() + patience;
        loop {
            match folder::try_lock(&lock) {
                Ok(Some(lock)) => {
                    folder::sweep(&self.folder, &key.id);
                    return Ok(Lease::new(lock));
                }
                Ok(None) if Instant::now() >= end => {
                    let patience = timestamp::human(patience);
                    let what = format!("another process has been using the session for {patience}");
                    return Err(Error::new(Problem::SessionBusy, what));
                }
                Ok(None) => {
                    rest(Duration::from_millis(fastrand::u64(10..30))).await;
                }
                Err(Wrong::Io(error)) => return Err(self.unusable(&error)),
                Err(Wrong::Unsafe(why)) => return Err(self.unusable(&io::Error::other(why))),
            }
        }
    }

    /// Replaces it, on the disk for good: a power cut must not bring a spent refresh token back. The caller
    /// holds the lease.
    pub(crate) fn write(&self, key: &SessionKey, session: &Session) -> Result<()> {
        let content = session.write(key).ok_or_else(|| {
            let what = "the session has a name or a value that does not fit a line";
            Error::new(Problem::SessionUnusable, what)
        })?;
        let name = self.name(key);
        let sealed = match &self.sealing {
            Some(sealing) => Zeroizing::new(sealing.seal(&name, &content)?),
            None => content,
        };
        folder::prepare(&self.folder)
            .and_then(|()| folder::replace(&self.folder.join(name), &sealed))
            .and_then(|()| folder::sync(&self.folder))
            .map_err(|error| self.unusable(&error))
    }

    /// The caller holds the lease.
    pub(crate) fn remove(&self, key: &SessionKey) -> Result<()> {
        match fs::remove_file(self.folder.join(self.name(key))) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(self.unusable(&error)),
            _ => Ok(()),
        }
    }

    fn open(&self, path: &Path, content: &[u8]) -> Option<(SessionKey, Session)> {
        let is_sealed = path.extension().is_some_and(|ending| ending == SEALED);
        match &self.sealing {
            Some(sealing) if is_sealed => {
                let name = path.file_name()?.to_str()?;
                Session::read(&sealing.open(name, content)?)
            }
            _ => Session::read(content),
        }
    }

    fn name(&self, key: &SessionKey) -> String {
        let id = &key.id;
        match &self.sealing {
            None => format!("{id}.{ENDING}"),
            Some(sealing) => format!("{id}.{}.{SEALED}", sealing.id()),
        }
    }

    fn unusable(&self, error: &io::Error) -> Error {
        let what = format!("the sessions in {:?} cannot be used: {error}", self.folder);
        Error::new(Problem::SessionUnusable, what)
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a lock of the operating system tells nobody when it is free; tests pause the runtime's clock"
)]
async fn rest(pause: Duration) {
    tokio::time::sleep(pause).await;
}

fn set_aside(path: &Path, why: &str) -> Error {
    let what = match folder::set_aside(path) {
        Ok(aside) => format!("the file of a session was set aside as {aside:?}: {why}"),
        Err(error) => format!(
            "the file {path:?} of a session is not used, and cannot be set aside ({error}): {why}"
        ),
    };
    Error::new(Problem::SessionSetAside, what)
}
