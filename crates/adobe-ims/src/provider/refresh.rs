//! Getting a token: from the store if somebody else has got one, else from the source, with patience.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, timeout};

use super::TokenOptions;
use super::event::Event;
use super::policy::{Windows, pause};
use super::shared::{Shared, State};
use super::single_flight::{Outcome, RefreshReceiver};
use super::state::TokenAge;
use crate::cache::{Lease, StoreEntry, StoreKey, StoredFailure, StoredToken, TokenStore};
use crate::error::Problem;
use crate::error::{Error, Result};
use crate::source::FetchedToken;
use crate::token::AccessToken;
use crate::util::clock::Moment;
use crate::util::time;

/// One refresh.
pub(super) struct Refresh {
    shared: Arc<Shared>,
    number: u64,
    started: Moment,
    /// What is stored will not do.
    forced: bool,
    /// What the caller needs who started it.
    min_ttl: Duration,
    outcome: watch::Sender<Option<Outcome>>,
}

/// A token and how long it lives.
type Found = (Arc<AccessToken>, TokenAge);

/// What the look into the store comes to.
enum StoreOutcome {
    /// Somebody else has got a token.
    Adopt(Found),
    /// Somebody else has tried, while we waited.
    Failed(Error),
    /// It is up to us. The lease is missing when the store cannot give one.
    Ask {
        lease: Option<Lease>,
        stored: Box<StoreEntry>,
        /// A stored token that still lives, in case that it does not work out.
        spare: Option<Found>,
    },
}

impl Refresh {
    pub(super) fn prepare(
        shared: &Arc<Shared>,
        state: &State,
        now: Moment,
        options: &TokenOptions,
    ) -> (Self, RefreshReceiver) {
        let (outcome, landing) = watch::channel(None);
        let refresh = Self {
            shared: Arc::clone(shared),
            number: state.flights,
            started: now,
            forced: options.force_refresh,
            min_ttl: options.min_ttl,
            outcome,
        };
        (refresh, landing)
    }

    pub(super) async fn run(self) {
        let outcome = self.obtain().await;
        let outcome = self.shared.land(self.number, outcome);
        self.outcome.send_replace(Some(outcome));
    }

    async fn obtain(&self) -> Result<Found> {
        let source = &self.shared.source;
        let (Some(store), Some(key)) = (self.shared.store.as_deref(), source.store_key()) else {
            return self.fetch().await;
        };
        match self.wait_for_turn(store, key).await {
            StoreOutcome::Adopt(found) => {
                self.shared.emit(&Event::LoadedFromStore(&found.0));
                Ok(found)
            }
            StoreOutcome::Failed(error) => Err(error),
            StoreOutcome::Ask {
                lease,
                stored,
                spare,
            } => {
                let fetched = self.fetch().await;
                self.keep(store, key, *stored, &fetched).await;
                drop(lease);
                match (fetched, spare) {
                    (Err(error), Some(spare)) if self.is_adoptable(&spare.0) => {
                        self.shared.emit(&Event::Failed(&error));
                        Ok(spare)
                    }
                    (fetched, _) => fetched,
                }
            }
        }
    }

    /// Waits until the store has what is needed, or the right to ask is ours. Whoever holds that right
    /// ends within the policy's deadline; if not, asking twice is better than not at all.
    async fn wait_for_turn(&self, store: &dyn TokenStore, key: &StoreKey) -> StoreOutcome {
        let end = Instant::now() + self.shared.policy.deadline;
        let mut reported = false;
        loop {
            let lease = store.lease(key).await;
            let stored = store.load(key).await.unwrap_or_else(|error| {
                self.shared.emit(&Event::Store(&error));
                StoreEntry::default()
            });
            let now = self.shared.now();
            let candidate = stored
                .token
                .as_ref()
                .filter(|token| !token.remaining(now.wall).is_zero());
            if candidate.is_some_and(|token| !token.belongs_to(key)) && !reported {
                self.shared.emit(&Event::SecretsChanged);
                reported = true;
            }
            let spare = candidate
                .filter(|token| !self.forced && token.belongs_to(key))
                .filter(|token| token.remaining(now.wall) >= self.min_ttl)
                .filter(|token| self.is_adoptable(&token.token))
                .map(|token| (Arc::new(token.token.clone()), life_of_stored(token, now)));
            let busy = matches!(lease, Ok(None)) && Instant::now() < end;
            let spare = match spare {
                Some((token, life))
                    if life.is_fresh(now) || (busy && self.bridges_outage(&life, now)) =>
                {
                    return StoreOutcome::Adopt((token, life));
                }
                spare => spare,
            };
            if let Some(error) = self.shared_failure(&stored, key) {
                return StoreOutcome::Failed(error);
            }
            if !busy {
                let lease = lease.unwrap_or_else(|error| {
                    self.shared.emit(&Event::Store(&error));
                    None
                });
                return StoreOutcome::Ask {
                    lease,
                    stored: Box::new(stored),
                    spare,
                };
            }
            let random = self.shared.lock().random.f64();
            rest(Duration::from_millis(10) + Duration::from_millis(20).mul_f64(random)).await;
        }
    }

    /// Whether a token that somebody else is refreshing will do: there is time, and nothing better here.
    fn bridges_outage(&self, life: &TokenAge, now: Moment) -> bool {
        life.age(now) < life.windows.mandatory && self.shared.lock().slot.servable(now).is_none()
    }

    /// A failure that happened while we waited for it: asking again at once would make a queue of
    /// failures out of an outage.
    fn shared_failure(&self, stored: &StoreEntry, key: &StoreKey) -> Option<Error> {
        let failure = stored.failure.as_ref()?;
        // What is stored is cut to milliseconds.
        let started = self.started.wall.checked_sub(Duration::from_millis(1))?;
        (failure.at > started && failure.fingerprint == key.fingerprint())
            .then(|| failure.error.clone())
    }

    /// Not the one that an API has just called invalid.
    fn is_adoptable(&self, token: &AccessToken) -> bool {
        let state = self.shared.lock();
        !state.slot.is_rejected() || !state.token.as_ref().is_some_and(|it| it.is_same(token))
    }

    async fn keep(
        &self,
        store: &dyn TokenStore,
        key: &StoreKey,
        mut entry: StoreEntry,
        fetched: &Result<Found>,
    ) {
        let now = self.shared.now();
        let fingerprint = key.fingerprint().to_owned();
        match fetched {
            Ok((token, life)) => {
                let Some(expires_at) = token.expires_at() else {
                    return;
                };
                entry.failure = None;
                entry.token = Some(StoredToken {
                    token: AccessToken::clone(token),
                    obtained_at: now.wall,
                    refresh_at: (now.wall + life.windows.advisory).min(expires_at),
                    expires_at,
                    fingerprint,
                });
            }
            Err(error) => {
                entry.failure = Some(StoredFailure {
                    at: now.wall,
                    error: error.clone(),
                    fingerprint,
                });
            }
        }
        if let Err(error) = store.save(key, &entry).await {
            self.shared.emit(&Event::Store(&error));
        }
    }

    /// Asks the source, as often as the policy allows.
    async fn fetch(&self) -> Result<Found> {
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
                    let what =
                        format!("no token came within the {deadline} that a refresh may take");
                    return Err(Error::new(Problem::DeadlineExceeded, what));
                }
            };
            let random = self.shared.lock().random.f64();
            let pause = pause(&error, attempt, random);
            let in_time = Instant::now() + pause < end;
            if !error.is_transient() || attempt >= policy.attempts || !in_time {
                return Err(error);
            }
            self.shared.emit(&Event::Retrying(&error));
            rest(pause).await;
        }
    }

    fn accept(&self, fetched: FetchedToken) -> Result<Found> {
        let now = self.shared.now();
        let length = fetched.token.remaining(now.wall);
        let length = length.unwrap_or(Duration::MAX);
        if length.is_zero() {
            let what = "the token that was handed out has already expired";
            return Err(Error::new(Problem::TokenDeadOnArrival, what));
        }
        for notice in &fetched.warnings {
            self.shared.emit(&Event::Warning(notice));
        }
        self.shared.emit(&Event::Fetched(&fetched));
        let jitter = self.shared.lock().random.f64();
        let windows = Windows::of(length, jitter);
        let life = TokenAge::new(now, Duration::ZERO, length, windows);
        Ok((Arc::new(fetched.token), life))
    }
}

/// The life of a token that is stored by the wall clock.
fn life_of_stored(stored: &StoredToken, now: Moment) -> TokenAge {
    let since = |later: std::time::SystemTime| {
        let span = later.duration_since(stored.obtained_at);
        span.unwrap_or_default()
    };
    let length = since(stored.expires_at);
    let windows = Windows {
        advisory: since(stored.refresh_at).min(length),
        ..Windows::of(length, 0.0)
    };
    TokenAge::new(now, since(now.wall), length, windows)
}

#[expect(
    clippy::disallowed_methods,
    reason = "between attempts there is nothing else to wait for; tests pause the runtime's clock"
)]
async fn rest(pause: Duration) {
    tokio::time::sleep(pause).await;
}
