//! The decisions of the key cache. They are functions of the state and the time.

use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Id;
use tokio::sync::watch;

use super::KeyCachePolicy;
use crate::api::{FetchedKeys, KeySet};
use crate::error::{Error, Result};
use crate::util::clock::Moment;

/// The pause after the first failure. Each further failure doubles it, up to the cooldown.
const FIRST_PAUSE: Duration = Duration::from_secs(1);

/// The longest wait of a caller that could use other keys.
const MAX_WAIT: Duration = Duration::from_secs(5);

/// The age at which a request on another runtime no longer counts, while there are no usable keys.
const MAX_AGE_ELSEWHERE: Duration = Duration::from_secs(10);

/// The age at which no request counts: [`HttpTransport`](crate::HttpTransport) gives up after 30 s.
const MAX_AGE: Duration = Duration::from_secs(40);

pub(super) type Outcome = Result<Arc<KeySet>>;

#[derive(Default)]
pub(super) struct State {
    keys: Option<CachedKeys>,
    running: Option<Running>,
    /// The number of requests so far.
    requests: u64,
    last_request: Option<Moment>,
    /// The last failure, if nothing succeeded since.
    failure: Option<Failure>,
}

struct Failure {
    /// None if the request ended without an outcome, because its runtime did.
    error: Option<Error>,
    at: Moment,
    /// No request starts for this time.
    pause: Duration,
}

struct CachedKeys {
    keys: Arc<KeySet>,
    /// The number of their request.
    request: u64,
    fetched_at: Moment,
    ttl: Duration,
}

/// A request that is under way.
struct Running {
    number: u64,
    started_at: Moment,
    /// The runtime that drives it, unless its caller does.
    runtime: Option<Id>,
    outcome: watch::Receiver<Option<Outcome>>,
}

/// The next step of a caller that needs keys.
pub(super) enum Step {
    Return(Outcome),
    /// Starts a request.
    Start(Wait),
    /// Waits for the request that is under way, at most for this time.
    Join(watch::Receiver<Option<Outcome>>, Option<Duration>),
}

/// The time for which a caller waits for the request that it started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wait {
    /// It has usable keys.
    Not,
    /// It could do with the keys that there are.
    Briefly,
    ToTheEnd,
}

impl Wait {
    pub(super) fn limit(self) -> Option<Duration> {
        match self {
            Self::Not => Some(Duration::ZERO),
            Self::Briefly => Some(MAX_WAIT),
            Self::ToTheEnd => None,
        }
    }
}

impl State {
    /// Returns the keys if they are fresh.
    pub(super) fn fresh_keys(&self, now: Moment) -> Option<Arc<KeySet>> {
        let cached = self.keys.as_ref()?;
        (now.since(cached.fetched_at) < cached.ttl).then(|| cached.keys.clone())
    }

    /// Returns the keys, also when they are stale, but not beyond `max_stale`.
    pub(super) fn usable_keys(&self, now: Moment, policy: &KeyCachePolicy) -> Option<Arc<KeySet>> {
        let cached = self.keys.as_ref()?;
        let limit = cached.ttl.saturating_add(policy.max_stale);
        (now.since(cached.fetched_at) < limit).then(|| cached.keys.clone())
    }

    /// Decides for a caller on `runtime` that needs keys other than `insufficient`.
    pub(super) fn next_step(
        &self,
        insufficient: Option<&Arc<KeySet>>,
        runtime: Option<Id>,
        now: Moment,
        policy: &KeyCachePolicy,
    ) -> Step {
        let is_new = |keys: &Arc<KeySet>| insufficient.is_none_or(|old| !Arc::ptr_eq(old, keys));
        if let Some(keys) = self.fresh_keys(now).filter(is_new) {
            return Step::Return(Ok(keys));
        }
        match (self.usable_keys(now, policy), insufficient) {
            (None, _) => self.step_without_keys(runtime, now),
            (Some(keys), None) => self.step_with_stale_keys(keys, now, policy),
            (Some(keys), Some(_)) => self.step_for_unknown_key(keys, now, policy),
        }
    }

    fn step_without_keys(&self, runtime: Option<Id>, now: Moment) -> Step {
        if let Some(running) = &self.running {
            let is_here = running.runtime.is_some() && running.runtime == runtime;
            let age = now.since(running.started_at);
            let limit = MAX_AGE_ELSEWHERE.saturating_sub(age);
            if is_here {
                return Step::Join(running.outcome.clone(), None);
            }
            if !limit.is_zero() {
                return Step::Join(running.outcome.clone(), Some(limit));
            }
        }
        let failure = self.failure.as_ref().filter(|failure| failure.holds(now));
        match failure.and_then(|failure| failure.error.clone()) {
            Some(error) => Step::Return(Err(error)),
            None => Step::Start(Wait::ToTheEnd),
        }
    }

    /// Lets newer keys be fetched aside. A caller waits only where a request aside did not get on: its runtime ended,
    /// or stands still.
    fn step_with_stale_keys(
        &self,
        keys: Arc<KeySet>,
        now: Moment,
        policy: &KeyCachePolicy,
    ) -> Step {
        if let Some(running) = &self.running {
            return if now.since(running.started_at) < MAX_AGE {
                Step::Return(Ok(keys))
            } else {
                Step::Start(Wait::Briefly)
            };
        }
        match &self.failure {
            Some(failure) if failure.holds(now) => Step::Return(Ok(keys)),
            Some(Failure { error: None, .. }) => Step::Start(Wait::Briefly),
            Some(_) => Step::Start(Wait::Not),
            None if self.is_cooling_down(now, policy) => Step::Return(Ok(keys)),
            None => Step::Start(Wait::Not),
        }
    }

    fn step_for_unknown_key(
        &self,
        keys: Arc<KeySet>,
        now: Moment,
        policy: &KeyCachePolicy,
    ) -> Step {
        if let Some(running) = &self.running
            && now.since(running.started_at) < MAX_AGE
        {
            return Step::Join(running.outcome.clone(), Some(MAX_WAIT));
        }
        let is_held = self
            .failure
            .as_ref()
            .is_some_and(|failure| failure.holds(now));
        if is_held || self.is_cooling_down(now, policy) {
            return Step::Return(Ok(keys));
        }
        Step::Start(Wait::Briefly)
    }

    fn is_cooling_down(&self, now: Moment, policy: &KeyCachePolicy) -> bool {
        self.last_request
            .is_some_and(|last| now.since(last) < policy.cooldown)
    }

    /// Notes that a request begins, in place of the one that may be under way. Returns its number.
    pub(super) fn begin(
        &mut self,
        runtime: Option<Id>,
        now: Moment,
        outcome: watch::Receiver<Option<Outcome>>,
    ) -> u64 {
        self.requests += 1;
        self.last_request = Some(now);
        self.running = Some(Running {
            number: self.requests,
            started_at: now,
            runtime,
            outcome,
        });
        self.requests
    }

    /// Takes the outcome of a request. Keys of a request that was replaced count until newer ones come, its failure
    /// does not.
    pub(super) fn land(
        &mut self,
        number: u64,
        fetched: Result<FetchedKeys>,
        now: Moment,
        policy: &KeyCachePolicy,
    ) -> Outcome {
        match fetched {
            Ok(fetched) => {
                self.end(number);
                Ok(self.store(number, fetched, now, policy))
            }
            Err(error) => {
                self.fail(number, Some(error.clone()), now, policy);
                Err(error)
            }
        }
    }

    /// Notes that a request failed, or ended without an outcome.
    pub(super) fn fail(
        &mut self,
        number: u64,
        error: Option<Error>,
        now: Moment,
        policy: &KeyCachePolicy,
    ) {
        if self.end(number) {
            let pause = match &self.failure {
                Some(failure) => failure.pause.saturating_mul(2),
                None => FIRST_PAUSE,
            };
            self.failure = Some(Failure {
                error,
                at: now,
                pause: pause.min(policy.cooldown),
            });
        }
    }

    /// Returns false if another request has replaced this one.
    fn end(&mut self, number: u64) -> bool {
        let ended = self.running.take_if(|running| running.number == number);
        ended.is_some()
    }

    fn store(
        &mut self,
        number: u64,
        fetched: FetchedKeys,
        now: Moment,
        policy: &KeyCachePolicy,
    ) -> Arc<KeySet> {
        if let Some(cached) = self.keys.as_ref().filter(|cached| cached.request > number) {
            return cached.keys.clone();
        }
        let ttl = fetched.max_age.unwrap_or(policy.ttl);
        let keys = Arc::new(fetched.keys);
        self.failure = None;
        self.keys = Some(CachedKeys {
            keys: keys.clone(),
            request: number,
            fetched_at: now,
            ttl: ttl.min(policy.max_ttl).max(policy.min_ttl),
        });
        keys
    }
}

impl Failure {
    fn holds(&self, now: Moment) -> bool {
        now.since(self.at) < self.pause
    }
}
