//! One token for many callers, always fresh.
//!
//! A [`TokenProvider`] stands between a [`TokenSource`], which gets a new token each time it is asked,
//! and everybody who needs one:
//!
//! ```
//! use adobe_ims::provider::{AccountSource, TokenProvider};
//! # use adobe_ims::{ImsClient, TechnicalAccount};
//! # async fn example(ims: ImsClient, account: TechnicalAccount) -> adobe_ims::Result<()> {
//! let provider = TokenProvider::new(AccountSource::new(ims, account));
//! let token = provider.token().await?; // asks IMS
//! let token = provider.token().await?; // does not
//! # Ok(())
//! # }
//! ```
//!
//! # What it does, and when
//!
//! | The token is… | A caller gets |
//! |---|---|
//! | fresh | the token |
//! | in its last tenth (a minute at least, an hour at most, a random quarter of that earlier) | the token at once; one refresh runs without the caller |
//! | in its last minute (less for tokens that live less than 20) | the outcome of the one refresh that is under way; the old token if that fails |
//! | expired, rejected or not there | the outcome of the one refresh, token or error |
//!
//! A refresh asks at most three times if what fails is transient, with random pauses that grow, obeys
//! `Retry-After`, and ends within 15 s. Its outcome is shared by all who wait; a caller who gives up does
//! not end it. After a failure nobody asks for a while: 5 to 30 s and longer each time while there is a
//! token (but two more tries always fit in before it expires), 1 to 5 s without one, 30 to 60 s after a
//! refusal, never more than 5 minutes. Meanwhile callers get the token that is still valid, or the last
//! error at once. No failure is final.
//!
//! A token is never handed out past its expiry. Its age is told by two clocks, of which the one counts
//! that says more: a machine that slept and a clock that was set back make no token younger.
//!
//! A refresh runs on the tokio runtime of the caller that starts it, or on a thread of its own where
//! there is none; callers may sit on any number of runtimes. No task runs while nobody asks; a host that
//! wants the token renewed all the same calls [`TokenProvider::refresh_due`].

mod blocking;
mod builder;
mod event;
mod flight;
mod policy;
mod reader;
mod refresh;
mod slot;
mod snapshot;
mod source;

use core::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use arc_swap::ArcSwapOption;

use crate::clock::Moment;
use crate::store::TokenStore;
use crate::{AccessToken, Clock, Error, Problem, Result, timestamp};
use flight::{Flight, Ground, Landing, Outcome};
use refresh::Refresh;
use slot::{Decision, Life, Slot};
use snapshot::{ClockPort, Snapshot};

pub use blocking::BlockingTokenProvider;
pub use builder::TokenProviderBuilder;
pub use event::Event;
pub use policy::RefreshPolicy;
pub use reader::TokenReader;
pub use slot::Invalidation;
pub use source::{AccountSource, Minted, Minting, ReadySource, SourceFn, TokenSource, source_fn};

/// Hands out a token that is valid, and asks for a new one as seldom as it can. Cheap to clone; clones
/// are the same provider.
#[derive(Clone)]
pub struct TokenProvider(Arc<Shared>);

struct Shared {
    /// What is handed out without a look at the state, while it is fresh.
    published: ArcSwapOption<Snapshot>,
    /// Counts what was published.
    generation: AtomicU64,
    /// Held for moments only, never while something is waited for.
    state: Mutex<State>,
    source: Box<dyn TokenSource>,
    store: Option<Box<dyn TokenStore>>,
    clock: ClockPort,
    policy: RefreshPolicy,
    listener: Option<Box<event::Listener>>,
}

struct State {
    slot: Slot,
    token: Option<Arc<AccessToken>>,
    flight: Option<Flight>,
    flights: u64,
    /// The last failure and when it happened.
    failure: Option<(Moment, Error)>,
    /// The current token was rejected while a refresh was under way, which may have begun too early to
    /// know of it.
    doubtful: bool,
    random: fastrand::Rng,
}

/// What one caller needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Need {
    /// The token must live at least this long from now on.
    pub min_ttl: Duration,
    /// How long the caller waits at most; the policy's patience where it does not say.
    pub patience: Option<Duration>,
    /// The token must be got from now on.
    pub new: bool,
}

impl Need {
    /// A token that lives at least this long.
    pub fn min_ttl(min_ttl: Duration) -> Self {
        Self {
            min_ttl,
            ..Self::default()
        }
    }

    /// Waits no longer than this.
    #[must_use]
    pub fn patience(mut self, patience: Duration) -> Self {
        self.patience = Some(patience);
        self
    }

    /// Another token than any that is there already.
    #[must_use]
    pub fn renewed(mut self) -> Self {
        self.new = true;
        self
    }
}

/// What [`TokenProvider::refresh_due`] did.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Refreshed {
    /// How it ended, if it was due.
    pub outcome: Option<Result<()>>,
    /// When to come again.
    pub next: Duration,
}

/// What a caller is told at once.
enum Answer {
    Token(Arc<AccessToken>),
    Wait(Landing),
}

impl TokenProvider {
    /// Gets its tokens from this source, with the usual policy and without a store.
    pub fn new(source: impl TokenSource) -> Self {
        Self::builder(source).build()
    }

    /// Gets its tokens from this source.
    pub fn builder(source: impl TokenSource) -> TokenProviderBuilder {
        TokenProviderBuilder::new(Box::new(source))
    }

    /// A valid token: the one that is there, or the outcome of the one refresh that all who need it
    /// wait for.
    ///
    /// # Errors
    /// The error of the refresh, also for a while after it failed; [`Problem::DeadlineExceeded`] when the
    /// caller's patience ends first.
    pub async fn token(&self) -> Result<Arc<AccessToken>> {
        match self.0.fresh() {
            Some(token) => Ok(token),
            // In a box, so that the usual way stays small.
            None => Box::pin(self.token_for(&Need::default())).await,
        }
    }

    /// The same, for a caller with needs of its own.
    ///
    /// # Errors
    /// As for [`token`](Self::token); [`Problem::TokenShortLived`] when no token lives that long.
    pub async fn token_for(&self, need: &Need) -> Result<Arc<AccessToken>> {
        let patience = need.patience.unwrap_or(self.0.policy.patience);
        let found = self.find(need, Ground::Runtime);
        match tokio::runtime::Handle::try_current() {
            Ok(_) => match tokio::time::timeout(patience, found).await {
                Ok(found) => found,
                Err(_) => self.0.out_of_patience(need, patience),
            },
            // Without a timer, the deadline of the refresh is the caller's.
            Err(_) => found.await,
        }
    }

    /// A reader of its own for one thread or task: the fastest way to the current token.
    pub fn reader(&self) -> TokenReader {
        TokenReader::new(self.clone())
    }

    /// The same provider for programs without an async runtime.
    pub fn blocking(&self) -> BlockingTokenProvider {
        BlockingTokenProvider::new(self.clone())
    }

    /// Says that an API answered 401 to this token. If it is still the current one it is not handed out
    /// again, and the next caller waits for another.
    ///
    /// A 403 is no reason to call this: there the token is good and its owner lacks a right.
    pub fn invalidate(&self, token: &AccessToken) -> Invalidation {
        let now = self.0.now();
        let mut state = self.0.lock();
        let current = state.token.as_ref();
        if !current.is_some_and(|current| current.is_same(token)) {
            return Invalidation::Superseded;
        }
        let is_news = !state.slot.is_rejected();
        let invalidation = state.slot.invalidate(now, &self.0.policy);
        // What is under way when others say the same began after the first one did.
        if invalidation == Invalidation::Accepted && is_news {
            state.doubtful = state.flight.is_some();
            self.0.publish(None);
        }
        invalidation
    }

    /// Refreshes the token if that is due, and says when to come again: for hosts that have a loop of
    /// their own and want no caller ever to wait.
    pub async fn refresh_due(&self) -> Refreshed {
        let landing = {
            let now = self.0.now();
            let mut state = self.0.lock();
            match state.slot.decide(now, Duration::ZERO) {
                Decision::Refresh | Decision::ServeAndRefresh => {
                    Some(
                        self.0
                            .join(&mut state, now, Ground::Runtime, &Need::default()),
                    )
                }
                Decision::Serve | Decision::Fail | Decision::TooShort => None,
            }
        };
        let outcome = match landing {
            None => None,
            Some(Err(error)) => Some(Err(error)),
            Some(Ok(mut landing)) => Some(match flight::landed(&mut landing).await {
                Some(outcome) => outcome.map(drop),
                None => Err(interrupted()),
            }),
        };
        let next = self.0.lock().slot.due_in(self.0.now());
        Refreshed { outcome, next }
    }

    async fn find(&self, need: &Need, ground: Ground) -> Outcome {
        // A refresh ends without an outcome when its runtime is shut down: then it is started anew.
        for _ in 0..3 {
            let mut landing = match self.0.ask(need, ground)? {
                Answer::Token(token) => return Ok(token),
                Answer::Wait(landing) => landing,
            };
            match flight::landed(&mut landing).await {
                Some(Ok(token)) if self.0.lives_long_enough(&token, need) => return Ok(token),
                Some(Err(error)) => return self.0.servable(need).ok_or(error),
                Some(Ok(_)) | None => {}
            }
        }
        Err(interrupted())
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> Moment {
        Moment::now(&self.clock)
    }

    /// The published token, if it is fresh.
    #[inline]
    fn fresh(&self) -> Option<Arc<AccessToken>> {
        let published = self.published.load();
        let snapshot = published.as_ref()?;
        snapshot
            .is_fresh(&self.clock)
            .then(|| Arc::clone(&snapshot.token))
    }

    fn publish(&self, snapshot: Option<Arc<Snapshot>>) {
        self.published.store(snapshot);
        self.generation.fetch_add(1, Ordering::Release);
    }

    /// Decides for one caller and starts what has to be started.
    fn ask(self: &Arc<Self>, need: &Need, ground: Ground) -> Result<Answer> {
        let now = self.now();
        let mut state = self.lock();
        if need.new {
            return self.join(&mut state, now, ground, need).map(Answer::Wait);
        }
        let decision = state.slot.decide(now, need.min_ttl);
        match (decision, &state.token) {
            (Decision::Serve, Some(token)) => Ok(Answer::Token(Arc::clone(token))),
            (Decision::ServeAndRefresh, Some(token)) => {
                let token = Arc::clone(token);
                // Whoever has a token does not care whether a thread can be had.
                let _ = self.join(&mut state, now, ground, need);
                Ok(Answer::Token(token))
            }
            (Decision::TooShort, Some(token)) => Err(too_short(token, need, now.wall)),
            (Decision::Fail, _) => Err(state.last_failure(now)),
            _ => self.join(&mut state, now, ground, need).map(Answer::Wait),
        }
    }

    /// The refresh that is under way, or else a new one.
    fn join(
        self: &Arc<Self>,
        state: &mut State,
        now: Moment,
        ground: Ground,
        need: &Need,
    ) -> Result<Landing> {
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
        let (work, landing) = Refresh::prepare(self, state, now, need);
        state.flight = Some(Flight {
            number: state.flights,
            started: now,
            landing: landing.clone(),
        });
        if let Err(error) = flight::start(work.run(), ground) {
            state.flight = None;
            return Err(error);
        }
        Ok(landing)
    }

    /// Those who need a token for long may have waited together with those who do not.
    fn lives_long_enough(&self, token: &AccessToken, need: &Need) -> bool {
        let left = token.remaining(self.clock.now());
        left.is_none_or(|left| left >= need.min_ttl)
    }

    fn out_of_patience(&self, need: &Need, patience: Duration) -> Outcome {
        self.servable(need).ok_or_else(|| {
            let what = format!("no token within {}", timestamp::human(patience));
            Error::new(Problem::DeadlineExceeded, what)
        })
    }

    /// The token that is there, though it should be refreshed, if it does for this caller.
    fn servable(&self, need: &Need) -> Option<Arc<AccessToken>> {
        let now = self.now();
        let state = self.lock();
        let left = state.slot.servable(now)?.left(now);
        (left >= need.min_ttl && !need.new)
            .then(|| state.token.clone())
            .flatten()
    }

    /// Takes over the outcome of the refresh with this number.
    fn land(&self, number: u64, outcome: Result<(Arc<AccessToken>, Life)>) -> Outcome {
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
                self.tell(&Event::Failed(&error));
                Err(error)
            }
        }
    }
}

impl State {
    /// The last failure, for those who come while nobody is asked.
    fn last_failure(&self, now: Moment) -> Error {
        let Some((when, error)) = &self.failure else {
            return interrupted();
        };
        let hold = self.slot.hold_left(now).unwrap_or_default();
        error.clone().with_hint(format!(
            "this is the outcome of {} ago; the next attempt is made in {} at the earliest",
            timestamp::human(now.since(*when)),
            timestamp::human(hold),
        ))
    }
}

fn too_short(token: &AccessToken, need: &Need, now: SystemTime) -> Error {
    let left = token.remaining(now).unwrap_or_default();
    let what = format!(
        "a new token lives {}, and {} were asked for",
        timestamp::human(left),
        timestamp::human(need.min_ttl),
    );
    Error::new(Problem::TokenShortLived, what)
}

fn interrupted() -> Error {
    let what = "the refresh ended before it had an outcome";
    Error::new(Problem::RefreshInterrupted, what)
}

impl fmt::Debug for TokenProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.0.lock();
        f.debug_struct("TokenProvider")
            .field("token", &state.token)
            .field("refreshing", &state.flight.is_some())
            .finish_non_exhaustive()
    }
}
