//! `ims inspect`.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::TextFormat;
use crate::args::duration;

pub(super) const HELP: &str = "\
With --verify it asks IMS for its public keys, and nothing of the token goes there; it ends with 7 when the signature \
is wrong or the token has expired. Whether it was revoked only `ims validate` finds out.";

#[derive(Debug, Args)]
pub(crate) struct InspectArgs {
    /// The file that holds it; stdin when left out or `-`
    #[arg(value_name = "FILE|-")]
    pub(crate) file: Option<PathBuf>,
    /// Check the signature with the public keys of IMS
    #[arg(long)]
    pub(crate) verify: bool,
    /// The identity service whose keys they are: an address, `prod` or `stage` [default: the one of Adobe's that the token names, production if none; env: IMS_URL]
    #[arg(
        help_heading = "Network",
        long,
        value_name = "URL",
        requires = "verify"
    )]
    pub(crate) url: Option<String>,
    /// Trust the CA certificates of this PEM file too [env: IMS_CA_FILE]
    #[arg(
        help_heading = "Network",
        long,
        value_name = "FILE",
        requires = "verify"
    )]
    pub(crate) ca_file: Vec<PathBuf>,
    /// The time allowed to connect, ask and read the answer, such as 30s, 500ms or 2m [default: 30s; env: IMS_TIMEOUT]
    #[arg(help_heading = "Network", long, value_name = "TIME", value_parser = duration::parse, requires = "verify")]
    pub(crate) timeout: Option<Duration>,
    /// How to print it
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) output: TextFormat,
}
