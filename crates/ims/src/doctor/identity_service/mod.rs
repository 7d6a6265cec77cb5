//! Checks at the identity service: the way to it, a trial exchange, and the token that came.

use adobe_ims::AccessToken;

use super::report::Report;
use super::subject::Subject;

/// Makes all checks of the stage, and returns the token for the checks of the target.
pub(crate) fn checks(_subject: &Subject<'_>, _report: &mut Report) -> Option<AccessToken> {
    None
}
