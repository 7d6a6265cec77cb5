//! The memory of a process that is over at once: it is looked at while the process waits for
//! somebody to take what it prints.
//!
//! What the system reports of a process that ended (`ru_maxrss`) begins with the memory of the one
//! that started it, which is larger.

use std::fs;
use std::io::{ErrorKind, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use adobe_ims_benches::Result;

const TIMEOUT: Duration = Duration::from_secs(5);

/// The most that it has occupied (VmHWM) when it prints.
pub(super) fn resident_mib(command: &mut Command) -> Result<f64> {
    // Nobody reads at the other end, but it must be there.
    let (stdout, _other_end) = full_socket()?;
    let mut child = command.stdin(Stdio::null()).stdout(stdout).spawn()?;
    let peak = wait_until_blocked(&mut child).and_then(|()| peak_resident_mib(&child));
    let _ = child.kill();
    child.wait()?;
    peak
}

/// A socket that takes nothing more.
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

/// Until it sleeps, which it does for nothing else than to print.
fn wait_until_blocked(child: &mut Child) -> Result<()> {
    let start = Instant::now();
    while start.elapsed() < TIMEOUT {
        if let Some(status) = child.try_wait()? {
            return Err(format!("it ended before it printed: {status}").into());
        }
        if status_field(child, "State:")?.starts_with('S') {
            return Ok(());
        }
        std::thread::yield_now();
    }
    Err("it neither prints nor ends".into())
}

fn peak_resident_mib(child: &Child) -> Result<f64> {
    let most = status_field(child, "VmHWM:")?;
    let kib = most.strip_suffix(" kB").ok_or("that is no size")?;
    Ok(kib.parse::<f64>()? / 1024.0)
}

/// What the system says of it.
fn status_field(child: &Child, name: &str) -> Result<String> {
    let status = fs::read_to_string(format!("/proc/{}/status", child.id()))?;
    let found = status.lines().find_map(|line| line.strip_prefix(name));
    Ok(found.ok_or("the system does not tell")?.trim().to_owned())
}
