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

/// How tokens are got: what a profile says of it, or `[defaults]`. Each has its flag.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Settings {
    /// `environment`: `prod`, `stage` or the URL of an identity service. Among the defaults it is for profiles
    /// with fields of their own; a document says itself where it belongs.
    pub environment: Option<Located<Environment>>,
    /// `min_ttl`: a token must live at least this long.
    pub min_ttl: Option<Located<Duration>>,
    /// `timeout`: the time allowed to ask IMS once.
    pub timeout: Option<Located<Duration>>,
    /// `retries`: how often to try again, 0 to 9.
    pub retries: Option<Located<u32>>,
    /// `ca_files`: PEM files with CAs to trust as well.
    pub ca_files: Option<Located<Vec<PathBuf>>>,
    /// `passphrase_file`: opens an encrypted key.
    pub passphrase_file: Option<Located<PathBuf>>,
    /// `cache`: whether tokens are kept.
    pub cache: Option<Located<bool>>,
    /// `cache_key_file`: seals the cache.
    pub cache_key_file: Option<Located<PathBuf>>,
}

impl Settings {
    pub(crate) fn read(section: &TableReader<'_>) -> Result<Self> {
        Ok(Self {
            environment: section.environment()?,
            min_ttl: section.duration("min_ttl")?,
            timeout: section.duration("timeout")?,
            retries: section.retries()?,
            ca_files: section.paths("ca_files")?,
            passphrase_file: section.path("passphrase_file")?,
            cache: section.flag("cache")?,
            cache_key_file: section.path("cache_key_file")?,
        })
    }
}
