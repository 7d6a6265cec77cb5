//! One token for many callers, always fresh.
//!
//! A [`TokenProvider`] stands between a [`TokenSource`], which gets a new token each time it is asked,
//! and everybody who needs one:
//!
//! ```
//! use adobe_ims::provider::TokenProvider;
//! use adobe_ims::source::JwtSource;
//! # use adobe_ims::ImsClient;
//! # use adobe_ims::assertion::TechnicalAccount;
//! # async fn example(ims: ImsClient, account: TechnicalAccount) -> adobe_ims::Result<()> {
//! let provider = TokenProvider::new(JwtSource::new(ims, account));
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

mod credentials;
mod policy;
mod state;
mod event;
mod snapshot;
mod single_flight;
mod shared;
mod refresh;
mod reader;
mod blocking;
mod builder;

use core::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::error::Result;
use crate::source::TokenSource;
use crate::token::AccessToken;
use shared::{ApiResponse, Shared, interrupted};
use single_flight::{Executor, Outcome};
use state::Decision;

pub use blocking::BlockingTokenProvider;
pub use builder::TokenProviderBuilder;
pub use credentials::SourceOptions;
pub use event::Event;
pub use policy::RefreshPolicy;
pub use reader::TokenReader;
pub use state::Invalidation;

/// Hands out a token that is valid, and asks for a new one as seldom as it can. Cheap to clone; clones
/// are the same provider.
#[derive(Clone)]
pub struct TokenProvider(Arc<Shared>);

/// What one caller needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct TokenOptions {
    /// The token must live at least this long from now on.
    pub min_ttl: Duration,
    /// How long the caller waits at most; the policy's patience where it does not say.
    pub timeout: Option<Duration>,
    /// The token must be got from now on.
    pub force_refresh: bool,
}

impl TokenOptions {
    /// A token that lives at least this long.
    pub fn min_ttl(min_ttl: Duration) -> Self {
        Self {
            min_ttl,
            ..Self::default()
        }
    }

    /// Waits no longer than this.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Another token than any that is there already.
    #[must_use]
    pub fn force_refresh(mut self) -> Self {
        self.force_refresh = true;
        self
    }
}

/// What [`TokenProvider::refresh_due`] did.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RefreshStatus {
    /// How it ended, if it was due.
    pub outcome: Option<Result<()>>,
    /// When to come again.
    pub next: Duration,
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
    /// The error of the refresh, also for a while after it failed;
    /// [`Problem::DeadlineExceeded`](crate::error::Problem::DeadlineExceeded) when the caller's patience ends
    /// first.
    pub async fn token(&self) -> Result<Arc<AccessToken>> {
        match self.0.fresh() {
            Some(token) => Ok(token),
            // In a box, so that the usual way stays small.
            None => Box::pin(self.token_for(&TokenOptions::default())).await,
        }
    }

    /// The same, for a caller with needs of its own.
    ///
    /// # Errors
    /// As for [`token`](Self::token);
    /// [`Problem::TokenShortLived`](crate::error::Problem::TokenShortLived) when no token lives that long.
    pub async fn token_for(&self, options: &TokenOptions) -> Result<Arc<AccessToken>> {
        let timeout = options.timeout.unwrap_or(self.0.policy.caller_timeout);
        let found = self.find(options, Executor::Runtime);
        match tokio::runtime::Handle::try_current() {
            Ok(_) => match tokio::time::timeout(timeout, found).await {
                Ok(found) => found,
                Err(_) => self.0.timed_out(options, timeout),
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
    pub async fn refresh_due(&self) -> RefreshStatus {
        let landing = {
            let now = self.0.now();
            let mut state = self.0.lock();
            match state.slot.decide(now, Duration::ZERO) {
                Decision::Refresh | Decision::ServeAndRefresh => {
                    Some(
                        self.0
                            .join(&mut state, now, Executor::Runtime, &TokenOptions::default()),
                    )
                }
                Decision::Serve | Decision::Fail | Decision::TooShort => None,
            }
        };
        let outcome = match landing {
            None => None,
            Some(Err(error)) => Some(Err(error)),
            Some(Ok(mut landing)) => Some(match single_flight::landed(&mut landing).await {
                Some(outcome) => outcome.map(drop),
                None => Err(interrupted()),
            }),
        };
        let next = self.0.lock().slot.due_in(self.0.now());
        RefreshStatus { outcome, next }
    }

    async fn find(&self, options: &TokenOptions, ground: Executor) -> Outcome {
        // A refresh ends without an outcome when its runtime is shut down: then it is started anew.
        for _ in 0..3 {
            let mut landing = match self.0.ask(options, ground)? {
                ApiResponse::Token(token) => return Ok(token),
                ApiResponse::Wait(landing) => landing,
            };
            match single_flight::landed(&mut landing).await {
                Some(Ok(token)) if self.0.lives_long_enough(&token, options) => return Ok(token),
                Some(Err(error)) => return self.0.servable(options).ok_or(error),
                Some(Ok(_)) | None => {}
            }
        }
        Err(interrupted())
    }
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
