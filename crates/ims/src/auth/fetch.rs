//! A token for credentials of any kind: from the cache, or else from IMS.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use adobe_ims::cache::{FileStore, StoreKey};
use adobe_ims::credentials::ServiceCredentials;
use adobe_ims::crypto::Crypto;
use adobe_ims::crypto::KeyContext;
use adobe_ims::internal::DocumentIndexEntry;
use adobe_ims::internal::time;
use adobe_ims::provider::{Event, RefreshPolicy, TokenOptions};
use adobe_ims::session::UserSession;
use adobe_ims::{
    AccessToken, Clock, Credentials, Environment, ImsClient, Problem, Result, TokenProvider,
};

use crate::args::IdentityFlags;
use crate::auth::acquire::AcquiredToken;
use crate::auth::credential_selection::CredentialSelection;
use crate::auth::document::CredentialDocument;
use crate::console::Console;
use crate::context::Context;
use crate::environment::input;
use crate::environment::variables::{self};
use crate::error::{CommandProblem, Failure};
use crate::http::transport;
use crate::settings::configuration;

/// From here on a certificate is worth a word: Adobe mails from then on, too.
const CERTIFICATE_WARNING_DAYS: u64 = 30;

/// The way that most calls go: the document was seen before, and its token is in the cache. No runtime, no
/// HTTP, no TLS; neither the document nor the private key is parsed.
pub(crate) fn recall(
    cache: &FileStore,
    document: &CredentialDocument,
    url: Option<&str>,
    arguments: &IdentityFlags,
    context: &Context,
) -> Option<AcquiredToken> {
    let known = cache.recall(&document.content, url.unwrap_or_default())?;
    let found = cached(cache, &known.key, arguments, context)?;
    warn_about_expiry(known.certificate_expires_at, context);
    Some(found)
}

/// What there is to know about credentials without their key, unless that is in a file of its own.
pub(crate) fn known(credentials: &Credentials) -> Option<DocumentIndexEntry> {
    match credentials {
        Credentials::Service(it) if it.names_a_key_file() => return None,
        // Another sign-in would not be seen.
        Credentials::User(_) => return None,
        _ => {}
    }
    let key = credentials.store_key(&KeyContext::default())?;
    Some(DocumentIndexEntry::new(key, stated_expiry(credentials)))
}

fn stated_expiry(credentials: &Credentials) -> Option<SystemTime> {
    match credentials {
        Credentials::Service(credentials) => credentials.stated_certificate_expiry(),
        _ => None,
    }
}

/// A token, and another one than the `rejected` if there is one.
pub(crate) fn token(
    (credentials, named): (&Credentials, &CredentialSelection),
    cache: Option<&FileStore>,
    rejected: Option<&AccessToken>,
    arguments: &IdentityFlags,
    context: &Context,
) -> Result<AcquiredToken, Failure> {
    let mut key_context = KeyContext::with_files(named.directory());
    let key = match credentials {
        Credentials::User(user) => match user.store_key() {
            Err(error) if error.problem() == Problem::NotSignedIn && rejected.is_none() => {
                let found = cache.and_then(|it| without_session(it, user, arguments, context));
                return found.ok_or_else(|| error.into());
            }
            key => Some(key?),
        },
        other => other.store_key(&key_context),
    };
    let key = key.ok_or_else(|| Failure::unexpected("this kind of credentials is not handled"))?;
    if let (Some(cache), None) = (cache, rejected)
        && let Some(found) = cached(cache, &key, arguments, context)
    {
        warn_about_expiry(stated_expiry(credentials), context);
        return Ok(found);
    }
    if arguments.freshness.cached_only {
        let what = "the cache has no token that will do, and IMS must not be asked";
        return Err(Failure::new(CommandProblem::NotCached, what)
            .with_hint("leave out --cached-only to ask IMS"));
    }

    let passphrase_file = match &arguments.passphrase_file {
        Some(path) => Some(path.clone()),
        None => context
            .variables
            .os(variables::PASSPHRASE_FILE)
            .map(PathBuf::from),
    };
    let passphrase = match (&passphrase_file, &arguments.selected) {
        (Some(path), _) => Some(input::passphrase(path)?),
        (None, Some(profile)) => match profile.passphrase() {
            Some(place) => Some(
                place
                    .fetch(&configuration::machine(&context.variables))?
                    .secret,
            ),
            None => None,
        },
        (None, None) => None,
    };
    key_context.passphrase = passphrase.as_ref();
    let limits = transport::limits(arguments, &context.variables)?;
    let transport = transport::transport(&arguments.ca_file, limits.timeout, &context.variables)?;
    let ims = ImsClient::new(transport);
    let source = credentials.source(ims, &key_context, &Crypto::ring())?;
    if let (Credentials::Service(credentials), None) = (credentials, rejected) {
        warn_about_certificate(credentials, context);
    }
    context.console.detail(&format!(
        "asking {} as client {:?} for {}",
        key.environment(),
        key.client_id(),
        key.scopes().join(", "),
    ));
    let reporter = EventReporter::new(context.console.clone());
    let events = reporter.clone();
    let mut builder = TokenProvider::builder(source)
        .policy(policy(&limits))
        .on_event(move |event| events.tell(event));
    if let Some(cache) = cache {
        builder = builder.store(cache.clone());
    }
    let mut need = TokenOptions::min_ttl(arguments.freshness.min_ttl.unwrap_or_default());
    if arguments.freshness.force {
        need = need.force_refresh();
    }
    let provider = builder.build().blocking();
    if let Some(rejected) = rejected {
        // Others may have been told the same and got another one meanwhile; that is asked for first.
        provider.token()?;
        provider.invalidate(rejected);
    }
    let token = provider.token_for(&need).map_err(|error| {
        let lost = key.environment() == Environment::production().base_url()
            && named.is_of_the_emulator(&context.variables);
        match (lost, &arguments.selected) {
            (false, _) => error,
            (true, None) => error.with_hint(EMULATED),
            (true, Some(profile)) => error.with_hint(format!(
                "{EMULATED}; or as `environment` and `ca_files` in [profiles.{}]",
                profile.name
            )),
        }
    })?;
    let source = reporter.end();
    Ok(AcquiredToken::of(&key, AccessToken::clone(&token), source))
}

/// The emulator's documents name production unless told otherwise, which does not know them.
const EMULATED: &str = "this document was written by `ims emulator serve`: name that emulator with --url, and its CA with --ca-file";

/// The token in the cache, if it will do.
fn cached(
    cache: &FileStore,
    key: &StoreKey,
    arguments: &IdentityFlags,
    context: &Context,
) -> Option<AcquiredToken> {
    let freshness = &arguments.freshness;
    if freshness.force {
        return None;
    }
    // What is wrong with the cache is told by whoever refreshes.
    let stored = match cache.read(key) {
        Ok(entry) => entry.token?,
        Err(error) => {
            context.console.notice(&error.to_string());
            return None;
        }
    };
    let now = context.now();
    let min_ttl = freshness.min_ttl.unwrap_or_default();
    let is_usable = stored.is_fresh(key, now, min_ttl)
        || freshness.cached_only
            && stored.belongs_to(key)
            && stored.left(now) >= min_ttl.max(Duration::from_millis(1));
    if !is_usable {
        return None;
    }
    context
        .console
        .detail("the token is from the cache; IMS is not asked");
    Some(AcquiredToken::of(key, stored.token, "cache"))
}

/// The token of a sign-in that left nothing else: it is good to its end.
fn without_session(
    cache: &FileStore,
    user: &UserSession,
    arguments: &IdentityFlags,
    context: &Context,
) -> Option<AcquiredToken> {
    let key = user.store_key_without_session();
    let stored = cache.read(&key).ok()?.token?;
    let min_ttl = arguments.freshness.min_ttl.unwrap_or_default();
    let is_usable = !arguments.freshness.force
        && stored.left(context.now()) >= min_ttl.max(Duration::from_millis(1));
    if !is_usable {
        return None;
    }
    context
        .console
        .detail("the token is that of the sign-in, from the cache; IMS is not asked");
    Some(AcquiredToken::of(&key, stored.token, "cache"))
}

/// The command's time is that of one refresh, with all its attempts; whoever waits for another process
/// that refreshes does not wait longer.
fn policy(limits: &transport::Limits) -> RefreshPolicy {
    // The transport's own deadline comes first: it knows who did not answer.
    let slack = Duration::from_millis(100);
    let mut policy = RefreshPolicy::default();
    policy.deadline = limits.timeout + slack;
    policy.caller_timeout = limits.timeout + 2 * slack;
    policy.attempts = limits.retries + 1;
    policy
}

/// What happens on the way to a token, told as far as it was asked for.
#[derive(Clone)]
struct EventReporter {
    console: Console,
    so_far: Arc<Mutex<SoFar>>,
}

#[derive(Default)]
struct SoFar {
    adopted: bool,
    /// A failure that does no harm if there is a token all the same.
    failure: Option<String>,
    told: Vec<String>,
}

impl EventReporter {
    fn new(console: Console) -> Self {
        Self {
            console,
            so_far: Arc::default(),
        }
    }

    fn tell(&self, event: &Event<'_>) {
        match event {
            Event::Fetched(minted) => {
                let answer = minted.answer.as_ref();
                self.console.detail(&format!(
                    "IMS answered {}, expires_in {}, x-debug-id {}",
                    answer.map_or(0, |answer| answer.status),
                    minted.raw_expires_in.as_deref().unwrap_or("missing"),
                    answer
                        .and_then(|answer| answer.debug_id.as_deref())
                        .unwrap_or("none"),
                ));
            }
            Event::LoadedFromStore(_) => {
                self.so_far().adopted = true;
                self.console.detail("the token is taken from the cache");
            }
            Event::Warning(notice) => self.console.notice(&notice.to_string()),
            Event::Failed(error) => self.so_far().failure = Some(error.to_string()),
            Event::Retrying(error) => self.console.detail(&format!("trying again: {error}")),
            Event::Store(error) => self.once(error.to_string()),
            Event::SecretsChanged => self.once(
                "the token in the cache was got with another secret or key than those of today; it is not used".to_owned(),
            ),
            _ => {}
        }
    }

    /// Whatever is wrong with the cache is found at each of its operations.
    fn once(&self, text: String) {
        let mut so_far = self.so_far();
        if !so_far.told.contains(&text) {
            self.console.notice(&text);
            so_far.told.push(text);
        }
    }

    /// There is a token; where it is from.
    fn end(&self) -> &'static str {
        let so_far = self.so_far();
        match &so_far.failure {
            Some(failure) => {
                self.console.notice(&format!(
                    "the token is from the cache and still valid, but could not be refreshed: {failure}"
                ));
                "cache"
            }
            None if so_far.adopted => "cache",
            None => "ims",
        }
    }

    fn so_far(&self) -> std::sync::MutexGuard<'_, SoFar> {
        self.so_far.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn warn_about_certificate(credentials: &ServiceCredentials, context: &Context) {
    match credentials.certificate() {
        Some(Err(error)) => context.console.notice(&format!(
            "publicKey was not compared with the private key: {error}"
        )),
        None => context
            .console
            .detail("there is no certificate to compare the key with"),
        Some(Ok(_)) => {}
    }
    warn_about_expiry(credentials.certificate_expires_at(), context);
}

fn warn_about_expiry(end: Option<SystemTime>, context: &Context) {
    let Some(end) = end else {
        return;
    };
    match end.duration_since(context.now()) {
        Err(_) => context.console.notice(&format!(
            "the certificate of these credentials expired on {}; IMS will refuse unless another one is attached",
            time::display(end)
        )),
        Ok(left) if left.as_secs() < CERTIFICATE_WARNING_DAYS * 86_400 => context.console.notice(&format!(
            "the certificate of these credentials expires in {} ({}); look for its successor in the console that they are from",
            time::human(left),
            time::display(end)
        )),
        Ok(_) => {}
    }
}
