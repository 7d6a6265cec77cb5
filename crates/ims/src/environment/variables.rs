//! The environment variables that the command reads. (A library reads `SSL_CERT_FILE` and `SSL_CERT_DIR`.)

use std::ffi::{OsStr, OsString};

use adobe_ims::Secret;
use adobe_ims::api::TokenType;
use adobe_ims::internal::distance;

use crate::environment::input::may_be_a_path;
use crate::error::{CommandProblem, Failure};

/// The credential document: a path, or the document itself.
pub(crate) const CREDENTIALS: &str = "IMS_CREDENTIALS";
/// `--context`
pub(crate) const CONTEXT: &str = "IMS_CONTEXT";
/// Credentials in fields. The first name is the command's own, the second is that of imscli.
pub(crate) const CLIENT_ID: [&str; 2] = ["IMS_CLIENT_ID", "IMS_CLIENTID"];
pub(crate) const CLIENT_SECRET: [&str; 2] = ["IMS_CLIENT_SECRET", "IMS_CLIENTSECRET"];
pub(crate) const CLIENT_SECRET_FILE: &str = "IMS_CLIENT_SECRET_FILE";
pub(crate) const ORG_ID: [&str; 2] = ["IMS_ORG_ID", "IMS_ORGANIZATION"];
pub(crate) const TECHNICAL_ACCOUNT_ID: [&str; 2] = ["IMS_TECHNICAL_ACCOUNT_ID", "IMS_ACCOUNT"];
/// The private key itself.
pub(crate) const PRIVATE_KEY: &str = "IMS_PRIVATE_KEY";
pub(crate) const PRIVATE_KEY_FILE: [&str; 2] = ["IMS_PRIVATE_KEY_FILE", "IMS_PRIVATEKEY"];
/// These two have the same names in imscli.
pub(crate) const SCOPES: &str = "IMS_SCOPES";
pub(crate) const METASCOPES: &str = "IMS_METASCOPES";

/// The variables that name credentials in fields. Scopes alone do not: other programs use them, too.
pub(crate) const FIELDS: &[&str] = &[
    CLIENT_SECRET[0],
    CLIENT_SECRET[1],
    CLIENT_SECRET_FILE,
    PRIVATE_KEY,
    PRIVATE_KEY_FILE[0],
    PRIVATE_KEY_FILE[1],
];

/// A token to use as it is; no other token is requested.
pub(crate) const ACCESS_TOKEN: &str = "IMS_ACCESS_TOKEN";

/// Returns the variables for a token of this kind: the command's own name, then that of imscli.
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

/// The variables that a child process does not inherit: secrets, and those that hold a secret or its path.
const SECRETS: [&[&str]; 5] = [
    &CLIENT_SECRET,
    &REFRESH_TOKEN,
    &DEVICE_TOKEN,
    &SERVICE_TOKEN,
    &AUTHORIZATION_CODE,
];
const SECRETS_OR_PATHS: [&str; 3] = [CREDENTIALS, PRIVATE_KEY, PRIVATE_KEY_FILE[1]];

/// The expiry of the token, for a child process or a shell. The command does not read it.
pub(crate) const EXPIRES_AT: &str = "IMS_EXPIRES_AT";
/// `off` means `--no-cache`.
pub(crate) const CACHE: &str = "IMS_CACHE";
/// The browser: a program, or several separated by colons; `%s` stands for the address.
pub(crate) const BROWSER: &str = "BROWSER";
/// The folder of the state; its subfolder `sessions` holds the sessions.
pub(crate) const STATE_DIR: &str = "IMS_STATE_DIR";
/// The folder of the token cache.
pub(crate) const CACHE_DIR: &str = "IMS_CACHE_DIR";
/// `--cache-key-file`
pub(crate) const CACHE_KEY_FILE: &str = "IMS_CACHE_KEY_FILE";
/// `--ca-file`. (`SSL_CERT_FILE` replaces the root certificates of the operating system.)
pub(crate) const CA_FILE: &str = "IMS_CA_FILE";
/// The absolute path of the configuration file.
pub(crate) const CONFIG: &str = adobe_ims_config::Configuration::PATH_VARIABLE;
/// `--passphrase-file`.
pub(crate) const PASSPHRASE_FILE: &str = "IMS_PASSPHRASE_FILE";
/// `--profile`.
pub(crate) const PROFILE: &str = "IMS_PROFILE";
/// `--retries`.
pub(crate) const RETRIES: &str = "IMS_RETRIES";
/// `--timeout`.
pub(crate) const TIMEOUT: &str = "IMS_TIMEOUT";
/// `--url`.
pub(crate) const URL: &str = "IMS_URL";

/// The files through which a step of GitHub Actions sets variables and outputs.
pub(crate) const GITHUB_ENV: &str = "GITHUB_ENV";
pub(crate) const GITHUB_OUTPUT: &str = "GITHUB_OUTPUT";

/// The folders of the token cache, by preference: a variable and the path below it.
pub(crate) const CACHE_HOMES: &[(&str, &str)] = if cfg!(windows) {
    &[("LOCALAPPDATA", "ims\\cache")]
} else {
    &[("XDG_CACHE_HOME", "ims"), ("HOME", ".cache/ims")]
};

/// The folders of the sessions, by preference.
pub(crate) const SESSION_HOMES: &[(&str, &str)] = if cfg!(windows) {
    &[("LOCALAPPDATA", "ims\\sessions")]
} else {
    &[
        ("XDG_STATE_HOME", "ims/sessions"),
        ("HOME", ".local/state/ims/sessions"),
    ]
};

/// The variables for proxies.
pub(crate) const PROXIES: &[&str] = &[
    "HTTPS_PROXY",
    "https_proxy",
    "ALL_PROXY",
    "all_proxy",
    "NO_PROXY",
    "no_proxy",
];

/// The variables that `exec --clean-env` keeps. Nobody keeps secrets in them; proxy variables may hold passwords.
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
    // Most programs on Windows need these.
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

/// The variables of this command, beside those of tokens and of other programs.
const OWN: &[&[&str]] = &[
    &[
        CREDENTIALS,
        CONTEXT,
        CLIENT_SECRET_FILE,
        PRIVATE_KEY,
        SCOPES,
        METASCOPES,
        EXPIRES_AT,
        CACHE,
        STATE_DIR,
        CACHE_DIR,
        CACHE_KEY_FILE,
        CA_FILE,
        CONFIG,
        PASSPHRASE_FILE,
        PROFILE,
        RETRIES,
        TIMEOUT,
        URL,
    ],
    &CLIENT_ID,
    &CLIENT_SECRET,
    &ORG_ID,
    &TECHNICAL_ACCOUNT_ID,
    &PRIVATE_KEY_FILE,
    &REFRESH_TOKEN,
    &DEVICE_TOKEN,
    &SERVICE_TOKEN,
    &AUTHORIZATION_CODE,
    &[ACCESS_TOKEN, "IMS_ACCESSTOKEN"],
];

/// Returns the names of the variables of this command and of proxies.
pub(crate) fn known() -> impl Iterator<Item = &'static str> {
    let own = OWN.iter().flat_map(|names| names.iter().copied());
    own.chain(PROXIES.iter().copied())
}

/// The environment of the process. A variable is read when it is needed.
#[derive(Clone, Copy)]
pub(crate) struct Variables;

impl Variables {
    /// Returns the value of a variable that is set and not empty.
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place where the environment enters"
    )]
    pub(crate) fn os(&self, name: &str) -> Option<OsString> {
        std::env::var_os(name).filter(|value| !value.is_empty())
    }

    /// Returns true if a variable is set and not empty.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.os(name).is_some()
    }

    /// Returns what may explain that a value is missing: variables of this command that are set but empty, and
    /// variables whose name is one letter from a known one.
    #[expect(
        clippy::disallowed_methods,
        reason = "an empty variable counts as not set everywhere else"
    )]
    pub(crate) fn remarks(&self) -> Vec<String> {
        let known: Vec<&str> = OWN.iter().flat_map(|names| names.iter().copied()).collect();
        let is_empty = |name: &&&str| std::env::var_os(name).is_some_and(|it| it.is_empty());
        let empty = known.iter().filter(is_empty);
        let empty = empty.map(|name| format!("{name} is set, but empty"));
        let unknown = self.texts().filter_map(|(name, value)| {
            let is_candidate = !value.is_empty()
                && !known.contains(&name.as_str())
                && !name.starts_with("IMS_OAUTH_S2S");
            let near = |known: &&&str| {
                name.len().abs_diff(known.len()) <= 1 && distance(&name, known) == 1
            };
            let meant = known.iter().find(near).filter(|_| is_candidate)?;
            Some(format!(
                "{name} is not a variable of this command; {meant} is"
            ))
        });
        let mut remarks: Vec<String> = empty.chain(unknown).collect();
        remarks.sort();
        remarks
    }

    /// Returns all variables that are valid UTF-8.
    pub(crate) fn texts(&self) -> impl Iterator<Item = (String, String)> {
        self.all()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
    }

    /// Returns all variables.
    pub(crate) fn all(&self) -> impl Iterator<Item = (OsString, OsString)> {
        std::env::vars_os()
    }

    /// Returns true for a variable that nobody keeps secrets in, such as `PATH`.
    pub(crate) fn is_harmless(name: &OsStr) -> bool {
        HARMLESS.iter().any(|harmless| *harmless == name)
    }

    /// Returns the secrets in the variables for secrets, whether or not this command uses them. The access token is
    /// not among them.
    pub(crate) fn secret_values(&self) -> Vec<Secret> {
        let tokens = of_token(TokenType::Access);
        let names = self.secrets().filter(|name| !tokens.contains(name));
        let values = names.filter_map(|name| self.os(name));
        values.map(|it| Secret::new(it.to_string_lossy())).collect()
    }

    /// Returns the harmless variables that are set.
    pub(crate) fn harmless(&self) -> impl Iterator<Item = (&'static str, OsString)> {
        HARMLESS
            .iter()
            .filter_map(|name| Some((*name, self.os(name)?)))
    }

    /// Returns the names of variables for secrets, and of those that hold a secret where a path is allowed.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = &'static str> {
        let holds = |name: &&str| {
            let value = self.os(name);
            value.is_some_and(|text| !may_be_a_path(&text.to_string_lossy()))
        };
        let unsure = SECRETS_OR_PATHS.into_iter().filter(holds);
        let sure = SECRETS.into_iter().flatten().copied();
        sure.chain(of_token(TokenType::Access)).chain(unsure)
    }

    /// Returns the value as text. A value that is not UTF-8 is a failure: if it was ignored, a request could go to
    /// another server than the user meant.
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
