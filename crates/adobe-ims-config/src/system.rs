//! The port to files, environment variables and programs.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use zeroize::Zeroizing;

/// Configuration, secrets and documents are a few kilobytes.
const LARGEST: u64 = 1 << 20;

/// What the configuration and its secrets are read from. Nothing in this crate looks elsewhere.
pub trait SystemAccess {
    /// A variable of the environment that is set and not empty.
    fn variable(&self, name: &str) -> Option<OsString>;

    /// The whole content of a file.
    ///
    /// # Errors
    /// What the operating system says; also for a file above 1 MiB.
    fn read(&self, path: &Path) -> io::Result<FileContent>;

    /// What a command prints on stdout. It is started directly, without a shell, and has no stdin.
    ///
    /// # Errors
    /// When it cannot be started.
    fn run(&self, command: &[String], timeout: Duration) -> io::Result<CommandOutcome>;
}

/// What is in a file.
#[derive(Debug)]
pub struct FileContent {
    /// The bytes.
    pub bytes: Zeroizing<Vec<u8>>,
    /// Whether the file's mode lets its group or everybody read it. Never so where files have no such mode.
    pub is_readable_by_others: bool,
}

/// How a command ended.
#[derive(Debug)]
pub enum CommandOutcome {
    /// With 0, after it had printed this.
    Succeeded(Zeroizing<Vec<u8>>),
    /// With another code, or by a signal (`None`).
    Failed(Option<i32>),
    /// It printed more than 1 MiB, which no secret is; it was killed.
    OutputTooLarge,
    /// Not within the time allowed; it was killed.
    TimedOut,
}

/// This machine, with the environment that is handed to it.
pub struct LocalSystem<F> {
    variables: F,
    shows_stderr: fn() -> bool,
}

impl<F: Fn(&str) -> Option<OsString>> LocalSystem<F> {
    /// `variables` looks one up by its name. `shows_stderr`, asked when one is started, lets commands that
    /// print secrets write to this process's stderr: for a terminal, where a person sees their questions and
    /// complaints. Elsewhere it may be a log, and what such a command says cannot be known to hold no secret.
    pub fn new(variables: F, shows_stderr: fn() -> bool) -> Self {
        Self {
            variables,
            shows_stderr,
        }
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
        let file = File::open(path)?;
        let is_readable_by_others = is_readable_by_others(&file)?;
        let bytes = read_all(file)?;
        let bytes = bytes.ok_or_else(|| io::Error::other("it is larger than 1 MiB"))?;
        Ok(FileContent {
            bytes,
            is_readable_by_others,
        })
    }

    fn run(&self, command: &[String], timeout: Duration) -> io::Result<CommandOutcome> {
        let [program, arguments @ ..] = command else {
            return Err(io::Error::other("no command is named"));
        };
        let mut child = Command::new(program)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(match (self.shows_stderr)() {
                true => Stdio::inherit(),
                false => Stdio::null(),
            })
            .spawn()?;
        let started = Instant::now();
        let (sender, printed) = mpsc::channel();
        if let Some(stdout) = child.stdout.take() {
            // It may stay blocked where a grandchild keeps the pipe; nobody waits for it then.
            thread::spawn(move || sender.send(read_all(stdout)));
        }
        let bytes = match printed.recv_timeout(timeout) {
            Ok(read) => match read? {
                Some(bytes) => bytes,
                None => return ended(child, CommandOutcome::OutputTooLarge),
            },
            Err(_) => return ended(child, CommandOutcome::TimedOut),
        };
        // Its stdout is closed, so that it usually has ended, too.
        loop {
            if let Some(status) = child.try_wait()? {
                return Ok(match status.success() {
                    true => CommandOutcome::Succeeded(bytes),
                    false => CommandOutcome::Failed(status.code()),
                });
            }
            if started.elapsed() >= timeout {
                return ended(child, CommandOutcome::TimedOut);
            }
            thread::park_timeout(Duration::from_millis(2));
        }
    }
}

fn ended(mut child: Child, how: CommandOutcome) -> io::Result<CommandOutcome> {
    child.kill()?;
    child.wait()?;
    Ok(how)
}

/// All that there is, unless it is more than it may be.
fn read_all(from: impl Read) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(8 * 1024));
    from.take(LARGEST + 1).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= LARGEST).then_some(bytes))
}

#[cfg(unix)]
fn is_readable_by_others(file: &File) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    let metadata = file.metadata()?;
    Ok(metadata.is_file() && metadata.mode() & 0o044 != 0)
}

#[cfg(not(unix))]
fn is_readable_by_others(_: &File) -> io::Result<bool> {
    Ok(false)
}
