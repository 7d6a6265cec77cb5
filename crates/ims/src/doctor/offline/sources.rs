//! The source of the credentials, and the other sources that are not used.

use adobe_ims::error::Certainty;

use crate::doctor::check::{Check, CheckId, FoundCause};
use crate::doctor::subject::Subject;
use crate::environment::variables;

const ID: CheckId = CheckId::Sources;

/// Names the source of the credentials, and the sources that it shadows.
pub(super) fn sources(subject: &Subject<'_>) -> Check {
    let selection = subject.examination.selection();
    if subject.examination.token_of_variable().is_some() {
        let name = variables::ACCESS_TOKEN;
        return match selection {
            Err(_) => Check::ok(ID, format!("the token is in {name}")),
            Ok(selection) => Check::warning(
                ID,
                format!(
                    "{name} is used, and not the credentials in {}",
                    selection.name()
                ),
            )
            .fix(format!("unset {name}, and the credentials are used")),
        };
    }
    let selection = match selection {
        Ok(selection) => selection,
        Err(failure) => {
            let cause = FoundCause::of(failure, Certainty::Certain);
            return Check::problem(ID, failure.message(), cause);
        }
    };
    let profile = subject.settings.profile.as_ref();
    let name = match profile {
        Some(profile) => format!("the profile {}", profile.name),
        None => selection.name().to_owned(),
    };
    let check = Check::ok(ID, format!("the credentials are from {name}"));
    let unused = selection.unused_sources(subject.settings, &subject.context.variables);
    if unused.is_empty() {
        return check;
    }
    check.seen(format!("not used: {}", unused.join(", ")))
}
