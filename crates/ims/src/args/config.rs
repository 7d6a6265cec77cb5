//! `ims config`.

use clap::{Args, Subcommand};

use super::{IdentityFlags, TextFormat};

#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Print where the configuration file is, or would be
    Path,
    /// Show what counts for a call with these flags, this environment and this configuration; no secret is fetched
    Show(Box<ConfigShow>),
    /// Read the configuration and fetch every secret that it refers to, without showing it
    Check,
}

#[derive(Debug, Args)]
pub(crate) struct ConfigShow {
    /// Say for every value where it is from, and what it overrules
    #[arg(long)]
    pub(crate) origin: bool,
    /// How to print it
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) output: TextFormat,
    #[command(flatten)]
    pub(crate) identity: IdentityFlags,
}
