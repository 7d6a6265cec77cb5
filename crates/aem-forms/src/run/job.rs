use super::key::Key;
use crate::error::Error;

/// A document that is to be made.
#[derive(Debug)]
#[non_exhaustive]
pub struct Job<T> {
    /// The number of its record, from 1.
    pub number: u64,
    /// Its file, relative to the folder of the run.
    pub file: String,
    /// Its key, and what it is made of; the error of a record that could not be read.
    pub content: Result<(Key, T), Error>,
}

impl<T> Job<T> {
    /// Creates a job.
    pub fn new(number: u64, file: impl Into<String>, content: Result<(Key, T), Error>) -> Self {
        Self {
            number,
            file: file.into(),
            content,
        }
    }
}
