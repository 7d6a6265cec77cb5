//! The state that all clones of a provider share.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use arc_swap::ArcSwapOption;
use tokio::runtime::Handle;
use tokio::sync::watch;

use super::background::background;
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
use crate::util::clock::Moment;
use crate::util::time;

/// The most rejected tokens that are remembered. Rejections are rare: the pauses between them grow.
const MAX_REJECTED: usize = 16;

pub(super) struct Shared {
    /// The token that is served without a lock while it is fresh.
    pub(super) published: ArcSwapOption<Snapshot>,
    /// The number of publications.
    pub(super) generation: AtomicU64,
    /// The lock is never held across an await.
    pub(super) state: Mutex<State>,
    pub(super) source: Box<dyn TokenSource>,
    /// In the order of asking.
    pub(super) stores: Vec<Box<dyn TokenStore>>,
    /// The number of refreshes that may still save something.
    pub(super) pending_saves: watch::Sender<usize>,
    /// The runtime of refreshes, if the host named one.
    pub(super) runtime: Option<Handle>,
    pub(super) clock: ClockPort,
    pub(super) policy: RefreshPolicy,
    pub(super) listener: Option<Box<Listener>>,
}

pub(super) struct State {
    pub(super) refresh: RefreshState,
    pub(super) token: Option<Arc<AccessToken>>,
    /// The last tokens that were withdrawn. A store may still have them.
    pub(super) rejected: Vec<Arc<AccessToken>>,
    pub(super) in_flight: Option<RefreshInFlight>,
    /// The process for which the refresh in flight waits.
    pub(super) lease_holder: Option<String>,
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

/// The result of a refresh. Both are there when the refresh failed and an older, valid token bridges the failure.
pub(super) struct RefreshResult {
    pub(super) token: Option<AgedToken>,
    pub(super) error: Option<Error>,
}

impl From<Result<AgedToken>> for RefreshResult {
    fn from(result: Result<AgedToken>) -> Self {
        match result {
            Ok(token) => Self {
                token: Some(token),
                error: None,
            },
            Err(error) => Self {
                token: None,
                error: Some(error),
            },
        }
    }
}

impl Shared {
    pub(super) fn emit(&self, event: &Event<'_>) {
        if let Some(listener) = &self.listener {
            // A listener that panics must not cost the callers their token.
            let _ = catch_unwind(AssertUnwindSafe(|| listener(event)));
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

    /// Returns the runtime on which refreshes and their deadlines run.
    pub(super) fn runtime(&self) -> Result<Handle> {
        match &self.runtime {
            Some(runtime) => Ok(runtime.clone()),
            None => background(),
        }
    }

    /// Returns true if the outcome of a refresh can be returned to this caller now. A caller may be polled long after
    /// the refresh has ended, on a machine that slept for example.
    pub(super) fn is_returnable(&self, token: &Arc<AccessToken>, options: &TokenOptions) -> bool {
        let now = self.now();
        let state = self.lock();
        let is_current = state
            .token
            .as_ref()
            .is_some_and(|current| Arc::ptr_eq(current, token));
        is_current
            && state.refresh.usable(now).is_some_and(|age| {
                let left = age.remaining(now);
                left >= options.min_ttl
            })
    }

    /// Returns true for a valid token that expires sooner than the caller demands.
    pub(super) fn is_too_short(&self, token: &AccessToken, options: &TokenOptions) -> bool {
        let too_short = Duration::from_nanos(1)..options.min_ttl;
        let left = token.remaining(self.now().wall);
        left.is_some_and(|left| too_short.contains(&left))
    }

    /// Returns true while this is the refresh that callers wait for. One that was replaced must not send a request.
    pub(super) fn is_in_flight(&self, number: u64) -> bool {
        let state = self.lock();
        state
            .in_flight
            .as_ref()
            .is_some_and(|refresh| refresh.number == number)
    }

    /// Returns the outcome for a caller whose timeout has passed.
    pub(super) fn timed_out(&self, options: &TokenOptions, timeout: Duration) -> Outcome {
        self.usable_token(options).ok_or_else(|| {
            let message = format!("no token came within {}", time::human(timeout));
            let error = Error::new(Problem::DeadlineExceeded, message);
            match &self.lock().lease_holder {
                None => error,
                Some(holder) => error.with_hint(format!(
                    "{holder} has the right to refresh the token and has not finished; it may be stopped"
                )),
            }
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

    /// Takes over a newer token of another process, which a store handed over.
    pub(super) fn adopt_newer(&self, token: AgedToken, now: Moment) {
        let mut state = self.lock();
        let current = state.refresh.usable(now).map(|age| age.remaining(now));
        if current.is_some_and(|left| left >= token.age.remaining(now)) {
            return;
        }
        state.refresh.record_success(token.age);
        state.token = Some(Arc::clone(&token.token));
        self.publish(Some(Arc::new(Snapshot::new(token.token, token.age))));
    }

    /// Records the result of a refresh and returns the outcome for its callers; `None` if the refresh was replaced
    /// meanwhile, so that its result does not count.
    pub(super) fn finish_refresh(&self, number: u64, result: RefreshResult) -> Option<Outcome> {
        let now = self.now();
        let mut state = self.lock();
        state
            .in_flight
            .take_if(|refresh| refresh.number == number)?;
        let RefreshResult { token, error } = result;
        let outcome = match (token, &error) {
            (Some(AgedToken { token, mut age }), error) => {
                if std::mem::take(&mut state.was_rejected_in_flight) {
                    // IMS may have issued the token before the rejection: serve it, and refresh it once more.
                    age.windows.advisory = Duration::ZERO;
                }
                state.refresh.record_success(age);
                state.token = Some(Arc::clone(&token));
                self.publish(Some(Arc::new(Snapshot::new(Arc::clone(&token), age))));
                if error.is_none() {
                    state.last_failure = None;
                }
                Ok(token)
            }
            (None, Some(error)) => Err(error.clone()),
            (None, None) => Err(interrupted()),
        };
        if let Some(error) = error {
            let random = state.random.f64();
            state.refresh.record_failure(now, &error, random);
            state.last_failure = Some(Failure {
                at: now,
                error: error.clone(),
            });
            drop(state);
            self.emit(&Event::Failed(&error));
        }
        Some(outcome)
    }
}

impl State {
    /// Returns a snapshot of a doubtful token: readers serve it, and start a refresh.
    pub(super) fn doubtful_snapshot(&self, now: Moment) -> Option<Arc<Snapshot>> {
        let mut age = *self
            .refresh
            .usable(now)
            .filter(|_| self.refresh.is_doubtful())?;
        age.windows.advisory = Duration::ZERO;
        let token = self.token.clone()?;
        Some(Arc::new(Snapshot::new(token, age)))
    }

    /// Remembers that an API rejected the current token.
    pub(super) fn withdraw_current(&mut self) {
        self.rejected.extend(self.token.clone());
        let superfluous = self.rejected.len().saturating_sub(MAX_REJECTED);
        drop(self.rejected.drain(..superfluous));
    }

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
