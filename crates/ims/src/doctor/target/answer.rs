//! The answer of the API to a request with the token.

use adobe_ims::error::Certainty;

use super::findings::Findings;
use super::reading::Reading;
use crate::doctor::check::{Check, CheckId};

const ID: CheckId = CheckId::TargetAnswer;

pub(super) fn answer(findings: &Findings<'_>) -> Check {
    if let Some(check) = findings.report(ID) {
        let is_certain = check
            .causes()
            .first()
            .is_some_and(|it| it.certainty == Certainty::Certain);
        return if !is_certain && is_get_of_an_api_for_post(findings) {
            check.seen("an API that takes POST only may answer so to a GET, which the check sends")
        } else {
            check
        };
    }
    match &findings.reading {
        Reading::Accepted { note } => {
            let facts = findings.answer.facts().into_iter().chain(note.clone());
            facts.fold(Check::ok(ID, findings.summary()), Check::seen)
        }
        Reading::Silent(reason) => Check::skipped(ID, reason),
        Reading::Refused(_) | Reading::Odd { .. } => findings.refer(ID),
    }
}

/// The Communications APIs take POST, except for the batch API.
fn is_get_of_an_api_for_post(findings: &Findings<'_>) -> bool {
    let is_missing = findings.answer.status.as_u16() == 404;
    is_missing && findings.destination.place.is_forms()
}
