//! The credentials, and how their token is acquired.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};

use super::{ConnectionFlags, CredentialFlags};
use crate::args::duration;

/// The credentials, and how their token is acquired.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Credentials")]
pub(crate) struct IdentityFlags {
    /// The credential document, as Adobe hands it out; `-` reads stdin [env: IMS_CREDENTIALS]
    #[arg(short, long, value_name = "FILE|-")]
    pub(crate) credentials: Option<PathBuf>,
    /// The profile of the configuration [env: IMS_PROFILE]
    #[arg(short, long, value_name = "NAME", conflicts_with_all = ["credentials", "CredentialFlags"])]
    pub(crate) profile: Option<String>,
    #[command(flatten)]
    pub(crate) fields: CredentialFlags,
    /// The version of the token endpoint (OAuth server-to-server) [default: v3]
    #[arg(long, value_enum, value_name = "VERSION")]
    pub(crate) token_version: Option<TokenVersion>,
    /// The audience of the token; may be repeated
    #[arg(long, value_name = "URI")]
    pub(crate) resource: Vec<String>,
    /// The file of the passphrase of an encrypted key [env: IMS_PASSPHRASE_FILE]
    #[arg(long, value_name = "FILE")]
    pub(crate) passphrase_file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) connection: ConnectionFlags,
    /// The number of retries if IMS cannot be reached or cannot answer [default: 2; env: IMS_RETRIES]
    #[arg(help_heading = "Network", long, value_name = "N", value_parser = retries)]
    pub(crate) retries: Option<u32>,
    #[command(flatten)]
    pub(crate) freshness: FreshnessFlags,
}

/// The use of the token cache.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Token cache")]
pub(crate) struct FreshnessFlags {
    /// The minimum time until the token expires, such as 90s, 10m or 2h
    #[arg(long, value_name = "TIME", value_parser = duration::parse)]
    pub(crate) min_ttl: Option<Duration>,
    /// Request a new token even if the cache has a usable one, and cache it
    #[arg(long, conflicts_with_all = ["cached_only", "no_cache"])]
    pub(crate) force: bool,
    /// Use a cached token only; without one, end with exit code 7
    #[arg(long, conflicts_with = "no_cache")]
    pub(crate) cached_only: bool,
    /// Do not read or write the cache [env: IMS_CACHE=off]
    #[arg(long)]
    pub(crate) no_cache: bool,
    /// The file of a key that encrypts the cache (openssl rand -base64 32) [env: IMS_CACHE_KEY_FILE]
    #[arg(long, value_name = "FILE")]
    pub(crate) cache_key_file: Option<PathBuf>,
}

/// Parses `--retries` and `IMS_RETRIES`.
pub(crate) fn retries(text: &str) -> Result<u32, String> {
    let number = text.trim().parse().ok();
    number
        .filter(|&number| number <= 9)
        .ok_or_else(|| "give a number from 0 to 9".to_owned())
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TokenVersion {
    V2,
    V3,
    V4,
}

impl From<TokenVersion> for adobe_ims::credentials::TokenVersion {
    fn from(version: TokenVersion) -> Self {
        match version {
            TokenVersion::V2 => Self::V2,
            TokenVersion::V3 => Self::V3,
            TokenVersion::V4 => Self::V4,
        }
    }
}
