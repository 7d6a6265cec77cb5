use super::OauthClient;
use crate::util::secret::Secret;

/// A service at Adobe: a client and the permanent authorization code that it was issued. Its tokens have
/// the identity of the service (relied upon by published clients).
#[derive(Clone, Debug)]
pub struct PermanentCode {
    pub(crate) client: OauthClient,
    pub(crate) code: Secret,
    pub(crate) scopes: Vec<String>,
    pub(crate) resources: Vec<String>,
}

impl PermanentCode {
    /// The code of this client. `scopes` may be empty: then the request does not say.
    pub fn new(client: OauthClient, code: Secret, scopes: Vec<String>) -> Self {
        Self {
            client,
            code,
            scopes,
            resources: Vec::new(),
        }
    }

    /// Asks for a token for these audiences: `resource` of the request, once for each (relied upon by a
    /// published client).
    #[must_use]
    pub fn for_resources(mut self, resources: impl IntoIterator<Item = String>) -> Self {
        self.resources = resources.into_iter().collect();
        self
    }

    /// Who asks.
    pub fn client(&self) -> &OauthClient {
        &self.client
    }

    /// The scopes to ask for.
    pub fn scopes(&self) -> &[String] {
        &self.scopes
    }
}
