//! The operating system's store of secrets.

use adobe_ims::Secret;

use crate::error::{ConfigError, Result};
use crate::problem::ConfigProblem;

/// The entry, if there is one.
#[cfg(not(feature = "keyring"))]
pub(crate) fn fetch(_: &str, _: &str) -> Result<Option<Secret>> {
    let what = "this build cannot ask a keyring";
    Err(ConfigError::new(ConfigProblem::KeyringUnavailable, what)
        .with_hint("build it with the feature `keyring`: cargo install ims --features keyring"))
}

/// The entry, if there is one.
#[cfg(feature = "keyring")]
pub(crate) fn fetch(service: &str, name: &str) -> Result<Option<Secret>> {
    use std::sync::mpsc;
    use std::thread;
    use std::time::Duration;

    use ::keyring::{Entry, Error as KeyringError};

    /// A service that is not there may answer never, as on a server without a session.
    const TIMEOUT: Duration = Duration::from_secs(3);

    let (sender, answer) = mpsc::channel();
    let (service, name) = (service.to_owned(), name.to_owned());
    thread::spawn(move || {
        let asked = Entry::new(&service, &name).and_then(|entry| entry.get_password());
        sender.send(asked.map(Secret::new))
    });
    let unavailable = |why: String| {
        ConfigError::new(
            ConfigProblem::KeyringUnavailable,
            format!("the keyring cannot be asked: {why}"),
        )
    };
    match answer.recv_timeout(TIMEOUT) {
        Ok(Ok(secret)) => Ok(Some(secret)),
        Ok(Err(KeyringError::NoEntry)) => Ok(None),
        // Only what sort of failure it is: an error may hold what was read.
        Ok(Err(error)) => Err(unavailable(match error {
            KeyringError::NoDefaultStore => "there is none in this session".to_owned(),
            KeyringError::NoStorageAccess(_) => "it is locked or denies access".to_owned(),
            KeyringError::BadEncoding(_) => "the entry is not UTF-8 text".to_owned(),
            _ => "it failed".to_owned(),
        })),
        Err(_) => Err(unavailable("it did not answer within 3 seconds".to_owned())),
    }
}
