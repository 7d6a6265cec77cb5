//! The environment variables that this command reads. (The list of the system's root certificates is
//! found by a library, which honours `SSL_CERT_FILE` and `SSL_CERT_DIR`.)

use std::ffi::OsString;

use adobe_ims::api::TokenType;

use crate::environment::input::may_be_a_path;
use crate::error::{CommandProblem, Failure};

/// The credential document: a path, or the document itself, in any spelling.
pub(crate) const CREDENTIALS: &str = "IMS_CREDENTIALS";
/// Which credentials are meant, as `--context`.
pub(crate) const CONTEXT: &str = "IMS_CONTEXT";
/// Credentials in fields: this command's names, and behind them imscli's.
pub(crate) const CLIENT_ID: [&str; 2] = ["IMS_CLIENT_ID", "IMS_CLIENTID"];
pub(crate) const CLIENT_SECRET: [&str; 2] = ["IMS_CLIENT_SECRET", "IMS_CLIENTSECRET"];
pub(crate) const CLIENT_SECRET_FILE: &str = "IMS_CLIENT_SECRET_FILE";
pub(crate) const ORG_ID: [&str; 2] = ["IMS_ORG_ID", "IMS_ORGANIZATION"];
pub(crate) const TECHNICAL_ACCOUNT_ID: [&str; 2] = ["IMS_TECHNICAL_ACCOUNT_ID", "IMS_ACCOUNT"];
/// The key itself; a path is understood as well.
pub(crate) const PRIVATE_KEY: &str = "IMS_PRIVATE_KEY";
pub(crate) const PRIVATE_KEY_FILE: [&str; 2] = ["IMS_PRIVATE_KEY_FILE", "IMS_PRIVATEKEY"];
/// These two are spelt alike in both.
pub(crate) const SCOPES: &str = "IMS_SCOPES";
pub(crate) const METASCOPES: &str = "IMS_METASCOPES";

/// Any of these shows that credentials in fields are meant; scopes alone may be left over from elsewhere.
pub(crate) const FIELDS: &[&str] = &[
    CLIENT_SECRET[0],
    CLIENT_SECRET[1],
    CLIENT_SECRET_FILE,
    PRIVATE_KEY,
    PRIVATE_KEY_FILE[0],
    PRIVATE_KEY_FILE[1],
];

/// A token to use as it is; nobody is asked for another.
pub(crate) const ACCESS_TOKEN: &str = "IMS_ACCESS_TOKEN";

/// Where a token of a kind is that IMS is asked about: this command's name, and behind it imscli's.
pub(crate) fn of_token(kind: TokenType) -> [&'static str; 2] {
    match kind {
        TokenType::Refresh => REFRESH_TOKEN,
        TokenType::Device => DEVICE_TOKEN,
        TokenType::Service => SERVICE_TOKEN,
        TokenType::AuthorizationCode => AUTHORIZATION_CODE,
        _ => [ACCESS_TOKEN, "IMS_ACCESSTOKEN"],
    }
}

const REFRESH_TOKEN: [&str; 2] = ["IMS_REFRESH_TOKEN", "IMS_REFRESHTOKEN"];
const DEVICE_TOKEN: [&str; 2] = ["IMS_DEVICE_TOKEN", "IMS_DEVICETOKEN"];
const SERVICE_TOKEN: [&str; 2] = ["IMS_SERVICE_TOKEN", "IMS_SERVICETOKEN"];
const AUTHORIZATION_CODE: [&str; 2] = ["IMS_AUTHORIZATION_CODE", "IMS_AUTHORIZATIONCODE"];

/// What a command that is given a token does not get: secrets, and what may be one or the path of one.
const SECRETS: [&[&str]; 5] = [
    &CLIENT_SECRET,
    &REFRESH_TOKEN,
    &DEVICE_TOKEN,
    &SERVICE_TOKEN,
    &AUTHORIZATION_CODE,
];
const SECRETS_OR_PATHS: [&str; 3] = [CREDENTIALS, PRIVATE_KEY, PRIVATE_KEY_FILE[1]];

/// Never read: the name under which a token's expiry is handed out.
pub(crate) const EXPIRES_AT: &str = "IMS_EXPIRES_AT";
/// `off` is as `--no-cache`.
pub(crate) const CACHE: &str = "IMS_CACHE";
/// The browser, as elsewhere: a program, or several with colons between, where `%s` is the address.
pub(crate) const BROWSER: &str = "BROWSER";
/// The folder of what must not be lost: its `sessions` are the people who signed in.
pub(crate) const STATE_DIR: &str = "IMS_STATE_DIR";
/// The folder of the token cache.
pub(crate) const CACHE_DIR: &str = "IMS_CACHE_DIR";
/// As `--cache-key-file`.
pub(crate) const CACHE_KEY_FILE: &str = "IMS_CACHE_KEY_FILE";
/// As `--ca-file`. `SSL_CERT_FILE` replaces the operating system's roots, as elsewhere.
pub(crate) const CA_FILE: &str = "IMS_CA_FILE";
/// The configuration file, by an absolute path.
pub(crate) const CONFIG: &str = adobe_ims_config::CONFIG_VARIABLE;
/// As `--passphrase-file`.
pub(crate) const PASSPHRASE_FILE: &str = "IMS_PASSPHRASE_FILE";
/// As `--profile`.
pub(crate) const PROFILE: &str = "IMS_PROFILE";
/// As `--retries`.
pub(crate) const RETRIES: &str = "IMS_RETRIES";
/// As `--timeout`.
pub(crate) const TIMEOUT: &str = "IMS_TIMEOUT";
/// As `--url`.
pub(crate) const URL: &str = "IMS_URL";

/// The files through which a step of GitHub Actions sets variables and outputs.
pub(crate) const GITHUB_ENV: &str = "GITHUB_ENV";
pub(crate) const GITHUB_OUTPUT: &str = "GITHUB_OUTPUT";

/// Where caches of a user are, by platform and preference; each with the path from there.
pub(crate) const CACHE_HOMES: &[(&str, &str)] = match cfg!(windows) {
    true => &[("LOCALAPPDATA", "ims\\cache")],
    false => &[("XDG_CACHE_HOME", "ims"), ("HOME", ".cache/ims")],
};

/// Where people who signed in are kept, in the same way.
pub(crate) const SESSION_HOMES: &[(&str, &str)] = match cfg!(windows) {
    true => &[("LOCALAPPDATA", "ims\\sessions")],
    false => &[
        ("XDG_STATE_HOME", "ims/sessions"),
        ("HOME", ".local/state/ims/sessions"),
    ],
};

/// The usual variables for proxies.
pub(crate) const PROXIES: &[&str] = &[
    "HTTPS_PROXY",
    "https_proxy",
    "ALL_PROXY",
    "all_proxy",
    "NO_PROXY",
    "no_proxy",
];

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

/// The environment of the process. A variable is read when it is asked for.
pub(crate) struct Variables;

impl Variables {
    /// The value of a variable that is set and not empty.
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place where the environment enters"
    )]
    pub(crate) fn os(&self, name: &str) -> Option<OsString> {
        std::env::var_os(name).filter(|value| !value.is_empty())
    }

    /// Whether a variable is set and not empty.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.os(name).is_some()
    }

    /// All that are text.
    pub(crate) fn texts(&self) -> impl Iterator<Item = (String, String)> {
        std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
    }

    /// The harmless ones that are set.
    pub(crate) fn harmless(&self) -> impl Iterator<Item = (&'static str, OsString)> {
        HARMLESS
            .iter()
            .filter_map(|name| Some((*name, self.os(name)?)))
    }

    /// Those that are set and may hold a secret: what names secrets, and what is no path where one may be.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = &'static str> {
        let holds = |name: &&str| {
            let value = self.os(name);
            value.is_some_and(|text| !may_be_a_path(&text.to_string_lossy()))
        };
        let unsure = SECRETS_OR_PATHS.into_iter().filter(holds);
        let sure = SECRETS.into_iter().flatten().copied();
        sure.chain(of_token(TokenType::Access)).chain(unsure)
    }

    /// The same as text. One that is not UTF-8 is an error: to pass it over could mean to ask another
    /// server than was meant.
    pub(crate) fn text(&self, name: &str) -> Result<Option<String>, Failure> {
        let text = self.os(name).map(OsString::into_string).transpose();
        text.map_err(|_| {
            Failure::new(
                CommandProblem::VariableInvalid,
                format!("{name} is not UTF-8"),
            )
        })
    }
}
