//! Flags that all commands of `ims forms` share.

use std::path::PathBuf;

use clap::Args;

use crate::args::{IdentityFlags, TextFormat};

/// The AEM that is asked, and whose token it sees.
#[derive(Debug, Args)]
#[command(next_help_heading = "Request")]
pub(crate) struct AemFlags {
    /// The host of AEM, such as author-p1-e2.adobeaemcloud.com [default: the first of the profile's `targets`]
    #[arg(long, value_name = "URL|HOST")]
    pub(crate) target: Option<String>,
    /// Allow another host to receive the token; may be repeated
    #[arg(long, value_name = "https://HOST[:PORT]")]
    pub(crate) allow_host: Vec<String>,
    /// The output format of stdout
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) output: TextFormat,
    #[command(flatten)]
    pub(crate) identity: IdentityFlags,
}

/// The actions instead of sending documents, and before it.
#[derive(Debug, Args)]
#[command(next_help_heading = "Request")]
pub(crate) struct SendingFlags {
    /// Show the parts that would be sent; no token is requested and nothing is sent
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Print the request as a curl command; no token is requested and nothing is sent
    #[arg(long, conflicts_with = "dry_run")]
    pub(crate) as_curl: bool,
    /// Refuse what the checks warn about
    #[arg(long)]
    pub(crate) strict: bool,
    /// Write the logs of AEM (jobLog, conversionLog, …) into this folder
    #[arg(long, value_name = "FOLDER")]
    pub(crate) keep_log: Option<PathBuf>,
}
