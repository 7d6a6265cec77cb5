use super::OauthClient;

/// The credentials of a person who signs in: the client, the name under which the sign-in is kept, and the
/// scopes to request. What the sign-in left is a [`UserSession`](crate::session::UserSession).
#[derive(Clone, Debug)]
pub struct UserCredentials {
    pub(crate) client: OauthClient,
    pub(crate) name: String,
    pub(crate) scopes: Vec<String>,
}

impl UserCredentials {
    /// Creates the credentials of the person whose sign-in is kept under `name`. `scopes` are requested of those
    /// that were granted; an empty list means all of them.
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

    /// Returns the name under which the sign-in is kept.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the scopes to request.
    pub fn scopes(&self) -> &[String] {
        &self.scopes
    }
}
