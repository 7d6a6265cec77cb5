//! The secrets of the selected credentials, for comparing them with other values.

use std::cell::OnceCell;

use adobe_ims::crypto::KeyContext;
use adobe_ims::internal::secrets_of;
use adobe_ims::{Credentials, Secret};

use super::credential_selection::CredentialSelection;
use crate::context::Context;
use crate::environment::input::NamedFile;
use crate::environment::machine;
use crate::error::Failure;
use crate::settings::TokenSettings;

/// The secrets that are known after a token was acquired.
#[derive(Default)]
pub(crate) struct KnownSecrets {
    pub(crate) secrets: Vec<Secret>,
    /// The passphrase of the private key among them.
    pub(crate) passphrase: Option<Secret>,
}

impl KnownSecrets {
    /// Collects the secrets of credentials. `credentials` are those that were read for the token; a token from the
    /// cache needs none. Then the secrets are taken from where they are at hand: no program is run for them.
    pub(super) fn collect(
        selection: &CredentialSelection,
        credentials: Option<&Credentials>,
        passphrase: &Passphrase<'_>,
    ) -> Self {
        let context = passphrase.context;
        let mut secrets = selection.texts(context);
        let at_hand = match credentials {
            Some(_) => None,
            // What cannot be read here was not used.
            None => selection
                .at_hand(&passphrase.settings.connection, context)
                .ok()
                .flatten(),
        };
        let key_context = KeyContext::with_files(selection.directory());
        if let Some(credentials) = credentials.or(at_hand.as_ref()) {
            secrets.extend(secrets_of(credentials, &key_context));
            if let Credentials::User(user) = credentials
                && let Ok(session) = selection.session(user).and_then(|it| it.session())
            {
                secrets.push(session.refresh_token);
            }
        }
        Self {
            secrets,
            passphrase: passphrase.at_hand(),
        }
    }
}

/// The passphrase of the private key, which is read once: it may come from stdin or a pipe.
pub(super) struct Passphrase<'a> {
    settings: &'a TokenSettings,
    context: &'a Context,
    read: OnceCell<Option<Secret>>,
}

impl<'a> Passphrase<'a> {
    pub(super) fn new(settings: &'a TokenSettings, context: &'a Context) -> Self {
        Self {
            settings,
            context,
            read: OnceCell::new(),
        }
    }

    pub(super) fn get(&self) -> Result<Option<&Secret>, Failure> {
        if let Some(read) = self.read.get() {
            return Ok(read.as_ref());
        }
        let passphrase = self.fetch()?;
        Ok(self.read.get_or_init(|| passphrase).as_ref())
    }

    fn fetch(&self) -> Result<Option<Secret>, Failure> {
        if let Some(path) = &self.settings.passphrase_file {
            let name = "--passphrase-file, IMS_PASSPHRASE_FILE or `passphrase_file`";
            return Ok(Some(NamedFile::new(name, path).passphrase()?));
        }
        let profile = self.settings.profile.as_ref();
        let Some(place) = profile.and_then(|profile| profile.passphrase()) else {
            return Ok(None);
        };
        Ok(Some(place.fetch(&machine(&self.context.variables))?.secret))
    }

    /// Returns the passphrase if it was read, or can be read from a file or a variable.
    pub(super) fn at_hand(&self) -> Option<Secret> {
        let file = self.settings.passphrase_file.as_ref();
        let profile = self.settings.profile.as_ref();
        let place = profile.and_then(|profile| profile.passphrase());
        let is_at_hand = self.read.get().is_some()
            || match file {
                Some(path) => path.is_file(),
                None => place.is_some_and(|place| place.is_local()),
            };
        let read = is_at_hand.then(|| self.get().ok().flatten());
        read.flatten().cloned()
    }
}
