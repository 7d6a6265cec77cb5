//! A line on the terminal that changes while a command works.

use std::io::{self, Write};

use super::colour::columns;
use super::streams::Stream;
use super::wrap::{line_width, shortened};

/// The progress of a command on stderr. Where stderr is no terminal, or the user asked for quiet, it shows nothing.
pub(crate) struct Progress {
    is_shown: bool,
    /// The columns of the line that is on the terminal.
    shown: usize,
}

impl Progress {
    pub(super) fn new(is_quiet: bool) -> Self {
        Self {
            is_shown: !is_quiet && Stream::Stderr.is_terminal(),
            shown: 0,
        }
    }

    /// Returns true if there is somebody who sees it.
    pub(crate) fn is_shown(&self) -> bool {
        self.is_shown
    }

    /// Shows a line in place of the last one.
    pub(crate) fn show(&mut self, line: &str) {
        if !self.is_shown {
            return;
        }
        let line = shortened(line, line_width(Stream::Stderr) - 1);
        let rest = " ".repeat(self.shown.saturating_sub(columns(&line)));
        self.shown = columns(&line);
        self.write(&format!("\r{line}{rest}"));
    }

    /// Removes the line, so that something else can be printed.
    pub(crate) fn clear(&mut self) {
        if self.shown > 0 {
            self.write(&format!("\r{}\r", " ".repeat(self.shown)));
            self.shown = 0;
        }
    }

    fn write(&self, text: &str) {
        let mut stderr = io::stderr().lock();
        // Progress that cannot be shown is no failure.
        let _ = stderr
            .write_all(text.as_bytes())
            .and_then(|()| stderr.flush());
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.clear();
    }
}
