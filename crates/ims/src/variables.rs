//! The environment variables that this command reads. (The list of the system's root certificates is
//! found by a library, which honours `SSL_CERT_FILE` and `SSL_CERT_DIR`.)

use std::collections::HashMap;
use std::ffi::OsString;

use crate::failure::{Failure, VARIABLE_INVALID};

/// The credential document: a path, or the document itself, in any spelling.
pub(crate) const CREDENTIALS: &str = "IMS_CREDENTIALS";
/// A token to use as it is; nobody is asked.
pub(crate) const ACCESS_TOKEN: &str = "IMS_ACCESS_TOKEN";
/// Never read: the name under which a token's expiry is handed out.
pub(crate) const EXPIRES_AT: &str = "IMS_EXPIRES_AT";
/// As `--ca-file`. `SSL_CERT_FILE` replaces the operating system's roots, as elsewhere.
pub(crate) const CA_FILE: &str = "IMS_CA_FILE";
/// As `--passphrase-file`.
pub(crate) const PASSPHRASE_FILE: &str = "IMS_PASSPHRASE_FILE";
/// As `--timeout`.
pub(crate) const TIMEOUT: &str = "IMS_TIMEOUT";
/// As `--url`.
pub(crate) const URL: &str = "IMS_URL";

/// The files through which a step of GitHub Actions sets variables and outputs.
pub(crate) const GITHUB_ENV: &str = "GITHUB_ENV";
pub(crate) const GITHUB_OUTPUT: &str = "GITHUB_OUTPUT";

/// The usual variables for proxies.
pub(crate) const PROXIES: &[&str] = &[
    "HTTPS_PROXY",
    "https_proxy",
    "ALL_PROXY",
    "all_proxy",
    "NO_PROXY",
    "no_proxy",
];

const GITHUB: &[&str] = &[GITHUB_ENV, GITHUB_OUTPUT];

/// What a command may know that is to know nothing else: where programs and the user's files are, who
/// and where the user is. Nothing here is a place where people keep secrets; proxies are.
const HARMLESS: &[&str] = &[
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "SHELL",
    "TERM",
    "TZ",
    "TMPDIR",
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "LC_MESSAGES",
    // Windows, where little starts without them.
    "SystemRoot",
    "SystemDrive",
    "ComSpec",
    "PATHEXT",
    "TEMP",
    "TMP",
    "USERNAME",
    "USERPROFILE",
    "APPDATA",
    "LOCALAPPDATA",
];

const OWN: &[&str] = &[
    CREDENTIALS,
    ACCESS_TOKEN,
    CA_FILE,
    PASSPHRASE_FILE,
    TIMEOUT,
    URL,
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
        Self(
            [OWN, PROXIES, GITHUB, HARMLESS]
                .into_iter()
                .flatten()
                .filter_map(read)
                .collect(),
        )
    }

    /// The value of a variable that is set and not empty.
    pub(crate) fn os(&self, name: &str) -> Option<&OsString> {
        self.0.get(name).filter(|value| !value.is_empty())
    }

    /// The harmless ones that are set.
    pub(crate) fn harmless(&self) -> impl Iterator<Item = (&'static str, &OsString)> {
        HARMLESS
            .iter()
            .filter_map(|name| Some((*name, self.os(name)?)))
    }

    /// The same as text. One that is not UTF-8 is an error: to pass it over could mean to ask another
    /// server than was meant.
    pub(crate) fn text(&self, name: &str) -> Result<Option<&str>, Failure> {
        let Some(value) = self.os(name) else {
            return Ok(None);
        };
        let text = value.to_str().ok_or_else(|| {
            Failure::configuration(VARIABLE_INVALID, format!("{name} is not UTF-8"))
        })?;
        Ok(Some(text))
    }
}
