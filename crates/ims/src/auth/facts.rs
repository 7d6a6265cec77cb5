//! The known facts about a token, for the diagnosis of an answer to it.

use adobe_ims::Credentials;
use adobe_ims::api_error::{CredentialKind, TokenFacts};

use super::acquired_token::AcquiredToken;
use super::client_form::ClientForm;

/// Returns what is known about a token and its credentials, if these are known.
pub(crate) fn of(found: &AcquiredToken, credentials: Option<&Credentials>) -> TokenFacts {
    let mut facts = TokenFacts::of(&found.token);
    if let Some(id) = &found.client_id {
        facts = facts.with_client_id(id);
    }
    if let Some(id) = &found.organization_id {
        facts = facts.with_organization_id(id);
    }
    let (kind, email) = match credentials {
        Some(Credentials::Service(service)) => {
            let kind = kind_of_service(found.client_id.as_deref().unwrap_or_default());
            (Some(kind), service.email())
        }
        Some(Credentials::OauthServerToServer(oauth)) => {
            (Some(CredentialKind::OauthServerToServer), oauth.email())
        }
        // A development token is a person's, unless it names another user.
        Some(Credentials::AccessToken(_)) => {
            let named = facts.credential_kind();
            (named.or(Some(CredentialKind::Person)), None)
        }
        _ => (None, None),
    };
    if let Some(kind) = kind {
        facts = facts.with_credential_kind(kind);
    }
    match email {
        Some(email) => facts.with_email(email),
        None => facts,
    }
}

/// Returns the kind of the tokens of a technical account with a key. A client of the Adobe Developer Console gets the same
/// tokens as with OAuth server-to-server (documented).
fn kind_of_service(client_id: &str) -> CredentialKind {
    if ClientForm::of(client_id) == ClientForm::Console {
        CredentialKind::OauthServerToServer
    } else {
        CredentialKind::AemTechnicalAccount
    }
}
