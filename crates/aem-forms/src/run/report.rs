//! The events of a run, and its summary.

use std::path::Path;
use std::time::Duration;

use crate::error::Error;

/// A document that was made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Made {
    /// The length of its file, in bytes.
    pub bytes: u64,
    /// The number of its pages, if the service named it.
    pub pages: Option<u32>,
    /// The id by which Adobe finds the request.
    pub request_id: Option<String>,
}

impl Made {
    /// Creates the record of a document of this length.
    pub fn new(bytes: u64) -> Self {
        Self {
            bytes,
            ..Self::default()
        }
    }
}

/// An event of a run.
#[derive(Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// A document was written.
    Made {
        /// The number of its record.
        number: u64,
        /// Its file.
        file: &'a Path,
        /// The document.
        made: &'a Made,
    },
    /// A document was made by an earlier run.
    Skipped {
        /// The number of its record.
        number: u64,
        /// Its file.
        file: &'a Path,
    },
    /// A document could not be made.
    Failed {
        /// The number of its record.
        number: u64,
        /// The file that was not written.
        file: &'a Path,
        /// The reason.
        error: &'a Error,
    },
    /// A request failed and is sent again.
    Repeated {
        /// The number of its record.
        number: u64,
        /// The reason.
        error: &'a Error,
        /// The time until it is sent again.
        wait: Duration,
    },
    /// The number of requests at the same time has changed.
    Parallel(usize),
}

/// The result of a run.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Summary {
    /// The documents that were made.
    pub made: u64,
    /// The documents that an earlier run had made.
    pub skipped: u64,
    /// The documents that could not be made.
    pub failed: u64,
    /// The documents that were not begun, because the run was stopped.
    pub left: u64,
    /// The bytes of all documents that were made.
    pub bytes: u64,
    /// The requests that were sent again.
    pub repeated: u64,
    /// The time that the run took.
    pub time: Duration,
    /// The failure that stopped the run.
    pub stopped_by: Option<Error>,
}
