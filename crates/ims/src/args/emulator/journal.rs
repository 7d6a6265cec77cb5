//! `ims emulator requests` and `verify`.

use clap::Args;

use super::RemoteFlags;

/// The requests of the journal that count.
#[derive(Debug, Args)]
#[command(next_help_heading = "Requests")]
pub(crate) struct JournalFilter {
    /// Only this path; `*` at its end stands for the rest
    #[arg(long, value_name = "PATH")]
    pub(crate) path: Option<String>,
    /// Only requests of this client
    #[arg(long, value_name = "ID")]
    pub(crate) client_id: Option<String>,
    /// Only this grant_type, or jwt_exchange
    #[arg(long, value_name = "GRANT")]
    pub(crate) grant: Option<String>,
    /// Only requests that got this status
    #[arg(long, value_name = "STATUS")]
    pub(crate) status: Option<u16>,
    /// Only requests after the one with this number
    #[arg(long, value_name = "N")]
    pub(crate) since: Option<u64>,
}

impl JournalFilter {
    /// The ids of the filters, for the flag that excludes them.
    pub(super) const IDS: [&str; 5] = ["path", "client_id", "grant", "status", "since"];
}

pub(super) const REQUESTS_HELP: &str = "\
`-o json` also has times, fields with their digests, and token ids.

Examples:
  ims emulator requests --path '/ims/*'
  ims emulator requests --status 401 -o json
  ims emulator requests --clear";

#[derive(Debug, Args)]
pub(crate) struct RequestsArgs {
    #[command(flatten)]
    pub(crate) filter: JournalFilter,
    /// Forget all requests
    #[arg(long, conflicts_with_all = JournalFilter::IDS, help_heading = "Requests")]
    pub(crate) clear: bool,
    #[command(flatten)]
    pub(crate) remote: RemoteFlags,
}

pub(super) const VERIFY_HELP: &str = "\
Exit codes: 0 if the number is as wanted; 8 if not, with what the emulator saw.

Examples:
  ims emulator verify --path '/ims/token/*' --at-most 1
  ims emulator verify --client-id my-client --status 401 --exactly 0
  ims emulator verify --grant jwt_exchange --at-least 1 --at-most 3";

#[derive(Debug, Args)]
#[command(
    group = clap::ArgGroup::new("count").required(true).multiple(true),
    override_usage = "ims emulator verify [OPTIONS] --at-least N | --at-most N | --exactly N",
)]
pub(crate) struct VerifyArgs {
    #[command(flatten)]
    pub(crate) filter: JournalFilter,
    /// The smallest number of requests
    #[arg(long, value_name = "N", group = "count", help_heading = "Count")]
    pub(crate) at_least: Option<u64>,
    /// The largest number of requests
    #[arg(long, value_name = "N", group = "count", help_heading = "Count")]
    pub(crate) at_most: Option<u64>,
    /// The number of requests
    #[arg(long, value_name = "N", group = "count", help_heading = "Count", conflicts_with_all = ["at_least", "at_most"])]
    pub(crate) exactly: Option<u64>,
    #[command(flatten)]
    pub(crate) remote: RemoteFlags,
}
