use serde::Deserialize;

use super::fields::{Field, Fields, not_json, plain};
use super::kind::DocumentKind;
use super::oauth_client::OauthClient;
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
    /// Its secrets are all secrets of the document, at least one.
    pub(crate) client: OauthClient,
    pub(crate) scopes: Vec<String>,
    pub(crate) consenting_organization: Option<String>,
    pub(crate) resources: Vec<String>,
    technical_account_id: Option<String>,
    email: Option<String>,
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

    /// Under which name the tokens of this client are stored. A secret that was added, dropped or moved
    /// makes them be got anew.
    pub fn store_key(&self) -> StoreKey {
        let organization = self.consenting_organization.as_deref();
        let subject = organization.or(self.technical_account_id());
        StoreKey::new(
            &self.client.environment,
            &self.client.client_id,
            Grant::ClientCredentials,
            &self.scopes,
            &subject_with_resources(subject.unwrap_or_default(), &self.resources),
            &self.client.secrets.iter().collect::<Vec<_>>(),
        )
    }
}

/// Who a token speaks for, and to whom if not to everybody.
pub(crate) fn subject_with_resources(subject: &str, resources: &[String]) -> String {
    let mut resources = resources.to_vec();
    resources.sort_unstable();
    let mut parts = vec![subject.to_owned()];
    parts.append(&mut resources);
    parts.join(" ")
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
    let secrets = fields.texts(secrets_name, secrets);
    let scopes = split_scopes(&fields.texts(scopes_name, found.scopes));
    if scopes.is_empty() {
        fields.is_missing_unless_named(scopes_name);
    }
    fields.finish()?;
    let named = Fields::optional(found.endpoint);
    let optional = |field| Fields::optional(field).map(|text| plain(&text));
    let environment = match (environment, named) {
        (Some(environment), _) => environment,
        (None, Some(named)) => Environment::parse(named.expose())?,
        (None, None) => Environment::production(),
    };
    let organization_id = optional(found.ims_org_id);
    Ok(OauthCredentials {
        client: OauthClient::new(environment, client_id)
            .with_secrets(secrets)
            .with_organization(organization_id.as_deref()),
        scopes,
        consenting_organization: None,
        resources: Vec::new(),
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
