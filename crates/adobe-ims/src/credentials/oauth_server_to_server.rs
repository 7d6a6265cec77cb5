use serde::Deserialize;

use super::draft::{Draft, Kind, Parts};
use super::fields::{Field, not_json};
use super::names::FieldNames;
use crate::store::{Grant, StoreKey};
use crate::{Environment, Result, Secret};

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

/// The fields in every spelling; a document has one of them.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Found {
    #[serde(alias = "CLIENT_ID", alias = "clientId")]
    client_id: Field,
    #[serde(alias = "CLIENT_SECRETS", alias = "clientSecrets")]
    client_secrets: Field,
    #[serde(alias = "CLIENT_SECRET", alias = "clientSecret")]
    client_secret: Field,
    #[serde(alias = "SCOPES")]
    scopes: Field,
    #[serde(alias = "ORG_ID", alias = "orgId", alias = "org_id")]
    ims_org_id: Field,
    #[serde(alias = "TECHNICAL_ACCOUNT_ID", alias = "technicalAccountId")]
    technical_account_id: Field,
    #[serde(alias = "TECHNICAL_ACCOUNT_EMAIL", alias = "technicalAccountEmail")]
    technical_account_email: Field,
    #[serde(rename = "adobeIMSV3TokenEndpointURL", alias = "env")]
    endpoint: Field,
}

impl From<Found> for Parts {
    fn from(found: Found) -> Self {
        Self {
            environment: found.endpoint,
            client_id: found.client_id,
            client_secrets: match found.client_secrets {
                Field::Missing => found.client_secret,
                several => several,
            },
            scopes: found.scopes,
            organization_id: found.ims_org_id,
            technical_account_id: found.technical_account_id,
            email: found.technical_account_email,
            ..Self::default()
        }
    }
}

pub(super) fn parse(text: &str, names: FieldNames) -> Result<Draft> {
    let found: Found = serde_json::from_str(text).map_err(|error| not_json(&error))?;
    Ok(Draft::new(found.into(), names, Kind::ClientCredentials))
}
