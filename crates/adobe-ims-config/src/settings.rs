//! Settings of token requests.

use std::path::PathBuf;
use std::time::Duration;

use adobe_ims::Environment;

use crate::error::Result;
use crate::location::Located;
use crate::table::TableReader;

/// The keys of settings, in `[defaults]` and in profiles.
pub(crate) const KEYS: &[&str] = &[
    "environment",
    "min_ttl",
    "timeout",
    "retries",
    "ca_files",
    "passphrase_file",
    "cache",
    "cache_key_file",
];

/// The settings in a profile or in `[defaults]`. The command has a flag for each.
///
/// ```
/// use adobe_ims_config::Configuration;
///
/// let text = "version = 1\n[defaults]\nmin_ttl = \"5m\"\n";
/// let configuration = Configuration::parse(text, "config.toml".as_ref(), None)?;
/// let min_ttl = configuration.defaults.min_ttl.unwrap();
/// assert_eq!(min_ttl.value.as_secs(), 300);
/// # Ok::<(), adobe_ims_config::ConfigError>(())
/// ```
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Settings {
    /// `environment`: `prod`, `stage` or the URL of an identity service. In `[defaults]` it holds for profiles
    /// with credentials of their own, not for documents, which name their identity service themselves.
    pub environment: Option<Located<Environment>>,
    /// `min_ttl`: the shortest time that a token has left when it is handed out.
    pub min_ttl: Option<Located<Duration>>,
    /// `timeout`: the time allowed for one request to IMS.
    pub timeout: Option<Located<Duration>>,
    /// `retries`: the number of further attempts, 0 to 9.
    pub retries: Option<Located<u32>>,
    /// `ca_files`: PEM files with additional CAs.
    pub ca_files: Option<Located<Vec<PathBuf>>>,
    /// `passphrase_file`: the file with the passphrase of an encrypted key.
    pub passphrase_file: Option<Located<PathBuf>>,
    /// `cache`: true if tokens are cached.
    pub cache: Option<Located<bool>>,
    /// `cache_key_file`: the file with the key that encrypts the cache.
    pub cache_key_file: Option<Located<PathBuf>>,
}

impl Settings {
    pub(crate) fn read(table: &TableReader<'_>) -> Result<Self> {
        Ok(Self {
            environment: table.environment()?,
            min_ttl: table.duration("min_ttl")?,
            timeout: table.duration("timeout")?,
            retries: table.retries()?,
            ca_files: table.paths("ca_files")?,
            passphrase_file: table.path("passphrase_file")?,
            cache: table.boolean("cache")?,
            cache_key_file: table.path("cache_key_file")?,
        })
    }
}
