//! The client that the emulator returns for a registration.

use std::fmt;
use std::time::SystemTime;

use crate::clock::at_second;
use crate::identities::client::Client;
use crate::identities::grant_type::GrantType;

/// A certificate of a service account.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RegisteredCertificate {
    /// The SHA-256 of the DER, in lower-case hexadecimal digits.
    pub fingerprint: String,
    /// The end of its validity.
    pub not_after: SystemTime,
    /// The credential document holds this certificate.
    pub is_current: bool,
}

/// A registered client with its technical account.
#[derive(Clone)]
pub struct RegisteredClient {
    client_id: String,
    client_secret: String,
    is_public: bool,
    secret_numbers: Vec<u32>,
    is_migrated: bool,
    certificates: Vec<RegisteredCertificate>,
    demands_jti: bool,
    redirect_patterns: Vec<String>,
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

    /// Returns the newest client secret, or an empty text for a client without a valid one.
    pub fn client_secret(&self) -> &str {
        &self.client_secret
    }

    /// Returns whether the client has no secret.
    pub fn is_public(&self) -> bool {
        self.is_public
    }

    /// Returns the numbers of the valid secrets, the oldest first. The first secret of a client has
    /// the number 0.
    pub fn secret_numbers(&self) -> &[u32] {
        &self.secret_numbers
    }

    /// Returns whether the migration from JWT to OAuth server-to-server is complete.
    pub fn is_migrated(&self) -> bool {
        self.is_migrated
    }

    /// Returns the certificates of the binding, the oldest first. Only service accounts have any.
    pub fn certificates(&self) -> &[RegisteredCertificate] {
        &self.certificates
    }

    /// Returns whether the binding demands a `jti` in each assertion.
    pub fn demands_jti(&self) -> bool {
        self.demands_jti
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

    /// Returns the patterns of redirect URIs.
    pub fn redirect_patterns(&self) -> &[String] {
        &self.redirect_patterns
    }
}

impl From<&Client> for RegisteredClient {
    fn from(client: &Client) -> Self {
        let binding = &client.binding;
        Self {
            client_id: client.id.clone(),
            client_secret: client.secrets.newest().unwrap_or_default().to_owned(),
            is_public: client.is_public(),
            secret_numbers: client.secrets.numbers().collect(),
            is_migrated: client.is_migrated,
            certificates: certificates(client),
            demands_jti: binding.demands_jti,
            redirect_patterns: client.redirect_uris.patterns().to_vec(),
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

fn certificates(client: &Client) -> Vec<RegisteredCertificate> {
    let current = client.current_key().map(|key| &key.fingerprint);
    let certificates = client.binding.certificates.iter();
    let registered = certificates.map(|certificate| RegisteredCertificate {
        fingerprint: certificate.fingerprint.clone(),
        not_after: at_second(certificate.not_after),
        is_current: current == Some(&certificate.fingerprint),
    });
    registered.collect()
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
