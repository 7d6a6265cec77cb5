//! The flags that name the running emulator.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use crate::args::{TextFormat, duration};

/// The running emulator.
#[derive(Debug, Args)]
#[command(next_help_heading = "Emulator")]
pub(crate) struct EmulatorFlags {
    /// The running emulator [env: IMS_URL]
    #[arg(long, value_name = "URL")]
    pub(crate) url: Option<String>,
    /// A file with its ready line, which names URL and CA
    #[arg(long, value_name = "FILE|-", conflicts_with = "url")]
    pub(crate) ready_file: Option<PathBuf>,
    /// Its CA certificate [env: IMS_CA_FILE]
    #[arg(long, value_name = "FILE")]
    pub(crate) ca_file: Vec<PathBuf>,
    /// The time limit [default: 30s; env: IMS_TIMEOUT]
    #[arg(long, value_name = "TIME", value_parser = duration::parse)]
    pub(crate) timeout: Option<Duration>,
}

/// The emulator that is controlled, and the form of the output.
#[derive(Debug, Args)]
#[command(next_help_heading = "Emulator")]
pub(crate) struct RemoteFlags {
    #[command(flatten)]
    pub(crate) emulator: EmulatorFlags,
    /// The output format: text or json
    #[arg(
        short,
        long,
        value_enum,
        default_value_t,
        value_name = "FORMAT",
        hide_possible_values = true
    )]
    pub(crate) output: TextFormat,
}
