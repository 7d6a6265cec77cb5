//! `POST /ims/token/v1` with `grant_type=device`: fetches the access token of a device.

use super::token_request::TokenRequest;
use super::{ImsClient, UserTokenResponse};
use crate::credentials::DeviceCredentials;
use crate::error::Problem;
use crate::error::Result;
use crate::token::lifetime::Endpoint;

/// A published client uses this version only.
const ENDPOINT: Endpoint = Endpoint::TokenV1;

impl ImsClient {
    /// Exchanges a device token for an access token.
    ///
    /// It sends one POST to `/ims/token/v1` with the form fields `client_id`, `client_secret`, `grant_type`,
    /// `device_id`, `device_token` and `scope` (relied upon by a published client, which sends them in the URL).
    /// Adobe documents both places for its token endpoint; servers log URLs and not forms. `expires_in` is in
    /// milliseconds by that client; see the [module](super#units-of-expires_in).
    ///
    /// # Errors
    /// [`Problem::DeviceRefused`] when IMS does not accept the device token; everything of class refused,
    /// throttled, unavailable, unusable and unreachable.
    pub async fn device(&self, credentials: &DeviceCredentials) -> Result<UserTokenResponse> {
        let request = TokenRequest::new(&credentials.client, ENDPOINT, "device")
            .field("device_id", &credentials.device_id)
            .secret("device_token", &credentials.device_token)
            .scopes(&credentials.scopes)
            .on_refusal(Problem::DeviceRefused);
        self.request_token(&request).await
    }
}
