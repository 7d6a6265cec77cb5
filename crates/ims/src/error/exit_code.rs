//! The exit codes of the command.

use adobe_ims::{ErrorClass, Problem};

use super::problem::{Cause, CommandProblem};

const UNEXPECTED: i32 = 1;
const USAGE: i32 = 2;
const CONFIGURATION: i32 = 3;
const REFUSED: i32 = 4;
pub(crate) const NO_USABLE_ANSWER: i32 = 5;
pub(crate) const THROTTLED: i32 = 6;
/// The answer is no: a token is not valid, has expired or expires too soon.
pub(crate) const ANSWER_IS_NO: i32 = 7;
/// A check found a mistake and printed it to stdout.
pub(crate) const CHECK_FAILED: i32 = 8;
/// A person has to sign in.
const PERSON_NEEDED: i32 = 9;
/// `exec` did not start its command.
pub(super) const NO_TOKEN: i32 = 125;
const NOT_EXECUTABLE: i32 = 126;
const NOT_FOUND: i32 = 127;
/// The code of a process that was ended by SIGPIPE.
const BROKEN_PIPE: i32 = 128 + 13;

/// Returns the exit code of a failure with this cause.
pub(super) fn of(cause: Cause) -> i32 {
    match cause {
        Cause::BrokenPipe => BROKEN_PIPE,
        Cause::Command(CommandProblem::Unexpected) => UNEXPECTED,
        Cause::Command(CommandProblem::Usage | CommandProblem::EmulatorRefused) => USAGE,
        Cause::Command(CommandProblem::EmulatorVerificationFailed) => CHECK_FAILED,
        Cause::Command(CommandProblem::CommandNotExecutable) => NOT_EXECUTABLE,
        Cause::Command(CommandProblem::CommandNotFound) => NOT_FOUND,
        Cause::Command(CommandProblem::ApiRefused) => ANSWER_IS_NO,
        Cause::Command(CommandProblem::ConsentMissing) => PERSON_NEEDED,
        Cause::Library(Problem::NotSignedIn | Problem::SignInAgain | Problem::SignInTimeout) => {
            PERSON_NEEDED
        }
        other => match other.class() {
            Some(ErrorClass::Configuration) => CONFIGURATION,
            Some(ErrorClass::Refused) => REFUSED,
            Some(ErrorClass::Unreachable | ErrorClass::Unavailable | ErrorClass::Unusable) => {
                NO_USABLE_ANSWER
            }
            Some(ErrorClass::Throttled) => THROTTLED,
            Some(ErrorClass::Expired) => ANSWER_IS_NO,
            _ => UNEXPECTED,
        },
    }
}

/// Returns the exit code of an API's status; `None` if the cause decides.
pub(super) fn of_status(status: u16) -> Option<i32> {
    match status {
        401 | 403 => Some(REFUSED),
        429 => Some(THROTTLED),
        408 | 500.. => Some(NO_USABLE_ANSWER),
        400..=499 => Some(ANSWER_IS_NO),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cause_decides_the_exit_code() {
        for (cause, expected) in [
            (CommandProblem::Unexpected.into(), 1),
            (CommandProblem::Usage.into(), 2),
            (CommandProblem::EmulatorRefused.into(), 2),
            (CommandProblem::CredentialsMissing.into(), 3),
            (CommandProblem::ApiForbidden.into(), 4),
            (CommandProblem::ApiFailed.into(), 5),
            (CommandProblem::ApiThrottled.into(), 6),
            (CommandProblem::ApiRefused.into(), 7),
            (CommandProblem::NotCached.into(), 7),
            (CommandProblem::EmulatorVerificationFailed.into(), 8),
            (CommandProblem::ConsentMissing.into(), 9),
            (CommandProblem::CommandNotExecutable.into(), 126),
            (CommandProblem::CommandNotFound.into(), 127),
            (Problem::FileUnreadable.into(), 3),
            (Problem::RefusedOtherwise.into(), 4),
            (Problem::NameUnknown.into(), 5),
            (Problem::TokenExpired.into(), 7),
            (Problem::NotSignedIn.into(), 9),
            (Cause::BrokenPipe, 141),
        ] {
            assert_eq!(of(cause), expected, "{cause:?}");
        }
    }
}
