//! The folder of the documents.

use std::fs;
use std::path::Path;

use crate::error::{Error, FormsProblem, Result};
use crate::received::is_temporary;

/// Creates a folder, and those around it, if it is missing.
pub(super) fn create_folder(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).map_err(|error| {
        let message = format!("the folder {folder:?} cannot be created: {error}");
        Error::new(FormsProblem::OutputUnwritable, message)
    })
}

/// Removes the temporary files of a run that was ended. The caller holds the lock of the journal.
pub(super) fn sweep(folder: &Path) {
    // A file that stays is no harm.
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        if is_temporary(&entry.file_name()) {
            let _ = fs::remove_file(entry.path());
        }
    }
}
