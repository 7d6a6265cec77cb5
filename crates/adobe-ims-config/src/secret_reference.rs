//! References to secrets: where a secret is kept, and how it is fetched from there.

use core::fmt;
use core::str::FromStr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use adobe_ims::Secret;

use crate::error::{ConfigError, Result};
use crate::keyring;
use crate::problem::ConfigProblem;
use crate::system::{CommandOutcome, SystemAccess};

/// The time allowed for a command that prints a secret. A person may have to answer it.
const TIMEOUT: Duration = Duration::from_secs(60);

/// The variable that names the directory of a systemd service's credentials.
const CREDENTIALS_DIRECTORY: &str = "CREDENTIALS_DIRECTORY";

/// The place where a secret is kept. The secret is fetched when it is needed.
///
/// One line end after a secret does not belong to it.
///
/// `FromStr` reads the form for command lines: `file:PATH`, `env:NAME`, `command:PROGRAM ARGUMENT…` (split at
/// blanks), `keyring:SERVICE/NAME` or `systemd:NAME`. `Display` names the place, never the secret.
///
/// ```
/// use adobe_ims_config::SecretReference;
/// use adobe_ims_config::system::LocalSystem;
///
/// let variables = |name: &str| (name == "IMS_SECRET").then(|| "s3cret".into());
/// let system = LocalSystem::new(variables, || false);
///
/// let reference: SecretReference = "env:IMS_SECRET".parse()?;
/// assert_eq!(reference.to_string(), "the environment variable IMS_SECRET");
/// assert_eq!(reference.fetch(&system)?.secret.expose(), "s3cret");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum SecretReference {
    /// The secret itself, in the configuration.
    Inline(Secret),
    /// `{ file = "/run/secrets/name" }`
    File(PathBuf),
    /// `{ env = "NAME" }`: an environment variable.
    Variable(String),
    /// `{ command = ["pass", "show", "name"] }`: the stdout of a command. It runs without a shell and without
    /// stdin, for at most one minute.
    Command(Vec<String>),
    /// `{ keyring = "service/name" }`: an entry of the operating system's keyring, behind the feature `keyring`.
    Keyring {
        /// The part before the first slash.
        service: String,
        /// The rest.
        name: String,
    },
    /// `{ systemd_credential = "name" }`: a file of this name in `$CREDENTIALS_DIRECTORY`.
    SystemdCredential(String),
}

/// A secret, and a warning about the place that it was fetched from.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct FetchedSecret {
    /// The secret.
    pub secret: Secret,
    /// The file that held the secret, if other users of this machine can read that file.
    pub exposed_file: Option<PathBuf>,
}

impl FetchedSecret {
    fn new(secret: Secret) -> Self {
        Self {
            secret,
            exposed_file: None,
        }
    }
}

/// The error of parsing a [`SecretReference`]. Its text says what to write; it does not repeat the input,
/// which may be the secret itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ParseSecretReferenceError {
    /// The text does not begin with a known kind of place, or nothing follows the kind.
    UnknownKind,
    /// The text after `env` is not the name of a variable.
    VariableName,
    /// The text after `keyring` is not `service/name`.
    KeyringEntry,
    /// The text after `systemd` is a path or empty.
    CredentialName,
}

impl fmt::Display for ParseSecretReferenceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::UnknownKind => {
                "give file:PATH, env:NAME, command:PROGRAM ARGUMENTS, keyring:SERVICE/NAME or systemd:NAME, not the secret itself"
            }
            Self::VariableName => "env takes the name of a variable: letters, digits and `_`",
            Self::KeyringEntry => "keyring takes \"service/name\"",
            Self::CredentialName => {
                "systemd_credential takes the name of a credential, not a path"
            }
        })
    }
}

impl core::error::Error for ParseSecretReferenceError {}

impl FromStr for SecretReference {
    type Err = ParseSecretReferenceError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (kind, rest) = text.split_once(':').ok_or(Self::Err::UnknownKind)?;
        if rest.trim().is_empty() {
            return Err(Self::Err::UnknownKind);
        }
        match kind {
            "file" => Ok(Self::File(rest.into())),
            "env" => Self::variable(rest),
            "command" => Ok(Self::Command(
                rest.split_whitespace().map(str::to_owned).collect(),
            )),
            "keyring" => Self::keyring(rest),
            "systemd" => Self::systemd_credential(rest),
            _ => Err(Self::Err::UnknownKind),
        }
    }
}

impl SecretReference {
    pub(crate) fn variable(name: &str) -> Result<Self, ParseSecretReferenceError> {
        let is_name_byte = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        if !name.is_empty() && name.len() <= 128 && name.bytes().all(is_name_byte) {
            Ok(Self::Variable(name.to_owned()))
        } else {
            Err(ParseSecretReferenceError::VariableName)
        }
    }

    pub(crate) fn keyring(text: &str) -> Result<Self, ParseSecretReferenceError> {
        match text.split_once('/') {
            Some((service, name)) if !service.is_empty() && !name.is_empty() => Ok(Self::Keyring {
                service: service.to_owned(),
                name: name.to_owned(),
            }),
            _ => Err(ParseSecretReferenceError::KeyringEntry),
        }
    }

    pub(crate) fn systemd_credential(name: &str) -> Result<Self, ParseSecretReferenceError> {
        if name.is_empty() || name == "." || name == ".." || name.contains(['/', '\\']) {
            Err(ParseSecretReferenceError::CredentialName)
        } else {
            Ok(Self::SystemdCredential(name.to_owned()))
        }
    }

    /// Returns true if the secret is fetched without a command or a keyring, so that a change of it is seen
    /// at once.
    pub fn is_local(&self) -> bool {
        !matches!(self, Self::Command(_) | Self::Keyring { .. })
    }

    /// Returns the name of the environment variable that holds the secret.
    pub fn variable_name(&self) -> Option<&str> {
        match self {
            Self::Variable(name) => Some(name),
            _ => None,
        }
    }

    /// Fetches the secret.
    ///
    /// # Errors
    /// [`ConfigProblem::SecretUnavailable`]; [`ConfigProblem::KeyringUnavailable`] if this machine or this
    /// build has no keyring.
    pub fn fetch(&self, system: &dyn SystemAccess) -> Result<FetchedSecret> {
        match self {
            Self::Inline(secret) => Ok(FetchedSecret::new(secret.clone())),
            Self::File(path) => self.fetch_file(path, system),
            Self::Variable(name) => match system.variable(name).map(|it| it.into_string()) {
                Some(Ok(text)) => Ok(FetchedSecret::new(Secret::new(text))),
                Some(Err(_)) => Err(self.unavailable("is not UTF-8")),
                None => Err(self.unavailable("is not set or empty")),
            },
            Self::Command(command) => self.fetch_from_command(command, system),
            Self::Keyring { service, name } => match keyring::fetch(service, name)? {
                Some(secret) => Ok(FetchedSecret::new(secret)),
                None => Err(self.unavailable("does not exist")),
            },
            Self::SystemdCredential(name) => match system.variable(CREDENTIALS_DIRECTORY) {
                Some(directory) => self.fetch_file(&Path::new(&directory).join(name), system),
                None => Err(self
                    .unavailable("cannot be read: CREDENTIALS_DIRECTORY is not set")
                    .with_hint("systemd sets it for a service with LoadCredential= or LoadCredentialEncrypted=")),
            },
        }
    }

    fn fetch_file(&self, path: &Path, system: &dyn SystemAccess) -> Result<FetchedSecret> {
        let content = system
            .read(path)
            .map_err(|error| self.unavailable(&format!("cannot be read: {error}")))?;
        // The directory of systemd is closed to other users, whatever the mode of a file in it.
        let is_exposed = content.is_readable_by_others() && matches!(self, Self::File(_));
        Ok(FetchedSecret {
            secret: self.decode(content.bytes())?,
            exposed_file: is_exposed.then(|| path.to_owned()),
        })
    }

    fn fetch_from_command(
        &self,
        command: &[String],
        system: &dyn SystemAccess,
    ) -> Result<FetchedSecret> {
        let outcome = system
            .run(command, TIMEOUT)
            .map_err(|error| self.unavailable(&format!("does not start: {error}")))?;
        match outcome {
            CommandOutcome::Succeeded(bytes) => Ok(FetchedSecret::new(self.decode(&bytes)?)),
            CommandOutcome::OutputTooLarge => Err(self.unavailable("printed more than 1 MiB")),
            CommandOutcome::TimedOut => Err(self.unavailable("did not end within a minute")),
            CommandOutcome::Failed(code) => {
                let end = match code {
                    Some(code) => format!("ended with code {code}"),
                    None => "was ended by a signal".to_owned(),
                };
                Err(self
                    .unavailable(&end)
                    .with_hint("run it by hand, with a closed stdin, to see its error message"))
            }
        }
    }

    /// Takes a byte order mark and one line end off.
    fn decode(&self, bytes: &[u8]) -> Result<Secret> {
        let text = str::from_utf8(bytes).map_err(|_| self.unavailable("holds no UTF-8 text"))?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let text = text.strip_suffix('\n').unwrap_or(text);
        let text = text.strip_suffix('\r').unwrap_or(text);
        if text.trim().is_empty() {
            return Err(self.unavailable("holds nothing"));
        }
        Ok(Secret::new(text))
    }

    fn unavailable(&self, reason: &str) -> ConfigError {
        ConfigError::new(ConfigProblem::SecretUnavailable, format!("{self} {reason}"))
    }
}

impl fmt::Display for SecretReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Inline(_) => f.write_str("the value in the configuration"),
            Self::File(path) => write!(f, "the file {path:?}"),
            Self::Variable(name) => write!(f, "the environment variable {name}"),
            // The arguments are left out: one of them may be a secret.
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
