//! `ims config`.

use clap::{Args, Subcommand};

use super::{IdentityFlags, TextFormat};

#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Print the path of the configuration file, which need not exist
    Path,
    /// Show the settings that flags, environment and configuration result in; no secret is fetched
    Show(Box<ConfigShow>),
    /// Read the configuration and fetch every secret, without printing it; IMS is not asked
    Check,
}

#[derive(Debug, Args)]
pub(crate) struct ConfigShow {
    /// Show the origin of every value, and the values that it overrules
    #[arg(long)]
    pub(crate) origin: bool,
    /// The output format
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) output: TextFormat,
    #[command(flatten)]
    pub(crate) identity: IdentityFlags,
}
