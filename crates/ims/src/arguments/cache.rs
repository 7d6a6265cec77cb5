//! `ims cache`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::TextFormat;

#[derive(Debug, Subcommand)]
pub(crate) enum CacheCommand {
    /// Show whose tokens are kept, without the tokens
    List(CacheList),
    /// Delete all tokens that are kept; IMS goes on accepting them until they expire
    Clear,
}

#[derive(Debug, Args)]
pub(crate) struct CacheList {
    /// How to print it
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) output: TextFormat,
    /// The key that the cache is sealed with [env: IMS_CACHE_KEY_FILE]
    #[arg(long, value_name = "FILE")]
    pub(crate) cache_key_file: Option<PathBuf>,
}
