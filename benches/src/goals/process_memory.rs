//! Measures the memory of a short process. The process blocks while it prints, because nobody reads
//! its output. The measurement reads the memory at that time.
//!
//! The value that the system reports for an ended process (`ru_maxrss`) includes the memory of its
//! parent, which is larger.

use std::fs;
use std::io::{ErrorKind, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use adobe_ims_benches::Result;

const TIMEOUT: Duration = Duration::from_secs(60);

/// A process that blocks when it prints. Dropping it ends the process.
pub(crate) struct Blocked {
    child: Child,
    /// Nobody reads it, but it must stay open.
    _other_end: UnixStream,
}

impl Blocked {
    pub(crate) fn start(command: &mut Command) -> Result<Self> {
        let (stdout, other_end) = full_socket()?;
        let child = command.stdin(Stdio::null()).stdout(stdout).spawn()?;
        Ok(Self {
            child,
            _other_end: other_end,
        })
    }

    /// Waits until the condition holds and the process sleeps, as it does when it prints.
    pub(crate) fn wait_until(&mut self, condition: impl Fn() -> bool) -> Result<()> {
        let start = Instant::now();
        while start.elapsed() < TIMEOUT {
            if let Some(status) = self.child.try_wait()? {
                return Err(format!("the process ended before it printed: {status}").into());
            }
            if condition() && self.status_field("State:")?.starts_with('S') {
                return Ok(());
            }
            std::thread::yield_now();
        }
        Err("the process neither prints nor ends".into())
    }

    /// Returns the most memory that the process has had so far (VmHWM).
    pub(crate) fn peak_mib(&self) -> Result<f64> {
        let most = self.status_field("VmHWM:")?;
        let kib = most
            .strip_suffix(" kB")
            .ok_or("the memory is not a number of kB")?;
        Ok(kib.parse::<f64>()? / 1024.0)
    }

    /// Returns a field of the process's status.
    fn status_field(&self, name: &str) -> Result<String> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let found = status.lines().find_map(|line| line.strip_prefix(name));
        Ok(found
            .ok_or("the status of the process lacks a field")?
            .trim()
            .to_owned())
    }
}

impl Drop for Blocked {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Returns a socket whose buffer is full, and its other end.
fn full_socket() -> Result<(OwnedFd, UnixStream)> {
    let (mut writer, reader) = UnixStream::pair()?;
    writer.set_nonblocking(true)?;
    loop {
        match writer.write(&[0; 4096]) {
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => break,
            Err(error) => return Err(error.into()),
        }
    }
    writer.set_nonblocking(false)?;
    Ok((writer.into(), reader))
}
