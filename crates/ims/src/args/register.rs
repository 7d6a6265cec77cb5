//! `ims register`.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::TextFormat;
use crate::args::duration;

pub(super) const HELP: &str = "\
What IMS answers goes to stdout whole, with the client secret if there is one: it is the result, and is not shown \
again. Send stdout to a file that only you can read.";

#[derive(Debug, Args)]
pub(crate) struct RegisterArgs {
    /// What people see when they sign in
    #[arg(long)]
    pub(crate) name: String,
    /// Where a browser may bring a code to; may be repeated
    #[arg(long = "redirect-uri", value_name = "URI", required = true)]
    pub(crate) redirect_uris: Vec<String>,
    /// The scopes, separated by commas or spaces; may be repeated
    #[arg(long = "scope", value_name = "LIST")]
    pub(crate) scopes: Vec<String>,
    /// Ask this identity service: an address, `prod` or `stage` [default: production; env: IMS_URL]
    #[arg(help_heading = "Network", long, value_name = "URL")]
    pub(crate) url: Option<String>,
    /// Trust the CA certificates of this PEM file too [env: IMS_CA_FILE]
    #[arg(help_heading = "Network", long, value_name = "FILE")]
    pub(crate) ca_file: Vec<PathBuf>,
    /// The time allowed to connect, ask and read the answer, such as 30s, 500ms or 2m [default: 30s; env: IMS_TIMEOUT]
    #[arg(help_heading = "Network", long, value_name = "TIME", value_parser = duration::parse)]
    pub(crate) timeout: Option<Duration>,
    /// How to print it
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) output: TextFormat,
}
