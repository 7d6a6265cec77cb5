//! A client of OAuth: as a test describes it, and as the emulator knows it.

use std::fmt;

use crate::identities::client::ClientSettings;
use crate::identities::grant_type::GrantType;

/// A client of OAuth and its technical account, to be registered with the emulator. Unless
/// [`grants`](Self::grants) or [`public`](Self::public) says otherwise it is one of OAuth
/// server-to-server: the kind of credential that has followed the service account in Adobe's console.
///
/// Everything that is not given is made up.
///
/// ```
/// use adobe_ims_emulator::{GrantType, OauthClient};
///
/// let client = OauthClient::new()
///     .client_id("0123456789abcdef0123456789abcdef")
///     .client_secret("first")
///     .client_secret("second")
///     .scopes(["openid", "AdobeID"]);
///
/// let application = OauthClient::new()
///     .public()
///     .grants([GrantType::AuthorizationCode, GrantType::RefreshToken])
///     .redirect_uri("https://my.example/callback")
///     .redirect_pattern(r"https://my\.example/.*");
/// ```
#[derive(Clone, Default)]
pub struct OauthClient {
    pub(crate) given: ClientSettings,
    pub(crate) redirect_uri: Option<String>,
    pub(crate) redirect_patterns: Vec<String>,
    pub(crate) service_codes: Vec<String>,
}

impl OauthClient {
    /// A client of which everything is made up.
    pub fn new() -> Self {
        Self::default()
    }

    /// The client id, the `CLIENT_ID` of a document.
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

    /// The scopes of the client: a request may ask for these and no others.
    #[must_use]
    pub fn scopes<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.given.scopes = Some(names.into_iter().map(Into::into).collect());
        self
    }

    /// The organization, `<24 hex>@AdobeOrg`. Clients that do not say belong to the one that the
    /// emulator makes up for its accounts.
    #[must_use]
    pub fn organization(mut self, organization: impl Into<String>) -> Self {
        self.given.organization = Some(organization.into());
        self
    }

    /// The technical account id, `<24 hex>@techacct.adobe.com`.
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

    /// The ways in which the client may get tokens; [`GrantType::ClientCredentials`] by default, and
    /// [`GrantType::AuthorizationCode`] with [`GrantType::RefreshToken`] for a public one.
    #[must_use]
    pub fn grants(mut self, grants: impl IntoIterator<Item = GrantType>) -> Self {
        self.given.grants = Some(grants.into_iter().collect());
        self
    }

    /// The default redirect URI, to which a sign-in leads that names none or one that matches no
    /// pattern (documented by Adobe). `https`, or `http` on loopback; at most 256 characters.
    #[must_use]
    pub fn redirect_uri(mut self, uri: impl Into<String>) -> Self {
        self.redirect_uri = Some(uri.into());
        self
    }

    /// Adds a pattern of redirect URIs that a sign-in may name, as Adobe's console takes them: `.`
    /// is any character, `*` repeats what stands before it, and a backslash makes the next
    /// character stand for itself, as in `https://my\.example/.*`. All together at most 512
    /// characters.
    #[must_use]
    pub fn redirect_pattern(mut self, pattern: impl Into<String>) -> Self {
        self.redirect_patterns.push(pattern.into());
        self
    }

    /// The client has no secret, such as one that runs on its user's machine: it proves with PKCE
    /// that a code is its own. It gets tokens by sign-ins and devices only, whatever its grants.
    #[must_use]
    pub fn public(mut self) -> Self {
        self.given.public = true;
        self
    }

    /// Adds a permanent authorization code, which gives a service token as often as it is used.
    #[must_use]
    pub fn service_code(mut self, code: impl Into<String>) -> Self {
        self.service_codes.push(code.into());
        self
    }
}

impl fmt::Debug for OauthClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OauthClient")
            .field("client_id", &self.given.client_id)
            .field("technical_account_id", &self.given.technical_account_id)
            .field("organization", &self.given.organization)
            .field("scopes", &self.given.scopes)
            .field("grants", &self.given.grants)
            .field("redirect_uri", &self.redirect_uri)
            .field("redirect_patterns", &self.redirect_patterns)
            .field("public", &self.given.public)
            .finish_non_exhaustive()
    }
}
