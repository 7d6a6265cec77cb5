//! The headers that APIs on adobe.io demand beside the token.

use adobe_ims::api_error::ApiProblem;
use adobe_ims::token::{API_KEY, ORGANIZATION_ID};

use super::findings::Findings;
use super::reading::{Reading, first_problem};
use crate::doctor::check::{Check, CheckId};

const ID: CheckId = CheckId::TargetHeaders;

/// Checks that client and organisation are known and that the client is that of the credentials.
pub(super) fn headers(findings: &Findings<'_>) -> Check {
    if !findings.destination.place.is_gateway() {
        let reason = "only APIs on adobe.io need x-api-key and x-gw-ims-org-id";
        return Check::skipped(ID, reason);
    }
    let token = &findings.token.token;
    let of_token = token.claims().and_then(|it| it.client_id.as_deref());
    if let (Some(of_token), Some(of_credentials)) = (of_token, &findings.token.client_id)
        && of_token != of_credentials
    {
        let summary = "the token was issued to another client than that of the credentials";
        return Check::warning(ID, summary)
            .seen(format!("client of the token: {of_token:?}"))
            .seen(format!("client of the credentials: {of_credentials:?}"))
            .fix("Use a token that these credentials were exchanged for.");
    }
    let sent = token.headers();
    let values = [
        (API_KEY, sent.api_key(), "the client"),
        (ORGANIZATION_ID, sent.organization_id(), "the organisation"),
    ];
    let mut facts = Vec::new();
    let mut missing = Vec::new();
    for (name, value, what) in values {
        match value.and_then(|value| value.to_str().ok()) {
            Some(value) => facts.push(format!("{name}: {value}")),
            None => {
                facts.push(format!("{name} was not sent: {what} is not known"));
                missing.push((name, what));
            }
        }
    }
    let check = match (missing.first(), &findings.reading) {
        (None, _) => Check::ok(
            ID,
            "x-api-key and x-gw-ims-org-id are those of the credentials",
        ),
        (Some(_), Reading::Accepted { .. }) => {
            Check::ok(ID, "the API demands no more headers than were sent")
        }
        (Some(_), _) if is_reported(findings) => return findings.refer(ID),
        (Some((name, what)), _) => {
            let check = Check::warning(ID, format!("{name} was not sent: {what} is not known"));
            check.fix("Name the credentials of the token with -c FILE or -p NAME; --org ID@AdobeOrg adds an organisation to them.")
        }
    };
    facts.into_iter().fold(check, Check::seen)
}

/// Returns true if the gateway misses a header, which another check reports.
fn is_reported(findings: &Findings<'_>) -> bool {
    matches!(
        first_problem(&findings.answer),
        Some(ApiProblem::ApiKeyMissing | ApiProblem::OrganizationMissing)
    )
}
