//! Getting a token: from the store if somebody else has got one, else from the source, with patience.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, timeout};

use super::Need;
use super::event::Event;
use super::policy::{Windows, pause};
use super::shared::{Shared, State};
use super::single_flight::{Landing, Outcome};
use super::state::Life;
use crate::cache::{Lease, StoreEntry, StoreKey, StoredFailure, StoredToken, TokenStore};
use crate::error::Problem;
use crate::error::{Error, Result};
use crate::source::Minted;
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
type Found = (Arc<AccessToken>, Life);

/// What the look into the store comes to.
enum Turn {
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
        need: &Need,
    ) -> (Self, Landing) {
        let (outcome, landing) = watch::channel(None);
        let refresh = Self {
            shared: Arc::clone(shared),
            number: state.flights,
            started: now,
            forced: need.new,
            min_ttl: need.min_ttl,
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
            return self.mint().await;
        };
        match self.wait_for_turn(store, key).await {
            Turn::Adopt(found) => {
                self.shared.tell(&Event::Adopted(&found.0));
                Ok(found)
            }
            Turn::Failed(error) => Err(error),
            Turn::Ask {
                lease,
                stored,
                spare,
            } => {
                let minted = self.mint().await;
                self.keep(store, key, *stored, &minted).await;
                drop(lease);
                match (minted, spare) {
                    (Err(error), Some(spare)) if self.is_adoptable(&spare.0) => {
                        self.shared.tell(&Event::Failed(&error));
                        Ok(spare)
                    }
                    (minted, _) => minted,
                }
            }
        }
    }

    /// Waits until the store has what is needed, or the right to ask is ours. Whoever holds that right
    /// ends within the policy's deadline; if not, asking twice is better than not at all.
    async fn wait_for_turn(&self, store: &dyn TokenStore, key: &StoreKey) -> Turn {
        let end = Instant::now() + self.shared.policy.deadline;
        let mut told = false;
        loop {
            let lease = store.lease(key).await;
            let stored = store.load(key).await.unwrap_or_else(|error| {
                self.shared.tell(&Event::Store(&error));
                StoreEntry::default()
            });
            let now = self.shared.now();
            let candidate = stored
                .token
                .as_ref()
                .filter(|token| !token.left(now.wall).is_zero());
            if candidate.is_some_and(|token| !token.belongs_to(key)) && !told {
                self.shared.tell(&Event::SecretsChanged);
                told = true;
            }
            let spare = candidate
                .filter(|token| !self.forced && token.belongs_to(key))
                .filter(|token| token.left(now.wall) >= self.min_ttl)
                .filter(|token| self.is_adoptable(&token.token))
                .map(|token| (Arc::new(token.token.clone()), life_of_stored(token, now)));
            let busy = matches!(lease, Ok(None)) && Instant::now() < end;
            let spare = match spare {
                Some((token, life))
                    if life.is_fresh(now) || (busy && self.tides_over(&life, now)) =>
                {
                    return Turn::Adopt((token, life));
                }
                spare => spare,
            };
            if let Some(error) = self.shared_failure(&stored, key) {
                return Turn::Failed(error);
            }
            if !busy {
                let lease = lease.unwrap_or_else(|error| {
                    self.shared.tell(&Event::Store(&error));
                    None
                });
                return Turn::Ask {
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
    fn tides_over(&self, life: &Life, now: Moment) -> bool {
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
        minted: &Result<Found>,
    ) {
        let now = self.shared.now();
        let fingerprint = key.fingerprint().to_owned();
        match minted {
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
            self.shared.tell(&Event::Store(&error));
        }
    }

    /// Asks the source, as often as the policy allows.
    async fn mint(&self) -> Result<Found> {
        let policy = &self.shared.policy;
        let end = Instant::now() + policy.deadline;
        let mut attempt = 0;
        loop {
            attempt += 1;
            let left = end.saturating_duration_since(Instant::now());
            let error = match timeout(left, self.shared.source.mint()).await {
                Ok(Ok(minted)) => return self.accept(minted),
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
            self.shared.tell(&Event::Retrying(&error));
            rest(pause).await;
        }
    }

    fn accept(&self, minted: Minted) -> Result<Found> {
        let now = self.shared.now();
        let length = minted.token.remaining(now.wall);
        let length = length.unwrap_or(Duration::MAX);
        if length.is_zero() {
            let what = "the token that was handed out has already expired";
            return Err(Error::new(Problem::TokenDeadOnArrival, what));
        }
        for notice in &minted.notices {
            self.shared.tell(&Event::Notice(notice));
        }
        self.shared.tell(&Event::Minted(&minted));
        let jitter = self.shared.lock().random.f64();
        let windows = Windows::of(length, jitter);
        let life = Life::new(now, Duration::ZERO, length, windows);
        Ok((Arc::new(minted.token), life))
    }
}

/// The life of a token that is stored by the wall clock.
fn life_of_stored(stored: &StoredToken, now: Moment) -> Life {
    let since = |later: std::time::SystemTime| {
        let span = later.duration_since(stored.obtained_at);
        span.unwrap_or_default()
    };
    let length = since(stored.expires_at);
    let windows = Windows {
        advisory: since(stored.refresh_at).min(length),
        ..Windows::of(length, 0.0)
    };
    Life::new(now, since(now.wall), length, windows)
}

#[expect(
    clippy::disallowed_methods,
    reason = "between attempts there is nothing else to wait for; tests pause the runtime's clock"
)]
async fn rest(pause: Duration) {
    tokio::time::sleep(pause).await;
}
