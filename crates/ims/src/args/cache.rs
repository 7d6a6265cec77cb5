//! `ims cache`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::TextFormat;

#[derive(Debug, Subcommand)]
pub(crate) enum CacheCommand {
    /// Show whose tokens are kept, without the tokens
    #[command(after_help = LIST_HELP)]
    List(CacheList),
    /// Delete all tokens that are kept; IMS goes on accepting them until they expire
    Clear,
}

const LIST_HELP: &str = "\
`ims profile list` shows the identities that there are, and who is signed in: what a sign-in left is not a part \
of the cache, and `ims logout` deletes it.";

#[derive(Debug, Args)]
pub(crate) struct CacheList {
    /// How to print it
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) output: TextFormat,
    /// The key that the cache is sealed with [env: IMS_CACHE_KEY_FILE]
    #[arg(long, value_name = "FILE")]
    pub(crate) cache_key_file: Option<PathBuf>,
}
