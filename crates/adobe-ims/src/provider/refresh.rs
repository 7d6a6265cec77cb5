//! One refresh: it takes a token from the store, or fetches one from the source with retries.

use core::pin::pin;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::sync::watch;
use tokio::time::{Instant, timeout};

use super::catch_panic::{Panicked, catch_panic};
use super::event::Event;
use super::new_entry::NewEntry;
use super::options::TokenOptions;
use super::policy::{Windows, retry_pause};
use super::saving::PendingSave;
use super::shared::{AgedToken, RefreshResult, Shared, interrupted};
use super::single_flight::{Outcome, RefreshReceiver};
use super::state::TokenAge;
use crate::cache::{Claim, Lease, Saved, StoreEntry, StoreKey, StoredToken, TokenStore};
use crate::error::{Error, Problem, Result};
use crate::source::FetchedToken;
use crate::token::AccessToken;
use crate::util::clock::Moment;
use crate::util::time;

pub(super) struct Refresh {
    shared: Arc<Shared>,
    number: u64,
    started_at: Moment,
    /// A stored token is not good enough.
    is_forced: bool,
    /// The need of the caller that started the refresh.
    min_ttl: Duration,
    outcome: watch::Sender<Option<Outcome>>,
    save: PendingSave,
}

/// The outcome of the look into one store.
enum StoreOutcome {
    /// Another process has stored a usable token.
    Token(AgedToken, Box<StoredToken>),
    /// The refresh of another process failed while this one waited. The stored token may bridge the failure.
    Failed(Error, Option<AgedToken>),
    /// This process must ask elsewhere.
    Ask(Box<Turn>),
}

/// The right to replace the entry of one store.
struct Turn {
    /// The place of the store in the order of asking.
    store: usize,
    /// `None` if the store cannot grant a lease.
    lease: Option<Lease>,
    entry: StoreEntry,
    /// A stored token that is still valid, in case that the request fails.
    fallback: Option<AgedToken>,
}

impl Refresh {
    pub(super) fn new(
        shared: &Arc<Shared>,
        number: u64,
        now: Moment,
        options: &TokenOptions,
    ) -> (Self, RefreshReceiver) {
        let (outcome, receiver) = watch::channel(None);
        let refresh = Self {
            shared: Arc::clone(shared),
            number,
            started_at: now,
            is_forced: options.force_refresh,
            min_ttl: options.min_ttl,
            outcome,
            save: PendingSave::new(shared),
        };
        (refresh, receiver)
    }

    /// Gets a token, publishes it, and saves it then: a store that hangs must cost nobody the token.
    pub(super) async fn run(self) {
        let mut turns = Vec::new();
        let (result, stored) = self.acquire(&mut turns).await;
        let entry = stored.unwrap_or_else(|| self.new_entry(&result));
        // Dropped without an outcome, the sender makes the callers look again.
        if let Some(outcome) = self.shared.finish_refresh(self.number, result) {
            self.outcome.send_replace(Some(outcome));
        }
        self.save(turns, entry).await;
        drop(self.save);
    }

    /// Asks the stores in their order, then the source. Returns the entry that came from a store.
    async fn acquire(&self, turns: &mut Vec<Turn>) -> (RefreshResult, Option<NewEntry>) {
        let Some(key) = self.shared.source.store_key() else {
            return (self.fetch().await.into(), None);
        };
        for store in 0..self.shared.stores.len() {
            match self.load_or_claim(store, key).await {
                StoreOutcome::Token(token, stored) => {
                    self.shared.emit(&Event::LoadedFromStore(&token.token));
                    return (Ok(token).into(), Some(NewEntry::Token(*stored)));
                }
                StoreOutcome::Failed(error, token) => {
                    let error = Some(error);
                    let token = token.filter(|token| self.is_needed(token));
                    return (RefreshResult { token, error }, Some(NewEntry::Nothing));
                }
                StoreOutcome::Ask(turn) => turns.push(*turn),
            }
        }
        let result = self.fetch_and_renew(turns, key).await;
        let fallback = turns.iter_mut().find_map(|turn| turn.fallback.take());
        let result = match result {
            Ok(token) => Ok(token).into(),
            Err(error) => RefreshResult {
                token: fallback.filter(|fallback| self.is_needed(fallback)),
                error: Some(error),
            },
        };
        (result, None)
    }

    /// Waits until a store has a usable token or grants the lease. After half of the policy's deadline this process
    /// asks without the lease: two requests are better than none.
    async fn load_or_claim(&self, number: usize, key: &StoreKey) -> StoreOutcome {
        let outcome = self.wait_for_store(number, key).await;
        self.shared.lock().lease_holder = None;
        outcome
    }

    async fn wait_for_store(&self, number: usize, key: &StoreKey) -> StoreOutcome {
        let store = &*self.shared.stores[number];
        let end = end_after(self.shared.policy.lease_timeout());
        let mut is_change_reported = false;
        loop {
            let claim = self.bounded(async { store.claim(key).await }).await;
            let (lease, pause) = self.divide(claim, end);
            let entry = self.load(store, key).await;
            let now = self.shared.now();
            if !is_change_reported && has_valid_token_of_other_secrets(&entry, key, now) {
                self.shared.emit(&Event::SecretsChanged);
                is_change_reported = true;
            }
            let token = self.usable_stored_token(&entry, key, now);
            let is_waiting = pause.is_some();
            let is_good = |token: &AgedToken| self.is_good_enough(&token.age, now, is_waiting);
            let failure = self
                .throttle(&entry, key, now)
                .or_else(|| self.shared_failure(&entry, key, now));
            let outcome = match (token, &entry.token, failure) {
                (Some(token), Some(stored), _) if is_good(&token) => {
                    Some(StoreOutcome::Token(token, Box::new(stored.clone())))
                }
                (token, _, Some(error)) => Some(StoreOutcome::Failed(error, token)),
                (fallback, _, None) if !is_waiting => {
                    return StoreOutcome::Ask(Box::new(Turn {
                        store: number,
                        lease,
                        entry,
                        fallback,
                    }));
                }
                _ => None,
            };
            if let Some(outcome) = outcome {
                self.release(store, key, lease).await;
                return outcome;
            }
            sleep(pause.unwrap_or_default()).await;
        }
    }

    /// Divides a claim into the lease, or the time after which to look again. Neither means that this process asks
    /// without a lease.
    fn divide(&self, claim: Result<Claim>, end: Instant) -> (Option<Lease>, Option<Duration>) {
        match claim {
            Ok(Claim::Won(lease)) => (Some(lease), None),
            Ok(Claim::Held {
                look_again_in,
                holder,
            }) => {
                let holder = holder.unwrap_or_else(|| "another process".to_owned());
                let left = end.saturating_duration_since(Instant::now());
                if left.is_zero() {
                    self.report_holder(&holder);
                    return (None, None);
                }
                self.shared.lock().lease_holder = Some(holder);
                (None, Some(look_again_in.min(left)))
            }
            Err(error) => {
                self.shared.emit(&Event::Store(&error));
                (None, None)
            }
        }
    }

    fn report_holder(&self, holder: &str) {
        let waited = time::human(self.shared.policy.lease_timeout());
        let message = format!(
            "{holder} has been refreshing the token for {waited} and has not finished; this process requests a token itself"
        );
        let error = Error::new(Problem::StoreBusy, message);
        self.shared.emit(&Event::Store(&error));
    }

    async fn load(&self, store: &dyn TokenStore, key: &StoreKey) -> StoreEntry {
        let entry = self.bounded(async { store.load(key).await }).await;
        entry.unwrap_or_else(|error| {
            self.shared.emit(&Event::Store(&error));
            StoreEntry::default()
        })
    }

    async fn release(&self, store: &dyn TokenStore, key: &StoreKey, lease: Option<Lease>) {
        if let Some(lease) = lease
            && let Err(error) = self
                .bounded(async { store.release(key, lease).await })
                .await
        {
            self.shared.emit(&Event::Store(&error));
        }
    }

    /// Limits the time of one operation of a store. A store that panics is one that fails.
    async fn bounded<T>(&self, operation: impl Future<Output = Result<T>>) -> Result<T> {
        let limit = self.shared.policy.store_timeout;
        let message = match timeout(limit, catch_panic(operation)).await {
            Ok(Ok(result)) => return result,
            Ok(Err(Panicked)) => "the store panicked".to_owned(),
            Err(_) => format!("the store did not answer within {}", time::human(limit)),
        };
        Err(Error::new(Problem::StoreUnusable, message))
    }

    /// Returns the stored token if this refresh may use it at all.
    fn usable_stored_token(
        &self,
        entry: &StoreEntry,
        key: &StoreKey,
        now: Moment,
    ) -> Option<AgedToken> {
        let stored = entry.token.as_ref()?;
        let is_usable = !self.is_forced
            && !stored.remaining(now.wall).is_zero()
            && stored.belongs_to(key)
            && !self.is_rejected(&stored.token);
        let age = self.age_of_stored(stored, now);
        let left = age.remaining(now);
        (is_usable && !left.is_zero() && left >= self.min_ttl).then(|| AgedToken {
            token: Arc::new(stored.token.clone()),
            age,
        })
    }

    /// Returns the age of a stored token. It does not make the current token younger: the store has times of the wall
    /// clock only, and that may have been set back.
    fn age_of_stored(&self, stored: &StoredToken, now: Moment) -> TokenAge {
        let age = age_of_stored(stored, now);
        let state = self.shared.lock();
        let current = state.token.as_ref();
        let known = current
            .filter(|current| current.is_same(&stored.token))
            .and_then(|_| state.refresh.age());
        known.map_or(age, |known| age.or_older(known, now))
    }

    /// Returns true if a stored token makes a fetch unnecessary. While another process refreshes it, it is enough
    /// that the token is outside its mandatory window and that this provider has no token of its own.
    fn is_good_enough(&self, age: &TokenAge, now: Moment, must_wait: bool) -> bool {
        age.is_fresh(now)
            || (must_wait
                && age.age(now) < age.windows.mandatory
                && self.shared.lock().refresh.usable(now).is_none())
    }

    /// Returns the error of a throttle that has not ended. It holds also for those who did not wait for it.
    fn throttle(&self, entry: &StoreEntry, key: &StoreKey, now: Moment) -> Option<Error> {
        let throttle = entry.throttle.as_ref().filter(|_| !self.is_forced)?;
        let left = throttle.remaining(key, now.wall)?;
        Some(throttle.error_at(now.wall, left))
    }

    /// Returns the stored failure of an attempt that began after this refresh: its outcome is that of all who waited
    /// for it. An older attempt says nothing about this moment, nor does one of a clock that was ahead.
    fn shared_failure(&self, entry: &StoreEntry, key: &StoreKey, now: Moment) -> Option<Error> {
        let failure = entry.failure.as_ref()?;
        // Stored times are truncated to milliseconds.
        let started_at = self.started_at.wall.checked_sub(Duration::from_millis(1))?;
        let is_shared = failure.started_at >= started_at
            // The clock may have been set back during the attempt.
            && failure.started_at.max(failure.at) <= now.wall
            && failure.fingerprint == key.fingerprint();
        is_shared.then(|| failure.error.clone())
    }

    /// Returns true if a stored token must bridge a failure: no API rejected it, and the provider has no token that is
    /// good enough itself. The provider knows the age of its own token better.
    fn is_needed(&self, fallback: &AgedToken) -> bool {
        let now = self.shared.now();
        let state = self.shared.lock();
        let current = state.refresh.usable(now);
        let is_enough = current.is_some_and(|age| age.remaining(now) >= self.min_ttl);
        drop(state);
        !is_enough && !self.is_rejected(&fallback.token)
    }

    /// Returns true for a token that an API rejected, also after another one replaced it.
    fn is_rejected(&self, token: &AccessToken) -> bool {
        let state = self.shared.lock();
        let mut rejected = state.rejected.iter();
        rejected.any(|rejected| rejected.is_same(token))
    }

    /// Returns the change of the stored entry that a result of this process makes.
    fn new_entry(&self, result: &RefreshResult) -> NewEntry {
        let now = self.shared.now();
        match (&result.error, &result.token) {
            (Some(error), _) => NewEntry::Failure {
                started_at: self.started_at.wall,
                at: now.wall,
                error: error.clone(),
            },
            (None, Some(AgedToken { token, age })) => match token.expires_at() {
                Some(expires_at) => NewEntry::NewToken {
                    token: AccessToken::clone(token),
                    obtained_at: now.wall,
                    refresh_at: (now.wall + age.windows.advisory).min(expires_at),
                    expires_at,
                },
                None => NewEntry::Nothing,
            },
            (None, None) => NewEntry::Nothing,
        }
    }

    /// Saves in the opposite order of asking, so that no store has an older token than one before it.
    async fn save(&self, turns: Vec<Turn>, new: NewEntry) {
        let Some(key) = self.shared.source.store_key() else {
            return;
        };
        for turn in turns.into_iter().rev() {
            let Turn {
                store,
                lease,
                mut entry,
                ..
            } = turn;
            let store = &*self.shared.stores[store];
            if new.apply(&mut entry, key) {
                match self
                    .bounded(async { store.save(key, &entry, lease.as_ref()).await })
                    .await
                {
                    Ok(Saved::Newer(newer)) => self.adopt_newer(&newer, key),
                    Ok(_) => {}
                    Err(error) => self.shared.emit(&Event::Store(&error)),
                }
            }
            self.release(store, key, lease).await;
        }
    }

    /// Takes over the token of another process that was faster. A token from before this refresh is not newer than
    /// what this refresh fetched.
    fn adopt_newer(&self, entry: &StoreEntry, key: &StoreKey) {
        let now = self.shared.now();
        let stored = entry.token.as_ref();
        let is_newer = stored.is_some_and(|stored| stored.obtained_at >= self.started_at.wall)
            || self.shared.lock().refresh.usable(now).is_none();
        if is_newer && let Some(token) = self.usable_stored_token(entry, key, now) {
            self.shared.emit(&Event::LoadedFromStore(&token.token));
            self.shared.adopt_newer(token, now);
        }
    }

    /// Fetches a token, and renews the leases meanwhile.
    async fn fetch_and_renew(&self, turns: &[Turn], key: &StoreKey) -> Result<AgedToken> {
        let mut fetch = pin!(self.fetch());
        let leases = || {
            turns
                .iter()
                .filter_map(|turn| Some((turn.store, turn.lease.as_ref()?)))
        };
        let Some(interval) = leases().filter_map(|(_, lease)| lease.renew_every()).min() else {
            return fetch.await;
        };
        loop {
            if let Ok(result) = timeout(interval, &mut fetch).await {
                return result;
            }
            for (store, lease) in leases() {
                let store = &self.shared.stores[store];
                let renewal = async { store.renew(key, lease).await };
                if let Err(error) = self.bounded(renewal).await {
                    self.shared.emit(&Event::Store(&error));
                }
            }
        }
    }

    /// Fetches a token from the source, with as many attempts as the policy allows.
    async fn fetch(&self) -> Result<AgedToken> {
        let policy = &self.shared.policy;
        let end = end_after(policy.deadline);
        let mut attempt = 0;
        loop {
            if !self.shared.is_in_flight(self.number) {
                return Err(interrupted());
            }
            attempt += 1;
            let left = end.saturating_duration_since(Instant::now());
            // An attempt that hangs, on a dead connection for example, leaves time for the next one.
            let share = if attempt < policy.attempts {
                left * 3 / 4
            } else {
                left
            };
            let error = match self.attempt(share).await {
                Ok(fetched) => return self.accept(fetched),
                Err(error) => error,
            };
            let random = self.shared.lock().random.f64();
            let pause = retry_pause(&error, attempt, random);
            let is_in_time = Instant::now() + pause < end;
            if !error.is_transient() || attempt >= policy.attempts || !is_in_time {
                return Err(error);
            }
            self.shared.emit(&Event::Retrying(&error));
            sleep(pause).await;
        }
    }

    async fn attempt(&self, limit: Duration) -> Result<FetchedToken> {
        let source = &self.shared.source;
        let fetch = catch_panic(async { source.fetch().await });
        match timeout(limit, fetch).await {
            Ok(Ok(result)) => result,
            Ok(Err(Panicked)) => Err(Error::custom("the token source panicked")),
            Err(_) => {
                let limit = time::human(limit);
                let message = match source.store_key() {
                    Some(key) => format!("no token came from {} within {limit}", key.environment()),
                    None => format!("the refresh brought no token within {limit}"),
                };
                Err(Error::new(Problem::DeadlineExceeded, message))
            }
        }
    }

    fn accept(&self, fetched: FetchedToken) -> Result<AgedToken> {
        let now = self.shared.now();
        let lifetime = fetched.token.remaining(now.wall);
        let lifetime = lifetime.unwrap_or(Duration::MAX);
        if lifetime.is_zero() {
            let message = "the new token has already expired";
            return Err(Error::new(Problem::TokenDeadOnArrival, message));
        }
        if self.is_rejected(&fetched.token) {
            let message = "an API rejected the token, and the source has no other one";
            return Err(Error::new(Problem::TokenNotReplaced, message));
        }
        for warning in &fetched.warnings {
            self.shared.emit(&Event::Warning(warning));
        }
        self.shared.emit(&Event::Fetched(&fetched));
        let jitter = self.shared.lock().random.f64();
        let windows = Windows::new(lifetime, jitter);
        Ok(AgedToken {
            token: Arc::new(fetched.token),
            age: TokenAge::new(now, Duration::ZERO, lifetime, windows),
        })
    }
}

/// Returns the end of a time limit. A limit of more than a year is none.
fn end_after(limit: Duration) -> Instant {
    const YEAR: Duration = Duration::from_secs(365 * 24 * 3600);
    Instant::now() + limit.min(YEAR)
}

fn has_valid_token_of_other_secrets(entry: &StoreEntry, key: &StoreKey, now: Moment) -> bool {
    entry
        .token
        .as_ref()
        .is_some_and(|stored| !stored.remaining(now.wall).is_zero() && !stored.belongs_to(key))
}

/// Returns the age of a stored token by the wall clock.
fn age_of_stored(stored: &StoredToken, now: Moment) -> TokenAge {
    let since_obtained = |time: SystemTime| {
        let duration = time.duration_since(stored.obtained_at);
        duration.unwrap_or_default()
    };
    let lifetime = since_obtained(stored.expires_at);
    let windows = Windows {
        advisory: since_obtained(stored.refresh_at).min(lifetime),
        ..Windows::new(lifetime, 0.0)
    };
    TokenAge::new(now, since_obtained(now.wall), lifetime, windows)
}

#[expect(
    clippy::disallowed_methods,
    reason = "a pause between attempts has no event to wait for; tests pause the runtime's clock"
)]
async fn sleep(duration: Duration) {
    tokio::time::sleep(duration).await;
}
