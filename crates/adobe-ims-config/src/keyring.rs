//! Fetches secrets from the operating system's keyring.

use adobe_ims::Secret;

use crate::error::{ConfigError, Result};
use crate::problem::ConfigProblem;

/// Returns the secret of an entry, if the entry exists.
#[cfg(not(feature = "keyring"))]
pub(crate) fn fetch(_: &str, _: &str) -> Result<Option<Secret>> {
    let message = "this build has no keyring support";
    Err(ConfigError::new(ConfigProblem::KeyringUnavailable, message)
        .with_hint("build it with the feature `keyring`: cargo install ims --features keyring"))
}

/// Returns the secret of an entry, if the entry exists.
#[cfg(feature = "keyring")]
pub(crate) fn fetch(service: &str, name: &str) -> Result<Option<Secret>> {
    use std::sync::mpsc;
    use std::thread;
    use std::time::Duration;

    use ::keyring::{Entry, Error};

    /// A keyring service that does not run may never answer, as on a server without a session.
    const TIMEOUT: Duration = Duration::from_secs(3);

    let (sender, receiver) = mpsc::channel();
    let (service, name) = (service.to_owned(), name.to_owned());
    thread::spawn(move || {
        let result = Entry::new(&service, &name).and_then(|entry| entry.get_password());
        sender.send(result.map(Secret::new))
    });
    let reason = match receiver.recv_timeout(TIMEOUT) {
        Ok(Ok(secret)) => return Ok(Some(secret)),
        Ok(Err(Error::NoEntry)) => return Ok(None),
        // The error itself is not shown: it may hold the secret.
        Ok(Err(Error::NoDefaultStore)) => "there is none in this session",
        Ok(Err(Error::NoStorageAccess(_))) => "it is locked or denies access",
        Ok(Err(Error::BadEncoding(_))) => "the entry is not UTF-8 text",
        Ok(Err(_)) => "it failed",
        Err(_) => "it did not answer within 3 seconds",
    };
    let message = format!("the keyring cannot be read: {reason}");
    Err(ConfigError::new(ConfigProblem::KeyringUnavailable, message))
}
