//! `ims register`.

use clap::Args;

use super::{ConnectionFlags, TextFormat};

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
    #[command(flatten)]
    pub(crate) connection: ConnectionFlags,
    /// How to print it
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) output: TextFormat,
}
