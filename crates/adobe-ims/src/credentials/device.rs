use super::OauthClient;
use crate::util::secret::Secret;
use crate::value::{self, ValueKind};

/// A device that was registered for a person. Its token is exchanged for access tokens.
///
/// ```
/// use adobe_ims::Environment;
/// use adobe_ims::credentials::{DeviceCredentials, OauthClient};
///
/// let client = OauthClient::new(Environment::production(), "0123456789abcdef");
/// let device = DeviceCredentials::new(client, "device-1", "eyJ…".into(), vec!["openid".to_owned()]);
/// assert_eq!(device.device_id(), "device-1");
/// ```
#[derive(Clone, Debug)]
pub struct DeviceCredentials {
    pub(crate) client: OauthClient,
    pub(crate) device_id: String,
    pub(crate) device_token: Secret,
    pub(crate) scopes: Vec<String>,
}

impl DeviceCredentials {
    /// Creates the credentials of the device with this id. IMS issued the token for this client.
    pub fn new(
        client: OauthClient,
        device_id: impl Into<String>,
        device_token: Secret,
        scopes: Vec<String>,
    ) -> Self {
        let mut client = client;
        let notes = &mut client.notes;
        let device_id = value::repaired(ValueKind::DeviceId, device_id.into(), notes);
        let device_token = value::repaired(ValueKind::DeviceToken, device_token, notes);
        Self {
            client,
            device_id: device_id.expose().to_owned(),
            device_token,
            scopes,
        }
    }

    /// Returns the client.
    pub fn client(&self) -> &OauthClient {
        &self.client
    }

    /// Returns the id of the device.
    pub fn device_id(&self) -> &str {
        &self.device_id
    }

    /// Returns the scopes to request.
    pub fn scopes(&self) -> &[String] {
        &self.scopes
    }
}
