//! The environment variables that are read: one registry, so that none is read by accident.

use std::collections::HashMap;
use std::ffi::OsString;

/// The credential document: a path, or the document itself when it begins with `{`.
pub(crate) const CREDENTIALS: &str = "IMS_CREDENTIALS";
/// A token to use as it is; nobody is asked.
pub(crate) const ACCESS_TOKEN: &str = "IMS_ACCESS_TOKEN";
/// As `--ca-file`. `SSL_CERT_FILE` replaces the operating system's roots, as elsewhere.
pub(crate) const CA_FILE: &str = "IMS_CA_FILE";
/// As `--passphrase-file`.
pub(crate) const PASSPHRASE_FILE: &str = "IMS_PASSPHRASE_FILE";
/// As `--timeout`.
pub(crate) const TIMEOUT: &str = "IMS_TIMEOUT";
/// As `--url`.
pub(crate) const URL: &str = "IMS_URL";

const READ: &[&str] = &[
    CREDENTIALS,
    ACCESS_TOKEN,
    CA_FILE,
    PASSPHRASE_FILE,
    TIMEOUT,
    URL,
    "HTTPS_PROXY",
    "https_proxy",
    "ALL_PROXY",
    "all_proxy",
    "NO_PROXY",
    "no_proxy",
];

/// The environment of the process, as far as it is of interest.
pub(crate) struct Variables(HashMap<&'static str, OsString>);

impl Variables {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place where the environment enters"
    )]
    pub(crate) fn of_process() -> Self {
        let read = |name: &&'static str| Some((*name, std::env::var_os(name)?));
        Self(READ.iter().filter_map(read).collect())
    }

    /// The value of a variable that is set and not empty.
    pub(crate) fn os(&self, name: &str) -> Option<&OsString> {
        self.0.get(name).filter(|value| !value.is_empty())
    }

    /// The same, when it is UTF-8.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.os(name)?.to_str()
    }
}
