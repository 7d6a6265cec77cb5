//! The state that all clones of a provider share.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use arc_swap::ArcSwapOption;

use super::event::{Event, Listener};
use super::options::TokenOptions;
use super::policy::RefreshPolicy;
use super::single_flight::{Outcome, RefreshInFlight};
use super::snapshot::{ClockPort, Snapshot};
use super::state::{RefreshState, TokenAge};
use crate::cache::TokenStore;
use crate::error::{Error, Problem, Result};
use crate::source::TokenSource;
use crate::token::AccessToken;
use crate::util::clock::{Clock, Moment};
use crate::util::time;

pub(super) struct Shared {
    /// The token that is served without a lock while it is fresh.
    pub(super) published: ArcSwapOption<Snapshot>,
    /// The number of publications.
    pub(super) generation: AtomicU64,
    /// The lock is never held across an await.
    pub(super) state: Mutex<State>,
    pub(super) source: Box<dyn TokenSource>,
    pub(super) store: Option<Box<dyn TokenStore>>,
    pub(super) clock: ClockPort,
    pub(super) policy: RefreshPolicy,
    pub(super) listener: Option<Box<Listener>>,
}

pub(super) struct State {
    pub(super) refresh: RefreshState,
    pub(super) token: Option<Arc<AccessToken>>,
    pub(super) in_flight: Option<RefreshInFlight>,
    /// The number of refreshes that were started.
    pub(super) started: u64,
    pub(super) last_failure: Option<Failure>,
    /// An API rejected the token during a refresh. That refresh may have started too early to know it.
    pub(super) was_rejected_in_flight: bool,
    pub(super) random: fastrand::Rng,
}

/// A token with its age.
pub(super) struct AgedToken {
    pub(super) token: Arc<AccessToken>,
    pub(super) age: TokenAge,
}

pub(super) struct Failure {
    at: Moment,
    error: Error,
}

impl Shared {
    pub(super) fn emit(&self, event: &Event<'_>) {
        if let Some(listener) = &self.listener {
            listener(event);
        }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn now(&self) -> Moment {
        Moment::now(&self.clock)
    }

    /// Returns the published token if it is fresh.
    #[inline]
    pub(super) fn fresh_token(&self) -> Option<Arc<AccessToken>> {
        let published = self.published.load();
        let snapshot = published.as_ref()?;
        snapshot
            .is_fresh(&self.clock)
            .then(|| Arc::clone(&snapshot.token))
    }

    pub(super) fn publish(&self, snapshot: Option<Arc<Snapshot>>) {
        self.published.store(snapshot);
        self.generation.fetch_add(1, Ordering::Release);
    }

    /// Returns true if the token lives as long as this caller needs. The refresh may have been started by a caller
    /// that needs less.
    pub(super) fn lives_long_enough(&self, token: &AccessToken, options: &TokenOptions) -> bool {
        let left = token.remaining(self.clock.now());
        left.is_none_or(|left| left >= options.min_ttl)
    }

    /// Returns the outcome for a caller whose timeout has passed.
    pub(super) fn timed_out(&self, options: &TokenOptions, timeout: Duration) -> Outcome {
        self.usable_token(options).ok_or_else(|| {
            let message = format!("no token came within {}", time::human(timeout));
            Error::new(Problem::DeadlineExceeded, message)
        })
    }

    /// Returns the current token, due for a refresh or not, if it is good enough for this caller.
    pub(super) fn usable_token(&self, options: &TokenOptions) -> Option<Arc<AccessToken>> {
        let now = self.now();
        let state = self.lock();
        let left = state.refresh.usable(now)?.remaining(now);
        if left < options.min_ttl || options.force_refresh {
            return None;
        }
        state.token.clone()
    }

    /// Records the outcome of the refresh with this number, and publishes its token.
    pub(super) fn finish_refresh(&self, number: u64, result: Result<AgedToken>) -> Outcome {
        let now = self.now();
        let mut state = self.lock();
        state.in_flight.take_if(|refresh| refresh.number == number);
        match result {
            Ok(AgedToken { token, mut age }) => {
                if std::mem::take(&mut state.was_rejected_in_flight) {
                    // IMS may have issued the token before the rejection: serve it, and refresh it once more.
                    age.windows.advisory = Duration::ZERO;
                }
                state.refresh.record_success(age);
                state.last_failure = None;
                state.token = Some(Arc::clone(&token));
                self.publish(Some(Arc::new(Snapshot::new(Arc::clone(&token), age))));
                Ok(token)
            }
            Err(error) => {
                let random = state.random.f64();
                state.refresh.record_failure(now, &error, random);
                state.last_failure = Some(Failure {
                    at: now,
                    error: error.clone(),
                });
                drop(state);
                self.emit(&Event::Failed(&error));
                Err(error)
            }
        }
    }
}

impl State {
    /// Returns the error of the last refresh, for callers during the hold after it.
    pub(super) fn last_error(&self, now: Moment) -> Error {
        let Some(Failure { at, error }) = &self.last_failure else {
            return interrupted();
        };
        let hold = self.refresh.hold_remaining(now).unwrap_or_default();
        error.clone().with_hint(format!(
            "this attempt failed {} ago; the next attempt follows in {} at the earliest",
            time::human(now.since(*at)),
            time::human(hold),
        ))
    }
}

pub(super) fn interrupted() -> Error {
    let message = "the refresh ended without an outcome";
    Error::new(Problem::RefreshInterrupted, message)
}
