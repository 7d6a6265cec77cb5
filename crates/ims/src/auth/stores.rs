//! The folders of the token cache and of the sessions.

use std::path::{Path, PathBuf};

use adobe_ims::cache::{EncryptionKey, FileStore};
use adobe_ims::session::SessionStore;

use crate::environment::input::NamedFile;
use crate::environment::{Variables, variables};
use crate::error::{CommandProblem, Failure};

/// Opens the token cache; `None` if no variable names a folder for it.
pub(crate) fn token_cache(
    key_file: Option<&Path>,
    variables: &Variables,
) -> Result<Option<FileStore>, Failure> {
    let folder = match named(variables::CACHE_DIR, variables)? {
        Some(folder) => Some(folder),
        None => usual(variables::CACHE_HOMES, variables),
    };
    let Some(folder) = folder else {
        return Ok(None);
    };
    let store = FileStore::new(folder);
    Ok(Some(match sealing_key(key_file)? {
        Some(key) => store.encrypted(key),
        None => store,
    }))
}

/// Opens the store of sessions, which is encrypted as the cache is.
pub(crate) fn sessions(
    key_file: Option<&Path>,
    variables: &Variables,
) -> Result<Option<SessionStore>, Failure> {
    let folder = match named(variables::STATE_DIR, variables)? {
        Some(folder) => Some(folder.join("sessions")),
        None => usual(variables::SESSION_HOMES, variables),
    };
    let Some(folder) = folder else {
        return Ok(None);
    };
    let sessions = SessionStore::new(folder);
    Ok(Some(match sealing_key(key_file)? {
        Some(key) => sessions.encrypted(key),
        None => sessions,
    }))
}

fn sealing_key(key_file: Option<&Path>) -> Result<Option<EncryptionKey>, Failure> {
    match key_file {
        Some(path) => {
            let file = NamedFile::new(
                "--cache-key-file, IMS_CACHE_KEY_FILE or `cache_key_file`",
                path,
            );
            Ok(Some(EncryptionKey::read(&file.read()?.bytes)?))
        }
        None => Ok(None),
    }
}

/// Returns the folder that a variable names.
fn named(name: &str, variables: &Variables) -> Result<Option<PathBuf>, Failure> {
    let folder = variables.os(name).map(PathBuf::from);
    if folder.as_ref().is_some_and(|it| !it.is_absolute()) {
        let message = format!("{name} is not an absolute path");
        return Err(Failure::new(CommandProblem::VariableInvalid, message));
    }
    Ok(folder)
}

/// Returns the first usual folder that is absolute, as the XDG specification has it: otherwise the folder would
/// depend on the current directory.
fn usual(homes: &[(&str, &str)], variables: &Variables) -> Option<PathBuf> {
    let mut usual = homes
        .iter()
        .filter_map(|(name, rest)| Some(PathBuf::from(variables.os(name)?).join(rest)));
    usual.find(|path| path.is_absolute())
}
