//! The flow fits the credentials.

use adobe_ims::Credentials;
use adobe_ims::Problem;
use adobe_ims::error::Certainty;
use adobe_ims::internal::document::DocumentForm;

use super::facts::Facts;
use super::names::shown_client;
use crate::auth::ClientForm;
use crate::doctor::check::{Check, CheckId, FoundCause};
use crate::error::CommandProblem;

const ID: CheckId = CheckId::Grant;

pub(super) fn grant(facts: &Facts<'_>) -> Check {
    if let Some(failure) = facts.failure_for(ID) {
        let summary = if failure.is(CommandProblem::Usage) {
            format!(
                "an option does not go with the credentials of {}",
                facts.source()
            )
        } else {
            format!(
                "flags, variables and the credentials of {} are of two kinds",
                facts.source()
            )
        };
        let cause = FoundCause::of(failure, Certainty::Certain);
        return Check::problem(ID, summary, cause);
    }
    match facts.credentials_or_skip(ID) {
        Ok(credentials) => decide(credentials, facts.document.as_ref().and_then(|it| it.form)),
        Err(skipped) => skipped,
    }
}

fn decide(credentials: &Credentials, form: Option<DocumentForm>) -> Check {
    match credentials {
        Credentials::Service(_) if form == Some(DocumentForm::ConsoleOauth) => {
            let summary = "an OAuth server-to-server download with a private key or metascopes";
            let cause = FoundCause::new(Problem::GrantNotAllowed, Certainty::Likely)
                .seen("CLIENT_SECRETS is of OAuth server-to-server, which has no key and no metascopes")
                .fix_first("leave out the private key and the metascopes, and pass the scopes (SCOPES, --scope)");
            Check::problem(ID, summary, cause)
        }
        Credentials::Service(_) => Check::ok(ID, "the credentials sign assertions (JWT)"),
        Credentials::OauthServerToServer(oauth) => {
            if !ClientForm::of(oauth.client_id()).is_of_aem() {
                return Check::ok(ID, "the credentials are for OAuth server-to-server");
            }
            let id = shown_client(oauth.client_id());
            let summary = "a technical account of the AEM Developer Console is used for OAuth";
            let cause = FoundCause::new(Problem::GrantNotAllowed, Certainty::Likely)
                .seen(format!("client {id} has the form of the AEM Developer Console, whose accounts sign assertions (JWT)"))
                .fix_first("pass the whole JSON with `integration` of the AEM Developer Console, without scopes");
            Check::problem(ID, summary, cause)
        }
        Credentials::AccessToken(_) => Check::ok(ID, "the token is used without a request"),
        Credentials::User(_) => Check::ok(ID, "a person signs in"),
        Credentials::PermanentCode(_) => Check::ok(ID, "a permanent code requests the token"),
        Credentials::Device(_) => Check::ok(ID, "a device token requests the token"),
        _ => Check::skipped(ID, "the kind of the credentials is not known"),
    }
}

#[cfg(test)]
mod tests {
    use adobe_ims::credentials::{CredentialFields, FieldNames};

    use super::*;
    use crate::doctor::check::Verdict;

    fn oauth(client_id: &str) -> Credentials {
        let fields = CredentialFields::new().client_id(client_id);
        let fields = fields.client_secret("SECRET?%&=ü").scopes("openid");
        fields.credentials(FieldNames::default()).unwrap()
    }

    fn service(client_id: &str) -> Credentials {
        let fields = CredentialFields::new().client_id(client_id);
        let fields = fields.client_secret("SECRET?%&=ü").metascopes("ent_x");
        let fields = fields.organization_id("A@AdobeOrg").private_key("PEM");
        let fields = fields.technical_account_id("B@techacct.adobe.com");
        fields.credentials(FieldNames::default()).unwrap()
    }

    #[test]
    fn credential_of_one_flow_in_the_other_is_a_problem() {
        let console = Some(DocumentForm::ConsoleOauth);
        let aem = Some(DocumentForm::AemServiceCredentials);
        for (credentials, form, is_problem) in [
            (oauth("client!+ID"), console, false),
            (oauth("0123456789abcdef0123456789abcdef"), console, false),
            (oauth("cm-p1-e2-integration-0"), None, true),
            (service("cm-p1-e2-integration-0"), aem, false),
            (service("client!+ID"), console, true),
        ] {
            let check = decide(&credentials, form);
            let is_found = check.verdict() == Verdict::Problem;
            assert_eq!(is_found, is_problem, "{check:?}");
            if let Some(found) = check.causes().first() {
                assert_eq!(found.cause.id(), "grant-not-allowed");
                assert_eq!(found.certainty, Certainty::Likely);
            }
        }
    }
}
