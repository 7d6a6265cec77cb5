//! `POST /ims/token/v3` with `grant_type=refresh_token`: exchanges a refresh token for the next tokens.

use super::token_request::TokenRequest;
use super::{ImsClient, UserTokenResponse};
use crate::credentials::OauthClient;
use crate::error::Problem;
use crate::error::Result;
use crate::token::lifetime::Endpoint;
use crate::util::secret::Secret;

/// Adobe documents v3; clients of Adobe's also use v1 and v2.
const ENDPOINT: Endpoint = Endpoint::TokenV3;

/// The outcome of a [rotation](ImsClient::rotate) of a refresh token.
///
/// ```
/// use adobe_ims::credentials::OauthClient;
/// use adobe_ims::{AccessToken, ImsClient, Result, Secret};
///
/// # async fn example(ims: ImsClient, client: OauthClient, refresh_token: Secret) -> Result<AccessToken> {
/// let rotation = ims.rotate(&client, &refresh_token, &[]).await;
/// if let Some(next) = rotation.next_refresh_token {
///     // Store `next` in place of `refresh_token` before anything else.
/// }
/// Ok(rotation.outcome?.response.token)
/// # }
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct Rotation {
    /// The tokens, or the error.
    pub outcome: Result<UserTokenResponse>,
    /// The next refresh token. It replaces the one that was sent, also when `outcome` is an error.
    pub next_refresh_token: Option<Secret>,
}

impl ImsClient {
    /// Exchanges a refresh token for an access token and the next refresh token.
    ///
    /// It sends one POST to `/ims/token/v3` with the form fields `client_id`, `client_secret`, `grant_type`,
    /// `refresh_token`, and `scope` to get fewer scopes than were granted (documented by Adobe; published clients
    /// rely on the secret as a field instead of in a header). A public client sends its id and no secret.
    /// `expires_in` is in seconds (observed).
    ///
    /// The refresh token of the response replaces this one. A program that may refresh twice at the same time uses
    /// the session of its user (`session::SessionSource`), which spends each refresh token once.
    ///
    /// # Errors
    /// [`Problem::SignInAgain`] when IMS does not accept the refresh token; everything of class refused, throttled,
    /// unavailable, unusable and unreachable.
    pub async fn refresh_token(
        &self,
        client: &OauthClient,
        refresh_token: &Secret,
        scopes: &[String],
    ) -> Result<UserTokenResponse> {
        self.rotate(client, refresh_token, scopes).await.outcome
    }

    /// Exchanges a refresh token as [`refresh_token`](Self::refresh_token) does, and returns the next refresh token
    /// also when the access token beside it is unusable. It is for programs that store refresh tokens themselves.
    pub async fn rotate(
        &self,
        client: &OauthClient,
        refresh_token: &Secret,
        scopes: &[String],
    ) -> Rotation {
        let request = TokenRequest::new(client, ENDPOINT, "refresh_token")
            .secret("refresh_token", refresh_token)
            .spent()
            .scopes(scopes)
            .on_refusal(Problem::SignInAgain);
        let outcome = self.request_token(&request).await;
        Rotation {
            outcome,
            next_refresh_token: request.next_refresh_token.into_inner(),
        }
    }
}
