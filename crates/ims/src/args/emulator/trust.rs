//! `ims emulator trust`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

pub(super) const HELP: &str = "\
The command finds the emulator by --ready-file, which is the file of `ims emulator serve --ready-file FILE`, or by IMS_URL
and IMS_CA_FILE. It changes nothing, except that --trust-store writes its file.

Examples:
  ims emulator serve --connect-port 0 --ready-file emulator.json &
  eval \"$(ims emulator trust --for node --ready-file emulator.json)\"
  eval \"$(ims emulator trust --for java --ready-file emulator.json --trust-store emulator.p12)\"";

#[derive(Debug, Args)]
pub(crate) struct TrustArgs {
    /// The language or the program to print lines for, which a shell can evaluate [default: an overview]
    #[arg(long = "for", value_enum, value_name = "PROGRAM")]
    pub(crate) program: Option<TrustedBy>,
    /// The file with the ready line of the emulator [default: IMS_URL and IMS_CA_FILE]
    #[arg(long, value_name = "FILE")]
    pub(crate) ready_file: Option<PathBuf>,
    /// The file for a PKCS#12 trust store with the CA; Java needs it
    #[arg(long, value_name = "FILE", requires = "program")]
    pub(crate) trust_store: Option<PathBuf>,
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
