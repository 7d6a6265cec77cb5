use super::oauth_client::OauthClient;
use crate::environment::Environment;
use crate::token::lifetime::TokenVersion;

/// An OAuth server-to-server credential of the Adobe Developer Console: a client, its secrets and the
/// scopes to ask for.
///
/// The console's download is read (`CLIENT_ID`, `CLIENT_SECRETS`, `ORG_ID`, `SCOPES`: relied upon by
/// published clients), the file of Adobe's tutorials (`clientId`, `clientSecret`,
/// `adobeIMSV3TokenEndpointURL`, `scopes`), a context of aio (`client_id`, `client_secrets`,
/// `ims_org_id`, `scopes`), and the download of a workspace that has one such credential (`project`).
/// Only the file of the tutorials names a host; the others mean production.
#[derive(Clone, Debug)]
pub struct OauthCredentials {
    /// Its secrets are all secrets of the document, at least one.
    pub(crate) client: OauthClient,
    pub(crate) scopes: Vec<String>,
    pub(crate) consenting_organization: Option<String>,
    pub(crate) resources: Vec<String>,
    pub(crate) version: TokenVersion,
    pub(crate) technical_account_id: Option<String>,
    pub(crate) email: Option<String>,
}

impl OauthCredentials {
    /// Asks in the name of an organisation whose administrator consented to this client: `org_id` of the
    /// request. A client that one organisation owns does without it (documented by Adobe); its own
    /// organisation is not sent.
    #[must_use]
    pub fn for_organization(mut self, organization_id: impl Into<String>) -> Self {
        self.consenting_organization = Some(organization_id.into());
        self
    }

    /// Asks for a token for these audiences: `resource` of the request, once for each (relied upon by a
    /// published client).
    #[must_use]
    pub fn for_resources(mut self, resources: impl IntoIterator<Item = String>) -> Self {
        self.resources = resources.into_iter().collect();
        self
    }

    /// Asks at another version of the token endpoint than v3. The tokens are the same.
    #[must_use]
    pub fn at_version(mut self, version: TokenVersion) -> Self {
        self.version = version;
        self
    }

    /// Who asks.
    pub fn client(&self) -> &OauthClient {
        &self.client
    }

    /// Where to ask: production, unless the document or the caller names another place.
    pub fn environment(&self) -> &Environment {
        &self.client.environment
    }

    /// The client id; it becomes the `x-api-key` of calls.
    pub fn client_id(&self) -> &str {
        &self.client.client_id
    }

    /// How many client secrets the document has: one, or two while they are rotated (documented by
    /// Adobe: both are valid until one is deleted).
    pub fn secrets(&self) -> usize {
        self.client.secrets()
    }

    /// The scopes to ask for, each once and in the order of the document.
    pub fn scopes(&self) -> &[String] {
        &self.scopes
    }

    /// The organisation, `…@AdobeOrg`: the one that consented, or else the document's. Some APIs want it as
    /// a header.
    pub fn organization_id(&self) -> Option<&str> {
        let consenting = self.consenting_organization.as_deref();
        consenting.or(self.client.organization_id())
    }

    /// The technical account's id, `…@techacct.adobe.com`, if the document says it.
    pub fn technical_account_id(&self) -> Option<&str> {
        self.technical_account_id.as_deref()
    }

    /// The technical account's e-mail address, which is its login name in AEM, if the document says it.
    pub fn email(&self) -> Option<&str> {
        self.email.as_deref()
    }
}
