//! `POST /ims/token/v3` with `grant_type=authorization_code`: exchanges the code of a sign-in, and the permanent code
//! of a service.

use super::token_request::TokenRequest;
use super::{ImsClient, UserTokenResponse};
use crate::credentials::{OauthClient, PermanentCode};
use crate::error::Problem;
use crate::error::Result;
use crate::token::lifetime::Endpoint;
use crate::util::secret::Secret;

/// Adobe documents v3 for people; clients of Adobe's also use v1 and v2.
const ENDPOINT: Endpoint = Endpoint::TokenV3;

/// Adobe documents nothing for permanent codes. Adobe's own command line uses v2; another client of Adobe's uses v1,
/// a third one v4.
const PERMANENT_CODE_ENDPOINT: Endpoint = Endpoint::TokenV2;

impl ImsClient {
    /// Exchanges the code of a sign-in for tokens.
    ///
    /// It sends one POST to `/ims/token/v3` with the form fields `client_id`, `client_secret`, `grant_type`, `code`
    /// and `code_verifier` (documented by Adobe; published clients rely on the secret as a field instead of in a
    /// header). A public client sends its id and no secret; it authenticates with the verifier. RFC 6749 demands
    /// `redirect_uri` if the authorization request had it: Adobe's clients leave it out, standard clients send it.
    /// `expires_in` is in seconds.
    ///
    /// A code is valid once. Do not try again after a response.
    ///
    /// # Errors
    /// [`Problem::CodeRefused`] when IMS does not accept the code; everything of class refused, throttled,
    /// unavailable, unusable and unreachable.
    pub async fn authorization_code(
        &self,
        client: &OauthClient,
        code: &Secret,
        verifier: Option<&Secret>,
        redirect_uri: Option<&str>,
    ) -> Result<UserTokenResponse> {
        let mut request = TokenRequest::new(client, ENDPOINT, "authorization_code")
            .secret("code", code)
            .spent()
            .on_refusal(Problem::CodeRefused);
        if let Some(uri) = redirect_uri {
            request = request.field("redirect_uri", uri);
        }
        if let Some(verifier) = verifier {
            request = request.secret("code_verifier", verifier);
        }
        self.request_token(&request).await
    }

    /// Exchanges the permanent code of a service for an access token. The code stays valid.
    ///
    /// It sends one POST to `/ims/token/v2` with the form fields `client_id`, `client_secret`, `grant_type`, `code`,
    /// `scope` if there are scopes, and `resource` once for each audience (relied upon by a published client).
    /// `expires_in` is in seconds.
    ///
    /// # Errors
    /// [`Problem::ClientSecretMissing`] for a public client; the errors of
    /// [`authorization_code`](Self::authorization_code).
    pub async fn permanent_code(&self, service: &PermanentCode) -> Result<UserTokenResponse> {
        service.client.confidential("a permanent code")?;
        let request = TokenRequest::new(
            &service.client,
            PERMANENT_CODE_ENDPOINT,
            "authorization_code",
        )
        .secret("code", &service.code)
        .scopes(&service.scopes)
        .resources(&service.resources)
        .on_refusal(Problem::CodeRefused);
        self.request_token(&request).await
    }
}
