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

const TIMEOUT: Duration = Duration::from_secs(5);

/// Returns the peak memory (VmHWM) of the process at the time when it prints.
pub(super) fn resident_mib(command: &mut Command) -> Result<f64> {
    // Nobody reads the other end, but it must stay open.
    let (stdout, _other_end) = full_socket()?;
    let mut child = command.stdin(Stdio::null()).stdout(stdout).spawn()?;
    let peak = wait_until_blocked(&mut child).and_then(|()| peak_resident_mib(&child));
    let _ = child.kill();
    child.wait()?;
    peak
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

/// Waits until the process sleeps. It sleeps only when it prints.
fn wait_until_blocked(child: &mut Child) -> Result<()> {
    let start = Instant::now();
    while start.elapsed() < TIMEOUT {
        if let Some(status) = child.try_wait()? {
            return Err(format!("the process ended before it printed: {status}").into());
        }
        if status_field(child, "State:")?.starts_with('S') {
            return Ok(());
        }
        std::thread::yield_now();
    }
    Err("the process neither prints nor ends".into())
}

fn peak_resident_mib(child: &Child) -> Result<f64> {
    let most = status_field(child, "VmHWM:")?;
    let kib = most
        .strip_suffix(" kB")
        .ok_or("the memory is not a number of kB")?;
    Ok(kib.parse::<f64>()? / 1024.0)
}

/// Returns a field of the process's status.
fn status_field(child: &Child, name: &str) -> Result<String> {
    let status = fs::read_to_string(format!("/proc/{}/status", child.id()))?;
    let found = status.lines().find_map(|line| line.strip_prefix(name));
    Ok(found
        .ok_or("the status of the process lacks a field")?
        .trim()
        .to_owned())
}
