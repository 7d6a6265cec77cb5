//! The port to files, environment variables and programs.
//!
//! The crate reads the configuration and its secrets through [`SystemAccess`] only. [`LocalSystem`] is this
//! machine. Tests pass an implementation of their own:
//!
//! ```
//! use std::{ffi::OsString, io, path::Path, time::Duration};
//! use adobe_ims_config::{Configuration, SecretReference};
//! use adobe_ims_config::system::{CommandOutcome, FileContent, SystemAccess};
//!
//! struct FakeSystem;
//!
//! impl SystemAccess for FakeSystem {
//!     fn variable(&self, name: &str) -> Option<OsString> {
//!         (name == "IMS_SECRET").then(|| "s3cret".into())
//!     }
//!     fn read(&self, _: &Path) -> io::Result<FileContent> {
//!         Ok(FileContent::new(b"from a file\n".to_vec()))
//!     }
//!     fn run(&self, _: &[String], _: Duration) -> io::Result<CommandOutcome> {
//!         Ok(CommandOutcome::Failed(Some(1)))
//!     }
//! }
//!
//! let reference: SecretReference = "env:IMS_SECRET".parse()?;
//! assert_eq!(reference.fetch(&FakeSystem)?.secret.expose(), "s3cret");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::ffi::OsString;
use std::io::{self, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use adobe_ims::internal::file;
use zeroize::Zeroizing;

/// The largest output that is read, which is that of a file.
const LARGEST: u64 = file::MAX_SIZE;

/// Access to files, environment variables and programs.
pub trait SystemAccess {
    /// Returns an environment variable that is set and not empty.
    fn variable(&self, name: &str) -> Option<OsString>;

    /// Reads a whole file, or a pipe that has a writer.
    ///
    /// # Errors
    /// The error of the operating system; an error for a file larger than 1 MiB, for a device, and for a pipe without
    /// a writer.
    fn read(&self, path: &Path) -> io::Result<FileContent>;

    /// Runs a command without a shell and without stdin, and reads its stdout.
    ///
    /// # Errors
    /// The command cannot be started.
    fn run(&self, command: &[String], timeout: Duration) -> io::Result<CommandOutcome>;
}

/// The content of a file.
#[derive(Debug)]
pub struct FileContent {
    bytes: Zeroizing<Vec<u8>>,
    is_readable_by_others: bool,
}

impl FileContent {
    /// Makes the content of a file that its owner alone can read.
    pub fn new(bytes: impl Into<Zeroizing<Vec<u8>>>) -> Self {
        Self {
            bytes: bytes.into(),
            is_readable_by_others: false,
        }
    }

    /// Sets whether the file's mode lets its group or everybody read it.
    #[must_use]
    pub fn readable_by_others(mut self, is_readable_by_others: bool) -> Self {
        self.is_readable_by_others = is_readable_by_others;
        self
    }

    /// Returns the bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Returns true if the file's mode lets its group or everybody read it. Always false on systems without
    /// such modes.
    pub fn is_readable_by_others(&self) -> bool {
        self.is_readable_by_others
    }
}

/// The outcome of a command that was started.
#[derive(Debug)]
#[non_exhaustive]
pub enum CommandOutcome {
    /// The command ended with 0 and printed these bytes.
    Succeeded(Zeroizing<Vec<u8>>),
    /// The command ended with another exit code, or by a signal (`None`).
    Failed(Option<i32>),
    /// The command printed more than 1 MiB and was killed.
    OutputTooLarge,
    /// The command did not end within the time allowed and was killed.
    TimedOut,
}

/// This machine. Environment variables come from the function that is passed in.
pub struct LocalSystem<F> {
    variables: F,
    shows_stderr: fn() -> bool,
}

impl<F: Fn(&str) -> Option<OsString>> LocalSystem<F> {
    /// Makes access to this machine. `variables` looks up one variable by its name.
    ///
    /// `shows_stderr` is called when a command is started. If it returns true, the command writes to the
    /// stderr of this process, else to nowhere. Return true for a terminal only: elsewhere stderr may be a
    /// log, and a command that prints secrets may print them there.
    pub fn new(variables: F, shows_stderr: fn() -> bool) -> Self {
        Self {
            variables,
            shows_stderr,
        }
    }

    fn spawn(&self, command: &[String]) -> io::Result<Child> {
        let [program, arguments @ ..] = command else {
            return Err(io::Error::other("no command is named"));
        };
        let stderr = if (self.shows_stderr)() {
            Stdio::inherit()
        } else {
            Stdio::null()
        };
        Command::new(program)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(stderr)
            .spawn()
    }
}

impl<F> core::fmt::Debug for LocalSystem<F> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("LocalSystem")
    }
}

impl<F: Fn(&str) -> Option<OsString>> SystemAccess for LocalSystem<F> {
    fn variable(&self, name: &str) -> Option<OsString> {
        (self.variables)(name).filter(|value| !value.is_empty())
    }

    fn read(&self, path: &Path) -> io::Result<FileContent> {
        let content = file::read(path)?;
        Ok(FileContent::new(content.bytes).readable_by_others(content.is_readable_by_others))
    }

    fn run(&self, command: &[String], timeout: Duration) -> io::Result<CommandOutcome> {
        let mut child = self.spawn(command)?;
        let started = Instant::now();
        let (sender, receiver) = mpsc::channel();
        if let Some(stdout) = child.stdout.take() {
            // The thread may stay blocked where a grandchild keeps the pipe open; nothing waits for it then.
            thread::spawn(move || sender.send(read_limited(stdout)));
        }
        let bytes = match receiver.recv_timeout(timeout) {
            Ok(read) => match read? {
                Some(bytes) => bytes,
                None => return kill(child, CommandOutcome::OutputTooLarge),
            },
            Err(_) => return kill(child, CommandOutcome::TimedOut),
        };
        // The command has closed its stdout, so that it usually has ended.
        loop {
            if let Some(status) = child.try_wait()? {
                return Ok(if status.success() {
                    CommandOutcome::Succeeded(bytes)
                } else {
                    CommandOutcome::Failed(status.code())
                });
            }
            if started.elapsed() >= timeout {
                return kill(child, CommandOutcome::TimedOut);
            }
            thread::park_timeout(Duration::from_millis(2));
        }
    }
}

fn kill(mut child: Child, outcome: CommandOutcome) -> io::Result<CommandOutcome> {
    child.kill()?;
    child.wait()?;
    Ok(outcome)
}

/// Reads everything; returns `None` if that is more than [`LARGEST`].
fn read_limited(from: impl Read) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(8 * 1024));
    from.take(LARGEST + 1).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= LARGEST).then_some(bytes))
}
