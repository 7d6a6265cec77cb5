//! The terminals and files that stdout and stderr are connected to.

use std::io::{self, IsTerminal};

/// A stream that people read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stream {
    Stdout,
    Stderr,
}

impl Stream {
    pub(super) fn is_terminal(self) -> bool {
        match self {
            Self::Stdout => io::stdout().is_terminal(),
            Self::Stderr => io::stderr().is_terminal(),
        }
    }

    /// Returns the columns of the terminal; `None` for a file or a pipe, and for a terminal that does not know them.
    #[cfg(unix)]
    pub(super) fn terminal_columns(self) -> Option<usize> {
        use rustix::termios::tcgetwinsize;

        let size = match self {
            Self::Stdout => tcgetwinsize(io::stdout()),
            Self::Stderr => tcgetwinsize(io::stderr()),
        };
        let columns = usize::from(size.ok()?.ws_col);
        Some(columns).filter(|columns| *columns > 0)
    }

    #[cfg(not(unix))]
    pub(super) fn terminal_columns(self) -> Option<usize> {
        None
    }
}

/// Returns true if stdout and stderr go to the same terminal, file or pipe.
pub(super) fn stdout_is_stderr() -> bool {
    (Stream::Stdout.is_terminal() && Stream::Stderr.is_terminal()) || is_same_file()
}

#[cfg(unix)]
fn is_same_file() -> bool {
    use std::fs::File;
    use std::os::fd::{AsFd, BorrowedFd};
    use std::os::unix::fs::MetadataExt;

    let id = |stream: BorrowedFd<'_>| {
        let file = File::from(stream.try_clone_to_owned().ok()?);
        let metadata = file.metadata().ok()?;
        Some((metadata.dev(), metadata.ino()))
    };
    let stdout = id(io::stdout().as_fd());
    stdout.is_some() && stdout == id(io::stderr().as_fd())
}

#[cfg(not(unix))]
fn is_same_file() -> bool {
    false
}
