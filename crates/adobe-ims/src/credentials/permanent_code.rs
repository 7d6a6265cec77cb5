use super::OauthClient;
use crate::util::secret::Secret;
use crate::value::{self, ValueKind};

/// A service at Adobe: a client and the permanent authorization code that was issued to it. Its tokens have the
/// identity of the service (relied upon by published clients).
///
/// ```
/// use adobe_ims::Environment;
/// use adobe_ims::credentials::{OauthClient, PermanentCode};
///
/// let client = OauthClient::new(Environment::production(), "my-service").with_secrets(["s8e-…".into()]);
/// let service = PermanentCode::new(client, "eyJ…".into(), Vec::new());
/// assert!(service.scopes().is_empty());
/// ```
#[derive(Clone, Debug)]
pub struct PermanentCode {
    pub(crate) client: OauthClient,
    pub(crate) code: Secret,
    pub(crate) scopes: Vec<String>,
    pub(crate) resources: Vec<String>,
}

impl PermanentCode {
    /// Creates the credentials of a service. An empty list of scopes leaves them out of the request.
    pub fn new(client: OauthClient, code: Secret, scopes: Vec<String>) -> Self {
        let mut client = client;
        let code = value::repaired(ValueKind::Code, code, &mut client.notes);
        Self {
            client,
            code,
            scopes,
            resources: Vec::new(),
        }
    }

    /// Requests tokens for these audiences: `resource` of the request, once for each (relied upon by a published
    /// client).
    #[must_use]
    pub fn for_resources(mut self, resources: impl IntoIterator<Item = String>) -> Self {
        self.resources = resources.into_iter().collect();
        self
    }

    /// Returns the client.
    pub fn client(&self) -> &OauthClient {
        &self.client
    }

    /// Returns the scopes to request.
    pub fn scopes(&self) -> &[String] {
        &self.scopes
    }
}
