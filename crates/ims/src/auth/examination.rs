//! The credentials as they were handed in, for an examination that goes on after a failure.

use std::cell::OnceCell;
use std::path::Path;

use adobe_ims::api::TokenType;
use adobe_ims::crypto::{Crypto, KeyContext};
use adobe_ims::internal::secrets_of;
use adobe_ims::provider::SourceOptions;
use adobe_ims::source::TokenSource;
use adobe_ims::{Credentials, Environment, ImsClient, Secret};

use super::acquire::with_request_options;
use super::acquired_token::AcquiredToken;
use super::cached::CacheLookup;
use super::credential_selection::CredentialSelection;
use super::known_secrets::Passphrase;
use super::{stores, token_argument};
use crate::context::Context;
use crate::environment::variables;
use crate::error::Failure;
use crate::settings::{Connection, TokenSettings};

/// The credentials that flags, variables and profile name. Each part is read once, and its failure is kept.
pub(crate) struct Examination<'a> {
    settings: &'a TokenSettings,
    context: &'a Context,
    /// The token in `IMS_ACCESS_TOKEN`, if it is used instead of credentials.
    token: Option<Result<Secret, Failure>>,
    selection: Result<CredentialSelection, Failure>,
    credentials: OnceCell<Result<Credentials, Failure>>,
    passphrase: Passphrase<'a>,
}

impl<'a> Examination<'a> {
    /// Selects the credentials. It asks no server.
    pub(crate) fn new(settings: &'a TokenSettings, context: &'a Context) -> Self {
        Self {
            settings,
            context,
            token: token_of_variable(settings, context),
            selection: CredentialSelection::find(settings, context),
            credentials: OnceCell::new(),
            passphrase: Passphrase::new(settings, context),
        }
    }

    /// Selects the document of these settings, which another flag than `-c` names.
    pub(crate) fn of_document(
        flag: &'static str,
        settings: &'a TokenSettings,
        context: &'a Context,
    ) -> Self {
        Self {
            settings,
            context,
            token: None,
            selection: CredentialSelection::of_document(flag, settings, context),
            credentials: OnceCell::new(),
            passphrase: Passphrase::new(settings, context),
        }
    }

    /// Returns the token in `IMS_ACCESS_TOKEN`, which comes before the credentials of other variables.
    pub(crate) fn token_of_variable(&self) -> Option<Result<&Secret, &Failure>> {
        self.token.as_ref().map(Result::as_ref)
    }

    /// Returns the selection, or the reason why there is none: nothing was named, or a file cannot be read.
    pub(crate) fn selection(&self) -> Result<&CredentialSelection, &Failure> {
        self.selection.as_ref()
    }

    /// Returns the credentials; the failure may be that of the selection.
    pub(crate) fn credentials(&self) -> Result<&Credentials, &Failure> {
        let selection = self.selection.as_ref()?;
        let read = || {
            let selected = selection.credentials(&self.settings.connection, self.context)?;
            with_request_options(selected.credentials, self.settings)
        };
        self.credentials.get_or_init(read).as_ref()
    }

    /// Returns the reason why [`credentials`](Self::credentials) failed, after it was called.
    pub(crate) fn into_failure(self) -> Option<Failure> {
        match self.selection {
            Err(failure) => Some(failure),
            Ok(_) => self.credentials.into_inner()?.err(),
        }
    }

    /// Returns a usable token of these credentials from the cache. No server is asked.
    pub(crate) fn cached_token(&self) -> Option<AcquiredToken> {
        let (selection, credentials) = (self.selection().ok()?, self.credentials().ok()?);
        let (settings, context) = (self.settings, self.context);
        let key_file = settings.cache.key_file.as_deref();
        let is_enabled = settings.cache.is_enabled;
        let cache =
            is_enabled.then(|| stores::token_cache(key_file, &context.variables).ok())??;
        let lookup = CacheLookup {
            cache: &cache?,
            settings,
            context,
        };
        let Credentials::User(user) = credentials else {
            return lookup.of_key(&credentials.store_key(&self.key_context())?);
        };
        let session = selection.session(user).ok()?;
        match session.store_key() {
            Ok(key) => lookup.of_key(&key),
            Err(_) => lookup.without_session(&session),
        }
    }

    /// Returns the credentials for an identity service that counts instead of the one that they name, and without the
    /// options of a request. Those of a profile are not read again: their secrets may come from other programs.
    pub(crate) fn credentials_for(&self, service: &Environment) -> Option<Credentials> {
        if self.settings.profile.is_some() {
            return None;
        }
        let connection = Connection {
            url: Some(service.base_url().to_owned()),
            ..self.settings.connection.clone()
        };
        let selection = self.selection.as_ref().ok()?;
        let selected = selection.credentials(&connection, self.context).ok()?;
        Some(selected.credentials)
    }

    /// Returns the passphrase of the private key. The first call reads it.
    pub(crate) fn passphrase(&self) -> Result<Option<&Secret>, Failure> {
        self.passphrase.get()
    }

    /// Returns the source of tokens for these credentials. It uses no cache.
    pub(crate) fn source(
        &self,
        credentials: &Credentials,
        ims: ImsClient,
    ) -> Result<Box<dyn TokenSource>, Failure> {
        let context = self.key_context().passphrase(self.passphrase()?);
        let options = SourceOptions::new(Crypto::ring()).key_context(&context);
        Ok(credentials.source(ims, &options)?)
    }

    /// Returns the secrets of the credentials. No program is run for them.
    pub(crate) fn secrets(&self) -> Vec<Secret> {
        let Ok(credentials) = self.credentials() else {
            return Vec::new();
        };
        let secrets = secrets_of(credentials, &self.key_context());
        secrets
            .into_iter()
            .chain(self.passphrase.at_hand())
            .collect()
    }

    /// Returns the context in which a private key is read, without a passphrase.
    pub(crate) fn key_context(&self) -> KeyContext<'_> {
        let directory = self.selection.as_ref().map(CredentialSelection::directory);
        KeyContext::with_files(directory.unwrap_or(Path::new("")))
    }
}

fn token_of_variable(
    settings: &TokenSettings,
    context: &Context,
) -> Option<Result<Secret, Failure>> {
    if settings.names_credentials() {
        return None;
    }
    let name = variables::ACCESS_TOKEN;
    match context.variables.text(name) {
        Ok(None) => None,
        Ok(Some(text)) => Some(token_argument::parse(TokenType::Access, name, &text)),
        Err(failure) => Some(Err(failure)),
    }
}
