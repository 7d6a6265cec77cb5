//! `POST /ims/token/v3` (or v2, v4) with `grant_type=client_credentials`: a client for its own access token.

use super::token_request::TokenRequest;
use super::{ImsClient, TokenResponse};
use crate::credentials::OauthCredentials;
use crate::error::Result;

impl ImsClient {
    /// Asks for an access token for these credentials: one POST to `/ims/token/v3` of their environment, or to
    /// [another version](OauthCredentials::at_version),
    /// form fields `client_id`, `client_secret`, `grant_type` and `scope`, the scopes with commas between
    /// them (documented by Adobe); `org_id` where they name an organisation that consented (documented by
    /// Adobe), `resource` where they name audiences (relied upon by a published client). `expires_in` of the
    /// answer is in seconds (documented by Adobe).
    ///
    /// Where the credentials have several secrets, the next one is tried when IMS calls one wrong
    /// ([`Problem::ClientSecretWrong`](crate::error::Problem::ClientSecretWrong); relied upon by a published
    /// client), and on no other failure; a [`Warning`](super::Warning) tells of it. Another tells when the
    /// token says that it lacks a scope.
    ///
    /// # Errors
    /// Everything of class refused, throttled, unavailable, unusable and unreachable; and
    /// [`Problem::TokenDeadOnArrival`](crate::error::Problem::TokenDeadOnArrival) when the token that came is no
    /// longer valid.
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
            request = request.field("org_id", organization);
            request.organization_id = Some(organization);
        }
        Ok(self.ask(&request).await?.into())
    }
}
