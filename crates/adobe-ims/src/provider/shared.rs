//! What all clones of a provider share, and the acts that follow from a decision.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use arc_swap::ArcSwapOption;

use super::refresh::Refresh;
use super::single_flight;
use super::single_flight::{Executor, Outcome, RefreshInFlight, RefreshReceiver};
use super::snapshot::{ClockPort, Snapshot};
use super::state::{Decision, RefreshState, TokenAge};
use super::{Event, RefreshPolicy, TokenOptions, event};
use crate::cache::TokenStore;
use crate::error::Problem;
use crate::error::{Error, Result};
use crate::source::TokenSource;
use crate::token::AccessToken;
use crate::util::clock::Clock;
use crate::util::clock::Moment;
use crate::util::time;

pub(super) struct Shared {
    /// What is handed out without a look at the state, while it is fresh.
    pub(super) published: ArcSwapOption<Snapshot>,
    /// Counts what was published.
    pub(super) generation: AtomicU64,
    /// Held for moments only, never while something is waited for.
    pub(super) state: Mutex<State>,
    pub(super) source: Box<dyn TokenSource>,
    pub(super) store: Option<Box<dyn TokenStore>>,
    pub(super) clock: ClockPort,
    pub(super) policy: RefreshPolicy,
    pub(super) listener: Option<Box<event::Listener>>,
}

pub(super) struct State {
    pub(super) slot: RefreshState,
    pub(super) token: Option<Arc<AccessToken>>,
    pub(super) flight: Option<RefreshInFlight>,
    pub(super) flights: u64,
    /// The last failure and when it happened.
    pub(super) failure: Option<(Moment, Error)>,
    /// The current token was rejected while a refresh was under way, which may have begun too early to
    /// know of it.
    pub(super) doubtful: bool,
    pub(super) random: fastrand::Rng,
}

/// What a caller is told at once.
pub(super) enum ApiResponse {
    Token(Arc<AccessToken>),
    Wait(RefreshReceiver),
}

impl Shared {
    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn now(&self) -> Moment {
        Moment::now(&self.clock)
    }

    /// The published token, if it is fresh.
    #[inline]
    pub(super) fn fresh(&self) -> Option<Arc<AccessToken>> {
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

    /// Decides for one caller and starts what has to be started.
    pub(super) fn ask(
        self: &Arc<Self>,
        options: &TokenOptions,
        ground: Executor,
    ) -> Result<ApiResponse> {
        let now = self.now();
        let mut state = self.lock();
        if options.force_refresh {
            return self
                .join(&mut state, now, ground, options)
                .map(ApiResponse::Wait);
        }
        let decision = state.slot.decide(now, options.min_ttl);
        match (decision, &state.token) {
            (Decision::Serve, Some(token)) => Ok(ApiResponse::Token(Arc::clone(token))),
            (Decision::ServeAndRefresh, Some(token)) => {
                let token = Arc::clone(token);
                // Whoever has a token does not care whether a thread can be had.
                let _ = self.join(&mut state, now, ground, options);
                Ok(ApiResponse::Token(token))
            }
            (Decision::TooShort, Some(token)) => Err(too_short(token, options, now.wall)),
            (Decision::Fail, _) => Err(state.last_failure(now)),
            _ => self
                .join(&mut state, now, ground, options)
                .map(ApiResponse::Wait),
        }
    }

    /// The refresh that is under way, or else a new one.
    pub(super) fn join(
        self: &Arc<Self>,
        state: &mut State,
        now: Moment,
        ground: Executor,
        options: &TokenOptions,
    ) -> Result<RefreshReceiver> {
        // One that has outlived its own deadlines, for its turn and for the source, sits on a runtime
        // that does not run.
        let stuck = 2 * self.policy.deadline + Duration::from_secs(5);
        if let Some(flight) = &state.flight
            && now.since(flight.started) < stuck
            && flight.landing.has_changed().is_ok()
        {
            return Ok(flight.landing.clone());
        }
        state.flights += 1;
        let (work, landing) = Refresh::prepare(self, state, now, options);
        state.flight = Some(RefreshInFlight {
            number: state.flights,
            started: now,
            landing: landing.clone(),
        });
        if let Err(error) = single_flight::start(work.run(), ground) {
            state.flight = None;
            return Err(error);
        }
        Ok(landing)
    }

    /// Those who need a token for long may have waited together with those who do not.
    pub(super) fn lives_long_enough(&self, token: &AccessToken, options: &TokenOptions) -> bool {
        let left = token.remaining(self.clock.now());
        left.is_none_or(|left| left >= options.min_ttl)
    }

    pub(super) fn timed_out(&self, options: &TokenOptions, patience: Duration) -> Outcome {
        self.servable(options).ok_or_else(|| {
            let what = format!("no token within {}", time::human(patience));
            Error::new(Problem::DeadlineExceeded, what)
        })
    }

    /// The token that is there, though it should be refreshed, if it does for this caller.
    pub(super) fn servable(&self, options: &TokenOptions) -> Option<Arc<AccessToken>> {
        let now = self.now();
        let state = self.lock();
        let left = state.slot.servable(now)?.left(now);
        (left >= options.min_ttl && !options.force_refresh)
            .then(|| state.token.clone())
            .flatten()
    }

    /// Takes over the outcome of the refresh with this number.
    pub(super) fn land(
        &self,
        number: u64,
        outcome: Result<(Arc<AccessToken>, TokenAge)>,
    ) -> Outcome {
        let now = self.now();
        let mut state = self.lock();
        if state.flight.as_ref().is_some_and(|it| it.number == number) {
            state.flight = None;
        }
        match outcome {
            Ok((token, mut life)) => {
                if std::mem::take(&mut state.doubtful) {
                    // It may have been minted before whatever made the last one invalid: handed out, but
                    // refreshed once more.
                    life.windows.advisory = Duration::ZERO;
                }
                state.slot.renewed(life);
                state.failure = None;
                state.token = Some(Arc::clone(&token));
                self.publish(Some(Arc::new(Snapshot::new(Arc::clone(&token), life))));
                Ok(token)
            }
            Err(error) => {
                let random = state.random.f64();
                state.slot.failed(now, &error, random);
                state.failure = Some((now, error.clone()));
                drop(state);
                self.emit(&Event::Failed(&error));
                Err(error)
            }
        }
    }
}

impl State {
    /// The last failure, for those who come while nobody is asked.
    pub(super) fn last_failure(&self, now: Moment) -> Error {
        let Some((when, error)) = &self.failure else {
            return interrupted();
        };
        let hold = self.slot.hold_left(now).unwrap_or_default();
        error.clone().with_hint(format!(
            "this is the outcome of {} ago; the next attempt is made in {} at the earliest",
            time::human(now.since(*when)),
            time::human(hold),
        ))
    }
}

pub(super) fn too_short(token: &AccessToken, options: &TokenOptions, now: SystemTime) -> Error {
    let left = token.remaining(now).unwrap_or_default();
    let what = format!(
        "a new token lives {}, and {} were asked for",
        time::human(left),
        time::human(options.min_ttl),
    );
    Error::new(Problem::TokenShortLived, what)
}

pub(super) fn interrupted() -> Error {
    let what = "the refresh ended before it had an outcome";
    Error::new(Problem::RefreshInterrupted, what)
}
