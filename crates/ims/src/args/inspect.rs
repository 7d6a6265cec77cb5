//! `ims inspect`.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::TextFormat;
use crate::args::duration;

pub(super) const HELP: &str = "\
--verify fetches the public keys of IMS; the token is not sent. Exit code 7 means that the signature is wrong or the \
token has expired. Only `ims validate` finds out that a token was revoked.";

#[derive(Debug, Args)]
pub(crate) struct InspectArgs {
    /// The file of the token or assertion; without it, or with `-`, stdin is read
    #[arg(value_name = "FILE|-")]
    pub(crate) file: Option<PathBuf>,
    /// Check the signature with the public keys of IMS
    #[arg(long)]
    pub(crate) verify: bool,
    /// The identity service: an address, `prod` or `stage` [default: as the token says, else production; env: IMS_URL]
    #[arg(
        help_heading = "Network",
        long,
        value_name = "URL",
        requires = "verify"
    )]
    pub(crate) url: Option<String>,
    /// A PEM file of CA certificates to trust in addition; may be repeated [env: IMS_CA_FILE]
    #[arg(
        help_heading = "Network",
        long,
        value_name = "FILE",
        requires = "verify"
    )]
    pub(crate) ca_file: Vec<PathBuf>,
    /// The time limit of a request, such as 30s, 500ms or 2m [default: 30s; env: IMS_TIMEOUT]
    #[arg(help_heading = "Network", long, value_name = "TIME", value_parser = duration::parse, requires = "verify")]
    pub(crate) timeout: Option<Duration>,
    /// The output format
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) output: TextFormat,
}
