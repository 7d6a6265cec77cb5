//! `ims exec`.

use std::ffi::OsString;

use clap::Args;

use super::IdentityFlags;
use super::env_var::{self, EnvVarSpec};

pub(super) const HELP: &str = "\
Exit codes: that of the command · 125 no token · 126 the command cannot be run · 127 the command is not found.

The command does not inherit variables that hold a secret of these credentials, whatever their names: client secrets, \
the private key, its passphrase, a refresh token, the document. -v names them.";

#[derive(Debug, Args)]
pub(crate) struct ExecArgs {
    /// Set a variable for the command: NAME, or NAME=token|header|expires-at|client-id|org; may be repeated [default: IMS_ACCESS_TOKEN=token, IMS_EXPIRES_AT=expires-at]
    #[arg(long = "var", value_name = "NAME[=WHAT]", value_parser = env_var::parse)]
    pub(crate) variables: Vec<EnvVarSpec>,
    /// Replace the token by *** in the output of the command, which is a pipe then and not the terminal
    #[arg(long)]
    pub(crate) mask: bool,
    /// Pass only the token, PATH, HOME, and the variables of user, language, terminal and temporary folder
    #[arg(long)]
    pub(crate) clean_env: bool,
    /// The command and its arguments
    #[arg(last = true, required = true, value_name = "CMD")]
    pub(crate) command: Vec<OsString>,
    #[command(flatten)]
    pub(crate) identity: IdentityFlags,
}
