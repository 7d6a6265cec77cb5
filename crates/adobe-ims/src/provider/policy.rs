use std::time::Duration;

use crate::error::{Error, ErrorClass};

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);

/// Nobody who asks us to wait is obeyed for longer: a gateway that says `Retry-After: 86400` must not
/// lock its clients out for a day.
const LONGEST_HOLD: Duration = Duration::from_secs(300);

/// What may be chosen about refreshing. The windows follow from the lifetime of each token; see
/// [`provider`](crate::provider).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RefreshPolicy {
    /// For one refresh with all its attempts and pauses: 15 s.
    pub deadline: Duration,
    /// How often one refresh asks, if what fails is transient: 3 times.
    pub attempts: u32,
    /// How long a caller without a usable token waits, unless it says so itself: 30 s.
    pub caller_timeout: Duration,
    /// A token that was called invalid is replaced at most this often: every 30 s. Whoever is never
    /// let in must not mint in a loop.
    pub invalidation_interval: Duration,
}

impl Default for RefreshPolicy {
    fn default() -> Self {
        Self {
            deadline: Duration::from_secs(15),
            attempts: 3,
            caller_timeout: Duration::from_secs(30),
            invalidation_interval: Duration::from_secs(30),
        }
    }
}

/// At which age of a token what is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Windows {
    /// From here on it is refreshed, and served meanwhile.
    pub(crate) advisory: Duration,
    /// From here on callers wait for the refresh.
    pub(crate) mandatory: Duration,
}

impl Windows {
    /// Of a token that lives `life` in all. The advisory window is its last tenth, a minute at least and
    /// an hour at most, and starts up to a quarter of itself earlier: `jitter`, from 0 to 1, is drawn
    /// per token so that a fleet that was started together does not refresh together. The mandatory
    /// window is the last minute.
    pub(crate) fn of(life: Duration, jitter: f64) -> Self {
        // At most half of a life: a token that lives a minute would be refreshed without end.
        let advisory = (life / 10).clamp(MINUTE, 60 * MINUTE).min(life / 2);
        let advisory = advisory + advisory.mul_f64(jitter.clamp(0.0, 1.0) / 4.0);
        let mandatory = (life / 10).min(MINUTE).min(advisory / 2);
        Self {
            advisory: life.saturating_sub(advisory),
            mandatory: life.saturating_sub(mandatory),
        }
    }
}

/// How long nobody is asked after a failure.
///
/// `left` is the life of the token that can still be served, `failures` counts them in a row, `random`
/// is from 0 to 1.
pub(crate) fn hold(error: &Error, left: Option<Duration>, failures: u32, random: f64) -> Duration {
    let between = |low: u32, high: u32| SECOND * low + (SECOND * (high - low)).mul_f64(random);
    let mut hold = match (error.class(), left) {
        (ErrorClass::Refused, _) => between(30, 60),
        (_, None) => between(1, 5),
        (_, Some(_)) => {
            let growth = 1 << failures.saturating_sub(1).min(6);
            (between(5, 30) * growth).min(LONGEST_HOLD)
        }
    };
    if let Some(asked) = error.server().and_then(|server| server.retry_after) {
        hold = hold.max(asked.min(LONGEST_HOLD));
    }
    match left {
        // Two more tries at least before the token ends.
        Some(left) => hold.min(left / 3),
        None => hold,
    }
}

/// The pause before the next attempt within one refresh: full jitter over a bound that doubles, or what
/// the server asks for.
pub(crate) fn pause(error: &Error, attempt: u32, random: f64) -> Duration {
    const FIRST: Duration = Duration::from_millis(250);
    let bound = FIRST * (1 << attempt.min(4));
    let asked = error.server().and_then(|server| server.retry_after);
    asked
        .unwrap_or_default()
        .max(bound.mul_f64(random.clamp(0.0, 1.0)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::error::Problem;

    #[test]
    fn a_token_of_a_day_is_refreshed_in_its_last_hour() {
        let day = 24 * 60 * MINUTE;
        let windows = Windows::of(day, 0.0);
        assert_eq!(windows.advisory, day - 60 * MINUTE);
        assert_eq!(windows.mandatory, day - MINUTE);
        assert_eq!(Windows::of(day, 1.0).advisory, day - 75 * MINUTE);
    }

    proptest! {
        #[test]
        fn advisory_comes_before_mandatory_and_mandatory_before_the_end(
            millis in 10u64..=400_000_000, jitter in 0.0..=1.0
        ) {
            let life = Duration::from_millis(millis);
            let windows = Windows::of(life, jitter);
            prop_assert!(windows.advisory > Duration::ZERO);
            prop_assert!(windows.advisory < windows.mandatory);
            prop_assert!(windows.mandatory < life);
        }

        #[test]
        fn a_hold_leaves_room_for_two_more_tries_and_ends(
            left in proptest::option::of(0u64..=100_000), failures in 1u32.., random in 0.0..1.0
        ) {
            let left = left.map(Duration::from_secs);
            for problem in [Problem::ConnectionFailed, Problem::ClientSecretWrong] {
                let hold = hold(&Error::new(problem, ""), left, failures, random);
                prop_assert!(hold <= LONGEST_HOLD);
                if let Some(left) = left {
                    prop_assert!(hold * 3 <= left);
                }
            }
        }
    }
}
