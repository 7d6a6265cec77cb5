//! `ims register`.

use clap::Args;

use super::{ConnectionFlags, TextFormat};

pub(super) const HELP: &str = "\
The whole response of IMS is printed to stdout, with the client secret if there is one. IMS does not show the secret \
again: redirect stdout to a file that only you can read.";

#[derive(Debug, Args)]
pub(crate) struct RegisterArgs {
    /// The name that people see when they sign in
    #[arg(long)]
    pub(crate) name: String,
    /// A redirect URI; may be repeated
    #[arg(long = "redirect-uri", value_name = "URI", required = true)]
    pub(crate) redirect_uris: Vec<String>,
    /// The scopes, separated by commas or spaces; may be repeated
    #[arg(long = "scope", value_name = "LIST")]
    pub(crate) scopes: Vec<String>,
    #[command(flatten)]
    pub(crate) connection: ConnectionFlags,
    /// The output format
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) output: TextFormat,
}
