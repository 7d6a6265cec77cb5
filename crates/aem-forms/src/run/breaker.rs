//! Ends a run whose further documents would all fail alike.

use adobe_ims::ErrorClass;

use crate::error::{Cause, Error};

/// Refusals of new tokens in a row.
const MAX_UNAUTHORIZED: u32 = 3;
/// Equal failures of the server, or of the connection to it, in a row.
const MAX_EQUAL: u32 = 10;

/// Counts failures that say nothing about a single document.
#[derive(Debug, Default)]
pub(super) struct Breaker {
    unauthorized: u32,
    last: Option<Alike>,
    equal: u32,
}

/// A failure that is equal to others.
#[derive(Debug, PartialEq, Eq)]
enum Alike {
    /// The status and the code of an answer.
    Answer(u16, Option<String>),
    NoAnswer(Cause),
}

impl Breaker {
    pub(super) fn succeeded(&mut self) {
        *self = Self::default();
    }

    /// Records the last failure of a document. Returns true if the run must stop.
    pub(super) fn failed(&mut self, error: &Error) -> bool {
        let Some(answer) = error.answer() else {
            return self.failed_without_answer(error.cause());
        };
        match answer.status {
            401 => {
                self.unauthorized += 1;
                self.unauthorized >= MAX_UNAUTHORIZED
            }
            403 => true,
            status @ 500.. => {
                self.unauthorized = 0;
                let code = answer.code.as_ref().map(ToString::to_string);
                self.is_equal_too_often(Alike::Answer(status, code))
            }
            _ => {
                *self = Self::default();
                false
            }
        }
    }

    fn failed_without_answer(&mut self, cause: Cause) -> bool {
        match (cause, cause.class()) {
            // A document of its own.
            (Cause::Forms(_), _) => false,
            (_, ErrorClass::Unreachable | ErrorClass::Unavailable | ErrorClass::Throttled) => {
                self.is_equal_too_often(Alike::NoAnswer(cause))
            }
            // There is no token, and no other document would have one.
            _ => true,
        }
    }

    fn is_equal_too_often(&mut self, failure: Alike) -> bool {
        if self.last.as_ref() == Some(&failure) {
            self.equal += 1;
        } else {
            self.last = Some(failure);
            self.equal = 1;
        }
        self.equal >= MAX_EQUAL
    }
}

#[cfg(test)]
mod tests {
    use adobe_ims::Problem;

    use super::*;
    use crate::error::{ErrorAnswer, FormsProblem};

    fn failure(status: u16) -> Error {
        Error::new(FormsProblem::ApiError, "x").with_answer(ErrorAnswer::new(status, String::new()))
    }

    fn stops_after(statuses: impl IntoIterator<Item = u16>) -> Option<usize> {
        let mut breaker = Breaker::default();
        let mut statuses = statuses.into_iter();
        let at = statuses.position(|status| match status {
            200 => {
                breaker.succeeded();
                false
            }
            status => breaker.failed(&failure(status)),
        });
        at.map(|index| index + 1)
    }

    #[test]
    fn failures_that_all_documents_would_share_stop_the_run() {
        for (statuses, stop) in [
            (vec![401, 401, 401], Some(3)),
            (vec![401, 401, 200, 401, 401], None),
            (vec![403], Some(1)),
            (vec![500; 10], Some(10)),
            (vec![500; 9], None),
            ([vec![500; 9], vec![502], vec![500; 9]].concat(), None),
            ([vec![500; 9], vec![200], vec![500; 9]].concat(), None),
            ([vec![500; 9], vec![400], vec![500; 9]].concat(), None),
            (vec![400; 100], None),
        ] {
            assert_eq!(stops_after(statuses.clone()), stop, "{statuses:?}");
        }
    }

    #[test]
    fn record_that_cannot_be_read_stops_nothing() {
        let mut breaker = Breaker::default();
        let error = Error::new(FormsProblem::RecordUnreadable, "x");
        assert!((0..100).all(|_| !breaker.failed(&error)));
    }

    #[test]
    fn missing_token_stops_at_once_and_a_lost_connection_after_some() {
        for (problem, stop) in [
            (Problem::TokenNotReplaced, 1),
            (Problem::RefusedOtherwise, 1),
            (Problem::ConnectionFailed, 10),
            (Problem::NothingListens, 10),
            (Problem::Throttled, 10),
        ] {
            let mut breaker = Breaker::default();
            let error = Error::new(problem, "x");
            let at = (1..=100).find(|_| breaker.failed(&error));
            assert_eq!(at, Some(stop), "{problem:?}");
        }
    }
}
