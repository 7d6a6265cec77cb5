use core::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use adobe_ims::Secret;

use crate::error::{ConfigError, Result};
use crate::problem::ConfigProblem;
use crate::system::{CommandOutcome, SystemAccess};

/// How long a command may take that prints a secret. A person may have to answer it.
const TIMEOUT: Duration = Duration::from_secs(60);

/// Where systemd puts the credentials of a service.
const CREDENTIALS_DIRECTORY: &str = "CREDENTIALS_DIRECTORY";

/// Where a secret is: at hand, or somewhere that it is fetched from when it is needed.
///
/// Whatever it is fetched from, one line end after it does not belong to it.
#[derive(Clone, Debug)]
pub enum SecretReference {
    /// In the configuration itself.
    Inline(Secret),
    /// `{ file = "/run/secrets/name" }`
    File(PathBuf),
    /// `{ env = "NAME" }`
    Variable(String),
    /// `{ command = ["pass", "show", "name"] }`: started without a shell and without stdin, for a minute
    /// at most.
    Command(Vec<String>),
    /// `{ keyring = "service/name" }`: the operating system's store of secrets, behind the feature
    /// `keyring`.
    Keyring {
        /// The part before the first slash.
        service: String,
        /// The rest.
        name: String,
    },
    /// `{ systemd_credential = "name" }`: a file of this name in `$CREDENTIALS_DIRECTORY`.
    SystemdCredential(String),
}

/// A secret, and what is to be said about where it was.
#[derive(Clone, Debug)]
pub struct FetchedSecret {
    /// The secret.
    pub secret: Secret,
    /// The file that held it and that others on this machine may read.
    pub exposed_file: Option<PathBuf>,
}

impl SecretReference {
    /// Reads what stands for a reference on a command line: `file:PATH`, `env:NAME`,
    /// `command:PROGRAM ARGUMENT…` (split at blanks), `keyring:SERVICE/NAME` or `systemd:NAME`.
    ///
    /// # Errors
    /// What to write instead. The text is not repeated: it may be the secret itself.
    pub fn parse(text: &str) -> Result<Self, String> {
        let usage = "give file:PATH, env:NAME, command:PROGRAM ARGUMENTS, keyring:SERVICE/NAME or systemd:NAME, not the secret itself";
        let (kind, rest) = text.split_once(':').ok_or(usage)?;
        if rest.trim().is_empty() {
            return Err(usage.to_owned());
        }
        match kind {
            "file" => Ok(Self::File(rest.into())),
            "env" => Self::variable(rest),
            "command" => Ok(Self::Command(
                rest.split_whitespace().map(str::to_owned).collect(),
            )),
            "keyring" => Self::keyring(rest),
            "systemd" => Self::systemd_credential(rest),
            _ => Err(usage.to_owned()),
        }
    }

    pub(crate) fn variable(name: &str) -> Result<Self, String> {
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        match !name.is_empty() && name.len() <= 128 && name.bytes().all(is_name) {
            true => Ok(Self::Variable(name.to_owned())),
            false => Err("env takes the name of a variable: letters, digits and `_`".to_owned()),
        }
    }

    pub(crate) fn keyring(text: &str) -> Result<Self, String> {
        match text.split_once('/') {
            Some((service, name)) if !service.is_empty() && !name.is_empty() => Ok(Self::Keyring {
                service: service.to_owned(),
                name: name.to_owned(),
            }),
            _ => Err("keyring takes \"service/name\"".to_owned()),
        }
    }

    pub(crate) fn systemd_credential(name: &str) -> Result<Self, String> {
        match name.contains(['/', '\\']) || name.is_empty() || name == "." || name == ".." {
            true => Err("systemd_credential takes the name of a credential, not a path".to_owned()),
            false => Ok(Self::SystemdCredential(name.to_owned())),
        }
    }

    /// Whether it is at hand without asking another program: a change of it is seen at once.
    pub fn is_local(&self) -> bool {
        !matches!(self, Self::Command(_) | Self::Keyring { .. })
    }

    /// The environment variable that holds it.
    pub fn variable_name(&self) -> Option<&str> {
        match self {
            Self::Variable(name) => Some(name),
            _ => None,
        }
    }

    /// Fetches it.
    ///
    /// # Errors
    /// [`ConfigProblem::SecretUnavailable`], or [`ConfigProblem::KeyringUnavailable`] where this machine or this build
    /// has no keyring.
    pub fn fetch(&self, system: &dyn SystemAccess) -> Result<FetchedSecret> {
        let plain = |secret| FetchedSecret {
            secret,
            exposed_file: None,
        };
        match self {
            Self::Inline(secret) => Ok(plain(secret.clone())),
            Self::File(path) => self.in_file(path, system),
            Self::Variable(name) => match system.variable(name).map(|it| it.into_string()) {
                Some(Ok(text)) => Ok(plain(Secret::new(text))),
                Some(Err(_)) => Err(self.unavailable("is not UTF-8")),
                None => Err(self.unavailable("is not set or empty")),
            },
            Self::Command(command) => {
                let ran = system.run(command, TIMEOUT);
                match ran.map_err(|error| self.unavailable(&format!("does not start: {error}")))? {
                    CommandOutcome::Succeeded(bytes) => Ok(plain(self.text(&bytes)?)),
                    CommandOutcome::OutputTooLarge => Err(self.unavailable("printed more than 1 MiB")),
                    CommandOutcome::TimedOut => Err(self.unavailable("did not end within a minute")),
                    CommandOutcome::Failed(code) => {
                        let how = match code {
                            Some(code) => format!("ended with code {code}"),
                            None => "was ended by a signal".to_owned(),
                        };
                        Err(self.unavailable(&how).with_hint(
                            "run it by hand, with a closed stdin, to see what it complains about",
                        ))
                    }
                }
            }
            Self::Keyring { service, name } => {
                let secret = crate::keyring::fetch(service, name)?;
                match secret {
                    Some(secret) => Ok(plain(secret)),
                    None => Err(self.unavailable("has no such entry")),
                }
            }
            Self::SystemdCredential(name) => match system.variable(CREDENTIALS_DIRECTORY) {
                Some(directory) => self.in_file(&Path::new(&directory).join(name), system),
                None => Err(self
                    .unavailable("cannot be had: CREDENTIALS_DIRECTORY is not set")
                    .with_hint("systemd sets it for a service with LoadCredential= or LoadCredentialEncrypted=")),
            },
        }
    }

    fn in_file(&self, path: &Path, system: &dyn SystemAccess) -> Result<FetchedSecret> {
        let content = system
            .read(path)
            .map_err(|error| self.unavailable(&format!("cannot be read: {error}")))?;
        // systemd's own folder is closed to others whatever the mode of a file in it.
        let is_exposed = content.is_readable_by_others && matches!(self, Self::File(_));
        Ok(FetchedSecret {
            secret: self.text(&content.bytes)?,
            exposed_file: is_exposed.then(|| path.to_owned()),
        })
    }

    fn text(&self, bytes: &[u8]) -> Result<Secret> {
        let text = str::from_utf8(bytes).map_err(|_| self.unavailable("holds no UTF-8 text"))?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let text = text.strip_suffix('\n').unwrap_or(text);
        let text = text.strip_suffix('\r').unwrap_or(text);
        match text.trim().is_empty() {
            true => Err(self.unavailable("holds nothing")),
            false => Ok(Secret::new(text)),
        }
    }

    fn unavailable(&self, why: &str) -> ConfigError {
        ConfigError::new(ConfigProblem::SecretUnavailable, format!("{self} {why}"))
    }
}

/// Names the place, never the secret.
impl fmt::Display for SecretReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Inline(_) => f.write_str("the value in the configuration"),
            Self::File(path) => write!(f, "the file {path:?}"),
            Self::Variable(name) => write!(f, "the environment variable {name}"),
            // An argument may be one that nobody is to see.
            Self::Command(command) => match command.first() {
                Some(program) => write!(f, "the command {program:?}"),
                None => f.write_str("the command"),
            },
            Self::Keyring { service, name } => {
                write!(f, "the keyring entry {:?}", format!("{service}/{name}"))
            }
            Self::SystemdCredential(name) => write!(f, "the systemd credential {name:?}"),
        }
    }
}
