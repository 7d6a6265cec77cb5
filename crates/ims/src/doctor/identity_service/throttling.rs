//! The check for a wait that IMS asks of this client.

use adobe_ims::Error;
use adobe_ims::error::Certainty;
use adobe_ims::internal::time;

use super::cached::ActiveThrottle;
use super::certainty;
use crate::doctor::check::{Check, CheckId, FoundCause};
use crate::error::Failure;

const ID: CheckId = CheckId::Throttling;

/// Adobe counts the requests of a project or credential (reported by users).
const SHARED: &str =
    "the limit is that of the client: every program and every team that uses it shares it";

/// Returns the check of an exchange that IMS did not throttle.
pub(super) fn none() -> Check {
    Check::ok(ID, "IMS does not throttle this client")
}

/// Returns the check of an answer 429.
pub(super) fn answered(error: &Error) -> Check {
    let check = Check::problem(ID, error.to_string(), certainty::cause(error)).seen(SHARED);
    let wait = error.server().and_then(|server| server.retry_after);
    check.seen(match wait {
        Some(wait) => format!("Retry-After: {} s", wait.as_secs()),
        None => "the answer has no Retry-After".to_owned(),
    })
}

/// Returns the check of a throttle in the cache. A token in the cache makes it harmless for now.
pub(super) fn stored(throttle: &ActiveThrottle, has_token: bool) -> Check {
    let at = time::display(throttle.stored.at);
    let left = time::human(throttle.left);
    let summary = format!("IMS answered 429 on {at} and wants no request for {left}");
    let failure = Failure::from(throttle.stored.error.clone());
    let cause = FoundCause::summarized(&failure, Certainty::Certain);
    let check = if has_token {
        Check::warning(ID, summary)
            .because(cause)
            .seen("the cache has a token that is used until it expires")
    } else {
        Check::problem(ID, summary, cause)
    };
    check.seen(SHARED)
}
