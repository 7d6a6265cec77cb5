//! The technical account of the credentials: its key, its passphrase and its certificate, each read once.

use adobe_ims::Credentials;
use adobe_ims::Error;
use adobe_ims::assertion::TechnicalAccount;
use adobe_ims::credentials::ServiceCredentials;
use adobe_ims::crypto::{Certificate, Crypto, SigningKey};
use adobe_ims::internal::key::{self, KeyDescription};

use crate::doctor::subject::Subject;
use crate::error::Failure;

/// A technical account under examination.
pub(super) struct ExaminedAccount<'a> {
    pub(super) credentials: &'a ServiceCredentials,
    pub(super) passphrase: GivenPassphrase,
    pub(super) form: KeyDescription,
    pub(super) key: Result<SigningKey, Error>,
}

/// The passphrase of the key, as it was given.
pub(super) enum GivenPassphrase {
    None,
    Given {
        /// The flag, variable or field that names it.
        by: String,
        /// Its oddity. The text does not repeat the passphrase.
        oddity: Option<&'static str>,
    },
    Unreadable(Failure),
}

impl<'a> ExaminedAccount<'a> {
    /// Examines the account of the credentials; `None` if they are of a kind without a key.
    ///
    /// # Errors
    /// The reason why it cannot be examined, which completes "skipped: …".
    pub(super) fn examine(subject: &'a Subject<'_>) -> Result<Option<Self>, &'static str> {
        let credentials = match subject.credentials() {
            Some(Credentials::Service(service)) => service,
            Some(_) => return Ok(None),
            None if subject.examination.token_of_variable().is_some() => return Ok(None),
            None => return Err("the credentials cannot be read"),
        };
        let given = subject.examination.passphrase();
        let context = subject.examination.key_context();
        let context = match &given {
            Ok(passphrase) => context.passphrase(*passphrase),
            Err(_) => context,
        };
        let (form, key) = key::examine(credentials, &context, &Crypto::ring());
        let passphrase = match given {
            Ok(Some(passphrase)) => GivenPassphrase::Given {
                by: name_of_passphrase(subject),
                oddity: oddity(passphrase.expose()),
            },
            Ok(None) if key::has_passphrase(credentials) => GivenPassphrase::Given {
                by: "the document".to_owned(),
                oddity: None,
            },
            Ok(None) => GivenPassphrase::None,
            Err(failure) => GivenPassphrase::Unreadable(failure),
        };
        Ok(Some(Self {
            credentials,
            passphrase,
            form,
            key,
        }))
    }

    /// Returns the certificate of the document; `None` if it has none.
    pub(super) fn certificate(&self) -> Option<Result<&Certificate, &Error>> {
        self.credentials.certificate()
    }

    /// Returns the account that signs.
    ///
    /// # Errors
    /// The reason why there is none, which completes "skipped: …".
    pub(super) fn open(&self) -> Result<Result<TechnicalAccount, Error>, &'static str> {
        match &self.key {
            Ok(key) => Ok(TechnicalAccount::new(self.credentials.clone(), key.clone())),
            Err(_) => Err("the private key cannot be read"),
        }
    }
}

fn name_of_passphrase(subject: &Subject<'_>) -> String {
    let settings = subject.settings;
    let of_profile = || settings.profile.as_ref()?.passphrase();
    match (&settings.passphrase_file, of_profile()) {
        (Some(path), _) => format!("{path:?}"),
        (None, Some(place)) => place.to_string(),
        (None, None) => "the document".to_owned(),
    }
}

fn oddity(passphrase: &str) -> Option<&'static str> {
    if passphrase.is_empty() {
        Some("the passphrase is empty")
    } else if passphrase.trim() != passphrase {
        Some("the passphrase begins or ends with a blank")
    } else {
        None
    }
}
