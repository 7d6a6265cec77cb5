//! `POST /ims/token/v4` with the token exchange of RFC 8693: a client acts for the person whose token it
//! was sent.

use super::token_request::TokenRequest;
use super::{ImsClient, UserTokenResponse};
use crate::credentials::OauthClient;
use crate::error::Problem;
use crate::error::Result;
use crate::token::lifetime::Endpoint;
use crate::util::secret::Secret;

/// The one version that a published client uses for it.
const ENDPOINT: Endpoint = Endpoint::TokenV4;

const GRANT: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";

impl ImsClient {
    /// Exchanges an access token of a person, which another client was given, for one with which this client
    /// acts for the same person: one POST to `/ims/token/v4`, form fields `client_id`, `client_secret`,
    /// `grant_type`, `subject_token`, `subject_token_type`, `requested_token_type`, `scope`, and `resource`
    /// once for each audience (relied upon by a published client). Scopes must be named, and be this
    /// client's; the new token tells in its claim `act` who acts. `expires_in` is in seconds.
    ///
    /// # Errors
    /// [`Problem::ClientSecretMissing`] for a public client; [`Problem::UserTokenRefused`] when IMS does not
    /// take the token, which must be a person's; everything of class refused, throttled, unavailable,
    /// unusable and unreachable.
    pub async fn on_behalf_of(
        &self,
        client: &OauthClient,
        subject_token: &Secret,
        scopes: &[String],
        resources: &[String],
    ) -> Result<UserTokenResponse> {
        client.confidential("acting for somebody")?;
        let mut request = TokenRequest::new(client, ENDPOINT, GRANT)
            .secret("subject_token", subject_token)
            .field("subject_token_type", ACCESS_TOKEN)
            .field("requested_token_type", ACCESS_TOKEN)
            .scopes(scopes)
            .resources(resources)
            .refused(Problem::UserTokenRefused);
        // RFC 8693 §2.2.2: so it is said that the token is not acceptable.
        request.refusal = Some("invalid_request");
        self.ask(&request).await
    }
}
