//! The decision about another attempt. It does no I/O and reads no clock.

use std::time::Duration;

use crate::error::Retry;

/// The effect of a second request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Repetition {
    /// None: the request makes a document, reads or replaces.
    Harmless,
    /// Something is done twice: the request creates or starts.
    Harmful,
}

/// An edge server gives a request up after a minute. A 503 after this time comes from there.
const EDGE_PATIENCE: Duration = Duration::from_secs(55);

/// Returns how often a request may be sent again after this status. `waited` is the time from the request to the head of
/// the answer.
pub(crate) fn after_status(status: u16, waited: Duration, repetition: Repetition) -> Retry {
    match (status, repetition) {
        // The server did not begin with the request.
        (429, _) => Retry::Again,
        (_, Repetition::Harmful) => Retry::Never,
        (408, _) => Retry::Once,
        (503, _) if waited >= EDGE_PATIENCE => Retry::Once,
        (502..=504, _) => Retry::Again,
        _ => Retry::Never,
    }
}

/// The pause after the first failure, at most. It doubles from one failure to the next.
const FIRST_PAUSE: Duration = Duration::from_secs(1);

const MAX_PAUSE: Duration = Duration::from_secs(30);

/// A failed attempt.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Failed {
    pub(crate) retry: Retry,
    pub(crate) retry_after: Option<Duration>,
    /// The time that is left for this request.
    pub(crate) left: Duration,
    /// A random number from 0 to 1.
    pub(crate) jitter: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    Stop,
    /// The server asks for a pause that is longer than the time that is left.
    StopTooLong,
    Pause(Duration),
}

/// The attempts of one request so far.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Attempts {
    /// The further attempts that the caller allows.
    allowed: u32,
    failed: u32,
    has_been_slow: bool,
}

impl Attempts {
    pub(crate) fn new(allowed: u32) -> Self {
        Self {
            allowed,
            failed: 0,
            has_been_slow: false,
        }
    }

    /// Decides after a failure.
    pub(crate) fn decide(&mut self, failed: &Failed) -> Decision {
        let is_slow = failed.retry == Retry::Once;
        let may_repeat = failed.retry != Retry::Never && !(is_slow && self.has_been_slow);
        let is_too_long = failed.retry_after.is_some_and(|wait| wait > failed.left);
        if may_repeat && is_too_long {
            return Decision::StopTooLong;
        }
        if !may_repeat || self.failed >= self.allowed {
            return Decision::Stop;
        }
        self.has_been_slow |= is_slow;
        let limit = FIRST_PAUSE.saturating_mul(1 << self.failed.min(16));
        self.failed += 1;
        // At least half of the pause, so that many clients neither wait in vain nor come back at the same time.
        let pause = limit.min(MAX_PAUSE).mul_f64(0.5 + failed.jitter / 2.0);
        match failed.retry_after {
            Some(wait) => Decision::Pause(wait.max(pause.min(failed.left))),
            None if pause > failed.left => Decision::Stop,
            None => Decision::Pause(pause),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn status_and_time_decide_whether_a_request_is_repeated() {
        let quick = SECOND;
        let slow = 60 * SECOND;
        for (status, waited, harmless, harmful) in [
            (400, quick, Retry::Never, Retry::Never),
            (401, quick, Retry::Never, Retry::Never),
            (403, quick, Retry::Never, Retry::Never),
            (404, quick, Retry::Never, Retry::Never),
            (408, quick, Retry::Once, Retry::Never),
            (429, quick, Retry::Again, Retry::Again),
            (500, quick, Retry::Never, Retry::Never),
            (501, quick, Retry::Never, Retry::Never),
            (502, quick, Retry::Again, Retry::Never),
            (502, slow, Retry::Again, Retry::Never),
            (503, quick, Retry::Again, Retry::Never),
            (503, slow, Retry::Once, Retry::Never),
            (504, quick, Retry::Again, Retry::Never),
            (505, quick, Retry::Never, Retry::Never),
        ] {
            let outcome = [Repetition::Harmless, Repetition::Harmful]
                .map(|repetition| after_status(status, waited, repetition));
            assert_eq!(outcome, [harmless, harmful], "{status} {waited:?}");
        }
    }

    fn failed(retry: Retry, retry_after: Option<u64>, left: u64) -> Failed {
        Failed {
            retry,
            retry_after: retry_after.map(Duration::from_secs),
            left: Duration::from_secs(left),
            jitter: 1.0,
        }
    }

    #[test]
    fn pauses_grow_up_to_a_limit_and_end_with_the_attempts() {
        let mut attempts = Attempts::new(7);
        let pauses: Vec<_> = (0..8)
            .map(|_| attempts.decide(&failed(Retry::Again, None, 300)))
            .collect();
        let expected = [1, 2, 4, 8, 16, 30, 30].map(|it| Decision::Pause(it * SECOND));
        assert_eq!(pauses[..7], expected);
        assert_eq!(pauses[7], Decision::Stop);
        let least = Failed {
            jitter: 0.0,
            ..failed(Retry::Again, None, 300)
        };
        let pause = Attempts::new(1).decide(&least);
        assert_eq!(pause, Decision::Pause(SECOND / 2));
    }

    #[test]
    fn slow_answer_is_repeated_once_among_others() {
        let mut attempts = Attempts::new(9);
        for (retry, is_repeated) in [
            (Retry::Again, true),
            (Retry::Once, true),
            (Retry::Again, true),
            (Retry::Once, false),
            (Retry::Never, false),
        ] {
            let decision = attempts.decide(&failed(retry, None, 300));
            assert_eq!(decision != Decision::Stop, is_repeated, "{retry:?}");
        }
    }

    #[test]
    fn pause_of_the_server_counts_within_the_time_that_is_left() {
        for (retry_after, left, expected) in [
            (Some(20), 300, Decision::Pause(20 * SECOND)),
            (Some(0), 300, Decision::Pause(SECOND)),
            (Some(300), 300, Decision::Pause(300 * SECOND)),
            (Some(301), 300, Decision::StopTooLong),
            (None, 0, Decision::Stop),
            (None, 1, Decision::Pause(SECOND)),
        ] {
            let decision = Attempts::new(1).decide(&failed(Retry::Again, retry_after, left));
            assert_eq!(decision, expected, "{retry_after:?} {left}");
        }
    }
}
