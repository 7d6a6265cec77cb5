//! Fetches the keys of IMS when they are needed, and keeps them for a while.

use core::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::{Rejection, Verdict, VerifyOptions};
use crate::api::FetchedKeys;
use crate::api::ImsClient;
use crate::api::KeySet;
use crate::crypto::Crypto;
use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::util::clock::Moment;
use crate::util::secret::Secret;

/// The times for which keys are kept, and the least time between two requests. The numbers are this library's own:
/// Adobe publishes none.
///
/// ```
/// use std::time::Duration;
/// use adobe_ims::verify::KeyCachePolicy;
///
/// let mut policy = KeyCachePolicy::default();
/// policy.cooldown = Duration::from_secs(30);
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct KeyCachePolicy {
    /// The time for which keys are fresh if the response does not say; an hour.
    pub ttl: Duration,
    /// The least time for which keys are fresh, even if the response states less; five minutes.
    pub min_ttl: Duration,
    /// The greatest time for which keys are fresh, even if the response states more; a day.
    pub max_ttl: Duration,
    /// The time after `ttl` for which stale keys are used while IMS cannot be reached; a day, the lifetime of a token.
    pub max_stale: Duration,
    /// The least time between two requests; a minute. It limits the requests that tokens with forged key ids cause.
    pub cooldown: Duration,
}

impl Default for KeyCachePolicy {
    fn default() -> Self {
        let minutes = |minutes: u64| Duration::from_secs(60 * minutes);
        Self {
            ttl: minutes(60),
            min_ttl: minutes(5),
            max_ttl: minutes(24 * 60),
            max_stale: minutes(24 * 60),
            cooldown: minutes(1),
        }
    }
}

/// The keys of one environment for many callers. Cheap to clone; clones share the keys.
///
/// The cache sends a request
///
/// - for the first token,
/// - when the keys are no longer fresh,
/// - for a token whose key id is not among them, because IMS may have new keys.
///
/// One request runs at a time, and none within the [cooldown](KeyCachePolicy::cooldown) after another. While IMS
/// cannot be reached, the cache uses stale keys.
///
/// ```
/// use adobe_ims::crypto::Crypto;
/// use adobe_ims::verify::KeyCache;
/// use adobe_ims::{Environment, ImsClient};
///
/// # fn example(ims: ImsClient) {
/// let keys = KeyCache::new(ims, Environment::production(), Crypto::default());
/// # }
/// ```
#[derive(Clone)]
pub struct KeyCache(Arc<Inner>);

struct Inner {
    ims: ImsClient,
    environment: Environment,
    crypto: Crypto,
    policy: KeyCachePolicy,
    state: Mutex<State>,
    /// Locked by the caller that sends a request.
    request: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct State {
    keys: Option<CachedKeys>,
    last_request: Option<Moment>,
    /// The error of the last request. None while a request runs, or after its caller dropped it.
    last_error: Option<Error>,
}

#[derive(Clone)]
struct CachedKeys {
    keys: Arc<KeySet>,
    fetched_at: Moment,
    ttl: Duration,
}

impl KeyCache {
    /// Creates an empty cache for the keys of this environment. It uses the clock of the client.
    pub fn new(ims: ImsClient, environment: Environment, crypto: Crypto) -> Self {
        Self::with_policy(ims, environment, crypto, KeyCachePolicy::default())
    }

    /// Creates an empty cache with another policy.
    pub fn with_policy(
        ims: ImsClient,
        environment: Environment,
        crypto: Crypto,
        policy: KeyCachePolicy,
    ) -> Self {
        Self(Arc::new(Inner {
            ims,
            environment,
            crypto,
            policy,
            state: Mutex::default(),
            request: tokio::sync::Mutex::default(),
        }))
    }

    /// Checks a token with the keys of IMS, as [`KeySet::verify`] does. A rejected token is a verdict and no error.
    ///
    /// # Errors
    /// The errors of [`ImsClient::key_set`], when there are no keys.
    pub async fn verify(&self, token: &Secret, options: &VerifyOptions) -> Result<Verdict> {
        let keys = self.keys().await?;
        let verdict = keys.verify(token, options, self.0.ims.clock().now());
        if verdict != Err(Rejection::UnknownKey) {
            return Ok(verdict);
        }
        match self.0.refresh(Some(&keys)).await {
            Ok(newer) => Ok(newer.verify(token, options, self.0.ims.clock().now())),
            Err(_) => Ok(verdict),
        }
    }

    /// Returns the keys, from memory or from IMS.
    ///
    /// # Errors
    /// The errors of [`ImsClient::key_set`].
    pub async fn keys(&self) -> Result<Arc<KeySet>> {
        if let Some(keys) = self.0.fresh_keys() {
            return Ok(keys);
        }
        self.0.refresh(None).await
    }
}

impl Inner {
    fn now(&self) -> Moment {
        Moment::now(&*self.ims.clock())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn fresh_keys(&self) -> Option<Arc<KeySet>> {
        let now = self.now();
        let state = self.state();
        let cached = state.keys.as_ref()?;
        (now.since(cached.fetched_at) < cached.ttl).then(|| cached.keys.clone())
    }

    /// Returns the keys, also when they are stale, but not beyond `max_stale`.
    fn usable_keys(&self) -> Option<Arc<KeySet>> {
        let now = self.now();
        let state = self.state();
        let cached = state.keys.as_ref()?;
        let limit = cached.ttl.saturating_add(self.policy.max_stale);
        (now.since(cached.fetched_at) < limit).then(|| cached.keys.clone())
    }

    /// Returns fresh keys other than `insufficient`: those that another caller fetched meanwhile, or from IMS.
    async fn refresh(&self, insufficient: Option<&Arc<KeySet>>) -> Result<Arc<KeySet>> {
        let _guard = match self.request.try_lock() {
            Ok(guard) => guard,
            Err(_) => {
                // Stale keys are good enough while another caller fetches newer ones.
                if let (None, Some(keys)) = (insufficient, self.usable_keys()) {
                    return Ok(keys);
                }
                self.request.lock().await
            }
        };
        if let Some(keys) = self.fresh_keys()
            && insufficient.is_none_or(|insufficient| !Arc::ptr_eq(insufficient, &keys))
        {
            return Ok(keys);
        }
        if let Some(outcome) = self.outcome_in_cooldown() {
            return outcome;
        }
        {
            let mut state = self.state();
            state.last_request = Some(self.now());
            state.last_error = None;
        }
        match self.ims.key_set(&self.environment, &self.crypto).await {
            Ok(fetched) => Ok(self.store(fetched)),
            Err(error) => {
                self.state().last_error = Some(error.clone());
                self.usable_keys().ok_or(error)
            }
        }
    }

    /// Returns the keys or the last error within the cooldown. Returns `None` when a request may be sent: after the
    /// cooldown, and when the last request was dropped and there are no keys.
    fn outcome_in_cooldown(&self) -> Option<Result<Arc<KeySet>>> {
        let now = self.now();
        let usable = self.usable_keys();
        let state = self.state();
        if now.since(state.last_request?) >= self.policy.cooldown {
            return None;
        }
        match usable {
            Some(keys) => Some(Ok(keys)),
            None => state.last_error.clone().map(Err),
        }
    }

    fn store(&self, fetched: FetchedKeys) -> Arc<KeySet> {
        let policy = &self.policy;
        let ttl = fetched.max_age.unwrap_or(policy.ttl);
        let keys = Arc::new(fetched.keys);
        let cached = CachedKeys {
            keys: keys.clone(),
            fetched_at: self.now(),
            ttl: ttl.min(policy.max_ttl).max(policy.min_ttl),
        };
        self.state().keys = Some(cached);
        keys
    }
}

impl fmt::Debug for KeyCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyCache")
            .field("environment", &self.0.environment)
            .field("policy", &self.0.policy)
            .finish_non_exhaustive()
    }
}
