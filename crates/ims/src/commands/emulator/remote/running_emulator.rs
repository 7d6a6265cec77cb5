//! Finding the running emulator: its address, its CA and its proxy.

use std::path::{Path, PathBuf};

use adobe_ims::Environment;
use adobe_ims::internal::is_loopback;
use http::Uri;
use serde::Deserialize;

use crate::args::EmulatorFlags;
use crate::environment::input::NamedFile;
use crate::error::{CommandProblem, Failure};
use crate::settings::{CommonSettings, ConfigurationSource, Connection, SettingFlags};

/// A running emulator, on this machine.
pub(in crate::commands::emulator) struct RunningEmulator {
    /// The address, without a slash at its end.
    pub(in crate::commands::emulator) url: String,
    /// The flag, the variable or the file that names it.
    pub(super) origin: String,
    pub(super) connection: Connection,
    /// The ready line, if that names it.
    pub(in crate::commands::emulator) ready: Option<ReadyLine>,
}

/// The fields of the ready line that matter here.
#[derive(Deserialize)]
pub(in crate::commands::emulator) struct ReadyLine {
    url: String,
    ca: Option<PathBuf>,
    pub(in crate::commands::emulator) proxy: Option<ReadyProxy>,
}

#[derive(Deserialize)]
pub(in crate::commands::emulator) struct ReadyProxy {
    pub(in crate::commands::emulator) url: String,
    pub(in crate::commands::emulator) user: Option<String>,
    pub(in crate::commands::emulator) password: Option<String>,
}

impl RunningEmulator {
    /// Finds the emulator by the flags, or else by the variables. An address that is not on this machine is refused.
    pub(super) fn find(
        flags: &EmulatorFlags,
        source: &ConfigurationSource<'_>,
    ) -> Result<Self, Failure> {
        let ready = flags.ready_file.as_deref().map(ready_line).transpose()?;
        let mut ca_files = flags.ca_file.clone();
        ca_files.extend(ready.as_ref().and_then(|ready| ready.ca.clone()));
        let settings = SettingFlags {
            url: flags.url.as_deref(),
            ca_files: &ca_files,
            timeout: flags.timeout,
            ..SettingFlags::default()
        };
        let connection = CommonSettings::resolve(settings, source)?.connection;
        let (url, origin) = match (&ready, flags.ready_file.as_deref()) {
            (Some(ready), Some(path)) => (ready.url.clone(), named(path).to_string()),
            _ => named_by_setting(&connection)?,
        };
        let environment = adobe_ims_config::values::parse_environment(&url)
            .map_err(|error| Failure::from(error).in_place(&origin))?;
        refuse_other_machines(&environment, &origin)?;
        Ok(Self {
            url: environment.base_url().to_owned(),
            origin,
            connection,
            ready,
        })
    }

    /// Returns the files with its CA: that of the ready line, or else those that a flag or a setting names.
    pub(in crate::commands::emulator) fn ca_files(&self) -> &[PathBuf] {
        match &self.ready {
            Some(ready) => ready.ca.as_slice(),
            None => &self.connection.ca_files,
        }
    }
}

fn named_by_setting(connection: &Connection) -> Result<(String, String), Failure> {
    let named = connection.url.clone().zip(connection.url_origin.clone());
    named.ok_or_else(|| {
        Failure::new(CommandProblem::EmulatorNotNamed, "no emulator is named")
            .with_hint("name it: --url URL or IMS_URL, or --ready-file FILE with its ready line")
            .with_hint("`ims emulator serve` starts one and prints the ready line")
    })
}

fn named(path: &Path) -> NamedFile<'_> {
    NamedFile::new("--ready-file", path)
}

/// Reads the line that `ims emulator serve` printed. More lines may follow.
fn ready_line(path: &Path) -> Result<ReadyLine, Failure> {
    let file = named(path);
    let content = file.read()?;
    let line = content.bytes.split(|byte| *byte == b'\n').next();
    let line = line.unwrap_or_default();
    if line.trim_ascii().is_empty() {
        let message = format!("{file} is empty: the emulator is not ready yet");
        return Err(Failure::new(CommandProblem::EmulatorNotNamed, message)
            .with_hint("wait until the file has a line, or look why the emulator did not start"));
    }
    serde_json::from_slice(line).map_err(|_| {
        let message = format!("{file} has no ready line of `ims emulator serve`");
        Failure::new(CommandProblem::EmulatorNotNamed, message)
            .with_hint("the line is JSON with the key `url`: ims emulator serve > ready.json")
    })
}

fn refuse_other_machines(environment: &Environment, origin: &str) -> Result<(), Failure> {
    let url: Option<Uri> = environment.base_url().parse().ok();
    if url.as_ref().and_then(Uri::host).is_some_and(is_loopback) {
        return Ok(());
    }
    let message = format!(
        "{origin}: {} is not on this machine",
        environment.base_url()
    );
    Err(
        Failure::new(CommandProblem::EmulatorNotLocal, message).with_hint(
            "an emulator has a loopback address, such as http://127.0.0.1:8080; nothing was sent",
        ),
    )
}
