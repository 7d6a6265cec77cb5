use std::fmt;

use crate::identities::client::Client;
use crate::identities::grant_type::GrantType;

/// A client as the emulator knows it, with the technical account that it stands for.
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
    /// The client id (API key).
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// The newest valid client secret; empty for a public client.
    pub fn client_secret(&self) -> &str {
        &self.client_secret
    }

    /// Whether it has no secret.
    pub fn is_public(&self) -> bool {
        self.client_secret.is_empty()
    }

    /// The technical account id, `<24 hex>@techacct.adobe.com`.
    pub fn technical_account_id(&self) -> &str {
        &self.technical_account_id
    }

    /// The technical account's e-mail address.
    pub fn email(&self) -> &str {
        &self.email
    }

    /// The organization, `<24 hex>@AdobeOrg`.
    pub fn organization(&self) -> &str {
        &self.organization
    }

    /// The metascopes that its assertions may ask for; none for a client without assertions.
    pub fn metascopes(&self) -> &[String] {
        &self.metascopes
    }

    /// The scopes that it may ask for, and that tokens for its assertions carry.
    pub fn scopes(&self) -> &[String] {
        &self.scopes
    }

    /// The ways in which it may get tokens.
    pub fn grants(&self) -> &[GrantType] {
        &self.grants
    }

    /// The default redirect URI.
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
