//! The journal of a run: one line for each document, in the folder of the documents.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::key::Key;
use crate::error::{Error, FormsProblem, Result};

/// The name of the journal in the folder of the documents.
pub const JOURNAL: &str = ".ims-forms.jsonl";

/// The way in which a run treats the journal of an earlier one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum JournalMode {
    /// A folder with a journal is refused.
    #[default]
    New,
    /// Documents that are done are skipped.
    Resume,
    /// The journal begins again, and all documents are made again.
    Overwrite,
}

/// A line of the journal.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Line {
    /// `None` for a record that could not be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) key: Option<String>,
    /// The number of the record.
    pub(super) n: u64,
    /// The file, relative to the folder of the journal.
    pub(super) file: String,
    pub(super) outcome: Outcome,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) bytes: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) pages: Option<u32>,
    /// The time from the first request to the document, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) ms: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) request_id: Option<String>,
    /// The id of the failure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Outcome {
    Done,
    Failed,
}

/// An open journal. Another run on its folder is refused until it is dropped.
///
/// Lines are not written through to the disk: after a power failure a document may be made twice, because a document
/// counts as done only while its file has the length in the journal.
#[derive(Debug)]
pub(super) struct Journal {
    file: File,
    path: PathBuf,
    /// The lengths of the documents that are done.
    done: HashMap<(Key, String), u64>,
}

impl Journal {
    /// Opens the journal of a folder, which exists.
    pub(super) fn open(folder: &Path, mode: JournalMode) -> Result<Self> {
        let path = folder.join(JOURNAL);
        let unwritable = |error: io::Error| {
            let message = format!("the journal {path:?} cannot be written: {error}");
            Error::new(FormsProblem::OutputUnwritable, message)
        };
        let file = OpenOptions::new()
            .read(true)
            .append(true)
            .create(true)
            .open(&path)
            .map_err(unwritable)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let message = format!("another run writes to {folder:?}: it holds the journal");
                return Err(Error::new(FormsProblem::JournalLocked, message));
            }
            // Some network file systems have no locks. Their users are on their own.
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {}
            Err(TryLockError::Error(error)) => return Err(unwritable(error)),
        }
        let mut journal = Self {
            file,
            path: path.clone(),
            done: HashMap::new(),
        };
        journal.begin(folder, mode).map_err(|error| match error {
            Begin::Io(error) => unwritable(error),
            Begin::Refused(error) => *error,
        })?;
        Ok(journal)
    }

    fn begin(&mut self, folder: &Path, mode: JournalMode) -> Result<(), Begin> {
        let length = self.file.metadata()?.len();
        if length == 0 {
            return Ok(());
        }
        if mode == JournalMode::New {
            let message = format!("the folder {folder:?} has the journal of an earlier run");
            return Err(Error::new(FormsProblem::JournalExists, message).into());
        }
        let lines = self.read()?;
        if lines == 0 {
            let path = &self.path;
            let message = format!("{path:?} is no journal of a run: none of its lines is one");
            return Err(Error::new(FormsProblem::JournalDamaged, message).into());
        }
        if mode == JournalMode::Overwrite {
            self.done.clear();
            self.file.set_len(0)?;
            return Ok(());
        }
        // A process that ended while it wrote left a part of a line.
        self.file.seek(SeekFrom::End(-1))?;
        let mut last = [0];
        self.file.read_exact(&mut last)?;
        if last != *b"\n" {
            self.file.write_all(b"\n")?;
        }
        Ok(())
    }

    /// Reads the lines, and returns how many could be read. Others are parts of lines, and their documents are made
    /// again.
    fn read(&mut self) -> io::Result<u64> {
        let mut count = 0;
        let mut reader = BufReader::new(self.file.try_clone()?);
        let mut line = Vec::new();
        // No line of a journal is nearly as long.
        while (&mut reader).take(64 * 1024).read_until(b'\n', &mut line)? > 0 {
            if let Ok(read) = serde_json::from_slice::<Line>(&line) {
                count += 1;
                self.record(read);
            }
            line.clear();
        }
        Ok(count)
    }

    fn record(&mut self, line: Line) {
        let Some(key) = line.key.as_deref().and_then(Key::parse) else {
            return;
        };
        let document = (key, line.file);
        match (line.outcome, line.bytes) {
            (Outcome::Done, Some(bytes)) => drop(self.done.insert(document, bytes)),
            _ => drop(self.done.remove(&document)),
        }
    }

    /// Returns true if the document was made by an earlier run, and its file is still there.
    pub(super) fn is_done(&self, folder: &Path, key: Key, file: &str) -> bool {
        let Some(bytes) = self.done.get(&(key, file.to_owned())) else {
            return false;
        };
        fs::metadata(folder.join(file)).is_ok_and(|it| it.is_file() && it.len() == *bytes)
    }

    /// Appends a line.
    pub(super) fn append(&mut self, line: &Line) -> Result<()> {
        let mut text = serde_json::to_vec(line).expect("a line has string keys");
        text.push(b'\n');
        self.file.write_all(&text).map_err(|error| {
            let message = format!("the journal {:?} cannot be written: {error}", self.path);
            Error::new(FormsProblem::OutputUnwritable, message)
        })
    }
}

enum Begin {
    Io(io::Error),
    Refused(Box<Error>),
}

impl From<io::Error> for Begin {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<Error> for Begin {
    fn from(error: Error) -> Self {
        Self::Refused(Box::new(error))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::error::Cause;
    use crate::run::KeyBuilder;

    fn key(text: &str) -> Key {
        KeyBuilder::new().text(text).finish()
    }

    fn line(text: &str, outcome: Outcome) -> Line {
        Line {
            key: Some(key(text).to_string()),
            n: 1,
            file: format!("{text}.pdf"),
            outcome,
            bytes: (outcome == Outcome::Done).then_some(3),
            pages: None,
            ms: None,
            request_id: None,
            id: None,
        }
    }

    fn cause(result: Result<Journal>) -> Option<Cause> {
        result.err().map(|error| error.cause())
    }

    #[test]
    fn document_is_done_while_its_file_has_its_length() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        let mut journal = Journal::open(path, JournalMode::New).unwrap();
        for (text, outcome) in [
            ("a", Outcome::Done),
            ("b", Outcome::Failed),
            ("c", Outcome::Done),
            ("c", Outcome::Failed),
            ("d", Outcome::Done),
            ("e", Outcome::Done),
        ] {
            journal.append(&line(text, outcome)).unwrap();
        }
        drop(journal);
        for (file, content) in [("a", "123"), ("b", "123"), ("c", "123"), ("d", "12")] {
            fs::write(path.join(format!("{file}.pdf")), content).unwrap();
        }
        let journal = Journal::open(path, JournalMode::Resume).unwrap();
        let is_done = |text: &str| journal.is_done(path, key(text), &format!("{text}.pdf"));
        let done = ["a", "b", "c", "d", "e", "f"].map(is_done);
        assert_eq!(done, [true, false, false, false, false, false]);
        assert!(!journal.is_done(path, key("a"), "other.pdf"));
    }

    #[test]
    fn journal_of_another_run_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        let mut first = Journal::open(path, JournalMode::New).unwrap();
        let locked = Journal::open(path, JournalMode::Resume);
        assert_eq!(cause(locked), Some(FormsProblem::JournalLocked.into()));
        first.append(&line("a", Outcome::Done)).unwrap();
        drop(first);
        let exists = Journal::open(path, JournalMode::New);
        assert_eq!(cause(exists), Some(FormsProblem::JournalExists.into()));
        drop(Journal::open(path, JournalMode::Overwrite).unwrap());
        assert_eq!(fs::read(path.join(JOURNAL)).unwrap(), b"");
    }

    #[test]
    fn file_that_is_no_journal_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(JOURNAL);
        fs::write(&path, "a diary\n").unwrap();
        for mode in [JournalMode::Resume, JournalMode::Overwrite] {
            let refused = Journal::open(folder.path(), mode);
            assert_eq!(cause(refused), Some(FormsProblem::JournalDamaged.into()));
        }
        assert_eq!(fs::read(&path).unwrap(), b"a diary\n");
    }

    proptest! {
        /// A process may end at any byte: no line before it is lost, and the next one is read.
        #[test]
        fn journal_that_ends_anywhere_keeps_its_whole_lines(cut in 1_usize..400) {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path();
            let texts = ["a", "b", "c"];
            let mut journal = Journal::open(path, JournalMode::New).unwrap();
            for text in texts {
                journal.append(&line(text, Outcome::Done)).unwrap();
                fs::write(path.join(format!("{text}.pdf")), "123").unwrap();
            }
            drop(journal);
            let whole = fs::read(path.join(JOURNAL)).unwrap();
            let one = whole.len() / texts.len();
            let cut = (one + cut).min(whole.len());
            fs::write(path.join(JOURNAL), &whole[..cut]).unwrap();
            let mut journal = Journal::open(path, JournalMode::Resume).unwrap();
            journal.append(&line("d", Outcome::Done)).unwrap();
            fs::write(path.join("d.pdf"), "123").unwrap();
            drop(journal);
            let journal = Journal::open(path, JournalMode::Resume).unwrap();
            let is_done = |text: &str| journal.is_done(path, key(text), &format!("{text}.pdf"));
            for (index, text) in texts.into_iter().enumerate() {
                // Without its end of line, a line is whole as well.
                prop_assert_eq!(is_done(text), cut + 1 >= (index + 1) * one, "{} {}", text, cut);
            }
            prop_assert!(is_done("d"));
        }
    }
}
