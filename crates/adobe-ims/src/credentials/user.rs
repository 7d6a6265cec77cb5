use super::OauthClient;

/// The credentials of a person who signs in: the client, the name under which the session is stored, and the scopes to
/// request. The tokens of the sign-in are in a `session::UserSession` (feature `file-store`).
///
/// ```
/// use adobe_ims::Environment;
/// use adobe_ims::credentials::{OauthClient, UserCredentials};
///
/// let client = OauthClient::new(Environment::production(), "0123456789abcdef");
/// let person = UserCredentials::new(client, "default", Vec::new());
/// assert_eq!(person.name(), "default");
/// ```
#[derive(Clone, Debug)]
pub struct UserCredentials {
    pub(crate) client: OauthClient,
    pub(crate) name: String,
    pub(crate) scopes: Vec<String>,
}

impl UserCredentials {
    /// Creates the credentials of a person whose session is stored under `name`. An empty list of scopes requests all that
    /// were granted.
    pub fn new(client: OauthClient, name: impl Into<String>, scopes: Vec<String>) -> Self {
        Self {
            client,
            name: name.into(),
            scopes,
        }
    }

    /// Returns the client.
    pub fn client(&self) -> &OauthClient {
        &self.client
    }

    /// Returns the name under which the session is stored.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the scopes to request.
    pub fn scopes(&self) -> &[String] {
        &self.scopes
    }
}
