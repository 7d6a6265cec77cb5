//! The certainty of the cause of a failed request.

use adobe_ims::error::Certainty;
use adobe_ims::{Error, Problem};

use super::answer;
use crate::doctor::check::FoundCause;
use crate::error::Failure;

/// Returns the cause of a failed request with what the server said, without secrets.
pub(super) fn cause(error: &Error) -> FoundCause {
    let found = FoundCause::summarized(&Failure::from(error.clone()), of(error));
    let facts = error.server().into_iter().flat_map(answer::facts);
    facts.fold(found, FoundCause::seen)
}

/// A cause is certain if the failure itself names it, and nothing else can be behind it. No cause is more certain than the
/// catalogue says.
fn of(error: &Error) -> Certainty {
    by_failure(error).max(error.problem().certainty())
}

fn by_failure(error: &Error) -> Certainty {
    let says = |part: &str| {
        let description = error.server().and_then(|it| it.description.as_deref());
        description.is_some_and(|text| text.to_ascii_lowercase().contains(part))
    };
    match error.problem() {
        // Several causes look like this.
        Problem::ConnectionFailed
        | Problem::DeadlineExceeded
        | Problem::TlsFailed
        | Problem::ServerError
        | Problem::InternalError
        | Problem::ClientMigrated
        | Problem::ClientInvalid
        | Problem::IdentityMalformed
        | Problem::CodeRefused
        | Problem::DeviceRefused
        | Problem::RefusedOtherwise => Certainty::Likely,
        // One report names the audience where a metascope was wrong.
        Problem::MetascopeNotBound if !says("metascope") => Certainty::Likely,
        _ => Certainty::Certain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cause_that_is_only_usual_is_not_certain() {
        for (problem, expected) in [
            (Problem::ClientSecretWrong, Certainty::Certain),
            (Problem::ClientInvalid, Certainty::Likely),
            (Problem::ClientMigrated, Certainty::Likely),
            (Problem::ConnectionFailed, Certainty::Likely),
            (Problem::MetascopeNotBound, Certainty::Likely),
            (Problem::NothingListens, Certainty::Certain),
        ] {
            let error = Error::new(problem, "what");
            assert_eq!(of(&error), expected, "{problem}");
        }
    }
}
