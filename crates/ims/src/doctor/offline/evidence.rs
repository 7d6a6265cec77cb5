//! The forms in which facts and causes are written down.

use adobe_ims::Error;
use adobe_ims::error::Certainty;

use crate::doctor::check::FoundCause;
use crate::error::Failure;

/// More of a value is not shown.
const MAX_LENGTH: usize = 200;

/// Returns a value of a document or a token in quotes, with its control characters written out.
pub(super) fn quoted(value: &str) -> String {
    match value.char_indices().nth(MAX_LENGTH) {
        Some((end, _)) => format!("{:?}…", &value[..end]),
        None => format!("{value:?}"),
    }
}

/// Creates the cause of an error whose message is the summary of the check.
pub(super) fn cause_of(error: &Error, certainty: Certainty) -> FoundCause {
    FoundCause::summarized(&Failure::from(error.clone()), certainty)
}
