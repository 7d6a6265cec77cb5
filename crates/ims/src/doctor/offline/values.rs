//! No value is a placeholder, a reference or a mask, and what had to be repaired.

use adobe_ims::error::Certainty;
use adobe_ims::internal::notes_of;
use adobe_ims::internal::value::FieldNote;
use adobe_ims_config::ConfigProblem;

use super::facts::Facts;
use crate::doctor::check::{Check, CheckId, FoundCause};
use crate::error::{Cause, CommandProblem};

const ID: CheckId = CheckId::Values;

pub(super) fn values(facts: &Facts<'_>) -> Check {
    if let Some(failure) = facts.failure_for(ID) {
        let summary = match failure.cause() {
            Cause::Configuration(
                ConfigProblem::SecretUnavailable | ConfigProblem::KeyringUnavailable,
            ) => format!("a value of {} cannot be fetched", facts.source()),
            _ => format!(
                "a value of the credentials of {} cannot be right",
                facts.source()
            ),
        };
        let cause = FoundCause::of(failure, Certainty::Certain);
        return Check::problem(ID, summary, cause);
    }
    match facts.credentials_or_skip(ID) {
        Ok(credentials) => decide(notes_of(credentials)),
        Err(skipped) => skipped,
    }
}

/// Decides by the remarks about values. Those about the form of an identity belong to another check.
fn decide(notes: &[FieldNote]) -> Check {
    let of_values = notes.iter().filter(|it| !it.note.is_about_identity());
    let (repairs, oddities): (Vec<_>, Vec<_>) = of_values.partition(|it| it.note.is_repair());
    let summary = match (repairs.as_slice(), oddities.as_slice()) {
        ([], []) => {
            return Check::ok(
                ID,
                "no value is a placeholder, a reference or a mask, and none was repaired",
            );
        }
        ([only], []) | ([], [only]) => only.to_string(),
        ([], several) => format!("{} values are unusual", several.len()),
        (several, []) => format!("{} values were repaired", several.len()),
        (repaired, odd) => format!(
            "{} of the values were repaired, {} are unusual",
            repaired.len(),
            odd.len()
        ),
    };
    let mut check = Check::warning(ID, summary);
    for (notes, problem, certainty) in [
        (repairs, CommandProblem::ValueRepaired, Certainty::Certain),
        (oddities, CommandProblem::ValueUnusual, Certainty::Possible),
    ] {
        if notes.is_empty() {
            continue;
        }
        let cause = FoundCause::new(problem, certainty);
        let seen = notes.iter().map(|note| note.to_string());
        check = check.because(seen.fold(cause, FoundCause::seen));
    }
    check
}

#[cfg(test)]
mod tests {
    use adobe_ims::internal::value::Note;

    use super::*;
    use crate::doctor::check::Verdict;

    #[test]
    fn repairs_and_oddities_are_warnings_and_identities_are_left_to_their_check() {
        let ids = |notes: &[Note]| {
            let notes = notes.iter().map(|&note| FieldNote {
                field: "CLIENT_SECRETS".to_owned(),
                note,
            });
            let check = decide(&notes.collect::<Vec<_>>());
            let ids = check.causes().iter().map(|it| it.cause.id());
            (check.verdict(), ids.collect::<Vec<_>>())
        };
        for (notes, verdict, causes) in [
            (&[][..], Verdict::Ok, &[][..]),
            (&[Note::Email, Note::LackedAdobeOrg], Verdict::Ok, &[]),
            (&[Note::HadQuotes], Verdict::Warning, &["value-repaired"]),
            (&[Note::Typographic], Verdict::Warning, &["value-unusual"]),
            (
                &[Note::HalfQuotes, Note::HadLineEnd],
                Verdict::Warning,
                &["value-repaired", "value-unusual"],
            ),
        ] {
            assert_eq!(ids(notes), (verdict, causes.to_vec()), "{notes:?}");
        }
    }

    #[test]
    fn one_remark_is_the_summary() {
        let note = FieldNote {
            field: "CLIENT_SECRETS".to_owned(),
            note: Note::HadQuotes,
        };
        assert_eq!(
            decide(&[note]).summary(),
            "CLIENT_SECRETS had quotes around it, which were left out"
        );
    }
}
