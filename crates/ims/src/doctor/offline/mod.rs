//! Checks that need no network: they look at documents, keys, certificates, variables and files.

mod sources;

use super::check::Check;
use super::subject::Subject;

/// Makes all checks of the stage.
pub(crate) fn checks(subject: &Subject<'_>) -> Vec<Check> {
    vec![sources::sources(subject)]
}
