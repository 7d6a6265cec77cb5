use std::time::Duration;

use super::journal::JournalMode;

/// The options of a run.
///
/// ```
/// use aem_forms::run::{JournalMode, RunOptions};
///
/// let options = RunOptions::default().parallel(8).journal(JournalMode::Resume);
/// ```
#[derive(Clone, Debug)]
pub struct RunOptions {
    pub(super) parallel: usize,
    pub(super) per_minute: Option<u32>,
    pub(super) max_failures: Option<u64>,
    pub(super) journal: JournalMode,
    pub(super) retries: u32,
    /// A longer wait that the server asks for stops the run.
    pub(super) max_wait: Duration,
}

impl Default for RunOptions {
    /// Four requests at the same time, without a rate and without a limit of failures, in a new folder.
    fn default() -> Self {
        Self {
            parallel: 4,
            per_minute: None,
            max_failures: None,
            journal: JournalMode::default(),
            retries: 2,
            max_wait: Duration::from_secs(300),
        }
    }
}

impl RunOptions {
    /// Sets how many requests are in flight at most; 4 by default.
    #[must_use]
    pub fn parallel(mut self, count: usize) -> Self {
        self.parallel = count;
        self
    }

    /// Sets how many requests are sent in a minute at most.
    #[must_use]
    pub fn per_minute(mut self, count: u32) -> Self {
        self.per_minute = Some(count);
        self
    }

    /// Stops the run after more failures than this. 0 stops it at the first.
    #[must_use]
    pub fn max_failures(mut self, count: u64) -> Self {
        self.max_failures = Some(count);
        self
    }

    /// Sets the way in which the journal of an earlier run is treated.
    #[must_use]
    pub fn journal(mut self, mode: JournalMode) -> Self {
        self.journal = mode;
        self
    }

    /// Sets how often the request of a document is sent again; 2 by default.
    #[must_use]
    pub fn retries(mut self, count: u32) -> Self {
        self.retries = count;
        self
    }

    /// Sets the longest wait that the server may ask for; 5 minutes by default. A longer one stops the run.
    #[must_use]
    pub fn max_wait(mut self, wait: Duration) -> Self {
        self.max_wait = wait;
        self
    }
}
