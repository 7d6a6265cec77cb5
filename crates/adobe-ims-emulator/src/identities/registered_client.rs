//! The client that the emulator returns for a registration.

use std::fmt;

use crate::identities::client::Client;
use crate::identities::grant_type::GrantType;

/// A registered client with its technical account.
#[derive(Clone)]
pub struct RegisteredClient {
    client_id: String,
    client_secret: String,
    technical_account_id: String,
    email: String,
    organization: String,
    metascopes: Vec<String>,
    scopes: Vec<String>,
    grants: Vec<GrantType>,
    redirect_uri: Option<String>,
}

impl RegisteredClient {
    /// Returns the client id (API key).
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// Returns the newest client secret, or an empty text for a public client.
    pub fn client_secret(&self) -> &str {
        &self.client_secret
    }

    /// Returns whether the client has no secret.
    pub fn is_public(&self) -> bool {
        self.client_secret.is_empty()
    }

    /// Returns the technical account id, `<24 hex>@techacct.adobe.com`.
    pub fn technical_account_id(&self) -> &str {
        &self.technical_account_id
    }

    /// Returns the e-mail address of the technical account.
    pub fn email(&self) -> &str {
        &self.email
    }

    /// Returns the organization, `<24 hex>@AdobeOrg`.
    pub fn organization(&self) -> &str {
        &self.organization
    }

    /// Returns the metascopes that an assertion may ask for. Only service accounts have any.
    pub fn metascopes(&self) -> &[String] {
        &self.metascopes
    }

    /// Returns the scopes that a request may ask for, and that tokens from the JWT exchange have.
    pub fn scopes(&self) -> &[String] {
        &self.scopes
    }

    /// Returns the grants that the client may use.
    pub fn grants(&self) -> &[GrantType] {
        &self.grants
    }

    /// Returns the default redirect URI.
    pub fn redirect_uri(&self) -> Option<&str> {
        self.redirect_uri.as_deref()
    }
}

impl From<&Client> for RegisteredClient {
    fn from(client: &Client) -> Self {
        let binding = &client.binding;
        Self {
            client_id: client.id.clone(),
            client_secret: client.secrets.last().cloned().unwrap_or_default(),
            technical_account_id: binding.technical_account_id.clone(),
            email: binding.email.clone(),
            organization: binding.organization.clone(),
            metascopes: binding.metascopes.clone(),
            scopes: client.scopes.clone(),
            grants: client.grants.iter().copied().collect(),
            redirect_uri: client.redirect_uris.default_uri().map(str::to_owned),
        }
    }
}

impl fmt::Debug for RegisteredClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RegisteredClient")
            .field("client_id", &self.client_id)
            .field("technical_account_id", &self.technical_account_id)
            .field("email", &self.email)
            .field("organization", &self.organization)
            .field("metascopes", &self.metascopes)
            .field("scopes", &self.scopes)
            .field("grants", &self.grants)
            .field("redirect_uri", &self.redirect_uri)
            .finish_non_exhaustive()
    }
}
