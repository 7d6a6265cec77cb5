//! `POST /ims/token/v1` with `grant_type=device`: a device for an access token.

use super::token_request::TokenRequest;
use super::{ImsClient, UserTokenResponse};
use crate::credentials::DeviceCredentials;
use crate::error::Problem;
use crate::error::Result;
use crate::token::lifetime::Endpoint;

/// The one version that a published client uses for devices.
const ENDPOINT: Endpoint = Endpoint::TokenV1;

impl ImsClient {
    /// Exchanges a device token for an access token: one POST to `/ims/token/v1` with `client_id`,
    /// `client_secret`, `grant_type`, `device_id`, `device_token` and `scope` (relied upon by a published
    /// client, which sends all of it in the URL; here it is the form, where it is not logged on the way –
    /// Adobe documents for its token endpoint that either will do). `expires_in` is in milliseconds by that
    /// client; see the [module](super#units-of-expires_in).
    ///
    /// # Errors
    /// [`Problem::DeviceRefused`] when IMS does not take the device token; everything of class refused,
    /// throttled, unavailable, unusable and unreachable.
    pub async fn device(&self, credentials: &DeviceCredentials) -> Result<UserTokenResponse> {
        let request = TokenRequest::new(&credentials.client, ENDPOINT, "device")
            .field("device_id", &credentials.device_id)
            .secret("device_token", &credentials.device_token)
            .scopes(&credentials.scopes)
            .refused(Problem::DeviceRefused);
        self.ask(&request).await
    }
}
