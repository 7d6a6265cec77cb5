//! `ims status`.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::{TextFormat, duration};

pub(super) const HELP: &str = "\
The command works offline: it asks no server, runs no program for a secret and opens no keyring. What it therefore \
does not know is shown as not read.

--check-expiry counts certificates, sign-ins, access tokens that are credentials themselves, and device tokens. Cached \
access tokens do not count: calls renew them. A sign-in ends 14 days after its last use, unless IMS says otherwise.

Examples:
  ims status
  ims status --check-expiry 30d
  ims status -p NAME -o json";

#[derive(Debug, Args)]
pub(crate) struct StatusArgs {
    /// End with exit code 8 if something has ended or ends within this time, such as 30d, 2w or 12h
    #[arg(long, value_name = "TIME", value_parser = duration::parse_period)]
    pub(crate) check_expiry: Option<Duration>,
    /// Only these credentials: a document; `-` reads stdin
    #[arg(short, long, value_name = "FILE|-")]
    pub(crate) credentials: Option<PathBuf>,
    /// Only this profile
    #[arg(short, long, value_name = "NAME", conflicts_with = "credentials")]
    pub(crate) profile: Option<String>,
    /// The credentials to use if the document has several [env: IMS_CONTEXT]
    #[arg(long, value_name = "NAME", conflicts_with = "profile")]
    pub(crate) context: Option<String>,
    /// The file of the key that encrypts cache and sessions [env: IMS_CACHE_KEY_FILE]
    #[arg(long, value_name = "FILE")]
    pub(crate) cache_key_file: Option<PathBuf>,
    /// The output format
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) output: TextFormat,
}
