//! `POST /ims/token/v4` with the token exchange of RFC 8693: a client acts for the person whose token it received.

use super::token_request::TokenRequest;
use super::{ImsClient, UserTokenResponse};
use crate::credentials::OauthClient;
use crate::error::Problem;
use crate::error::Result;
use crate::token::lifetime::Endpoint;
use crate::util::secret::Secret;

/// A published client uses this version only.
const ENDPOINT: Endpoint = Endpoint::TokenV4;

const GRANT: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";

impl ImsClient {
    /// Exchanges an access token of a person, issued to another client, for a token with which this client acts for
    /// the same person.
    ///
    /// It sends one POST to `/ims/token/v4` with the form fields `client_id`, `client_secret`, `grant_type`,
    /// `subject_token`, `subject_token_type`, `requested_token_type`, `scope`, and `resource` once for each audience
    /// (relied upon by a published client). Scopes are required, and must be scopes of this client. The claim `act`
    /// of the new token names this client. `expires_in` is in seconds.
    ///
    /// # Errors
    /// [`Problem::ClientSecretMissing`] for a public client; [`Problem::UserTokenRefused`] when IMS does not accept
    /// the token, which must be that of a person; everything of class refused, throttled, unavailable, unusable and
    /// unreachable.
    pub async fn on_behalf_of(
        &self,
        client: &OauthClient,
        subject_token: &Secret,
        scopes: &[String],
        resources: &[String],
    ) -> Result<UserTokenResponse> {
        client.confidential("acting on behalf of a person")?;
        let request = TokenRequest::new(client, ENDPOINT, GRANT)
            .secret("subject_token", subject_token)
            .field("subject_token_type", ACCESS_TOKEN)
            .field("requested_token_type", ACCESS_TOKEN)
            .scopes(scopes)
            .resources(resources)
            .on_refusal(Problem::UserTokenRefused)
            // RFC 8693 §2.2.2: the code for a subject token that is not acceptable.
            .refusal_code("invalid_request");
        self.request_token(&request).await
    }
}
