//! The decision about a token: serve it, refresh it, or fail. It is a pure function of the state and the time;
//! `lookup` acts on it.

use std::time::Duration;

use super::policy::{RefreshPolicy, Windows, hold_duration, rejection_pause};
use crate::error::Error;
use crate::util::clock::Moment;

/// The state of a token and of the last refreshes.
#[derive(Clone, Debug, Default)]
pub(crate) struct RefreshState {
    age: Option<TokenAge>,
    /// An API rejected the token. It is not served any more.
    is_rejected: bool,
    hold: Option<Hold>,
    /// The number of failed refreshes in a row.
    failures: u32,
    /// The time of the last accepted rejection.
    invalidated_at: Option<Moment>,
    /// The number of accepted rejections in a row. A token that APIs accept for a while ends the row.
    rejections: u32,
    /// An API rejected this token, and its predecessor too. Another API may accept it: it is served, and refreshed in
    /// the background.
    is_doubtful: bool,
}

/// A time without refreshes, after a failed one.
#[derive(Clone, Copy, Debug)]
struct Hold {
    since: Moment,
    duration: Duration,
}

/// The age and lifetime of a token by this machine's clocks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TokenAge {
    measured_at: Moment,
    /// The age at `measured_at`.
    initial_age: Duration,
    /// The age at which the token expires; [`Duration::MAX`] if the expiry is unknown.
    pub(crate) lifetime: Duration,
    pub(crate) windows: Windows,
}

impl TokenAge {
    pub(crate) fn new(
        measured_at: Moment,
        initial_age: Duration,
        lifetime: Duration,
        windows: Windows,
    ) -> Self {
        Self {
            measured_at,
            initial_age,
            lifetime,
            windows,
        }
    }

    pub(crate) fn age(&self, now: Moment) -> Duration {
        self.initial_age.saturating_add(now.since(self.measured_at))
    }

    pub(crate) fn remaining(&self, now: Moment) -> Duration {
        self.lifetime.saturating_sub(self.age(now))
    }

    /// Returns this age or the other one of the same token, whichever leaves less time.
    pub(crate) fn or_older(self, other: Self, now: Moment) -> Self {
        std::cmp::min_by_key(self, other, |age| age.remaining(now))
    }

    /// Returns true before the advisory window.
    pub(crate) fn is_fresh(&self, now: Moment) -> bool {
        self.age(now) < self.windows.advisory
    }
}

/// The action for one caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    /// Return the token.
    Serve,
    /// Return the token, and refresh it in the background.
    ServeAndRefresh,
    /// Wait for a refresh: there is no usable token, or it expires soon.
    Refresh,
    /// Fail at once with the error of the last refresh. Its hold has not ended.
    Fail,
    /// Fail: even a new token lives shorter than the caller needs.
    TooShort,
}

/// The effect of [`TokenProvider::invalidate`](super::TokenProvider::invalidate).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Invalidation {
    /// The provider does not return the token any more. The next caller waits for a new one.
    Accepted,
    /// The provider had already replaced the token, and keeps the newer one.
    Superseded,
    /// The provider keeps the token, because an API rejected the previous one too short a time ago
    /// ([`RefreshPolicy::invalidation_interval`]). The API has another reason than the token.
    TooSoon,
}

impl RefreshState {
    /// Decides for a caller that needs the token for at least `min_ttl`.
    pub(crate) fn decide(&self, now: Moment, min_ttl: Duration) -> Decision {
        let is_held = self.hold_remaining(now).is_some();
        let refresh_or_fail = if is_held {
            Decision::Fail
        } else {
            Decision::Refresh
        };
        let Some(token) = self.usable(now) else {
            return refresh_or_fail;
        };
        let age = token.age(now);
        if token.remaining(now) < min_ttl {
            let is_as_good_as_new = age < token.windows.advisory;
            return if token.lifetime < min_ttl && is_as_good_as_new {
                Decision::TooShort
            } else {
                refresh_or_fail
            };
        }
        if (age < token.windows.advisory && !self.is_doubtful) || is_held {
            Decision::Serve
        } else if age < token.windows.mandatory {
            Decision::ServeAndRefresh
        } else {
            Decision::Refresh
        }
    }

    /// Returns the age of the token, if it is neither expired nor rejected.
    pub(crate) fn usable(&self, now: Moment) -> Option<&TokenAge> {
        self.age
            .as_ref()
            .filter(|age| !self.is_rejected && !age.remaining(now).is_zero())
    }

    /// Returns the age of the token, usable or not.
    pub(crate) fn age(&self) -> Option<TokenAge> {
        self.age
    }

    pub(crate) fn is_rejected(&self) -> bool {
        self.is_rejected
    }

    /// Returns the rest of the hold, if it has not ended.
    pub(crate) fn hold_remaining(&self, now: Moment) -> Option<Duration> {
        let hold = self.hold?;
        let left = hold.duration.saturating_sub(now.since(hold.since));
        (!left.is_zero()).then_some(left)
    }

    /// Returns the time until a refresh is due. A host that drives the refresh sleeps so long.
    pub(crate) fn due_in(&self, now: Moment) -> Duration {
        let due = self
            .usable(now)
            .filter(|_| !self.is_doubtful)
            .map_or(Duration::ZERO, |token| {
                token.windows.advisory.saturating_sub(token.age(now))
            });
        due.max(self.hold_remaining(now).unwrap_or_default())
    }

    /// Records a new token, which replaces the old one.
    pub(crate) fn record_success(&mut self, age: TokenAge) {
        self.age = Some(age);
        self.is_rejected = false;
        self.is_doubtful = false;
        self.hold = None;
        self.failures = 0;
    }

    /// Records a failed refresh. The token stays.
    pub(crate) fn record_failure(&mut self, now: Moment, error: &Error, random: f64) {
        self.failures = self.failures.saturating_add(1);
        let left = self.usable(now).map(|token| token.remaining(now));
        self.hold = Some(Hold {
            since: now,
            duration: hold_duration(error, left, self.failures, random),
        });
    }

    /// Records that an API rejected the current token.
    ///
    /// The first rejection withdraws the token from all callers. If its successor is rejected too, the reason is
    /// probably another one than the token: then the pauses grow, and the token is served until a refresh replaces it.
    pub(crate) fn invalidate(&mut self, now: Moment, policy: &RefreshPolicy) -> Invalidation {
        if self.is_rejected || self.is_doubtful {
            return Invalidation::Accepted;
        }
        let interval = rejection_pause(policy.invalidation_interval, self.rejections);
        let since_last = self.invalidated_at.map(|last| now.since(last));
        if since_last.is_some_and(|since| since < interval) {
            return Invalidation::TooSoon;
        }
        let is_in_a_row = since_last.is_some_and(|since| since < 2 * interval);
        self.rejections = if is_in_a_row { self.rejections + 1 } else { 1 };
        self.invalidated_at = Some(now);
        if self.rejections == 1 {
            self.is_rejected = true;
        } else {
            self.is_doubtful = true;
        }
        // The hold was for a refresh that could wait. A rejection cannot.
        self.hold = None;
        Invalidation::Accepted
    }

    pub(crate) fn is_doubtful(&self) -> bool {
        self.is_doubtful
    }
}

#[cfg(test)]
mod tests;
