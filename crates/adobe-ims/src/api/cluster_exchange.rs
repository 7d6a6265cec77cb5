//! `POST /ims/token/v3` with `grant_type=cluster_at_exchange`: exchanges a token of a person for a token of another
//! profile of the same person.

use super::token_request::TokenRequest;
use super::{ImsClient, UserTokenResponse};
use crate::credentials::OauthClient;
use crate::error::Problem;
use crate::error::Result;
use crate::token::lifetime::Endpoint;
use crate::util::secret::Secret;

/// A published client uses this version only.
const ENDPOINT: Endpoint = Endpoint::TokenV3;

/// The profile of a person that the new token is for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ClusterTarget {
    /// The profile with this user id: `user_id`.
    User(String),
    /// The profile in this organisation, `…@AdobeOrg`: `owning_org_id`.
    Organization(String),
}

impl ImsClient {
    /// Exchanges an access token of a person for a token of another profile of the same person.
    ///
    /// It sends one POST to `/ims/token/v3?client_id=…` with the form fields `client_secret`, `grant_type`,
    /// `user_token`, one of `user_id` and `owning_org_id`, `scope`, and `resource` once for each audience (relied
    /// upon by a published client). `expires_in` is in seconds.
    ///
    /// # Errors
    /// [`Problem::ClientSecretMissing`] for a public client; [`Problem::UserTokenRefused`] when IMS does not
    /// accept the token; everything of class refused, throttled, unavailable, unusable and unreachable.
    pub async fn cluster_exchange(
        &self,
        client: &OauthClient,
        user_token: &Secret,
        target: &ClusterTarget,
        scopes: &[String],
        resources: &[String],
    ) -> Result<UserTokenResponse> {
        client.confidential("an exchange within a cluster")?;
        let request = TokenRequest::new(client, ENDPOINT, "cluster_at_exchange")
            .secret("user_token", user_token)
            .scopes(scopes)
            .resources(resources)
            .on_refusal(Problem::UserTokenRefused)
            .client_id_in_url();
        let request = match target {
            ClusterTarget::User(id) => request.field("user_id", id),
            ClusterTarget::Organization(id) => {
                request.organization_id(id).field("owning_org_id", id)
            }
        };
        self.request_token(&request).await
    }
}
