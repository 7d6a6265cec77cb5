//! The errors of a state file.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// The reason why a state file cannot be read or written.
#[derive(Debug)]
pub struct StateFileError {
    path: PathBuf,
    problem: StateFileProblem,
}

#[derive(Debug)]
pub(crate) enum StateFileProblem {
    Unreadable(io::Error),
    Unwritable(io::Error),
    /// The path is that of a folder or a device.
    NoFile,
    /// No emulator wrote the file.
    Foreign,
    OtherVersion(u64),
    Damaged,
    /// An emulator with this seed wrote the file.
    OtherSeed(Option<u64>),
    TooLarge,
    /// Something else changed the file while the emulator used it.
    Changed,
}

impl StateFileError {
    pub(crate) fn new(path: &Path, problem: StateFileProblem) -> Self {
        Self {
            path: path.to_owned(),
            problem,
        }
    }

    /// Returns the path of the file.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl fmt::Display for StateFileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = &self.path;
        let kept = "it is not replaced: name another file, or move it away";
        match &self.problem {
            StateFileProblem::Unreadable(error) => write!(f, "{path:?} cannot be read: {error}"),
            StateFileProblem::Unwritable(error) => write!(f, "{path:?} cannot be written: {error}"),
            StateFileProblem::NoFile => write!(f, "{path:?} is no file"),
            StateFileProblem::Foreign => {
                write!(f, "{path:?} was not written by the emulator; {kept}")
            }
            StateFileProblem::OtherVersion(version) => write!(
                f,
                "{path:?} has version {version} of the format, and this emulator knows another one; \
                 {kept}"
            ),
            StateFileProblem::Damaged => write!(f, "{path:?} is damaged; {kept}"),
            StateFileProblem::OtherSeed(Some(seed)) => write!(
                f,
                "{path:?} is of an emulator with the seed {seed}: start with this seed, or name \
                 another file"
            ),
            StateFileProblem::OtherSeed(None) => write!(
                f,
                "{path:?} is of an emulator without a seed: start without one, or name another file"
            ),
            StateFileProblem::TooLarge => write!(
                f,
                "the state is larger than the 64 MiB that {path:?} may have; a reset makes it smaller"
            ),
            StateFileProblem::Changed => write!(
                f,
                "something else changed {path:?} while the emulator used it, such as another \
                 emulator; {kept}"
            ),
        }
    }
}

impl std::error::Error for StateFileError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.problem {
            StateFileProblem::Unreadable(error) | StateFileProblem::Unwritable(error) => {
                Some(error)
            }
            _ => None,
        }
    }
}
