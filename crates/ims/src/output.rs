//! stdout carries the result and nothing else; everything else goes to stderr.

use std::io::{self, ErrorKind, Write};
use std::process;

use serde::Serialize;
use zeroize::Zeroizing;

use crate::arguments::Arguments;
use crate::failure::Failure;

/// What the streams are used for.
pub(crate) struct Console {
    quiet: bool,
    verbose: bool,
    pub(crate) json_errors: bool,
}

impl Console {
    pub(crate) fn new(arguments: &Arguments) -> Self {
        Self {
            quiet: arguments.quiet,
            verbose: arguments.verbose,
            json_errors: arguments.wants_json(),
        }
    }

    /// Prints the result, or a part of it, and a line end.
    pub(crate) fn result(&self, text: &str) -> Result<(), Failure> {
        let mut stdout = io::stdout().lock();
        // In one piece: a reader never sees a token without its end.
        let line = Zeroizing::new([text, "\n"].concat());
        match stdout
            .write_all(line.as_bytes())
            .and_then(|()| stdout.flush())
        {
            // The reader has what it wanted.
            Err(error) if error.kind() == ErrorKind::BrokenPipe => process::exit(0),
            Err(error) => Err(Failure::unexpected(format!(
                "stdout cannot be written: {error}"
            ))),
            Ok(()) => Ok(()),
        }
    }

    /// Prints the result as one line of JSON.
    pub(crate) fn json(&self, value: &impl Serialize) -> Result<(), Failure> {
        let text = serde_json::to_string(value).map_err(|error| {
            Failure::unexpected(format!("the result cannot be written: {error}"))
        })?;
        self.result(&text)
    }

    /// Something worth knowing that is no failure.
    pub(crate) fn notice(&self, text: &str) {
        if !self.quiet {
            self.to_stderr(&format!("ims: note: {text}"));
        }
    }

    /// What is done, for those who asked.
    pub(crate) fn detail(&self, text: &str) {
        if self.verbose {
            self.to_stderr(&format!("ims: {text}"));
        }
    }

    /// A stderr that cannot be written must not change what happens.
    pub(crate) fn to_stderr(&self, text: &str) {
        let _ = writeln!(io::stderr().lock(), "{text}");
    }
}
