use std::time::Duration;

use crate::error::{Error, ErrorClass};

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);

/// The longest hold after a failure, whatever `Retry-After` says: a gateway that sends `Retry-After: 86400` must not
/// lock its clients out for a day.
const MAX_HOLD: Duration = Duration::from_secs(300);

/// A host that always answers 401 costs one token an hour in the end.
const MAX_REJECTION_PAUSE: Duration = Duration::from_secs(3600);

/// The limits of a refresh. The refresh windows are no part of it, because they follow from the lifetime of each token
/// (see [`provider`](crate::provider)).
///
/// ```
/// use std::time::Duration;
///
/// use adobe_ims::provider::RefreshPolicy;
///
/// let mut policy = RefreshPolicy::default();
/// policy.caller_timeout = Duration::from_secs(5);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RefreshPolicy {
    /// The time for one refresh with all its attempts and pauses. Default: 15 s.
    pub deadline: Duration,
    /// The number of attempts of one refresh if the failures are transient. Default: 3.
    pub attempts: u32,
    /// The time that a caller without a usable token waits. Default: 30 s.
    /// [`TokenOptions::timeout`](super::TokenOptions::timeout) overrides it.
    pub caller_timeout: Duration,
    /// The shortest time between two tokens that are replaced because an API rejected them. Default: 30 s. It stops
    /// a client that an API always rejects from requesting tokens in a loop.
    pub invalidation_interval: Duration,
    /// The longest time for one operation of a store: 2 s. A store that takes longer is skipped.
    pub store_timeout: Duration,
}

impl Default for RefreshPolicy {
    fn default() -> Self {
        Self {
            deadline: Duration::from_secs(15),
            attempts: 3,
            caller_timeout: Duration::from_secs(30),
            invalidation_interval: Duration::from_secs(30),
            store_timeout: Duration::from_secs(2),
        }
    }
}

impl RefreshPolicy {
    /// Returns the time to wait for another process that refreshes the token: half of the deadline. That process may
    /// have been stopped, and then the rest of a caller's time is for a request of our own.
    pub(crate) fn lease_timeout(&self) -> Duration {
        self.deadline / 2
    }
}

/// The ages at which the refresh windows of a token start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Windows {
    /// From this age on the token is served and refreshed in the background.
    pub(crate) advisory: Duration,
    /// From this age on callers wait for the refresh.
    pub(crate) mandatory: Duration,
}

impl Windows {
    /// Computes the windows of a token with this lifetime.
    ///
    /// The advisory window is the last tenth of the lifetime, at least a minute and at most an hour. It starts
    /// earlier by up to a quarter of its length: `jitter`, from 0 to 1, is drawn per token, so that machines that
    /// started together do not refresh together. The mandatory window is the last minute, or the last tenth if
    /// that is shorter.
    pub(crate) fn new(lifetime: Duration, jitter: f64) -> Self {
        // At most half of the lifetime: otherwise a token that lives for a minute would always be due.
        let advisory = (lifetime / 10).clamp(MINUTE, 60 * MINUTE).min(lifetime / 2);
        let advisory = advisory + advisory.mul_f64(jitter.clamp(0.0, 1.0) / 4.0);
        let mandatory = (lifetime / 10).min(MINUTE).min(advisory / 2);
        Self {
            advisory: lifetime.saturating_sub(advisory),
            mandatory: lifetime.saturating_sub(mandatory),
        }
    }
}

/// Returns the hold after a failure: the time without requests.
///
/// `left` is the remaining lifetime of a token that can still be served. `failures` counts the failures in a row.
/// `random` is from 0 to 1.
pub(crate) fn hold_duration(
    error: &Error,
    left: Option<Duration>,
    failures: u32,
    random: f64,
) -> Duration {
    let between = |low: u32, high: u32| SECOND * low + (SECOND * (high - low)).mul_f64(random);
    let mut hold = match (error.class(), left) {
        (ErrorClass::Refused, _) => between(30, 60),
        (_, None) => between(1, 5),
        (_, Some(_)) => {
            let growth = 1 << failures.saturating_sub(1).min(6);
            (between(5, 30) * growth).min(MAX_HOLD)
        }
    };
    if let Some(retry_after) = error.server().and_then(|server| server.retry_after) {
        hold = hold.max(retry_after.min(MAX_HOLD));
    }
    match left {
        // At least two more attempts fit in before the token expires.
        Some(left) => hold.min(left / 3),
        None => hold,
    }
}

/// Returns the time between two accepted rejections, after this many in a row: the interval of the policy, doubled each
/// time, an hour at most.
pub(crate) fn rejection_pause(interval: Duration, rejections: u32) -> Duration {
    let doublings = rejections.saturating_sub(1).min(12);
    interval
        .saturating_mul(1 << doublings)
        .min(MAX_REJECTION_PAUSE.max(interval))
}

/// Returns the pause before the next attempt of a refresh: full jitter below a bound that doubles, or `Retry-After` if
/// that is longer.
pub(crate) fn retry_pause(error: &Error, attempt: u32, random: f64) -> Duration {
    const FIRST: Duration = Duration::from_millis(250);
    let bound = FIRST * (1 << attempt.min(4));
    let retry_after = error.server().and_then(|server| server.retry_after);
    retry_after
        .unwrap_or_default()
        .max(bound.mul_f64(random.clamp(0.0, 1.0)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::error::{Problem, ServerResponse};

    #[test]
    fn token_that_lives_a_day_is_refreshed_in_its_last_hour() {
        let day = 24 * 60 * MINUTE;
        let windows = Windows::new(day, 0.0);
        assert_eq!(windows.advisory, day - 60 * MINUTE);
        assert_eq!(windows.mandatory, day - MINUTE);
        assert_eq!(Windows::new(day, 1.0).advisory, day - 75 * MINUTE);
    }

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn error(problem: Problem, retry_after: Option<u64>) -> Error {
        let server = ServerResponse {
            retry_after: retry_after.map(seconds),
            ..ServerResponse::default()
        };
        Error::new(problem, "").with_server(server)
    }

    #[test]
    fn windows_follow_from_the_lifetime() {
        // Lifetime, jitter, length of the advisory and of the mandatory window, in milliseconds.
        for (lifetime, jitter, advisory, mandatory) in [
            (20_000, 0.0, 10_000, 2_000),
            (60_000, 0.0, 30_000, 6_000),
            (60_000, 1.0, 37_500, 6_000),
            (120_000, 0.0, 60_000, 12_000),
            (300_000, 0.0, 60_000, 30_000),
            (300_000, 1.0, 75_000, 30_000),
            (600_000, 0.0, 60_000, 60_000),
            (900_000, 0.5, 101_250, 60_000),
            (3_600_000, 0.0, 360_000, 60_000),
            (36_000_000, 0.0, 3_600_000, 60_000),
            (86_400_000, 7.0, 4_500_000, 60_000),
            (86_400_000, -7.0, 3_600_000, 60_000),
        ] {
            let lifetime = Duration::from_millis(lifetime);
            let windows = Windows::new(lifetime, jitter);
            let millis = |start: Duration| (lifetime - start).as_millis();
            let lengths = (millis(windows.advisory), millis(windows.mandatory));
            let mandatory = mandatory.min(advisory / 2);
            assert_eq!(lengths, (advisory, mandatory), "{lifetime:?}");
        }
    }

    #[test]
    fn hold_follows_from_class_token_failures_and_retry_after() {
        use Problem::{ClientSecretWrong, ConnectionFailed};
        for (problem, retry_after, left, failures, random, expected) in [
            (ClientSecretWrong, None, None, 1, 0.0, 30),
            (ClientSecretWrong, None, None, 9, 1.0, 60),
            (ConnectionFailed, None, None, 1, 0.0, 1),
            (ConnectionFailed, None, None, 9, 1.0, 5),
            (ConnectionFailed, None, Some(9_000), 0, 0.0, 5),
            (ConnectionFailed, None, Some(9_000), 1, 0.0, 5),
            (ConnectionFailed, None, Some(9_000), 1, 1.0, 30),
            (ConnectionFailed, None, Some(9_000), 2, 0.0, 10),
            (ConnectionFailed, None, Some(9_000), 3, 0.0, 20),
            (ConnectionFailed, None, Some(9_000), 6, 0.0, 160),
            (ConnectionFailed, None, Some(9_000), 7, 0.0, 300),
            (ConnectionFailed, None, Some(9_000), u32::MAX, 0.0, 300),
            (ConnectionFailed, None, Some(30), 1, 1.0, 10),
            (ConnectionFailed, Some(3), None, 1, 0.0, 3),
            (ConnectionFailed, Some(3), None, 1, 1.0, 5),
            (ConnectionFailed, Some(300), None, 1, 0.0, 300),
            (ConnectionFailed, Some(301), None, 1, 0.0, 300),
            (ConnectionFailed, Some(86_400), Some(600), 1, 0.0, 200),
        ] {
            let error = error(problem, retry_after);
            let hold = hold_duration(&error, left.map(seconds), failures, random);
            assert_eq!(
                hold,
                seconds(expected),
                "{problem:?} {left:?} {failures} {random}"
            );
        }
    }

    #[test]
    fn retry_pause_doubles_up_to_4_seconds_and_obeys_retry_after() {
        for (retry_after, attempt, random, millis) in [
            (None, 1, 1.0, 500),
            (None, 1, 0.5, 250),
            (None, 1, 0.0, 0),
            (None, 2, 1.0, 1_000),
            (None, 4, 1.0, 4_000),
            (None, 5, 1.0, 4_000),
            (None, 1, 9.0, 500),
            (Some(2), 1, 1.0, 2_000),
            (Some(2), 4, 1.0, 4_000),
        ] {
            let error = error(Problem::ConnectionFailed, retry_after);
            let pause = retry_pause(&error, attempt, random);
            assert_eq!(pause, Duration::from_millis(millis), "{attempt} {random}");
        }
    }

    proptest! {
        #[test]
        fn windows_are_in_order(
            millis in 10u64..=400_000_000, jitter in 0.0..=1.0
        ) {
            let lifetime = Duration::from_millis(millis);
            let windows = Windows::new(lifetime, jitter);
            prop_assert!(windows.advisory > Duration::ZERO);
            prop_assert!(windows.advisory < windows.mandatory);
            prop_assert!(windows.mandatory < lifetime);
        }

        #[test]
        fn hold_is_bounded_and_leaves_time_for_two_more_attempts(
            left in proptest::option::of(0u64..=100_000), failures in 1u32.., random in 0.0..1.0
        ) {
            let left = left.map(Duration::from_secs);
            for problem in [Problem::ConnectionFailed, Problem::ClientSecretWrong] {
                let hold = hold_duration(&Error::new(problem, ""), left, failures, random);
                prop_assert!(hold <= MAX_HOLD);
                if let Some(left) = left {
                    prop_assert!(hold * 3 <= left);
                }
            }
        }
    }
}
