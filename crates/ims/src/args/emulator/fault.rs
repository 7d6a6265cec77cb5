//! `ims emulator fault`.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand};

use super::RemoteFlags;
use crate::args::http_parts::header_field;
use crate::args::{HeaderField, duration};

#[derive(Debug, Subcommand)]
pub(crate) enum FaultCommand {
    /// Add a fault: which requests get it, and what happens to them
    #[command(after_help = ADD_HELP)]
    Add(Box<FaultAdd>),
    /// List the faults and how often they acted
    #[command(after_help = LIST_HELP)]
    List(RemoteFlags),
    /// Remove one fault, or all
    #[command(after_help = REMOVE_HELP)]
    Remove(FaultRemove),
}

impl FaultCommand {
    pub(super) fn flags(&self) -> &RemoteFlags {
        match self {
            Self::Add(args) => &args.remote,
            Self::List(remote) => remote,
            Self::Remove(args) => &args.remote,
        }
    }
}

const ADD_HELP: &str = "\
The flags make a fault of one step. A file or --json can have several steps:
  {\"when\":{\"path\":\"/ims/token/*\",\"times\":2},
   \"then\":[{\"status\":503},{\"delay_ms\":2000}]}

The command prints the id of the fault.

Examples:
  ims emulator fault add --path '/ims/token/*' --status 503 --times 2
  ims emulator fault add --status 429 --header 'Retry-After: 1' --times 1
  ims emulator fault add outage.json";

#[derive(Debug, Args)]
pub(crate) struct FaultAdd {
    /// The fault as JSON, in a file or on stdin
    #[arg(value_name = "FILE|-")]
    pub(crate) file: Option<PathBuf>,
    /// The fault as JSON
    #[arg(long, value_name = "JSON", conflicts_with = "file")]
    pub(crate) json: Option<String>,
    #[command(flatten)]
    pub(crate) flags: FaultFlags,
    #[command(flatten)]
    pub(crate) remote: RemoteFlags,
}

/// A fault of one step.
#[derive(Debug, Args)]
#[command(next_help_heading = "Which requests")]
pub(crate) struct FaultFlags {
    /// Only this path; `*` at its end stands for the rest
    #[arg(long, value_name = "PATH", conflicts_with_all = ["file", "json"])]
    pub(crate) path: Option<String>,
    /// Only this method
    #[arg(long, value_name = "METHOD", conflicts_with_all = ["file", "json"])]
    pub(crate) method: Option<String>,
    /// Only requests of this client
    #[arg(long, value_name = "ID", conflicts_with_all = ["file", "json"])]
    pub(crate) client_id: Option<String>,
    /// Only this grant_type, or jwt_exchange
    #[arg(long, value_name = "GRANT", conflicts_with_all = ["file", "json"])]
    pub(crate) grant: Option<String>,
    /// Let N requests pass first
    #[arg(long, value_name = "N", conflicts_with_all = ["file", "json"])]
    pub(crate) after: Option<u64>,
    /// End after N requests
    #[arg(long, value_name = "N", conflicts_with_all = ["file", "json"])]
    pub(crate) times: Option<u64>,
    /// Answer with this status
    #[arg(long, value_name = "STATUS", conflicts_with_all = ["file", "json"], help_heading = "What happens")]
    pub(crate) status: Option<u16>,
    /// Set a header of the answer; may be repeated
    #[arg(long, value_name = "NAME: VALUE", value_parser = header_field, conflicts_with_all = ["file", "json"], help_heading = "What happens")]
    pub(crate) header: Vec<HeaderField>,
    /// Answer with an error of IMS (invalid_client)
    #[arg(long, value_name = "CODE", conflicts_with_all = ["file", "json"], help_heading = "What happens")]
    pub(crate) ims_error: Option<String>,
    /// Answer with a page: login, blocked or maintenance
    #[arg(long, value_name = "PAGE", conflicts_with_all = ["file", "json"], help_heading = "What happens")]
    pub(crate) html: Option<String>,
    /// Wait first, such as 2s or 300ms
    #[arg(long, value_name = "TIME", value_parser = duration::parse, conflicts_with_all = ["file", "json"], help_heading = "What happens")]
    pub(crate) delay: Option<Duration>,
    /// Reset the connection
    #[arg(long, conflicts_with_all = ["file", "json"], help_heading = "What happens")]
    pub(crate) reset: bool,
    /// Send nothing, and keep the connection open
    #[arg(long, conflicts_with_all = ["file", "json"], help_heading = "What happens")]
    pub(crate) hang: bool,
}

const LIST_HELP: &str = "\
Examples:
  ims emulator fault list
  ims emulator fault list -o json";

const REMOVE_HELP: &str = "\
Examples:
  ims emulator fault remove fault-1
  ims emulator fault remove --all";

#[derive(Debug, Args)]
pub(crate) struct FaultRemove {
    #[command(flatten)]
    pub(crate) target: FaultTarget,
    #[command(flatten)]
    pub(crate) remote: RemoteFlags,
}

/// The faults to remove.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct FaultTarget {
    /// The id of the fault
    #[arg(value_name = "ID")]
    pub(crate) id: Option<String>,
    /// Remove all faults
    #[arg(long)]
    pub(crate) all: bool,
}
