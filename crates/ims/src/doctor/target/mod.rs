//! Checks at the API that the token is for.

use adobe_ims::AccessToken;

use super::check::Check;
use super::subject::Subject;

/// Makes all checks of the stage.
pub(crate) fn checks(_subject: &Subject<'_>, _token: Option<&AccessToken>) -> Vec<Check> {
    Vec::new()
}
