//! Which token cache is used, and where sign-ins are kept.

use std::path::{Path, PathBuf};

use adobe_ims::cache::{EncryptionKey, FileStore};
use adobe_ims::session::SessionStore;

use crate::args::FreshnessFlags;
use crate::environment::input;
use crate::environment::variables::{self, Variables};
use crate::error::{CommandProblem, Failure};

/// The cache, unless it is not wanted or there is no place for it.
pub(crate) fn open(
    arguments: &FreshnessFlags,
    variables: &Variables,
) -> Result<Option<FileStore>, Failure> {
    if !is_wanted(variables)? || arguments.no_cache {
        return Ok(None);
    }
    store(arguments.cache_key_file.as_deref(), variables)
}

/// Whether the environment has nothing against it.
pub(crate) fn is_wanted(variables: &Variables) -> Result<bool, Failure> {
    match variables.text(variables::CACHE)?.as_deref() {
        None => Ok(true),
        Some("off") => Ok(false),
        Some(_) => {
            let what = format!("{} knows one value, off", variables::CACHE);
            Err(Failure::new(CommandProblem::VariableInvalid, what))
        }
    }
}

/// The cache, wanted or not.
pub(crate) fn store(
    key_file: Option<&Path>,
    variables: &Variables,
) -> Result<Option<FileStore>, Failure> {
    let Some(folder) = folder(variables)? else {
        return Ok(None);
    };
    let store = FileStore::new(folder);
    Ok(Some(match sealing_key(key_file, variables)? {
        Some(key) => store.sealed(key),
        None => store,
    }))
}

/// Where people who signed in are kept, sealed as the cache is.
pub(crate) fn sessions(
    key_file: Option<&Path>,
    variables: &Variables,
) -> Result<Option<SessionStore>, Failure> {
    let folder = match absolute(variables::STATE_DIR, variables)? {
        Some(folder) => Some(folder.join("sessions")),
        None => usual(variables::SESSION_HOMES, variables),
    };
    let Some(folder) = folder else {
        return Ok(None);
    };
    let sessions = SessionStore::new(folder);
    Ok(Some(match sealing_key(key_file, variables)? {
        Some(key) => sessions.sealed(key),
        None => sessions,
    }))
}

fn sealing_key(
    key_file: Option<&Path>,
    variables: &Variables,
) -> Result<Option<EncryptionKey>, Failure> {
    let from_variable = match key_file {
        Some(_) => None,
        None => variables.os(variables::CACHE_KEY_FILE),
    };
    match key_file.or(from_variable.as_deref().map(Path::new)) {
        Some(path) => Ok(Some(EncryptionKey::read(&input::read(path)?)?)),
        None => Ok(None),
    }
}

/// The usual places count if they are absolute, as the XDG specification has it: otherwise the cache would
/// depend on where the command is run.
fn folder(variables: &Variables) -> Result<Option<PathBuf>, Failure> {
    let folder = absolute(variables::CACHE_DIR, variables)?;
    Ok(folder.or_else(|| usual(variables::CACHE_HOMES, variables)))
}

/// The folder that a variable names.
fn absolute(name: &str, variables: &Variables) -> Result<Option<PathBuf>, Failure> {
    let folder = variables.os(name).map(PathBuf::from);
    if folder.as_ref().is_some_and(|it| !it.is_absolute()) {
        let what = format!("{name} is no absolute path");
        return Err(Failure::new(CommandProblem::VariableInvalid, what));
    }
    Ok(folder)
}

fn usual(homes: &[(&str, &str)], variables: &Variables) -> Option<PathBuf> {
    let mut usual = homes
        .iter()
        .filter_map(|(name, rest)| Some(PathBuf::from(variables.os(name)?).join(rest)));
    usual.find(|path| path.is_absolute())
}
