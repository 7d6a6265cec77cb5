//! Compares the whole process that prints a cached token with a process that does nothing.

use std::path::{Path, PathBuf};
use std::process::Command;

use adobe_ims_benches::Result;
use adobe_ims_benches::rounds::{in_turn, timed};
use adobe_ims_benches::table::{Goal, Row};
use adobe_ims_emulator::Emulator;

use crate::process_memory::Blocked;
use crate::programs;

const ROUNDS: usize = 501;

pub(crate) fn measure() -> Result<Vec<Row>> {
    let empty = programs::empty()?;
    let built = programs::ims()?;
    let installed = Tool::with_filled_cache(programs::copy(&built)?, "cache-of-installed")?;
    let built = Tool::with_filled_cache(built, "cache")?;
    let mut rows = vec![
        installed.compare_with(
            &empty,
            "cached-process: ims token, installed / empty C program",
            Goal::AtMost(1.6),
        )?,
        built.compare_with(
            &empty,
            "cached-process: the same, as the linker wrote it",
            Goal::AtMost(1.8),
        )?,
        installed.resident("cached-process: resident", Goal::None)?,
    ];
    if let Some(path) = programs::static_ims() {
        let tool = Tool::with_filled_cache(path, "cache-of-static")?;
        rows.push(tool.compare_with(
            &empty,
            "cached-process: the same, static build",
            Goal::AtMost(0.6),
        )?);
        rows.push(tool.resident("cached-process: resident, static build", Goal::AtMost(1.5))?);
    }
    Ok(rows)
}

/// A build of the tool with a token in its cache, and the emulator that issued the token.
struct Tool {
    ims: PathBuf,
    emulator: Emulator,
    document: PathBuf,
    ca: PathBuf,
    cache: PathBuf,
}

impl Tool {
    /// Starts an emulator and lets the tool fill a cache of its own.
    fn with_filled_cache(ims: PathBuf, cache: &str) -> Result<Self> {
        let emulator = Emulator::builder().tls(true).start()?;
        let ca = emulator
            .ca_pem()
            .ok_or("the emulator has no CA")?
            .as_bytes();
        let tool = Self {
            ims,
            document: programs::write_file(
                &format!("{cache}.json"),
                emulator.credentials_json().as_bytes(),
            )?,
            ca: programs::write_file(&format!("{cache}-ca.pem"), ca)?,
            cache: programs::empty_folder(cache)?,
            emulator,
        };
        tool.check()?;
        Ok(tool)
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.ims);
        command.env_clear().env("XDG_CACHE_HOME", &self.cache);
        command.arg("token").arg("-c").arg(&self.document);
        command.args(["--url", self.emulator.url(), "--ca-file"]);
        command.arg(&self.ca);
        command
    }

    /// Checks that the tool prints a token and that the emulator issued no other one.
    fn check(&self) -> Result<()> {
        let (one, other) = (self.token()?, self.token()?);
        let issued = self.emulator.tokens_minted();
        if issued != 1 || one != other {
            return Err(format!(
                "not answered from the cache: the emulator issued {issued} tokens"
            )
            .into());
        }
        Ok(())
    }

    fn token(&self) -> Result<String> {
        let token = programs::output(&mut self.command())?;
        if token.split('.').count() != 3 {
            return Err(format!("{} printed no token", self.ims.display()).into());
        }
        Ok(token)
    }

    fn compare_with(&self, empty: &Path, name: &str, goal: Goal) -> Result<Row> {
        let [pair] = in_turn(
            ROUNDS,
            || Ok([timed(|| programs::run(&mut self.command()))?]),
            || Ok([timed(|| programs::run(Command::new(empty).env_clear()))?]),
        )?;
        self.check()?;
        Ok(Row::ratio(name, pair, goal))
    }

    fn resident(&self, name: &str, goal: Goal) -> Result<Row> {
        let mut process = Blocked::start(&mut self.command())?;
        process.wait_until(|| true)?;
        Ok(Row::value(name, process.peak_mib()?, "MiB", goal))
    }
}
