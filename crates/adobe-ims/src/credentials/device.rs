use super::OauthClient;
use crate::util::secret::Secret;

/// A device that was registered for a person: its token is exchanged for access tokens.
#[derive(Clone, Debug)]
pub struct DeviceCredentials {
    pub(crate) client: OauthClient,
    pub(crate) device_id: String,
    pub(crate) device_token: Secret,
    pub(crate) scopes: Vec<String>,
}

impl DeviceCredentials {
    /// The device with this id, whose token was handed out for this client.
    pub fn new(
        client: OauthClient,
        device_id: impl Into<String>,
        device_token: Secret,
        scopes: Vec<String>,
    ) -> Self {
        Self {
            client,
            device_id: device_id.into(),
            device_token,
            scopes,
        }
    }

    /// Who asks.
    pub fn client(&self) -> &OauthClient {
        &self.client
    }

    /// The device.
    pub fn device_id(&self) -> &str {
        &self.device_id
    }

    /// The scopes to ask for.
    pub fn scopes(&self) -> &[String] {
        &self.scopes
    }
}
