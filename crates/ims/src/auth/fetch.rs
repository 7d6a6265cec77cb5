//! A token for known credentials: from the cache, or else from IMS.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use adobe_ims::cache::{FileStore, StoreKey};
use adobe_ims::crypto::Crypto;
use adobe_ims::crypto::KeyContext;
use adobe_ims::internal::is_of_emulator;
use adobe_ims::provider::{BlockingTokenProvider, RefreshPolicy, SourceOptions, TokenOptions};
use adobe_ims::session::{Exchanges, SessionSource};
use adobe_ims::source::{FetchedToken, StaticTokenSource, TokenSource};
use adobe_ims::{
    AccessToken, BoxFuture, Credentials, Environment, Error, ImsClient, Problem, TokenProvider,
};

use super::acquired_token::AcquiredToken;
use super::cached::CacheLookup;
use super::certificate::{stated_expiry, warn_about_certificate, warn_about_expiry};
use super::credential_selection::CredentialSelection;
use super::events::EventReporter;
use super::known_secrets::Passphrase;
use crate::context::Context;
use crate::error::{CommandProblem, Failure};
use crate::http::transport::ims_client;
use crate::settings::{Connection, Lookup, TokenSettings};
use crate::signal_guard::SignalGuard;

/// The emulator's documents name production unless told otherwise, and production does not know them.
pub(crate) const EMULATOR_DOCUMENT: &str = "this document was written by `ims emulator serve`: name that emulator with --url, and its CA with --ca-file";

/// A request for a token of known credentials.
pub(super) struct TokenRequest<'a> {
    pub(super) credentials: &'a Credentials,
    pub(super) selection: &'a CredentialSelection,
    pub(super) cache: Option<&'a FileStore>,
    pub(super) settings: &'a TokenSettings,
    pub(super) passphrase: &'a Passphrase<'a>,
    pub(super) context: &'a Context,
}

impl<'a> TokenRequest<'a> {
    /// Returns a token, and another one than the `rejected` if there is one.
    pub(super) fn token(&self, rejected: Option<&AccessToken>) -> Result<AcquiredToken, Failure> {
        let cached = self.lookup().filter(|_| rejected.is_none());
        let key_context = KeyContext::with_files(self.selection.directory());
        let key = match self.credentials {
            Credentials::User(user) => {
                let session = self.selection.session(user)?;
                match session.store_key() {
                    Err(error) if error.problem() == Problem::NotSignedIn && rejected.is_none() => {
                        let found = cached.and_then(|lookup| lookup.without_session(&session));
                        return found.ok_or_else(|| error.into());
                    }
                    key => Some(key?),
                }
            }
            other => other.store_key(&key_context),
        };
        let key =
            key.ok_or_else(|| Failure::unexpected("this kind of credentials is not handled"))?;
        if let Some(found) = cached.and_then(|lookup| lookup.of_key(&key)) {
            warn_about_expiry(stated_expiry(self.credentials), self.context);
            return Ok(found);
        }
        if self.settings.lookup == Lookup::CacheOnly {
            let message = "the cache has no usable token, and --cached-only forbids to ask IMS";
            return Err(Failure::new(CommandProblem::NotCached, message)
                .with_hint("leave out --cached-only to ask IMS"));
        }
        self.fetch(&key, key_context, rejected)
    }

    /// Returns a provider for many requests, which begins with a token that was acquired before.
    pub(super) fn lasting_provider(
        &self,
        first: &AccessToken,
    ) -> Result<LastingProvider<'a>, Failure> {
        let key_context = KeyContext::with_files(self.selection.directory());
        let key_context = key_context.passphrase(self.passphrase.get()?);
        let reporter = EventReporter::new(self.context.console.clone());
        let (source, in_flight) = self.guarded_source(&key_context)?;
        let source: Box<dyn TokenSource> = match self.cache {
            // The provider finds the token in the cache, and asks the source when it is used up.
            Some(_) => source,
            None => Box::new(Continued::new(first.clone(), source)),
        };
        Ok(LastingProvider {
            provider: self.provider(source, &reporter),
            in_flight,
        })
    }

    fn provider(&self, source: impl TokenSource, reporter: &EventReporter) -> TokenProvider {
        let events = reporter.clone();
        let builder = TokenProvider::builder(source)
            .policy(policy(&self.settings.connection))
            .on_event(move |event| events.report(event));
        match self.cache {
            Some(cache) => builder.store(cache.clone()).build(),
            None => builder.build(),
        }
    }

    /// Returns the source, and the guard of the exchanges of refresh tokens that it may have in flight.
    fn guarded_source(
        &self,
        key_context: &KeyContext<'_>,
    ) -> Result<(Box<dyn TokenSource>, Option<InFlight<'a>>), Failure> {
        let ims = ims_client(&self.settings.connection, &self.context.variables)?;
        let (source, exchanges) = self.source(ims, key_context)?;
        let in_flight = exchanges.map(|exchanges| InFlight::new(exchanges, self.context));
        Ok((source, in_flight))
    }

    fn lookup(&self) -> Option<CacheLookup<'_>> {
        Some(CacheLookup {
            cache: self.cache?,
            settings: self.settings,
            context: self.context,
        })
    }

    /// Asks IMS, unless another process stores a usable token meanwhile. It is not inlined, so that a cached call does not
    /// set up its pages of the stack.
    #[inline(never)]
    fn fetch(
        &self,
        key: &StoreKey,
        key_context: KeyContext<'_>,
        rejected: Option<&AccessToken>,
    ) -> Result<AcquiredToken, Failure> {
        let key_context = key_context.passphrase(self.passphrase.get()?);
        self.context.console.detail(&format!(
            "asking {} as client {:?} for {}",
            key.environment(),
            key.client_id(),
            key.scopes().join(", "),
        ));
        let reporter = EventReporter::new(self.context.console.clone());
        let (source, in_flight) = self.guarded_source(&key_context)?;
        let provider = self.provider(source, &reporter).blocking();
        let token = self.request(&provider, rejected);
        // The next process finds the token in the cache, or the time of the failure.
        provider.saved();
        if let Some(in_flight) = in_flight {
            in_flight.finish()?;
        }
        if rejected.is_none() {
            self.warn_about_certificate(token.as_ref().err());
        }
        let token = token.map_err(|error| self.explain_emulator(error, key))?;
        let token = AccessToken::clone(&token);
        Ok(AcquiredToken::stored(key, token, reporter.token_origin()))
    }

    /// Warns about the certificate, unless the error is about it.
    fn warn_about_certificate(&self, error: Option<&Error>) {
        let named = [Problem::CertificateExpired, Problem::CertificateNotYetValid];
        let is_named = error.is_some_and(|error| named.contains(&error.problem()));
        if let (Credentials::Service(credentials), false) = (self.credentials, is_named) {
            warn_about_certificate(credentials, self.context);
        }
    }

    /// Returns a token, and another one than the `rejected` if there is one.
    fn request(
        &self,
        provider: &BlockingTokenProvider,
        rejected: Option<&AccessToken>,
    ) -> adobe_ims::Result<Arc<AccessToken>> {
        if let Some(rejected) = rejected {
            // Another process may have replaced the token already: ask the cache first.
            provider.token()?;
            provider.invalidate(rejected);
        }
        provider.token_for(&self.options())
    }

    /// Returns the source, and the exchanges of refresh tokens that it may have in flight.
    fn source(
        &self,
        ims: ImsClient,
        key_context: &KeyContext<'_>,
    ) -> Result<(Box<dyn TokenSource>, Option<Exchanges>), Failure> {
        if let Credentials::User(user) = self.credentials {
            let session = self.selection.session(user)?;
            // Half of the time limit is for a process that refreshes the token. A third is for one that uses the
            // session: the rest is for the error that names it.
            let lock_timeout = self.settings.connection.timeout / 3;
            let source = SessionSource::new(ims, session)?.lock_timeout(lock_timeout);
            let exchanges = source.exchanges();
            return Ok((Box::new(source), Some(exchanges)));
        }
        let options = SourceOptions::new(Crypto::ring()).key_context(key_context);
        Ok((self.credentials.source(ims, &options)?, None))
    }

    fn options(&self) -> TokenOptions {
        let options = TokenOptions::min_ttl(self.settings.min_ttl.unwrap_or_default());
        if self.settings.lookup == Lookup::Refresh {
            options.force_refresh()
        } else {
            options
        }
    }

    /// Adds a hint if a document of the emulator was sent to production.
    fn explain_emulator(&self, error: Error, key: &StoreKey) -> Error {
        let is_lost = key.environment() == Environment::production().base_url()
            && is_of_emulator(self.credentials);
        match &self.settings.profile {
            _ if !is_lost => error,
            None => error.with_hint(EMULATOR_DOCUMENT),
            Some(profile) => error.with_hint(format!(
                "{EMULATOR_DOCUMENT}; or as `environment` and `ca_files` in [profiles.{}]",
                profile.name
            )),
        }
    }
}

/// A provider for many requests.
pub(crate) struct LastingProvider<'a> {
    pub(crate) provider: TokenProvider,
    in_flight: Option<InFlight<'a>>,
}

impl LastingProvider<'_> {
    /// Creates the provider of a token that is never renewed.
    pub(super) fn of_token(token: AccessToken) -> Self {
        Self {
            provider: TokenProvider::new(StaticTokenSource::new(token)),
            in_flight: None,
        }
    }

    /// Waits for what is in flight. The cache has the last token then.
    pub(crate) async fn finish(self) {
        self.provider.saved().await;
        if let Some(in_flight) = self.in_flight {
            in_flight.ended().await;
        }
    }
}

/// A source that begins with a token that was fetched before.
struct Continued {
    first: Mutex<Option<AccessToken>>,
    source: Box<dyn TokenSource>,
}

impl Continued {
    fn new(first: AccessToken, source: Box<dyn TokenSource>) -> Self {
        Self {
            first: Mutex::new(Some(first)),
            source,
        }
    }
}

impl TokenSource for Continued {
    fn fetch(&self) -> BoxFuture<'_, adobe_ims::Result<FetchedToken>> {
        let first = self
            .first
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        match first {
            Some(token) => Box::pin(async { Ok(FetchedToken::new(token)) }),
            None => self.source.fetch(),
        }
    }

    fn store_key(&self) -> Option<&StoreKey> {
        self.source.store_key()
    }
}

/// The exchanges of refresh tokens that must end before the process does.
struct InFlight<'a> {
    exchanges: Exchanges,
    context: &'a Context,
    signals: SignalGuard,
}

impl<'a> InFlight<'a> {
    /// From now on a signal ends the process only when no exchange is in flight.
    fn new(exchanges: Exchanges, context: &'a Context) -> Self {
        let of_signals = exchanges.clone();
        let signals = SignalGuard::new(&context.console, move || {
            let exchanges = of_signals.clone();
            async move { exchanges.pause().await }
        });
        Self {
            exchanges,
            context,
            signals,
        }
    }

    /// Waits for an exchange that outlives its caller. Ends the process if a signal came.
    fn finish(self) -> Result<(), Failure> {
        let context = self.context;
        context.wait(self.ended())
    }

    async fn ended(self) {
        drop(self.exchanges.pause().await);
        drop(self.signals);
    }
}

/// Returns the policy with which the time limit of the command covers one refresh with all its attempts. Waiting for
/// another process that refreshes takes half of it at most.
fn policy(connection: &Connection) -> RefreshPolicy {
    // The transport's own deadline comes first: it knows which server did not answer.
    let slack = Duration::from_millis(100);
    let mut policy = RefreshPolicy::default();
    policy.deadline = connection.timeout + slack;
    policy.caller_timeout = connection.timeout + 2 * slack;
    policy.attempts = connection.retries + 1;
    policy
}
