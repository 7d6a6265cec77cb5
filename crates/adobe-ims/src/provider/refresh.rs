//! One refresh: it takes a token from the store, or fetches one from the source with retries.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::sync::watch;
use tokio::time::{Instant, timeout};

use super::event::Event;
use super::options::TokenOptions;
use super::policy::{Windows, retry_pause};
use super::shared::{AgedToken, Shared};
use super::single_flight::{Outcome, RefreshReceiver};
use super::state::TokenAge;
use crate::cache::{Claim, Lease, StoreEntry, StoreKey, StoredFailure, StoredToken, TokenStore};
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
    force_refresh: bool,
    /// The need of the caller that started the refresh.
    min_ttl: Duration,
    outcome: watch::Sender<Option<Outcome>>,
}

/// The outcome of the look into the store.
enum StoreOutcome {
    /// Another process has stored a usable token.
    Token(AgedToken),
    /// The refresh of another process failed while this one waited.
    Failed(Error),
    /// This process must fetch a token.
    Fetch(Turn),
}

/// The right to fetch a token, with the stored entry.
struct Turn {
    /// `None` if the store cannot grant a lease.
    lease: Option<Lease>,
    entry: Box<StoreEntry>,
    /// A stored token that is still valid, in case that the fetch fails.
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
            force_refresh: options.force_refresh,
            min_ttl: options.min_ttl,
            outcome,
        };
        (refresh, receiver)
    }

    pub(super) async fn run(self) {
        let result = self.acquire().await;
        let outcome = self.shared.finish_refresh(self.number, result);
        self.outcome.send_replace(Some(outcome));
    }

    async fn acquire(&self) -> Result<AgedToken> {
        let source = &self.shared.source;
        let (Some(store), Some(key)) = (self.shared.store.as_deref(), source.store_key()) else {
            return self.fetch().await;
        };
        let Turn {
            lease,
            entry,
            fallback,
        } = match self.load_or_lease(store, key).await {
            StoreOutcome::Token(stored) => {
                self.shared.emit(&Event::LoadedFromStore(&stored.token));
                return Ok(stored);
            }
            StoreOutcome::Failed(error) => return Err(error),
            StoreOutcome::Fetch(turn) => turn,
        };
        let fetched = self.fetch().await;
        self.save(store, key, *entry, &fetched, lease.as_ref())
            .await;
        if let Some(lease) = lease
            && let Err(error) = store.release(key, lease).await
        {
            self.shared.emit(&Event::Store(&error));
        }
        match (fetched, fallback) {
            (Err(error), Some(fallback)) if !self.is_rejected(&fallback.token) => {
                self.shared.emit(&Event::Failed(&error));
                Ok(fallback)
            }
            (fetched, _) => fetched,
        }
    }

    /// Waits until the store has a usable token or grants the lease. After the policy's deadline this process
    /// fetches a token without the lease: two requests are better than none.
    async fn load_or_lease(&self, store: &dyn TokenStore, key: &StoreKey) -> StoreOutcome {
        let end = Instant::now() + self.shared.policy.deadline;
        let mut is_change_reported = false;
        loop {
            let claim = store.claim(key).await;
            let entry = store.load(key).await.unwrap_or_else(|error| {
                self.shared.emit(&Event::Store(&error));
                StoreEntry::default()
            });
            let now = self.shared.now();
            if !is_change_reported && has_valid_token_of_other_secrets(&entry, key, now) {
                self.shared.emit(&Event::SecretsChanged);
                is_change_reported = true;
            }
            let held = match &claim {
                Ok(Claim::Held { look_again_in }) => Some(*look_again_in),
                _ => None,
            };
            let held = held.filter(|_| Instant::now() < end);
            let must_wait = held.is_some();
            let fallback = match self.usable_stored_token(&entry, key, now) {
                Some(stored) if self.is_good_enough(&stored.age, now, must_wait) => {
                    return StoreOutcome::Token(stored);
                }
                stored => stored,
            };
            if let Some(error) = self.shared_failure(&entry, key) {
                return StoreOutcome::Failed(error);
            }
            let Some(look_again_in) = held else {
                let lease = match claim {
                    Ok(Claim::Won(lease)) => Some(lease),
                    Ok(_) => None,
                    Err(error) => {
                        self.shared.emit(&Event::Store(&error));
                        None
                    }
                };
                return StoreOutcome::Fetch(Turn {
                    lease,
                    entry: Box::new(entry),
                    fallback,
                });
            };
            sleep(look_again_in).await;
        }
    }

    /// Returns the stored token if this refresh may use it at all.
    fn usable_stored_token(
        &self,
        entry: &StoreEntry,
        key: &StoreKey,
        now: Moment,
    ) -> Option<AgedToken> {
        let stored = entry.token.as_ref()?;
        let left = stored.remaining(now.wall);
        let is_usable = !self.force_refresh
            && !left.is_zero()
            && left >= self.min_ttl
            && stored.belongs_to(key)
            && !self.is_rejected(&stored.token);
        is_usable.then(|| AgedToken {
            token: Arc::new(stored.token.clone()),
            age: age_of_stored(stored, now),
        })
    }

    /// Returns true if a stored token makes a fetch unnecessary. While another process refreshes it, it is enough
    /// that the token is outside its mandatory window and that this provider has no token of its own.
    fn is_good_enough(&self, age: &TokenAge, now: Moment, must_wait: bool) -> bool {
        age.is_fresh(now)
            || (must_wait
                && age.age(now) < age.windows.mandatory
                && self.shared.lock().refresh.usable(now).is_none())
    }

    /// Returns the stored failure if it happened after this refresh started. With a request of its own each
    /// process would make an outage longer.
    fn shared_failure(&self, entry: &StoreEntry, key: &StoreKey) -> Option<Error> {
        let failure = entry.failure.as_ref()?;
        // Stored times are truncated to milliseconds.
        let started_at = self.started_at.wall.checked_sub(Duration::from_millis(1))?;
        (failure.at > started_at && failure.fingerprint == key.fingerprint())
            .then(|| failure.error.clone())
    }

    /// Returns true for the current token after an API rejected it.
    fn is_rejected(&self, token: &AccessToken) -> bool {
        let state = self.shared.lock();
        let current = state.token.as_ref();
        state.refresh.is_rejected() && current.is_some_and(|current| current.is_same(token))
    }

    async fn save(
        &self,
        store: &dyn TokenStore,
        key: &StoreKey,
        mut entry: StoreEntry,
        fetched: &Result<AgedToken>,
        lease: Option<&Lease>,
    ) {
        let now = self.shared.now();
        let fingerprint = key.fingerprint().to_owned();
        match fetched {
            Ok(AgedToken { token, age }) => {
                let Some(expires_at) = token.expires_at() else {
                    return;
                };
                entry.failure = None;
                entry.token = Some(StoredToken {
                    token: AccessToken::clone(token),
                    obtained_at: now.wall,
                    refresh_at: (now.wall + age.windows.advisory).min(expires_at),
                    expires_at,
                    fingerprint,
                });
            }
            Err(error) => {
                entry.failure = Some(StoredFailure {
                    started_at: self.started_at.wall,
                    at: now.wall,
                    error: error.clone(),
                    fingerprint,
                });
            }
        }
        if let Err(error) = store.save(key, &entry, lease).await {
            self.shared.emit(&Event::Store(&error));
        }
    }

    /// Fetches a token from the source, with as many attempts as the policy allows.
    async fn fetch(&self) -> Result<AgedToken> {
        let policy = &self.shared.policy;
        let end = Instant::now() + policy.deadline;
        let mut attempt = 0;
        loop {
            attempt += 1;
            let left = end.saturating_duration_since(Instant::now());
            let error = match timeout(left, self.shared.source.fetch()).await {
                Ok(Ok(fetched)) => return self.accept(fetched),
                Ok(Err(error)) => error,
                Err(_) => {
                    let deadline = time::human(policy.deadline);
                    let message = format!("the refresh brought no token within {deadline}");
                    return Err(Error::new(Problem::DeadlineExceeded, message));
                }
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

    fn accept(&self, fetched: FetchedToken) -> Result<AgedToken> {
        let now = self.shared.now();
        let lifetime = fetched.token.remaining(now.wall);
        let lifetime = lifetime.unwrap_or(Duration::MAX);
        if lifetime.is_zero() {
            let message = "the new token has already expired";
            return Err(Error::new(Problem::TokenDeadOnArrival, message));
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

fn has_valid_token_of_other_secrets(entry: &StoreEntry, key: &StoreKey, now: Moment) -> bool {
    entry
        .token
        .as_ref()
        .is_some_and(|stored| !stored.remaining(now.wall).is_zero() && !stored.belongs_to(key))
}

/// Returns the age of a stored token. The store has times of the wall clock only.
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
