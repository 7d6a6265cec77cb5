use super::oauth_client::OauthClient;
use crate::environment::Environment;
use crate::token::lifetime::TokenVersion;

/// An OAuth server-to-server credential of the Adobe Developer Console: a client, its secrets and the scopes to
/// request.
///
/// These documents hold one:
///
/// - the download of the console: `CLIENT_ID`, `CLIENT_SECRETS`, `ORG_ID`, `SCOPES` (relied upon by published clients)
/// - the file of Adobe's tutorials: `clientId`, `clientSecret`, `adobeIMSV3TokenEndpointURL`, `scopes`
/// - a context of aio: `client_id`, `client_secrets`, `ims_org_id`, `scopes`
/// - the download of a workspace with one such credential: `project`
///
/// Only the file of the tutorials names a host. The others mean production.
///
/// ```
/// use adobe_ims::Credentials;
///
/// # fn read(document: &[u8]) -> adobe_ims::Result<()> {
/// if let Credentials::OauthServerToServer(credentials) = Credentials::parse(document)? {
///     println!("{} requests {:?}", credentials.client_id(), credentials.scopes());
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct OauthCredentials {
    /// The client, with all secrets of the document, at least one.
    pub(crate) client: OauthClient,
    pub(crate) scopes: Vec<String>,
    pub(crate) consenting_organization: Option<String>,
    pub(crate) resources: Vec<String>,
    pub(crate) version: TokenVersion,
    pub(crate) technical_account_id: Option<String>,
    pub(crate) email: Option<String>,
}

impl OauthCredentials {
    /// Requests tokens in the name of an organisation whose administrator consented to this client: `org_id` of the
    /// request. The client of one organisation does not need it (documented by Adobe): its own organisation is not
    /// sent.
    #[must_use]
    pub fn for_organization(mut self, organization_id: impl Into<String>) -> Self {
        self.consenting_organization = Some(organization_id.into());
        self
    }

    /// Requests tokens for these audiences: `resource` of the request, once for each (relied upon by a published
    /// client).
    #[must_use]
    pub fn for_resources(mut self, resources: impl IntoIterator<Item = String>) -> Self {
        self.resources = resources.into_iter().collect();
        self
    }

    /// Sets the version of the token endpoint. The default is v3. The tokens are the same.
    #[must_use]
    pub fn at_version(mut self, version: TokenVersion) -> Self {
        self.version = version;
        self
    }

    /// Returns the client.
    pub fn client(&self) -> &OauthClient {
        &self.client
    }

    /// Returns the environment: production, unless the document or the caller names another.
    pub fn environment(&self) -> &Environment {
        &self.client.environment
    }

    /// Returns the client id. It becomes the `x-api-key` of calls.
    pub fn client_id(&self) -> &str {
        &self.client.client_id
    }

    /// Returns the number of client secrets: one, or two while they are rotated (documented by Adobe: both are valid
    /// until one is deleted).
    pub fn secret_count(&self) -> usize {
        self.client.secret_count()
    }

    /// Returns the scopes to request, each once and in the order of the document.
    pub fn scopes(&self) -> &[String] {
        &self.scopes
    }

    /// Returns the organisation, `…@AdobeOrg`: the one that consented, else that of the document. Some APIs want it as a
    /// header.
    pub fn organization_id(&self) -> Option<&str> {
        let consenting = self.consenting_organization.as_deref();
        consenting.or(self.client.organization_id())
    }

    /// Returns the id of the technical account, `…@techacct.adobe.com`, if the document has it.
    pub fn technical_account_id(&self) -> Option<&str> {
        self.technical_account_id.as_deref()
    }

    /// Returns the e-mail address of the technical account, which is its login name in AEM, if the document has it.
    pub fn email(&self) -> Option<&str> {
        self.email.as_deref()
    }
}
