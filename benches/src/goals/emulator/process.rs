//! Runs `ims emulator serve` and reads its memory and CPU time from the system.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use adobe_ims_benches::Result;
use serde_json::Value;

/// A process of the emulator that is ready. Dropping it ends the process with SIGTERM.
pub(super) struct Process {
    child: Child,
    pub(super) host: String,
    pub(super) credentials: PathBuf,
}

impl Process {
    /// Starts the emulator and waits for its ready line.
    pub(super) fn start(ims: &Path) -> Result<Self> {
        let mut child = Command::new(ims)
            .args(["emulator", "serve", "--port", "0"])
            .env_clear()
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()?;
        let stdout = child.stdout.take().ok_or("there is no stdout")?;
        let mut process = Self {
            child,
            host: String::new(),
            credentials: PathBuf::new(),
        };
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line)?;
        let ready: Value = serde_json::from_str(&line)?;
        let text = |name: &str| ready[name].as_str().ok_or("the ready line lacks a text");
        process.host = text("url")?.trim_start_matches("http://").to_owned();
        process.credentials = text("credentials")?.into();
        Ok(process)
    }

    /// Returns the memory that the process occupies (VmRSS).
    pub(super) fn resident_mib(&self) -> Result<f64> {
        let status = fs::read_to_string(self.proc_path("status"))?;
        let kib = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:")?.trim().strip_suffix(" kB"))
            .ok_or("the status of the process lacks VmRSS")?;
        Ok(kib.parse::<f64>()? / 1024.0)
    }

    /// Returns the CPU time of all threads of the process.
    pub(super) fn cpu_time(&self) -> Result<Duration> {
        let mut time = Duration::ZERO;
        for thread in fs::read_dir(self.proc_path("task"))? {
            time += thread_cpu_time(&thread?.path())?;
        }
        Ok(time)
    }

    fn proc_path(&self, name: &str) -> PathBuf {
        Path::new("/proc")
            .join(self.child.id().to_string())
            .join(name)
    }
}

/// Returns the CPU time of this thread.
pub(super) fn own_cpu_time() -> Result<Duration> {
    thread_cpu_time(Path::new("/proc/thread-self"))
}

fn thread_cpu_time(thread: &Path) -> Result<Duration> {
    let text = fs::read_to_string(thread.join("schedstat"))?;
    let running = text.split(' ').next().unwrap_or_default();
    Ok(Duration::from_nanos(running.parse()?))
}

impl Drop for Process {
    fn drop(&mut self) {
        // SIGTERM lets the emulator remove its temporary folder.
        let id = self.child.id().to_string();
        let kill = Command::new("kill").arg(id).status();
        if !kill.is_ok_and(|status| status.success()) {
            let _ = self.child.kill();
        }
        let _ = self.child.wait();
    }
}
