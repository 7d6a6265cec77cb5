//! `ims exec`.

use std::ffi::OsString;

use clap::Args;

use super::IdentityFlags;
use super::env_var::{self, EnvVarSpec};

pub(super) const HELP: &str = "\
Ends as the command does, or with 125 when there is no token, 126 when the command cannot be run, \
127 when it is not found. It inherits no secret that the token was got with: not IMS_CLIENT_SECRET, not \
IMS_CREDENTIALS or IMS_PRIVATE_KEY unless they hold paths, and not those of other tools' variables that were used.";

#[derive(Debug, Args)]
pub(crate) struct ExecArgs {
    /// A variable for the command: NAME, or NAME=token|header|expires-at|client-id|org [default: IMS_ACCESS_TOKEN=token, IMS_EXPIRES_AT=expires-at]
    #[arg(long = "var", value_name = "NAME[=WHAT]", value_parser = env_var::parse)]
    pub(crate) variables: Vec<EnvVarSpec>,
    /// Replace the token by *** in what the command prints; it prints to pipes then, not to the terminal
    #[arg(long)]
    pub(crate) mask: bool,
    /// Give the command only the token, PATH, HOME, and what names the user, language, terminal and temporary folder
    #[arg(long)]
    pub(crate) clean_env: bool,
    /// The command and its arguments
    #[arg(last = true, required = true, value_name = "CMD")]
    pub(crate) command: Vec<OsString>,
    #[command(flatten)]
    pub(crate) identity: IdentityFlags,
}
