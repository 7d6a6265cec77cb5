//! Runs that make many documents: [`Run`].
//!
//! A run has a journal in the folder of its documents. After a crash, a run that resumes skips the documents that are
//! done. The number of requests at the same time halves when the server has too much to do, and grows again.

mod key;
mod journal;
mod limiter;
mod pace;
mod breaker;
mod options;
mod report;
mod job;
mod output;
mod failure_file;
mod runner;
#[cfg(test)]
mod tests;

pub use job::Job;
pub use journal::{JOURNAL, JournalMode};
pub use key::{Key, KeyBuilder};
pub use options::RunOptions;
pub use report::{Event, Made, Summary};
pub use runner::Run;
