//! Whether stdout and stderr are read in the same place.

use std::io::{self, IsTerminal};

/// Returns true if stdout and stderr go to the same terminal, file or pipe.
pub(super) fn stdout_is_stderr() -> bool {
    (io::stdout().is_terminal() && io::stderr().is_terminal()) || is_same_file()
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
