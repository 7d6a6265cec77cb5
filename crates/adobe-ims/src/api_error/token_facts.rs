//! The facts about the token of a request.

use std::time::SystemTime;

use super::aem_id::AemEnvironment;
use crate::environment::Environment;
use crate::token::AccessToken;
use crate::token::inspect::{Inspection, TokenKind};
use crate::util::secret::Secret;

/// The kind of the credentials that a token was fetched with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CredentialKind {
    /// Service credentials of the AEM Developer Console (JWT).
    AemTechnicalAccount,
    /// OAuth server-to-server credentials of the Adobe Developer Console.
    OauthServerToServer,
    /// A person, who signed in or took a local development token.
    Person,
}

/// The facts about the token of a request. The token itself is kept only to remove it from texts of the server.
#[derive(Clone, Debug, Default)]
pub struct TokenFacts {
    pub(super) secret: Option<Secret>,
    /// The kind of the JWT; `None` if the token is no JWT.
    pub(super) token_kind: Option<TokenKind>,
    pub(super) client_id: Option<String>,
    pub(super) scopes: Vec<String>,
    pub(super) issued_at: Option<SystemTime>,
    pub(super) expires_at: Option<SystemTime>,
    pub(super) environment: Option<Environment>,
    pub(super) organization_id: Option<String>,
    pub(super) credential_kind: Option<CredentialKind>,
    pub(super) email: Option<String>,
}

impl TokenFacts {
    /// Reads the claims of a token.
    ///
    /// The kind of the credentials is derived: client ids of AEM's technical accounts have the form `cm-p…-e…`, and the
    /// users of other technical accounts end in `@techacct.adobe.com` (observed).
    pub fn of(token: &AccessToken) -> Self {
        Self {
            expires_at: token.expires_at(),
            organization_id: token.organization_id().map(str::to_owned),
            ..Self::of_text(token.as_secret())
        }
    }

    /// Reads a text that a program sent in place of a token. It need not be a token: `null`, an assertion and so on are
    /// what this module explains.
    pub fn of_text(text: &Secret) -> Self {
        let mut facts = Self {
            secret: Some(text.clone()),
            ..Self::default()
        };
        // The time only matters for findings, which are not used.
        if let Ok(inspection) = Inspection::parse(text.expose(), SystemTime::UNIX_EPOCH) {
            let server = inspection.text("as");
            facts.environment = server.and_then(Environment::from_authorization_server);
            facts.client_id = inspection.text("client_id").map(str::to_owned);
            let user = inspection.text("user_id");
            facts.credential_kind = credential_kind(facts.client_id.as_deref(), user);
            facts.issued_at = inspection.issued_at;
            facts.expires_at = inspection.expires_at;
            facts.scopes = inspection.scopes;
            facts.token_kind = Some(inspection.kind);
        }
        facts
    }

    /// Sets the client id of the credentials. A client id in the token itself counts more.
    #[must_use]
    pub fn with_client_id(mut self, client_id: impl Into<String>) -> Self {
        let client_id = self.client_id.take().unwrap_or_else(|| client_id.into());
        let derived = || credential_kind(Some(&client_id), None);
        self.credential_kind = self.credential_kind.or_else(derived);
        self.client_id = Some(client_id);
        self
    }

    /// Sets the kind of the credentials, if it is known from elsewhere than the token.
    #[must_use]
    pub fn with_credential_kind(mut self, kind: CredentialKind) -> Self {
        self.credential_kind = Some(kind);
        self
    }

    /// Sets the environment of IMS that the credentials name. The one in the token itself counts more.
    #[must_use]
    pub fn with_environment(mut self, environment: Environment) -> Self {
        self.environment = self.environment.or(Some(environment));
        self
    }

    /// Sets the organisation of the credentials (…@AdobeOrg).
    #[must_use]
    pub fn with_organization_id(mut self, organization_id: impl Into<String>) -> Self {
        self.organization_id = Some(organization_id.into());
        self
    }

    /// Sets the `email` of the technical account, which is its login name in AEM.
    #[must_use]
    pub fn with_email(mut self, email: impl Into<String>) -> Self {
        self.email = Some(email.into());
        self
    }

    /// Returns the kind of the credentials, if it is known.
    pub fn credential_kind(&self) -> Option<CredentialKind> {
        self.credential_kind
    }

    /// Returns the client id, unless it is longer than any, or has characters that are not safe in quotes.
    pub(super) fn shown_client_id(&self) -> Option<&str> {
        let id = self.client_id.as_deref()?;
        let is_plain = |c: char| c.is_ascii_graphic() && !"\"\\".contains(c);
        ((1..=128).contains(&id.len()) && id.chars().all(is_plain)).then_some(id)
    }

    /// Returns the AEM environment that the client id names.
    pub(super) fn aem_environment(&self) -> Option<AemEnvironment> {
        AemEnvironment::from_client_id(self.client_id.as_deref()?)
    }

    pub(super) fn is_of(&self, kind: CredentialKind) -> bool {
        self.credential_kind == Some(kind)
    }

    pub(super) fn has_scope(&self, name: &str) -> bool {
        self.scopes.iter().any(|scope| scope == name)
    }
}

fn credential_kind(client_id: Option<&str>, user: Option<&str>) -> Option<CredentialKind> {
    if client_id.is_some_and(|id| AemEnvironment::from_client_id(id).is_some()) {
        return Some(CredentialKind::AemTechnicalAccount);
    }
    match user?.rsplit_once('@')?.1 {
        "techacct.adobe.com" => Some(CredentialKind::OauthServerToServer),
        _ => Some(CredentialKind::Person),
    }
}
