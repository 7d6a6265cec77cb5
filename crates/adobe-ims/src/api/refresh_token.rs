//! `POST /ims/token/v3` with `grant_type=refresh_token`: the next access token of somebody who signed in.

use super::token_request::TokenRequest;
use super::{ImsClient, UserTokenResponse};
use crate::credentials::OauthClient;
use crate::error::Problem;
use crate::error::Result;
use crate::token::lifetime::Endpoint;
use crate::util::secret::Secret;

/// v3 is what Adobe documents; v1 and v2 are in use by clients of Adobe's.
const ENDPOINT: Endpoint = Endpoint::TokenV3;

impl ImsClient {
    /// Exchanges a refresh token for an access token and the next refresh token: one POST to
    /// `/ims/token/v3`, form fields `client_id`, `client_secret`, `grant_type`, `refresh_token`, and `scope`
    /// where fewer scopes are asked for than were granted (documented by Adobe; the secret as a field
    /// instead of in a header is relied upon by published clients). A public client sends its id and no
    /// secret. `expires_in` is in seconds (observed).
    ///
    /// The refresh token that comes back takes the place of this one. Who may be asked for a token more than
    /// once at a time uses a [`SessionSource`](crate::session::SessionSource), which spends each one once.
    ///
    /// # Errors
    /// [`Problem::SignInAgain`] when IMS does not take the refresh token; everything of class refused,
    /// throttled, unavailable, unusable and unreachable.
    pub async fn refresh_token(
        &self,
        client: &OauthClient,
        refresh_token: &Secret,
        scopes: &[String],
    ) -> Result<UserTokenResponse> {
        self.rotate(client, refresh_token, scopes).await.0
    }

    /// The same, and the next refresh token, which may come with an access token that is useless: for whoever
    /// keeps refresh tokens by other means than [`SessionStore`](crate::session::SessionStore), and must not lose it.
    pub async fn rotate(
        &self,
        client: &OauthClient,
        refresh_token: &Secret,
        scopes: &[String],
    ) -> (Result<UserTokenResponse>, Option<Secret>) {
        let request = TokenRequest::new(client, ENDPOINT, "refresh_token")
            .secret("refresh_token", refresh_token)
            .scopes(scopes)
            .refused(Problem::SignInAgain);
        let outcome = self.ask(&request).await;
        (outcome, request.rotated.into_inner())
    }
}
