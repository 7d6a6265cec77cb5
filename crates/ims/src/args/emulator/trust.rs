//! `ims emulator trust`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::EmulatorFlags;

pub(super) const HELP: &str = "\
The command prints lines for a shell: the CA of the emulator, and its proxy,
which leads Adobe's host names to it. It changes nothing, except that
--trust-store writes its file.

Examples:
  ims emulator serve --connect-port 0 --ready-file ready.json &
  eval \"$(ims emulator trust --for node --ready-file ready.json)\"
  eval \"$(ims emulator trust --for java --ready-file ready.json \\
      --trust-store emulator.p12)\"";

#[derive(Debug, Args)]
pub(crate) struct TrustArgs {
    /// node, python, java, go, curl [default: an overview]
    #[arg(
        long = "for",
        value_enum,
        value_name = "PROGRAM",
        hide_possible_values = true
    )]
    pub(crate) program: Option<TrustedBy>,
    /// Write the CA to this trust store, which Java needs
    #[arg(long, value_name = "FILE", requires = "program")]
    pub(crate) trust_store: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) emulator: EmulatorFlags,
}

/// A language or a program that is to trust the emulator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TrustedBy {
    Node,
    Python,
    Java,
    Go,
    Curl,
}
