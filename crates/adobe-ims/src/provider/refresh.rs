//! One refresh: it takes a token from the store, or fetches one from the source with retries.

mod stored;

use core::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, timeout};

use self::stored::{StoreOutcome, Turn};
use super::catch_panic::{Panicked, catch_panic};
use super::event::Event;
use super::new_entry::NewEntry;
use super::options::TokenOptions;
use super::policy::{Windows, retry_pause};
use super::saving::PendingSave;
use super::shared::{AgedToken, RefreshResult, Shared, interrupted};
use super::single_flight::{Outcome, RefreshReceiver};
use super::state::TokenAge;
use crate::cache::{Saved, StoreEntry, StoreKey};
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
        // Only now: a store that is asked later may have a token.
        if let Some(error) = turns.iter_mut().find_map(|turn| turn.throttle.take()) {
            let token = take_fallback(turns).filter(|token| self.is_needed(token));
            let error = Some(error);
            return (RefreshResult { token, error }, Some(NewEntry::Nothing));
        }
        let result = self.fetch_and_renew(turns, key).await;
        let fallback = take_fallback(turns);
        let result = match result {
            Ok(token) => Ok(token).into(),
            Err(error) => RefreshResult {
                token: fallback.filter(|fallback| self.is_needed(fallback)),
                error: Some(error),
            },
        };
        (result, None)
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
            let left = end.saturating_duration_since(Instant::now() + pause);
            if !error.is_transient() || attempt >= policy.attempts || left.is_zero() {
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

/// Takes the first stored token that is still valid.
fn take_fallback(turns: &mut [Turn]) -> Option<AgedToken> {
    turns.iter_mut().find_map(|turn| turn.fallback.take())
}

/// Returns the end of a time limit. A limit of more than a year is none.
fn end_after(limit: Duration) -> Instant {
    const YEAR: Duration = Duration::from_secs(365 * 24 * 3600);
    Instant::now() + limit.min(YEAR)
}

#[expect(
    clippy::disallowed_methods,
    reason = "a pause between attempts has no event to wait for; tests pause the runtime's clock"
)]
async fn sleep(duration: Duration) {
    tokio::time::sleep(duration).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn longest_time_limit_is_a_year() {
        const DAY: Duration = Duration::from_secs(86_400);
        let left = |limit| end_after(limit).saturating_duration_since(Instant::now());
        assert!((364 * DAY..=365 * DAY).contains(&left(Duration::MAX)));
        assert!(left(DAY) <= DAY);
    }
}
