//! The description of an OAuth client.

use std::fmt;

use crate::identities::client_settings::{ClientSettings, impl_client_settings};
use crate::identities::grant_type::GrantType;

/// An OAuth client for registration, with its technical account.
///
/// Without [`grants`](Self::grants) and [`public`](Self::public) it is a client of OAuth
/// server-to-server, the kind of credential that replaced the service account in Adobe's console.
/// The emulator generates what is not set.
///
/// ```
/// use adobe_ims_emulator::{Emulator, GrantType, OauthClient};
///
/// let service = OauthClient::new()
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
///
/// let emulator = Emulator::builder()
///     .oauth_client(service)
///     .oauth_client(application)
///     .start()?;
/// assert!(emulator.user_clients()[0].is_public());
/// # Ok::<(), adobe_ims_emulator::StartError>(())
/// ```
#[derive(Clone, Default)]
pub struct OauthClient {
    pub(crate) settings: ClientSettings,
    pub(crate) redirect_uri: Option<String>,
    pub(crate) redirect_patterns: Vec<String>,
    pub(crate) service_codes: Vec<String>,
}

impl_client_settings!(OauthClient);

impl OauthClient {
    /// Creates a client without any settings.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the grants of the client. The default is [`GrantType::ClientCredentials`], for a public
    /// client [`GrantType::AuthorizationCode`] and [`GrantType::RefreshToken`].
    #[must_use]
    pub fn grants(mut self, grants: impl IntoIterator<Item = GrantType>) -> Self {
        self.settings.grants = Some(grants.into_iter().collect());
        self
    }

    /// Sets the default redirect URI: `https`, or `http` on loopback, at most 256 characters. A
    /// sign-in without redirect URI, or with one that matches no pattern, ends there (documented by
    /// Adobe).
    #[must_use]
    pub fn redirect_uri(mut self, uri: impl Into<String>) -> Self {
        self.redirect_uri = Some(uri.into());
        self
    }

    /// Adds a pattern for the redirect URIs of sign-ins, in the syntax of Adobe's console: `.` is
    /// any character, `*` repeats the character before it, and a backslash makes the next character
    /// literal, as in `https://my\.example/.*`. All patterns together have at most 512 characters.
    #[must_use]
    pub fn redirect_pattern(mut self, pattern: impl Into<String>) -> Self {
        self.redirect_patterns.push(pattern.into());
        self
    }

    /// Makes the client a public one: it has no secret, and redeems codes with PKCE. It can get
    /// tokens by sign-ins and devices only, even if other grants are set.
    #[must_use]
    pub fn public(mut self) -> Self {
        self.settings.public = true;
        self
    }

    /// Adds a permanent authorization code. The client can redeem it any number of times for a
    /// service token.
    #[must_use]
    pub fn service_code(mut self, code: impl Into<String>) -> Self {
        self.service_codes.push(code.into());
        self
    }
}

impl fmt::Debug for OauthClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OauthClient")
            .field("settings", &self.settings)
            .field("redirect_uri", &self.redirect_uri)
            .field("redirect_patterns", &self.redirect_patterns)
            .finish_non_exhaustive()
    }
}
