//! `POST /ims/token/v3` (or v2, v4) with `grant_type=client_credentials`: fetches the token of a client itself.

use super::token_request::TokenRequest;
use super::{ImsClient, TokenResponse};
use crate::credentials::OauthCredentials;
use crate::error::Result;

impl ImsClient {
    /// Fetches an access token for these credentials.
    ///
    /// It sends one POST to `/ims/token/v3` of their environment, or to
    /// [another version](OauthCredentials::at_version), with the form fields
    ///
    /// - `client_id`, `client_secret`, `grant_type` and `scope`, the scopes separated by commas (documented by Adobe),
    /// - `org_id` for a consenting organisation (documented by Adobe),
    /// - `resource` once for each audience (relied upon by a published client).
    ///
    /// `expires_in` is in seconds (documented by Adobe).
    ///
    /// If the credentials have several secrets, the next one is tried when IMS calls one wrong
    /// ([`Problem::ClientSecretWrong`](crate::error::Problem::ClientSecretWrong); relied upon by a published client),
    /// and after no other failure. A [`Warning`](super::Warning) reports it. Another warning reports requested scopes
    /// that the token does not list.
    ///
    /// # Errors
    /// Everything of class refused, throttled, unavailable, unusable and unreachable;
    /// [`Problem::TokenDeadOnArrival`](crate::error::Problem::TokenDeadOnArrival) when the token of the response is
    /// no longer valid.
    pub async fn client_credentials(
        &self,
        credentials: &OauthCredentials,
    ) -> Result<TokenResponse> {
        let client = &credentials.client;
        let mut request =
            TokenRequest::new(client, credentials.version.endpoint(), "client_credentials")
                .scopes(&credentials.scopes)
                .resources(&credentials.resources);
        if let Some(organization) = &credentials.consenting_organization {
            request = request
                .organization_id(organization)
                .field("org_id", organization);
        }
        Ok(self.request_token(&request).await?.into())
    }
}
