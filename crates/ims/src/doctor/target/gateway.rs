//! The answers of Adobe's gateway, in front of the APIs on adobe.io.

use super::findings::Findings;
use super::reading::Reading;
use crate::doctor::check::{Check, CheckId};

const ID: CheckId = CheckId::Gateway;

pub(super) fn gateway(findings: &Findings<'_>) -> Check {
    if let Some(check) = findings.report(ID) {
        return check;
    }
    if !findings.destination.place.is_gateway() {
        return Check::skipped(ID, "only APIs on adobe.io are behind Adobe's gateway");
    }
    match &findings.reading {
        Reading::Accepted { .. } => Check::ok(ID, "Adobe's gateway accepts the token"),
        Reading::Silent(_) => Check::skipped(ID, "the answer does not come from it"),
        Reading::Refused(_) | Reading::Odd { .. } => findings.refer(ID),
    }
}
