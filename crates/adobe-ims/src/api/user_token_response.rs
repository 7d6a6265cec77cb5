//! The tokens of a grant of a person, a service or a device.

use std::time::SystemTime;

use serde_json::Value;

use super::TokenResponse;
use crate::crypto::jws;
use crate::error::redact::Redactor;
use crate::util::secret::Secret;

/// An access token, and the other tokens of the response.
///
/// ```
/// use adobe_ims::api::UserTokenResponse;
///
/// fn greet(tokens: &UserTokenResponse) -> String {
///     format!("Hello {}", tokens.display_name().unwrap_or_default())
/// }
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct UserTokenResponse {
    /// The access token with its resolved expiry, and facts of the response.
    pub response: TokenResponse,
    /// The next refresh token, which replaces the one that was sent. IMS returns one for the scope `offline_access`
    /// only (documented by Adobe for v3).
    pub refresh_token: Option<Secret>,
    /// The expiry of the refresh token on this machine's clock, by the claim `rtea` of the access token (observed).
    /// Without that claim, Adobe documents 14 days.
    pub refresh_expires_at: Option<SystemTime>,
    /// The id token of the person. IMS returns one for the scope `openid` only (documented by Adobe).
    pub id_token: Option<Secret>,
    /// The id of the person: `userId` or `sub` of the response, or else `user_id` of the access token. No signature
    /// was verified.
    pub user_id: Option<String>,
}

impl UserTokenResponse {
    /// Returns a name of the person for display. The first of these that is there:
    ///
    /// 1. the e-mail address in the id token (scope `email`, documented by Adobe),
    /// 2. the name in the id token (scope `profile`, documented by Adobe),
    /// 3. [`user_id`](Self::user_id),
    /// 4. `sub` of the id token.
    ///
    /// No signature was verified.
    pub fn display_name(&self) -> Option<String> {
        let claims = self
            .id_token
            .as_ref()
            .and_then(|token| Some(jws::decode(token.expose()).ok()?.payload));
        let tokens = [&self.refresh_token, &self.id_token].into_iter().flatten();
        let redactor = Redactor::new(tokens.chain([self.response.token.as_secret()]));
        let claim = |name| redactor.shown(claims.as_ref()?.get(name).and_then(Value::as_str)?);
        claim("email")
            .or_else(|| claim("name"))
            .or_else(|| Some(redactor.server_text(self.user_id.as_deref()?)))
            .or_else(|| claim("sub"))
            .map(String::from)
    }
}

impl From<UserTokenResponse> for TokenResponse {
    fn from(tokens: UserTokenResponse) -> Self {
        tokens.response
    }
}
