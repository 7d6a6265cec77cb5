//! The list of allowed clients of an AEM environment, for OAuth server-to-server.

use adobe_ims::api_error::CredentialKind;

use super::findings::Findings;
use super::reading::Reading;
use crate::doctor::check::{Check, CheckId};

const ID: CheckId = CheckId::AllowedClients;

pub(super) fn allowed_clients(findings: &Findings<'_>) -> Check {
    if let Some(check) = findings.report(ID) {
        return check;
    }
    if !findings.destination.place.is_aem() {
        return Check::skipped(ID, "only AEM as a Cloud Service has such a list");
    }
    let is_oauth =
        findings.token.facts.credential_kind() == Some(CredentialKind::OauthServerToServer);
    if !is_oauth {
        return Check::skipped(
            ID,
            "the list is for OAuth server-to-server credentials only",
        );
    }
    match &findings.reading {
        Reading::Accepted { .. } if findings.answer.status.is_success() => {
            Check::ok(ID, "AEM accepts the client of the token")
        }
        Reading::Accepted { .. } | Reading::Silent(_) => {
            Check::skipped(ID, "the answer does not tell")
        }
        Reading::Refused(_) | Reading::Odd { .. } => findings.refer(ID),
    }
}
