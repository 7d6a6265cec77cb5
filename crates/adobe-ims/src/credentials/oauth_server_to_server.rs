use serde::Deserialize;

use super::fields::{Field, Fields, not_json, plain};
use super::kind::DocumentKind;
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
    technical_account_id: Option<String>,
    email: Option<String>,
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
    #[serde(alias = "ORG_ID", alias = "orgId")]
    pub(super) ims_org_id: Field,
    #[serde(alias = "TECHNICAL_ACCOUNT_ID", alias = "technicalAccountId")]
    technical_account_id: Field,
    #[serde(alias = "TECHNICAL_ACCOUNT_EMAIL", alias = "technicalAccountEmail")]
    technical_account_email: Field,
    #[serde(rename = "adobeIMSV3TokenEndpointURL")]
    endpoint: Field,
}

/// Client id, secrets and scopes, as aio calls them.
pub(super) const AIO_NAMES: [&str; 3] = ["client_id", "client_secrets", "scopes"];

pub(super) fn parse(
    text: &str,
    kind: DocumentKind,
    environment: Option<Environment>,
) -> Result<OauthCredentials> {
    let found: Found = serde_json::from_str(text).map_err(|error| not_json(&error))?;
    let names = match kind {
        DocumentKind::TutorialOAuth => ["clientId", "clientSecret", "scopes"],
        DocumentKind::AioOAuthContext => AIO_NAMES,
        _ => ["CLIENT_ID", "CLIENT_SECRETS", "SCOPES"],
    };
    from_found(found, Fields::new(""), names, environment)
}

/// Makes credentials of what was found; `names` are those of the fields in this document.
pub(super) fn from_found(
    found: Found,
    mut fields: Fields,
    [id_name, secrets_name, scopes_name]: [&str; 3],
    environment: Option<Environment>,
) -> Result<OauthCredentials> {
    let client_id = plain(&fields.text(id_name, found.client_id));
    let secrets = match found.client_secrets {
        Field::Missing => found.client_secret,
        several => several,
    };
    let mut secrets = fields.texts(secrets_name, secrets).into_iter();
    let scopes = split_scopes(&fields.texts(scopes_name, found.scopes));
    if scopes.is_empty() {
        fields.is_missing_unless_named(scopes_name);
    }
    fields.finish()?;
    let named = Fields::optional(found.endpoint);
    let optional = |field| Fields::optional(field).map(|text| plain(&text));
    Ok(OauthCredentials {
        environment: match (environment, named) {
            (Some(environment), _) => environment,
            (None, Some(named)) => Environment::parse(named.expose())?,
            (None, None) => Environment::production(),
        },
        client_id,
        // There is one, or the document would be incomplete.
        client_secret: secrets.next().unwrap_or_default(),
        other_secrets: secrets.collect(),
        scopes,
        organization_id: optional(found.ims_org_id),
        technical_account_id: optional(found.technical_account_id),
        email: optional(found.technical_account_email),
    })
}

/// The names in lists that are separated by commas, blanks or both; none of them holds either.
fn split_scopes(lists: &[Secret]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let ends = |c: char| c == ',' || c.is_whitespace();
    let parts = lists.iter().flat_map(|list| list.expose().split(ends));
    for part in parts {
        let name = part.trim_matches(['"', '\'', '[', ']']);
        if !name.is_empty() && !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    names
}
