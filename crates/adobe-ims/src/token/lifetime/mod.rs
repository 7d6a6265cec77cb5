//! The lifetime of an access token, resolved from the response of IMS and from the token itself.

mod amount;
mod endpoint;

use std::time::{Duration, SystemTime};

use serde_json::Value;

use crate::util::time;

pub(crate) use amount::{amount, display};
pub use endpoint::{Endpoint, TokenVersion, Unit};

/// A token of IMS lives 24 hours. A longer lifetime than twice that, in milliseconds, is believed only if response
/// and token agree.
const MAX_BELIEVABLE: u64 = 48 * 3_600_000;

/// The lifetime in milliseconds if neither response nor token states a usable one. It is short, so that a wrong
/// guess costs one refresh.
const ASSUMED: u64 = 5 * 60_000;

/// The difference in milliseconds up to which two lifetimes agree. The response counts from the moment of issue,
/// and clocks differ a little.
const TOLERANCE: u64 = 5 * 60_000;

/// The lifetime that a token states in its claims, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TokenTimestamps {
    /// `created_at`, since the Unix epoch.
    pub created_at: u64,
    /// `expires_in`, counted from `created_at`.
    pub expires_in: u64,
}

/// The lifetime that was resolved from a response and a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Lifetime {
    /// The expiry of the token, on this machine's clock.
    pub expires_at: SystemTime,
    /// The contradiction that was found, if any. It is to be reported once.
    pub notice: Option<String>,
}

/// Returns the expiry of a token: the earlier of the expiry that the response states and the one that the token
/// states.
///
/// `received` is the time of this machine. `server_time` is the `Date` header of the response. The server wrote
/// the claims of the token by its own clock, so they are compared with `server_time`.
pub(crate) fn resolve_expiry(
    expires_in: Option<&Value>,
    unit: Unit,
    timestamps: Option<TokenTimestamps>,
    received: SystemTime,
    server_time: Option<SystemTime>,
) -> Lifetime {
    let now = server_time.unwrap_or(received);
    let stated = timestamps.map(|timestamps| StatedByToken::at(timestamps, now));
    let (by_response, response_notice) = lifetime_by_response(expires_in, unit, stated);
    let (by_token, token_notice) = lifetime_by_token(stated, by_response);
    let lifetime = by_response.into_iter().chain(by_token).min();
    let lifetime = Duration::from_millis(lifetime.unwrap_or(ASSUMED));
    Lifetime {
        expires_at: received.checked_add(lifetime).unwrap_or(received),
        notice: response_notice
            .or(token_notice)
            .or_else(|| disagreement(by_response?, by_token?)),
    }
}

/// The lifetime that a token states, in milliseconds.
#[derive(Clone, Copy)]
struct StatedByToken {
    /// From the issue of the token.
    total: u64,
    /// From now.
    remaining: u64,
}

impl StatedByToken {
    fn at(timestamps: TokenTimestamps, now: SystemTime) -> Self {
        let now = now
            .duration_since(SystemTime::UNIX_EPOCH)
            .map_or(0, |since| since.as_millis());
        let end = u128::from(timestamps.created_at) + u128::from(timestamps.expires_in);
        Self {
            total: timestamps.expires_in,
            remaining: u64::try_from(end.saturating_sub(now)).unwrap_or(u64::MAX),
        }
    }

    /// Returns the difference from a lifetime, or `None` if it is too large to agree.
    fn difference(self, lifetime: u64) -> Option<u64> {
        let remaining = lifetime.abs_diff(self.remaining);
        Some(remaining.min(lifetime.abs_diff(self.total)))
            .filter(|difference| *difference <= TOLERANCE)
    }
}

fn agree(one: u64, other: u64) -> bool {
    one.abs_diff(other) <= TOLERANCE
}

/// Returns the lifetime that the response states, in milliseconds, and a notice about its value. The value is
/// taken in the unit of the endpoint unless the token or its size speaks for the other unit. Both readings of a few
/// minutes may agree with the token: then the nearer one counts.
fn lifetime_by_response(
    expires_in: Option<&Value>,
    unit: Unit,
    stated: Option<StatedByToken>,
) -> (Option<u64>, Option<String>) {
    let Some(value) = expires_in else {
        return (None, Some("the response has no expires_in".to_owned()));
    };
    let text = display(value);
    let Some(amount) = amount(value) else {
        let notice = format!("expires_in is {text}, which is no length of time");
        return (None, Some(notice));
    };
    let in_seconds = amount.saturating_mul(1000);
    let (nominal, other, other_unit) = match unit {
        Unit::Milliseconds => (amount, in_seconds, "seconds"),
        Unit::Seconds => (in_seconds, amount, "milliseconds"),
    };
    let difference = |lifetime| stated.and_then(|stated| stated.difference(lifetime));
    let takes_nominal = match (difference(nominal), difference(other)) {
        (Some(nominal), Some(other)) => nominal <= other,
        (Some(_), None) => true,
        (None, Some(_)) => false,
        (None, None) => nominal <= MAX_BELIEVABLE,
    };
    let takes_other = difference(other).is_some() || (other <= MAX_BELIEVABLE && stated.is_none());
    if takes_nominal {
        (Some(nominal), None)
    } else if takes_other {
        let notice = format!("expires_in {text} was taken for {other_unit}");
        (Some(other), Some(notice))
    } else {
        let notice = format!("expires_in {text} is too long to be believed");
        (None, Some(notice))
    }
}

/// Returns the rest of the lifetime that the token states, in milliseconds, if it is believable or the response
/// agrees, and a notice if not.
fn lifetime_by_token(
    stated: Option<StatedByToken>,
    by_response: Option<u64>,
) -> (Option<u64>, Option<String>) {
    let Some(StatedByToken { remaining, .. }) = stated else {
        return (None, None);
    };
    if remaining <= MAX_BELIEVABLE || by_response.is_some_and(|lifetime| agree(lifetime, remaining))
    {
        return (Some(remaining), None);
    }
    let notice = "the token states a lifetime that is too long to be believed";
    (None, Some(notice.to_owned()))
}

/// Returns a notice if response and token state different lifetimes.
fn disagreement(by_response: u64, by_token: u64) -> Option<String> {
    let readable = |lifetime| time::human(Duration::from_millis(lifetime));
    (!agree(by_response, by_token)).then(|| {
        format!(
            "the response states a lifetime of {}, the token one of {}; the shorter counts",
            readable(by_response),
            readable(by_token),
        )
    })
}

#[cfg(test)]
mod tests;
