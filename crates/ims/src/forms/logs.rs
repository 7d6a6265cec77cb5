//! Logs of AEM, kept for `--keep-log`.

use std::fs;
use std::path::Path;

use aem_forms::error::Log;

use crate::error::{CommandProblem, Failure};

/// Writes each log into a file of the folder: `STEM.NAME.txt`.
pub(crate) fn keep(folder: Option<&Path>, stem: &str, logs: &[Log]) -> Result<(), Failure> {
    let Some(folder) = folder.filter(|_| !logs.is_empty()) else {
        return Ok(());
    };
    let unwritable = |path: &Path, error: std::io::Error| {
        let message = format!("--keep-log: {path:?} cannot be written: {error}");
        Failure::new(CommandProblem::FileUnwritable, message)
    };
    fs::create_dir_all(folder).map_err(|error| unwritable(folder, error))?;
    for log in logs {
        // The name of a part may hold anything.
        let name: String = log
            .name
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .collect();
        let path = folder.join(format!("{stem}.{name}.txt"));
        fs::write(&path, &log.text).map_err(|error| unwritable(&path, error))?;
    }
    Ok(())
}

/// Keeps the logs of a request that failed.
pub(crate) fn keep_of_failure<T>(
    outcome: Result<T, Failure>,
    folder: Option<&Path>,
    stem: &str,
) -> Result<T, Failure> {
    let failure = match outcome {
        Ok(made) => return Ok(made),
        Err(failure) => failure,
    };
    keep(folder, stem, failure.logs())?;
    let names: Vec<&str> = failure.logs().iter().map(|log| log.name.as_str()).collect();
    let names = names.join(", ");
    Err(match folder {
        _ if names.is_empty() => failure,
        None => failure.with_hint(format!(
            "AEM sent logs: {names}; --keep-log FOLDER keeps them"
        )),
        Some(folder) => failure.with_hint(format!("the logs of AEM are in {folder:?}: {names}")),
    })
}
