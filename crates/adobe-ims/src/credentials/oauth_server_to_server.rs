use crate::store::{Grant, StoreKey};
use crate::{Environment, Secret};

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
    pub(crate) environment: Environment,
    pub(crate) client_id: String,
    pub(crate) client_secret: Secret,
    /// To be tried when the first is refused; with them all secrets of the document.
    pub(crate) other_secrets: Vec<Secret>,
    pub(crate) scopes: Vec<String>,
    pub(crate) organization_id: Option<String>,
    pub(super) technical_account_id: Option<String>,
    pub(super) email: Option<String>,
}

impl OauthCredentials {
    /// Where to ask: production, unless the document or the caller names another place.
    pub fn environment(&self) -> &Environment {
        &self.environment
    }

    /// The client id; it becomes the `x-api-key` of calls.
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// How many client secrets the document has: one, or two while they are rotated (documented by
    /// Adobe: both are valid until one is deleted).
    pub fn secrets(&self) -> usize {
        1 + self.other_secrets.len()
    }

    /// The scopes to ask for, each once and in the order of the document.
    pub fn scopes(&self) -> &[String] {
        &self.scopes
    }

    /// The organisation, `…@AdobeOrg`; the request does without it, some APIs want it as a header.
    pub fn organization_id(&self) -> Option<&str> {
        self.organization_id.as_deref()
    }

    /// The technical account's id, `…@techacct.adobe.com`, if the document says it.
    pub fn technical_account_id(&self) -> Option<&str> {
        self.technical_account_id.as_deref()
    }

    /// The technical account's e-mail address, which is its login name in AEM, if the document says it.
    pub fn email(&self) -> Option<&str> {
        self.email.as_deref()
    }

    /// Under which name the tokens of this client are stored. A secret that was added, dropped or moved
    /// makes them be got anew.
    pub fn store_key(&self) -> StoreKey {
        StoreKey::new(
            &self.environment,
            &self.client_id,
            Grant::ClientCredentials,
            &self.scopes,
            self.technical_account_id().unwrap_or_default(),
            &self.all_secrets(),
        )
    }

    pub(crate) fn all_secrets(&self) -> Vec<&Secret> {
        let first = std::iter::once(&self.client_secret);
        first.chain(&self.other_secrets).collect()
    }
}
