//! `ims cache`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::TextFormat;

#[derive(Debug, Subcommand)]
pub(crate) enum CacheCommand {
    /// List the cached tokens, without the tokens themselves
    #[command(after_help = LIST_HELP)]
    List(CacheList),
    /// Delete all cached tokens; IMS accepts them until they expire
    Clear,
}

const LIST_HELP: &str = "\
Sessions of sign-ins are stored elsewhere: `ims profile list` shows them, and `ims logout` deletes them.";

#[derive(Debug, Args)]
pub(crate) struct CacheList {
    /// The output format
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) output: TextFormat,
    /// The file of the key that encrypts the cache [env: IMS_CACHE_KEY_FILE]
    #[arg(long, value_name = "FILE")]
    pub(crate) cache_key_file: Option<PathBuf>,
}
