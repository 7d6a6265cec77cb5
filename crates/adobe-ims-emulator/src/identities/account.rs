//! A technical account as a test describes it.

use std::fmt;

use crate::identities::client::ClientSettings;
use crate::identities::grant_type::GrantType;

/// A client and the technical account that it stands for, to be registered with the emulator.
///
/// Everything that is not given is made up: ids and secret from the emulator's randomness, the key
/// from the few that are built in. A key or certificates of one's own may be bound instead, so that
/// a real credentials document works against the emulator unchanged.
///
/// ```
/// use adobe_ims_emulator::Account;
///
/// let account = Account::new()
///     .client_id("cm-p1-e2-integration-0")
///     .client_secret("first")
///     .client_secret("second")
///     .metascopes(["ent_aem_cloud_api"]);
/// ```
#[derive(Clone, Default)]
pub struct Account {
    pub(crate) given: ClientSettings,
    pub(crate) metascopes: Option<Vec<String>>,
    pub(crate) private_key: Option<String>,
    pub(crate) certificates: Vec<String>,
    pub(crate) demands_jti: bool,
}

impl Account {
    /// An account of which everything is made up.
    pub fn new() -> Self {
        Self::default()
    }

    /// The IMS client id (API key), the `clientId` of a credentials document.
    #[must_use]
    pub fn client_id(mut self, id: impl Into<String>) -> Self {
        self.given.client_id = Some(id.into());
        self
    }

    /// Adds a client secret. IMS lets at most two be valid at once (documented by Adobe).
    #[must_use]
    pub fn client_secret(mut self, secret: impl Into<String>) -> Self {
        self.given.client_secrets.push(secret.into());
        self
    }

    /// The technical account id, `<24 hex>@techacct.adobe.com`: the `id` of a document and the
    /// `sub` of an assertion.
    #[must_use]
    pub fn technical_account_id(mut self, id: impl Into<String>) -> Self {
        self.given.technical_account_id = Some(id.into());
        self
    }

    /// The technical account's e-mail address, its login name in AEM.
    #[must_use]
    pub fn email(mut self, email: impl Into<String>) -> Self {
        self.given.email = Some(email.into());
        self
    }

    /// The organization, `<24 hex>@AdobeOrg`: the `org` of a document and the `iss` of an
    /// assertion. Accounts that do not say belong to one organization that the emulator makes up.
    #[must_use]
    pub fn organization(mut self, organization: impl Into<String>) -> Self {
        self.given.organization = Some(organization.into());
        self
    }

    /// The metascopes of the binding: an assertion may ask for these and no others.
    #[must_use]
    pub fn metascopes<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.metascopes = Some(names.into_iter().map(Into::into).collect());
        self
    }

    /// The scopes of the client, which its access tokens carry.
    #[must_use]
    pub fn scopes<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.given.scopes = Some(names.into_iter().map(Into::into).collect());
        self
    }

    /// The private key for the account's credentials document, RSA in PEM, PKCS#1 or PKCS#8. If no
    /// certificate given with [`certificate`](Self::certificate) belongs to it, a self-signed one
    /// is made.
    #[must_use]
    pub fn private_key(mut self, pem: impl Into<String>) -> Self {
        self.private_key = Some(pem.into());
        self
    }

    /// Binds a certificate, in PEM: assertions signed with its key are accepted until it expires.
    /// May be called several times. An account with certificates and no
    /// [`private_key`](Self::private_key) has no credentials document.
    #[must_use]
    pub fn certificate(mut self, pem: impl Into<String>) -> Self {
        self.certificates.push(pem.into());
        self
    }

    /// The client lacks the right to exchange a JWT.
    #[must_use]
    pub fn without_exchange(self) -> Self {
        self.grants([])
    }

    /// What the client may do besides or instead of exchanging a JWT. With
    /// [`GrantType::ClientCredentials`] as well it is in migration, and takes both; with that alone it
    /// was migrated, and an exchange is answered 500 `internal_error` (observed).
    #[must_use]
    pub fn grants(mut self, grants: impl IntoIterator<Item = GrantType>) -> Self {
        self.given.grants = Some(grants.into_iter().collect());
        self
    }

    /// The binding demands a `jti` in each assertion, and accepts each one once.
    #[must_use]
    pub fn demand_jti(mut self) -> Self {
        self.demands_jti = true;
        self
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account")
            .field("client_id", &self.given.client_id)
            .field("technical_account_id", &self.given.technical_account_id)
            .field("organization", &self.given.organization)
            .field("metascopes", &self.metascopes)
            .field("scopes", &self.given.scopes)
            .finish_non_exhaustive()
    }
}

/// Why an account cannot be registered.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AccountError {
    /// All built-in keys are taken: give the account a private key or a certificate of its own.
    NoKeyLeft,
    /// The private key is not an RSA key of at least 2048 bits in PEM.
    UnreadablePrivateKey,
    /// A certificate is not one with an RSA key in PEM.
    UnreadableCertificate,
    /// Another account has this client id.
    ClientIdTaken(String),
    /// Another account has this technical account id.
    TechnicalAccountIdTaken(String),
    /// More than two client secrets were given.
    TooManySecrets,
    /// No account has this client id.
    UnknownClientId(String),
    /// Another person has this user id or e-mail address.
    PersonTaken(String),
    /// No person has this user id or e-mail address.
    UnknownPerson(String),
    /// The default redirect URI of this client is neither https nor http on loopback, or longer than
    /// 256 characters, or its patterns are longer than 512.
    RedirectUri(String),
    /// This is no challenge of PKCE of the method `S256`.
    CodeChallenge(String),
    /// The client of this id may not get what was asked for: a grant or a scope.
    NotAllowed(String),
}

impl fmt::Display for AccountError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoKeyLeft => {
                f.write_str("all built-in keys are taken; give the account a key of its own")
            }
            Self::UnreadablePrivateKey => {
                f.write_str("the private key is not an RSA key of at least 2048 bits in PEM")
            }
            Self::UnreadableCertificate => {
                f.write_str("the certificate is not one with an RSA key in PEM")
            }
            Self::ClientIdTaken(id) => write!(f, "another account has the client id {id}"),
            Self::TechnicalAccountIdTaken(id) => {
                write!(f, "another account has the technical account id {id}")
            }
            Self::TooManySecrets => f.write_str("a client has at most two secrets"),
            Self::UnknownClientId(id) => write!(f, "no account has the client id {id}"),
            Self::PersonTaken(id) => write!(f, "another person is {id}"),
            Self::UnknownPerson(id) => write!(f, "no person is {id}"),
            Self::RedirectUri(id) => write!(
                f,
                "the redirect URI of {id} is neither https nor http on loopback, or it or its \
                 patterns are too long"
            ),
            Self::CodeChallenge(text) => {
                write!(f, "{text} is no code challenge of the method S256")
            }
            Self::NotAllowed(id) => {
                write!(
                    f,
                    "the client {id} is not allowed this grant or these scopes"
                )
            }
        }
    }
}

impl std::error::Error for AccountError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_output_holds_no_secret() {
        let account = Account::new()
            .client_id("id")
            .client_secret("SECRET?%&=ü")
            .private_key("KEY");
        let text = format!("{account:?}");
        assert!(text.contains("id"));
        assert!(!text.contains("SECRET") && !text.contains("KEY"));
    }
}
