//! stdout carries the result and nothing else; everything else goes to stderr.

use std::ffi::OsString;
use std::io::{self, ErrorKind, Write};
use std::sync::{Arc, Mutex, PoisonError};

use adobe_ims::{Error, Problem};
use serde::Serialize;
use zeroize::Zeroizing;

use super::progress::Progress;
use super::streams;
use crate::error::{Cause, Failure};

/// Prints to stdout and stderr.
#[derive(Clone)]
pub(crate) struct Console {
    verbosity: Verbosity,
    error_format: ErrorFormat,
    /// The topics of the notes that were printed. Clones share them: several parts of a run may have the same to say.
    noted: Arc<Mutex<Vec<String>>>,
}

/// The flags `--quiet` and `--verbose`, which may stand together: results and details, but no notes.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Verbosity {
    pub(crate) quiet: bool,
    pub(crate) verbose: bool,
}

/// The format of a failure on stderr.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum ErrorFormat {
    #[default]
    Text,
    Json,
}

impl Console {
    pub(crate) fn new(verbosity: Verbosity, error_format: ErrorFormat) -> Self {
        Self {
            verbosity,
            error_format,
            noted: Arc::default(),
        }
    }

    /// Creates the console for a command line that could not be parsed, but that may ask for failures as JSON.
    pub(crate) fn unparsed(arguments: impl Iterator<Item = OsString>) -> Self {
        // The words after `--` belong to another command.
        let arguments: Vec<_> = arguments
            .take_while(|it| it != "--")
            .map(|it| it.to_string_lossy().into_owned())
            .collect();
        let asks =
            |pair: &[String]| ["-o", "--output"].contains(&pair[0].as_str()) && pair[1] == "json";
        let asks_at_once =
            |it: &String| ["-ojson", "-o=json", "--output=json"].contains(&it.as_str());
        let wants_json = arguments.windows(2).any(asks) || arguments.iter().any(asks_at_once);
        let error_format = if wants_json {
            ErrorFormat::Json
        } else {
            ErrorFormat::Text
        };
        Self::new(Verbosity::default(), error_format)
    }

    /// Prints the result, or a part of it, and a line end.
    pub(crate) fn result(&self, text: &str) -> Result<(), Failure> {
        // One write: a reader never sees a part of a token.
        let line = Zeroizing::new([text, "\n"].concat());
        self.bytes(line.as_bytes())
    }

    /// Prints a part of a result that need not be text.
    pub(crate) fn bytes(&self, bytes: &[u8]) -> Result<(), Failure> {
        let mut stdout = io::stdout().lock();
        match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Err(Failure::broken_pipe()),
            Err(error) => Err(Failure::unexpected(format!(
                "stdout cannot be written: {error}"
            ))),
            Ok(()) => Ok(()),
        }
    }

    /// Starts a new line on stderr if stdout, which the reader sees in the same place, stands in the middle of one.
    /// `last` is the last byte of the result. The result itself stays unchanged.
    pub(crate) fn start_line_after(&self, last: Option<u8>) {
        let is_open = last.is_some_and(|byte| byte != b'\n');
        if is_open && streams::stdout_is_stderr() {
            let _ = io::stderr().lock().write_all(b"\n");
        }
    }

    /// Prints the result as one line of JSON.
    pub(crate) fn json(&self, value: &impl Serialize) -> Result<(), Failure> {
        let text = serde_json::to_string(value).map_err(|error| {
            Failure::unexpected(format!("the result cannot be written: {error}"))
        })?;
        self.result(&text)
    }

    /// Prints a note, unless the user asked for quiet. A note that was printed before is not printed again.
    pub(crate) fn notice(&self, text: &str) {
        self.notice_on(text, text);
    }

    /// Prints a failure that does no harm as a note. Operations on one cache fail in several ways for one reason: of
    /// these failures the first is printed.
    pub(crate) fn harmless_error(&self, error: &Error) {
        let text = error.to_string();
        match error.problem() {
            problem @ Problem::StoreUnusable => self.notice_on(problem.id(), &text),
            _ => self.notice(&text),
        }
    }

    /// Prints a note, unless one on this topic was printed before.
    fn notice_on(&self, topic: &str, text: &str) {
        if self.verbosity.quiet {
            return;
        }
        let mut noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
        if !noted.iter().any(|it| it == topic) {
            self.to_stderr(&format!("ims: note: {text}"));
            noted.push(topic.to_owned());
        }
    }

    /// Prints a note after a result that ended with the byte `last`, unless the user asked for quiet.
    pub(crate) fn notice_after(&self, last: Option<u8>, text: &str) {
        if !self.verbosity.quiet {
            self.start_line_after(last);
            self.notice(text);
        }
    }

    /// Prints an event that is part of what the user asked for, also where the same happened before.
    pub(crate) fn event(&self, text: &str) {
        if !self.verbosity.quiet {
            self.to_stderr(&format!("ims: {text}"));
        }
    }

    /// Returns a line of progress on stderr.
    pub(crate) fn progress(&self) -> Progress {
        Progress::new(self.verbosity.quiet)
    }

    /// Returns true if the user asked for details.
    pub(crate) fn is_verbose(&self) -> bool {
        self.verbosity.verbose
    }

    /// Prints a detail, if the user asked for details.
    pub(crate) fn detail(&self, text: &str) {
        if self.verbosity.verbose {
            self.to_stderr(&format!("ims: {text}"));
        }
    }

    /// Prints a failure that ends the command.
    pub(crate) fn failure(&self, failure: &Failure) {
        if !failure.is(Cause::BrokenPipe) {
            self.to_stderr(&match self.error_format {
                ErrorFormat::Text => failure.as_text(),
                ErrorFormat::Json => failure.as_json(),
            });
        }
    }

    /// Prints a line to stderr. A failure to print is ignored.
    pub(crate) fn to_stderr(&self, text: &str) {
        let _ = writeln!(io::stderr().lock(), "{text}");
    }
}
