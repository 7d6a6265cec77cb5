//! The keys of IMS, got when they are needed and kept for a while.

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

/// How long keys are kept and how often they are asked for. The numbers are this library's: nothing of the
/// kind is published for IMS.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct KeyCachePolicy {
    /// How long keys are good when the answer does not say; an hour.
    pub life: Duration,
    /// How long they are good at least, whatever the answer says; five minutes.
    pub shortest_life: Duration,
    /// How long they are good at most, whatever the answer says; a day.
    pub longest_life: Duration,
    /// How long they are still used beyond that when newer ones cannot be had; a day, the life of a token.
    pub longest_overtime: Duration,
    /// How long IMS is not asked again, whatever happens; a minute. A flood of tokens with made-up key ids
    /// becomes one request a minute.
    pub pause: Duration,
}

impl Default for KeyCachePolicy {
    fn default() -> Self {
        let minutes = |minutes: u64| Duration::from_secs(60 * minutes);
        Self {
            life: minutes(60),
            shortest_life: minutes(5),
            longest_life: minutes(24 * 60),
            longest_overtime: minutes(24 * 60),
            pause: minutes(1),
        }
    }
}

/// The keys of one environment for many callers. Cheap to clone; clones are the same cache.
///
/// IMS is asked when the first token comes, when the keys have grown old, and when a token names a key that
/// is not among them, for keys are renewed; never twice at the same time, and never again within the
/// [pause](KeyCachePolicy::pause). When it cannot answer, the keys that are there are used on.
#[derive(Clone)]
pub struct KeyCache(Arc<Inner>);

struct Inner {
    ims: ImsClient,
    environment: Environment,
    crypto: Crypto,
    policy: KeyCachePolicy,
    held: Mutex<Held>,
    /// Held by whoever asks IMS; the others wait and look again.
    asking: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Held {
    keys: Option<Kept>,
    asked_at: Option<Moment>,
    /// Of the last attempt. None while it goes on, or when whoever made it went away.
    failure: Option<Error>,
}

#[derive(Clone)]
struct Kept {
    keys: Arc<KeySet>,
    since: Moment,
    life: Duration,
}

impl KeyCache {
    /// Of this environment; nothing is asked yet. The time is that of the client's clock.
    pub fn new(ims: ImsClient, environment: Environment, crypto: Crypto) -> Self {
        Self::with_policy(ims, environment, crypto, KeyCachePolicy::default())
    }

    /// The same with other numbers.
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
            held: Mutex::default(),
            asking: tokio::sync::Mutex::default(),
        }))
    }

    /// Checks a token with the keys of IMS, as [`KeySet::verify`] does.
    ///
    /// # Errors
    /// When there are no keys: as for [`ImsClient::key_set`]. That a token is not good is the verdict.
    pub async fn verify(&self, token: &Secret, expected: &VerifyOptions) -> Result<Verdict> {
        let keys = self.keys().await?;
        let verdict = keys.verify(token, expected, self.0.ims.clock().now());
        if verdict != Err(Rejection::UnknownKey) {
            return Ok(verdict);
        }
        // Whether newer ones can be had or not, the verdict is by the best there are.
        match self.0.renew(Some(&keys)).await {
            Ok(newer) => Ok(newer.verify(token, expected, self.0.ims.clock().now())),
            Err(_) => Ok(verdict),
        }
    }

    /// The keys, from memory or else from IMS.
    ///
    /// # Errors
    /// As for [`ImsClient::key_set`].
    pub async fn keys(&self) -> Result<Arc<KeySet>> {
        if let Some(kept) = self.0.good() {
            return Ok(kept);
        }
        self.0.renew(None).await
    }
}

impl Inner {
    fn now(&self) -> Moment {
        Moment::now(&*self.ims.clock())
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The keys, as long as they are good.
    fn good(&self) -> Option<Arc<KeySet>> {
        let now = self.now();
        let held = self.held();
        let kept = held.keys.as_ref()?;
        (now.since(kept.since) < kept.life).then(|| kept.keys.clone())
    }

    /// The keys, even when they are no longer good, unless that is too long ago.
    fn usable(&self) -> Option<Arc<KeySet>> {
        let now = self.now();
        let held = self.held();
        let kept = held.keys.as_ref()?;
        let last = kept.life.saturating_add(self.policy.longest_overtime);
        (now.since(kept.since) < last).then(|| kept.keys.clone())
    }

    /// Other keys than these, or good ones at all: from IMS, if it may be asked.
    async fn renew(&self, lacking: Option<&Arc<KeySet>>) -> Result<Arc<KeySet>> {
        let _turn = match self.asking.try_lock() {
            Ok(turn) => turn,
            Err(_) => {
                // Keys that have grown old will do while somebody else asks for newer ones.
                if let (None, Some(keys)) = (lacking, self.usable()) {
                    return Ok(keys);
                }
                self.asking.lock().await
            }
        };
        // Whoever had the turn before may have brought what is wanted.
        if let Some(keys) = self.good()
            && lacking.is_none_or(|lacking| !Arc::ptr_eq(lacking, &keys))
        {
            return Ok(keys);
        }
        if let Some(outcome) = self.paused() {
            return outcome;
        }
        {
            let mut held = self.held();
            held.asked_at = Some(self.now());
            held.failure = None;
        }
        match self.ims.key_set(&self.environment, &self.crypto).await {
            Ok(fetched) => Ok(self.keep(fetched)),
            Err(error) => {
                self.held().failure = Some(error.clone());
                self.usable().ok_or(error)
            }
        }
    }

    /// What there is while IMS is not to be asked. Where the last attempt was given up before its end and
    /// there are no keys at all, it may be asked.
    fn paused(&self) -> Option<Result<Arc<KeySet>>> {
        let now = self.now();
        let usable = self.usable();
        let held = self.held();
        if now.since(held.asked_at?) >= self.policy.pause {
            return None;
        }
        match usable {
            Some(keys) => Some(Ok(keys)),
            None => held.failure.clone().map(Err),
        }
    }

    fn keep(&self, fetched: FetchedKeys) -> Arc<KeySet> {
        let policy = &self.policy;
        let server_text = fetched.max_age.unwrap_or(policy.life);
        let keys = Arc::new(fetched.keys);
        let kept = Kept {
            keys: keys.clone(),
            since: self.now(),
            life: server_text
                .min(policy.longest_life)
                .max(policy.shortest_life),
        };
        self.held().keys = Some(kept);
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
