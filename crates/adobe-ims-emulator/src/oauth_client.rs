//! A client of OAuth server-to-server: as a test describes it, and as the emulator knows it.

use std::fmt;

use crate::directory::Client;

/// A client of OAuth server-to-server and its technical account, to be registered with the emulator:
/// the kind of credential that has followed the service account in Adobe's console.
///
/// Everything that is not given is made up.
///
/// ```
/// use adobe_ims_emulator::OauthClient;
///
/// let client = OauthClient::new()
///     .client_id("0123456789abcdef0123456789abcdef")
///     .client_secret("first")
///     .client_secret("second")
///     .scopes(["openid", "AdobeID"]);
/// ```
#[derive(Clone, Default)]
pub struct OauthClient {
    pub(crate) client_id: Option<String>,
    pub(crate) client_secrets: Vec<String>,
    pub(crate) technical_account_id: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) organization: Option<String>,
    pub(crate) scopes: Option<Vec<String>>,
}

impl OauthClient {
    /// A client of which everything is made up.
    pub fn new() -> Self {
        Self::default()
    }

    /// The client id, the `CLIENT_ID` of a document.
    #[must_use]
    pub fn client_id(mut self, id: impl Into<String>) -> Self {
        self.client_id = Some(id.into());
        self
    }

    /// Adds a client secret. IMS lets at most two be valid at once (documented by Adobe).
    #[must_use]
    pub fn client_secret(mut self, secret: impl Into<String>) -> Self {
        self.client_secrets.push(secret.into());
        self
    }

    /// The scopes of the client: a request may ask for these and no others.
    #[must_use]
    pub fn scopes<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.scopes = Some(names.into_iter().map(Into::into).collect());
        self
    }

    /// The organization, `<24 hex>@AdobeOrg`. Clients that do not say belong to the one that the
    /// emulator makes up for its accounts.
    #[must_use]
    pub fn organization(mut self, organization: impl Into<String>) -> Self {
        self.organization = Some(organization.into());
        self
    }

    /// The technical account id, `<24 hex>@techacct.adobe.com`.
    #[must_use]
    pub fn technical_account_id(mut self, id: impl Into<String>) -> Self {
        self.technical_account_id = Some(id.into());
        self
    }

    /// The technical account's e-mail address, its login name in AEM.
    #[must_use]
    pub fn email(mut self, email: impl Into<String>) -> Self {
        self.email = Some(email.into());
        self
    }
}

impl fmt::Debug for OauthClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OauthClient")
            .field("client_id", &self.client_id)
            .field("technical_account_id", &self.technical_account_id)
            .field("organization", &self.organization)
            .field("scopes", &self.scopes)
            .finish_non_exhaustive()
    }
}

/// A client of OAuth server-to-server as the emulator knows it.
#[derive(Clone)]
pub struct RegisteredOauthClient {
    client_id: String,
    client_secret: String,
    technical_account_id: String,
    email: String,
    organization: String,
    scopes: Vec<String>,
}

impl RegisteredOauthClient {
    /// The client id.
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// The newest valid client secret.
    pub fn client_secret(&self) -> &str {
        &self.client_secret
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

    /// The scopes that it may ask for.
    pub fn scopes(&self) -> &[String] {
        &self.scopes
    }
}

impl From<&Client> for RegisteredOauthClient {
    fn from(client: &Client) -> Self {
        let binding = &client.binding;
        Self {
            client_id: client.id.clone(),
            client_secret: client.secrets.last().cloned().unwrap_or_default(),
            technical_account_id: binding.technical_account_id.clone(),
            email: binding.email.clone(),
            organization: binding.organization.clone(),
            scopes: client.scopes.clone(),
        }
    }
}

impl fmt::Debug for RegisteredOauthClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RegisteredOauthClient")
            .field("client_id", &self.client_id)
            .field("technical_account_id", &self.technical_account_id)
            .field("email", &self.email)
            .field("organization", &self.organization)
            .field("scopes", &self.scopes)
            .finish_non_exhaustive()
    }
}
