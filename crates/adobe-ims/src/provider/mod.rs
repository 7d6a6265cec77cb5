//! Providers: one valid token for many callers.
//!
//! A [`TokenProvider`] shares the tokens of a [`TokenSource`] among all callers, and refreshes them:
//!
//! ```
//! use adobe_ims::provider::TokenProvider;
//! use adobe_ims::source::JwtSource;
//! # use adobe_ims::ImsClient;
//! # use adobe_ims::assertion::TechnicalAccount;
//! # async fn example(ims: ImsClient, account: TechnicalAccount) -> adobe_ims::Result<()> {
//! let provider = TokenProvider::new(JwtSource::new(ims, account));
//! let token = provider.token().await?; // requests a token from IMS
//! let token = provider.token().await?; // returns the same token
//! # Ok(())
//! # }
//! ```
//!
//! # Refresh windows
//!
//! | State of the token | A caller gets |
//! |---|---|
//! | fresh | the token |
//! | advisory window: its last tenth, at least 1 min, at most 60 min, starting up to a quarter earlier at random | the token at once; one refresh runs in the background |
//! | mandatory window: its last minute, or last tenth if that is shorter | the outcome of the one refresh in flight; the old token if the refresh fails |
//! | expired, rejected or absent | the outcome of the one refresh in flight, token or error |
//!
//! # One refresh
//!
//! - It makes at most 3 attempts if the failures are transient.
//! - The pauses between attempts are random and grow. `Retry-After` is obeyed.
//! - It ends within 15 s.
//! - All callers that wait share its outcome. A caller that is cancelled does not cancel it.
//!
//! # After a failure
//!
//! The provider sends no request for a while, the *hold*. Meanwhile callers get the token if it is still valid, or the
//! last error at once. No failure is final.
//!
//! | Situation | Hold |
//! |---|---|
//! | there is a valid token | 5 to 30 s, longer after each failure; at least two more attempts fit in before the token expires |
//! | there is no valid token | 1 to 5 s |
//! | IMS refused the credentials | 30 to 60 s |
//! | `Retry-After` is longer | that long |
//!
//! No hold is longer than 5 minutes.
//!
//! # Time
//!
//! The provider never returns an expired token. It measures a token's age by the wall clock and by the monotonic clock,
//! and the higher age counts. So neither a machine that slept nor a clock that was set back makes a token younger.
//!
//! # Runtimes
//!
//! A refresh runs on the tokio runtime of the caller that starts it, or on a new thread if there is none. Callers may
//! live on any number of runtimes. Without callers no task runs. A host that wants the token to be refreshed anyway
//! calls [`TokenProvider::refresh_due`].

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
use shared::{Lookup, Shared, interrupted};
use single_flight::{Executor, Outcome, RefreshReceiver};
use state::Decision;

pub use blocking::BlockingTokenProvider;
pub use builder::TokenProviderBuilder;
pub use credentials::SourceOptions;
pub use event::Event;
pub use policy::RefreshPolicy;
pub use reader::TokenReader;
pub use state::Invalidation;

/// A provider of one valid token for many callers. It requests as few tokens as possible.
///
/// Clones are cheap and share the token.
#[derive(Clone)]
pub struct TokenProvider(Arc<Shared>);

/// The needs of one caller.
///
/// ```
/// use std::time::Duration;
///
/// use adobe_ims::provider::TokenOptions;
///
/// let options = TokenOptions::min_ttl(Duration::from_secs(600)).timeout(Duration::from_secs(5));
/// # let _ = options;
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct TokenOptions {
    /// The least remaining lifetime of the token.
    pub min_ttl: Duration,
    /// The longest time that the caller waits. `None` means
    /// [`RefreshPolicy::caller_timeout`](RefreshPolicy::caller_timeout).
    pub timeout: Option<Duration>,
    /// True if the token must come from a new refresh.
    pub force_refresh: bool,
}

impl TokenOptions {
    /// Creates options for a token that lives at least this long.
    pub fn min_ttl(min_ttl: Duration) -> Self {
        Self {
            min_ttl,
            ..Self::default()
        }
    }

    /// Sets the longest time that the caller waits.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Requires a token from a new refresh.
    #[must_use]
    pub fn force_refresh(mut self) -> Self {
        self.force_refresh = true;
        self
    }
}

/// The result of [`TokenProvider::refresh_due`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RefreshStatus {
    /// The outcome of the refresh. `None` if none was due.
    pub outcome: Option<Result<()>>,
    /// The time until the next refresh is due.
    pub next: Duration,
}

impl TokenProvider {
    /// Creates a provider of this source's tokens, with the default policy and without a store.
    pub fn new(source: impl TokenSource) -> Self {
        Self::builder(source).build()
    }

    /// Creates a builder of a provider of this source's tokens.
    pub fn builder(source: impl TokenSource) -> TokenProviderBuilder {
        TokenProviderBuilder::new(Box::new(source))
    }

    /// Returns the current token if it is valid, or else waits for the one refresh that all callers share.
    ///
    /// # Errors
    /// The error of the refresh, also during the hold after it.
    /// [`Problem::DeadlineExceeded`](crate::error::Problem::DeadlineExceeded) if the caller's timeout passes first.
    pub async fn token(&self) -> Result<Arc<AccessToken>> {
        match self.0.fresh_token() {
            Some(token) => Ok(token),
            // Boxed, so that the future of the common case stays small.
            None => Box::pin(self.token_for(&TokenOptions::default())).await,
        }
    }

    /// Returns a valid token for a caller with these needs.
    ///
    /// # Errors
    /// The errors of [`token`](Self::token).
    /// [`Problem::TokenShortLived`](crate::error::Problem::TokenShortLived) if even a new token lives shorter than
    /// `min_ttl`.
    pub async fn token_for(&self, options: &TokenOptions) -> Result<Arc<AccessToken>> {
        let timeout = options.timeout.unwrap_or(self.0.policy.caller_timeout);
        let token = self.acquire(options, Executor::Runtime);
        match tokio::runtime::Handle::try_current() {
            Ok(_) => match tokio::time::timeout(timeout, token).await {
                Ok(outcome) => outcome,
                Err(_) => self.0.timed_out(options, timeout),
            },
            // Without a runtime there is no timer. The deadline of the refresh limits the wait.
            Err(_) => token.await,
        }
    }

    /// Creates a reader for one thread or task. It is the fastest way to the current token.
    pub fn reader(&self) -> TokenReader {
        TokenReader::new(self.clone())
    }

    /// Returns this provider for programs without an async runtime.
    pub fn blocking(&self) -> BlockingTokenProvider {
        BlockingTokenProvider::new(self.clone())
    }

    /// Reports that an API answered 401 to this token. If it is the current token, the provider does not return it
    /// again, and the next caller waits for a new one.
    ///
    /// Do not call this after a 403: the token is valid, and its owner lacks a permission.
    pub fn invalidate(&self, token: &AccessToken) -> Invalidation {
        let now = self.0.now();
        let mut state = self.0.lock();
        let current = state.token.as_ref();
        if !current.is_some_and(|current| current.is_same(token)) {
            return Invalidation::Superseded;
        }
        let is_first_report = !state.refresh.is_rejected();
        let invalidation = state.refresh.invalidate(now, &self.0.policy);
        // At a later report the refresh in flight has started after the first one.
        if invalidation == Invalidation::Accepted && is_first_report {
            state.was_rejected_in_flight = state.in_flight.is_some();
            self.0.publish(None);
        }
        invalidation
    }

    /// Refreshes the token if a refresh is due, and returns the time until the next one. Use it in a loop of the
    /// host, so that no caller ever waits.
    pub async fn refresh_due(&self) -> RefreshStatus {
        let outcome = match self.start_due_refresh() {
            None => None,
            Some(Err(error)) => Some(Err(error)),
            Some(Ok(receiver)) => {
                let outcome = single_flight::wait_for_outcome(receiver).await;
                Some(outcome.unwrap_or_else(|| Err(interrupted())).map(drop))
            }
        };
        let next = self.0.lock().refresh.due_in(self.0.now());
        RefreshStatus { outcome, next }
    }

    fn start_due_refresh(&self) -> Option<Result<RefreshReceiver>> {
        let now = self.0.now();
        let mut state = self.0.lock();
        match state.refresh.decide(now, Duration::ZERO) {
            Decision::Refresh | Decision::ServeAndRefresh => {
                let options = TokenOptions::default();
                let receiver = self
                    .0
                    .start_or_join(&mut state, now, Executor::Runtime, &options);
                Some(receiver)
            }
            Decision::Serve | Decision::Fail | Decision::TooShort => None,
        }
    }

    async fn acquire(&self, options: &TokenOptions, executor: Executor) -> Outcome {
        // A refresh ends without an outcome if its runtime is shut down. Another one is started then.
        for _ in 0..3 {
            let receiver = match self.0.lookup(options, executor)? {
                Lookup::Ready(token) => return Ok(token),
                Lookup::Pending(receiver) => receiver,
            };
            match single_flight::wait_for_outcome(receiver).await {
                Some(Ok(token)) if self.0.lives_long_enough(&token, options) => return Ok(token),
                Some(Err(error)) => return self.0.usable_token(options).ok_or(error),
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
            .field("refreshing", &state.in_flight.is_some())
            .finish_non_exhaustive()
    }
}
