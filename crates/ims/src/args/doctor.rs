//! `ims doctor`.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use http::Uri;

use super::{IdentityFlags, TextFormat, duration, http_parts};

pub(super) const HELP: &str = "\
Offline checks look at documents, keys, certificates, variables and files. Checks of the identity service request one \
token. Checks of the target send GET requests with that token, to hosts of Adobe, this machine, or the profile's \
`targets`. Nothing is stored or changed.

--migrate FILE compares the credentials with the OAuth server-to-server credential in FILE, which is to replace them, \
and prints what has to change. It requests one token of each, and sends the target a GET with each.

Exit codes: 0 no problem was found (there may be warnings) · 8 a problem was found

Examples:
  ims doctor -c service_token.json --offline
  ims doctor -c service_token.json --target https://author-p1-e2.adobeaemcloud.com/
  ims doctor -c service_token.json --migrate oauth.json
  ims doctor -p prod -o json";

#[derive(Debug, Args)]
pub(crate) struct DoctorArgs {
    /// Check without the network
    #[arg(long, conflicts_with = "target")]
    pub(crate) offline: bool,
    /// Call this URL with the token, too [default: the first of the profile's `targets`]
    #[arg(long, value_name = "URL", value_parser = http_parts::uri)]
    pub(crate) target: Option<Uri>,
    /// Allow another host to receive the token; may be repeated
    #[arg(long, value_name = "https://HOST[:PORT]", requires = "target")]
    pub(crate) allow_host: Vec<String>,
    /// The length of a job, such as 6h or 3d; a token that ends before it is a warning
    #[arg(long = "for", value_name = "TIME", value_parser = duration::parse_period)]
    pub(crate) job: Option<Duration>,
    /// The document of the OAuth server-to-server credential that replaces these: compare both
    #[arg(long, value_name = "OAUTH_DOCUMENT")]
    pub(crate) migrate: Option<PathBuf>,
    /// Write a file for support, without secrets; it must not exist
    #[arg(long, value_name = "FILE")]
    pub(crate) bundle: Option<PathBuf>,
    /// The output format
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) output: TextFormat,
    #[command(flatten)]
    pub(crate) identity: IdentityFlags,
}
