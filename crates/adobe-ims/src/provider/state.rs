//! The decision: what is done with what is known, at this moment. It is a pure function of the slot
//! and the time; who acts on it is elsewhere.

use std::time::Duration;

use super::policy::{RefreshPolicy, Windows, hold};
use crate::error::Error;
use crate::util::clock::Moment;

/// What is known of a token and of the last attempts to get one.
#[derive(Clone, Debug, Default)]
pub(crate) struct RefreshState {
    life: Option<TokenAge>,
    /// An API did not accept the token; it is no longer served.
    rejected: bool,
    held: Option<(Moment, Duration)>,
    /// In a row.
    failures: u32,
    invalidated: Option<Moment>,
}

/// The life of a token on this machine's clocks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TokenAge {
    /// When it was looked at, and how old it was then.
    seen: Moment,
    age: Duration,
    /// How old it becomes; the greatest duration where nobody knows.
    pub(crate) length: Duration,
    pub(crate) windows: Windows,
}

impl TokenAge {
    pub(crate) fn new(seen: Moment, age: Duration, length: Duration, windows: Windows) -> Self {
        Self {
            seen,
            age,
            length,
            windows,
        }
    }

    pub(crate) fn age(&self, now: Moment) -> Duration {
        self.age.saturating_add(now.since(self.seen))
    }

    pub(crate) fn left(&self, now: Moment) -> Duration {
        self.length.saturating_sub(self.age(now))
    }

    /// Neither expired nor due.
    pub(crate) fn is_fresh(&self, now: Moment) -> bool {
        self.age(now) < self.windows.advisory
    }
}

/// What to do for one caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    /// Hand out the token.
    Serve,
    /// Hand it out, and refresh it without the caller.
    ServeAndRefresh,
    /// Wait for a refresh: there is no token that could be handed out, or not for long.
    Refresh,
    /// Fail at once with the last error: nobody is asked for a while.
    Fail,
    /// No token lives as long as the caller wants it to.
    TooShort,
}

/// What became of the word that a token is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Invalidation {
    /// It is not handed out any more; the next caller waits for another.
    Accepted,
    /// It had been replaced already, so the newer one is kept.
    Superseded,
    /// The last one was replaced too short a while ago. The API's reason is another than the token.
    TooSoon,
}

impl RefreshState {
    /// Decides for a caller who needs the token for at least `min_ttl`.
    pub(crate) fn decide(&self, now: Moment, min_ttl: Duration) -> Decision {
        let held = self.hold_left(now).is_some();
        let Some(life) = self.servable(now) else {
            return match held {
                true => Decision::Fail,
                false => Decision::Refresh,
            };
        };
        let age = life.age(now);
        if life.left(now) < min_ttl {
            return if life.length < min_ttl && age < life.windows.advisory {
                Decision::TooShort
            } else if held {
                Decision::Fail
            } else {
                Decision::Refresh
            };
        }
        if age < life.windows.advisory || held {
            Decision::Serve
        } else if age < life.windows.mandatory {
            Decision::ServeAndRefresh
        } else {
            Decision::Refresh
        }
    }

    /// The life of the token, if it can be handed out at all.
    pub(crate) fn servable(&self, now: Moment) -> Option<&TokenAge> {
        self.life
            .as_ref()
            .filter(|life| !self.rejected && !life.left(now).is_zero())
    }

    pub(crate) fn is_rejected(&self) -> bool {
        self.rejected
    }

    /// How long nobody will be asked.
    pub(crate) fn hold_left(&self, now: Moment) -> Option<Duration> {
        let (since, length) = self.held?;
        let left = length.saturating_sub(now.since(since));
        (!left.is_zero()).then_some(left)
    }

    /// How long until somebody should be asked: what a host that drives the refresh sleeps.
    pub(crate) fn due_in(&self, now: Moment) -> Duration {
        let due = match self.servable(now) {
            Some(life) => life.windows.advisory.saturating_sub(life.age(now)),
            None => Duration::ZERO,
        };
        due.max(self.hold_left(now).unwrap_or_default())
    }

    /// There is a new token. It replaces the old one; there is no other way to empty the slot.
    pub(crate) fn renewed(&mut self, life: TokenAge) {
        self.life = Some(life);
        self.rejected = false;
        self.held = None;
        self.failures = 0;
    }

    /// A refresh failed. The token, if there is one, stays.
    pub(crate) fn failed(&mut self, now: Moment, error: &Error, random: f64) {
        self.failures = self.failures.saturating_add(1);
        let left = self.servable(now).map(|life| life.left(now));
        self.held = Some((now, hold(error, left, self.failures, random)));
    }

    /// An API did not accept the current token.
    pub(crate) fn invalidate(&mut self, now: Moment, policy: &RefreshPolicy) -> Invalidation {
        let too_soon = self
            .invalidated
            .is_some_and(|last| now.since(last) < policy.invalidation_interval);
        if self.rejected {
            Invalidation::Accepted
        } else if too_soon {
            Invalidation::TooSoon
        } else {
            self.invalidated = Some(now);
            self.rejected = true;
            // The hold of a refresh that could wait is none of one that cannot.
            self.held = None;
            Invalidation::Accepted
        }
    }
}

#[cfg(test)]
mod tests;
