use std::time::SystemTime;

use serde_json::Value;

use super::TokenResponse;
use super::server_text;
use crate::crypto::jws;
use crate::util::secret::Secret;

/// An access token, and what came with it because a person stands behind it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct UserTokenResponse {
    /// The access token, its expiry normalised, and the answer.
    pub response: TokenResponse,
    /// What gets the next access token without the person: it takes the place of the one that was shown.
    /// It comes with the scope `offline_access` only (documented by Adobe for v3).
    pub refresh_token: Option<Secret>,
    /// When the refresh token ends, on this machine's clock, by the claim `rtea` of the access token
    /// (observed). Where it is not said, Adobe documents 14 days.
    pub refresh_expires_at: Option<SystemTime>,
    /// Who signed in, as a signed token; it comes with the scope `openid` only (documented by Adobe).
    pub id_token: Option<Secret>,
    /// Who signed in: `userId` or `sub` of the answer, or else `user_id` of the access token. Nothing was
    /// verified.
    pub user_id: Option<String>,
}

impl UserTokenResponse {
    /// Who signed in, in words for people: the e-mail address or else the name in the id_token, where they
    /// are with the scopes `email` and `profile` (documented by Adobe), or else
    /// [`user_id`](Self::user_id), or else the id_token's `sub`. Nothing was verified.
    pub fn person(&self) -> Option<String> {
        let claims = self
            .id_token
            .as_ref()
            .and_then(|token| Some(jws::decode(token.expose()).ok()?.payload));
        let text = |name| {
            Some(server_text(
                claims.as_ref()?.get(name).and_then(Value::as_str)?,
                &[],
            ))
        };
        let named = |name| text(name).filter(|text| !text.is_empty());
        let person = named("email").or_else(|| named("name"));
        person
            .or_else(|| Some(server_text(self.user_id.as_deref()?, &[])))
            .or_else(|| named("sub"))
    }
}

impl From<UserTokenResponse> for TokenResponse {
    fn from(granted: UserTokenResponse) -> Self {
        granted.response
    }
}
