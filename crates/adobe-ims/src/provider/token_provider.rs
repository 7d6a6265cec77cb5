use core::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::deadline::within;
use super::lookup::{Lookup, short_lived};
use super::options::TokenOptions;
use super::shared::{Shared, interrupted};
use super::single_flight::{self, Outcome, RefreshReceiver};
use super::state::{Decision, Invalidation};
use crate::error::Result;
use crate::token::AccessToken;

/// A refresh ends without an outcome if its runtime is shut down or another refresh replaces it, and its token may be
/// too old for a caller that is polled late. Then the caller looks again.
const MAX_LOOKUPS: usize = 4;

/// A provider of one valid token for many callers. It requests as few tokens as possible.
///
/// Clones are cheap and share the token.
#[derive(Clone)]
pub struct TokenProvider(pub(super) Arc<Shared>);

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
        let runtime = self.0.runtime()?;
        let outcome = within(&runtime, timeout, self.acquire(options)).await;
        outcome.unwrap_or_else(|| self.0.timed_out(options, timeout))
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
        let is_first_report = !state.refresh.is_rejected() && !state.refresh.is_doubtful();
        let invalidation = state.refresh.invalidate(now, &self.0.policy);
        // At a later report the refresh in flight has started after the first one.
        if invalidation == Invalidation::Accepted && is_first_report {
            state.was_rejected_in_flight = state.in_flight.is_some();
            if state.refresh.is_rejected() {
                state.withdraw_current();
            }
            self.0.publish(state.doubtful_snapshot(now));
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
                Some(self.0.start_or_join(&mut state, now, &options))
            }
            Decision::Serve | Decision::Fail | Decision::TooShort => None,
        }
    }

    /// Waits until no refresh is in flight and the stores have the tokens of those that ended.
    ///
    /// A provider returns a new token before the stores have it. A program that ends right after its first token calls
    /// this, so that the next process finds the token.
    pub async fn saved(&self) {
        let mut pending = self.0.pending_saves.subscribe();
        let _ = pending.wait_for(|count| *count == 0).await;
    }

    /// Looks the token up, and waits for a refresh if necessary.
    pub(super) async fn acquire(&self, options: &TokenOptions) -> Outcome {
        for _ in 0..MAX_LOOKUPS {
            let receiver = match self.0.lookup(options)? {
                Lookup::Ready(token) => return Ok(token),
                Lookup::Pending(receiver) => receiver,
                Lookup::Busy(receiver) => {
                    let _ = single_flight::wait_for_outcome(receiver).await;
                    continue;
                }
            };
            match single_flight::wait_for_outcome(receiver).await {
                Some(Ok(token)) if self.0.is_returnable(&token, options) => return Ok(token),
                Some(Err(error)) => return self.0.usable_token(options).ok_or(error),
                // Another new token would not live longer.
                Some(Ok(token))
                    if options.force_refresh && self.0.is_too_short(&token, options) =>
                {
                    return Err(short_lived(&token, options, self.0.now().wall));
                }
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
