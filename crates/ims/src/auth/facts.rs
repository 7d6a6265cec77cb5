//! The known facts about a token, for the diagnosis of an answer to it.

use adobe_ims::api_error::{CredentialKind, TokenFacts};
use adobe_ims::{AccessToken, Credentials};

use super::acquired_token::AcquiredToken;
use super::client_form::ClientForm;

/// The known facts about the credentials of tokens.
#[derive(Clone, Debug)]
pub(crate) struct CredentialFacts {
    client_id: Option<String>,
    organization_id: Option<String>,
    kind: Option<CredentialKind>,
    /// True for a development token: it is a person's, unless it names another user.
    is_development_token: bool,
    email: Option<String>,
}

impl CredentialFacts {
    /// Returns what is known about the credentials of a token, if these are known.
    pub(crate) fn new(found: &AcquiredToken, credentials: Option<&Credentials>) -> Self {
        let (kind, email) = match credentials {
            Some(Credentials::Service(service)) => {
                let kind = kind_of_service(found.client_id.as_deref().unwrap_or_default());
                (Some(kind), service.email())
            }
            Some(Credentials::OauthServerToServer(oauth)) => {
                (Some(CredentialKind::OauthServerToServer), oauth.email())
            }
            _ => (None, None),
        };
        Self {
            client_id: found.client_id.clone(),
            organization_id: found.organization_id.clone(),
            kind,
            is_development_token: matches!(credentials, Some(Credentials::AccessToken(_))),
            email: email.map(str::to_owned),
        }
    }

    /// Returns what is known about a token of the credentials.
    pub(crate) fn of(&self, token: &AccessToken) -> TokenFacts {
        let mut facts = TokenFacts::of(token);
        if let Some(id) = &self.client_id {
            facts = facts.with_client_id(id);
        }
        if let Some(id) = &self.organization_id {
            facts = facts.with_organization_id(id);
        }
        let kind = if self.is_development_token {
            facts.credential_kind().or(Some(CredentialKind::Person))
        } else {
            self.kind
        };
        if let Some(kind) = kind {
            facts = facts.with_credential_kind(kind);
        }
        match &self.email {
            Some(email) => facts.with_email(email),
            None => facts,
        }
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
