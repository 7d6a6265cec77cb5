//! The file that says why a document was not made: `NAME.error.json` beside where it would be.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::output;
use crate::error::{Error, FormsProblem, Result};

/// `ims.forms.failure/1`: fields are added, never removed.
#[derive(Serialize)]
struct Failure<'a> {
    schema: &'static str,
    record: u64,
    #[serde(flatten)]
    error: &'a Error,
}

/// Returns the path of the file for a document: its extension is replaced.
fn path_for(document: &Path) -> PathBuf {
    let mut name = OsString::from(document.file_stem().unwrap_or_default());
    name.push(".error.json");
    document.with_file_name(name)
}

pub(super) fn write(document: &Path, record: u64, error: &Error) -> Result<()> {
    let failure = Failure {
        schema: "ims.forms.failure/1",
        record,
        error,
    };
    let mut text = serde_json::to_vec_pretty(&failure).expect("a failure has string keys");
    text.push(b'\n');
    let path = path_for(document);
    if let Some(folder) = path.parent() {
        output::create_folder(folder)?;
    }
    fs::write(&path, text).map_err(|error| {
        let message = format!("{path:?} cannot be written: {error}");
        Error::new(FormsProblem::OutputUnwritable, message)
    })
}

/// Removes the file of an earlier failure, which is out of date.
pub(super) fn remove(document: &Path) {
    // If there is none, nothing needs to be done; if it stays, the journal still says that the document is done.
    let _ = fs::remove_file(path_for(document));
}
