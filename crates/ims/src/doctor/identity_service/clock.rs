//! The clock of this machine, compared with the `Date` of an answer.

use std::time::{Duration, SystemTime};

use adobe_ims::Problem;
use adobe_ims::error::Certainty;
use adobe_ims::internal::time;

use crate::doctor::check::{Check, CheckId, FoundCause};

const ID: CheckId = CheckId::Clock;

/// IMS tolerates this difference (documented by Adobe).
const TOLERANCE: Duration = Duration::from_secs(30);

/// `Date` counts whole seconds.
const RESOLUTION: Duration = Duration::from_secs(1);

/// The times of a request and of its answer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Times {
    /// The clock of this machine before the request.
    pub(super) sent: SystemTime,
    /// The clock of this machine after the answer.
    pub(super) received: SystemTime,
    /// The header `Date` of the answer.
    pub(super) date: SystemTime,
}

/// The clock of this machine beside that of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Offset {
    Tolerable,
    Behind(Duration),
    Ahead(Duration),
}

impl Times {
    /// Returns the smallest difference of the clocks that explains the times: the answer may have been dated at any
    /// moment between request and receipt.
    pub(super) fn offset(self) -> Offset {
        if let Ok(behind) = self.date.duration_since(self.received) {
            return Offset::of(behind, Offset::Behind);
        }
        match self.sent.duration_since(self.date + RESOLUTION) {
            Ok(ahead) => Offset::of(ahead, Offset::Ahead),
            Err(_) => Offset::Tolerable,
        }
    }
}

impl Offset {
    fn of(difference: Duration, offset: impl FnOnce(Duration) -> Self) -> Self {
        if difference > TOLERANCE {
            offset(difference)
        } else {
            Self::Tolerable
        }
    }
}

/// The difference of the clocks, as the exchange showed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    /// Nothing.
    None,
    /// IMS called the first assertion expired, and accepted another one, dated by its own clock.
    Corrected,
    /// IMS refused the request for its dates, or its token has already expired.
    Refused,
}

/// Compares the clocks. `times` is `None` without a `Date`.
pub(super) fn check(host: &str, times: Option<Times>, effect: Effect) -> Check {
    let Some(times) = times else {
        return Check::skipped(ID, "no answer of the server has a date");
    };
    let (difference, direction) = match times.offset() {
        Offset::Tolerable => {
            return with_times(
                Check::ok(
                    ID,
                    format!("the clock of this machine agrees with that of {host}"),
                ),
                times,
            );
        }
        Offset::Behind(difference) => (difference, "behind"),
        Offset::Ahead(difference) => (difference, "ahead of"),
    };
    let difference = time::human(difference);
    let summary = format!("the clock of this machine is {difference} {direction} that of {host}");
    let cause = FoundCause::new(Problem::ClockWrong, Certainty::Certain);
    let check = match effect {
        Effect::Refused => Check::problem(ID, summary, cause),
        Effect::None | Effect::Corrected => Check::warning(ID, summary).because(cause),
    };
    let check = with_times(check, times).seen(
        "IMS tolerates a difference of 30 s in the expiry of an assertion, which lives for minutes",
    );
    match effect {
        Effect::None => check,
        Effect::Corrected => check.seen(
            "IMS called the assertion expired; a second one, dated by the server's clock, was accepted",
        ),
        Effect::Refused => check.seen("IMS refused the request for its dates"),
    }
}

fn with_times(check: Check, times: Times) -> Check {
    check
        .seen(format!("date of the answer: {}", time::display(times.date)))
        .seen(format!("this machine: {}", time::display(times.received)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::check::Verdict;

    fn at(seconds: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
    }

    fn times(sent: u64, received: u64, date: u64) -> Times {
        Times {
            sent: at(sent),
            received: at(received),
            date: at(date),
        }
    }

    #[test]
    fn difference_counts_beyond_the_time_of_the_request() {
        let seconds = Duration::from_secs;
        for (sent, received, date, expected) in [
            (1000, 1000, 1000, Offset::Tolerable),
            (1000, 1000, 1030, Offset::Tolerable),
            (1000, 1000, 1031, Offset::Behind(seconds(31))),
            (1000, 1025, 1055, Offset::Tolerable),
            (1000, 1025, 1056, Offset::Behind(seconds(31))),
            (1000, 1000, 969, Offset::Tolerable),
            (1000, 1000, 968, Offset::Ahead(seconds(31))),
            (1000, 1025, 969, Offset::Tolerable),
            (1000, 1025, 968, Offset::Ahead(seconds(31))),
        ] {
            let found = times(sent, received, date).offset();
            assert_eq!(found, expected, "{sent} {received} {date}");
        }
    }

    #[test]
    fn wrong_clock_is_a_problem_if_the_exchange_failed_for_it() {
        let late = Some(times(1000, 1000, 1720));
        for (effect, verdict) in [
            (Effect::None, Verdict::Warning),
            (Effect::Corrected, Verdict::Warning),
            (Effect::Refused, Verdict::Problem),
        ] {
            let check = check("ims.example", late, effect);
            assert_eq!(check.verdict(), verdict, "{effect:?}");
            assert_eq!(
                check.summary(),
                "the clock of this machine is 12 min 0 s behind that of ims.example"
            );
            assert_eq!(check.causes()[0].cause, Problem::ClockWrong.into());
        }
        let good = check("ims.example", Some(times(9, 9, 9)), Effect::Refused);
        assert_eq!(good.verdict(), Verdict::Ok);
        assert_eq!(check("x", None, Effect::None).verdict(), Verdict::Skipped);
    }
}
