//! Fetches the keys of IMS when they are needed, and keeps them for a while.

mod state;
mod request;

use core::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::watch;

use self::request::KeyRequest;
use self::state::{Outcome, State, Step};
use super::{Rejection, Verdict, VerifyOptions};
use crate::api::ImsClient;
use crate::api::KeySet;
use crate::crypto::Crypto;
use crate::environment::Environment;
use crate::error::Result;
use crate::util::clock::Moment;
use crate::util::secret::Secret;

/// The times for which keys are kept, and the pauses between requests. The numbers are this library's own:
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
    /// The time after `ttl` for which stale keys are used until newer ones come; a day, the lifetime of a token.
    pub max_stale: Duration,
    /// The least time between two requests for unknown key ids, which limits those that forged tokens cause, and the
    /// longest pause after a failure; a minute.
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
/// All callers share a request. It runs in a task of the runtime of the caller that started it, and goes on if that
/// caller gives up. After a failure there is a pause of a second; each further failure doubles it, up to the
/// [cooldown](KeyCachePolicy::cooldown). Unknown key ids cause at most one request in each cooldown.
///
/// A caller waits for a request
///
/// - without a limit of its own while there are no usable keys; if the request runs on another runtime, which may
///   stand still, the caller starts another when that one is ten seconds old,
/// - at most five seconds for an unknown key id, which it rejects then,
/// - at most five seconds for stale keys that could not be fetched aside: the last request ended with its runtime, or
///   has no outcome after 40 seconds,
/// - not at all for other stale keys, which serve up to [`max_stale`](KeyCachePolicy::max_stale) while newer ones are
///   fetched aside.
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
        match self.0.get(Some(&keys)).await {
            Ok(newer) => Ok(newer.verify(token, options, self.0.ims.clock().now())),
            Err(_) => Ok(verdict),
        }
    }

    /// Returns the keys, from memory or from IMS.
    ///
    /// # Errors
    /// The errors of [`ImsClient::key_set`].
    pub async fn keys(&self) -> Result<Arc<KeySet>> {
        self.0.get(None).await
    }
}

impl Inner {
    fn now(&self) -> Moment {
        Moment::now(&*self.ims.clock())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn usable_keys(&self) -> Option<Arc<KeySet>> {
        let now = self.now();
        self.state().usable_keys(now, &self.policy)
    }

    /// Returns keys other than `insufficient` if there are any, else the usable ones.
    async fn get(self: &Arc<Self>, insufficient: Option<&Arc<KeySet>>) -> Outcome {
        loop {
            let (request, outcome, limit) = match self.next(insufficient) {
                Next::Return(outcome) => return outcome,
                Next::Wait(request, outcome, limit) => (request, outcome, limit),
            };
            if let Some(request) = request {
                request.start().await;
            }
            let usable = match request::wait_for(outcome, limit).await {
                Some(Ok(keys)) => return Ok(keys),
                Some(Err(error)) => Some(self.usable_keys().ok_or(error)),
                // The request ended without an outcome, or the caller waited long enough.
                None => self.usable_keys().map(Ok),
            };
            if let Some(usable) = usable {
                return usable;
            }
        }
    }

    /// Decides the next step of a caller, and notes the request that it starts.
    fn next(self: &Arc<Self>, insufficient: Option<&Arc<KeySet>>) -> Next {
        let runtime = Handle::try_current().ok().map(|runtime| runtime.id());
        let now = self.now();
        let mut state = self.state();
        match state.next_step(insufficient, runtime, now, &self.policy) {
            Step::Return(outcome) => Next::Return(outcome),
            Step::Join(outcome, limit) => Next::Wait(None, outcome, limit),
            Step::Start(wait) => {
                let (sender, outcome) = watch::channel(None);
                let number = state.begin(runtime, now, outcome.clone());
                let request = KeyRequest::new(Arc::clone(self), number, sender);
                Next::Wait(Some(request), outcome, wait.limit())
            }
        }
    }
}

enum Next {
    Return(Outcome),
    /// Starts the request, if there is one, and waits for the outcome within the limit.
    Wait(
        Option<KeyRequest>,
        watch::Receiver<Option<Outcome>>,
        Option<Duration>,
    ),
}

impl fmt::Debug for KeyCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyCache")
            .field("environment", &self.0.environment)
            .field("policy", &self.0.policy)
            .finish_non_exhaustive()
    }
}
