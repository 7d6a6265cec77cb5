use std::sync::OnceLock;
use std::time::SystemTime;

use serde::Deserialize;

use super::fields::{Field, Fields, not_json, plain};
use crate::store::{Grant, StoreKey};
use crate::{Certificate, Environment, Error, KeyContext, Problem, Result, Secret, timestamp};

/// AEM Developer Console service credentials: a technical account, its client and its key.
///
/// Both published forms are read: the old one with a single account per environment and the newer
/// one with several (client ids end in `-integration-N`, with `certificateExpirationDate`).
#[derive(Clone, Debug)]
pub struct ServiceCredentials {
    pub(crate) environment: Environment,
    pub(crate) client_id: String,
    pub(crate) client_secret: Secret,
    pub(crate) technical_account_id: String,
    pub(crate) organization_id: String,
    pub(crate) metascopes: Vec<String>,
    pub(crate) private_key: Secret,
    email: Option<String>,
    /// Its text, and what was read of it when somebody asked.
    certificate: Option<(Secret, OnceLock<Result<Certificate>>)>,
    certificate_expiration_date: Option<SystemTime>,
}

impl ServiceCredentials {
    /// Where to ask (`imsEndpoint`).
    pub fn environment(&self) -> &Environment {
        &self.environment
    }

    /// The client id (`technicalAccount.clientId`); it becomes the `x-api-key` of calls.
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// The technical account's id (`id`), the `sub` of assertions: `…@techacct.adobe.com`.
    pub fn technical_account_id(&self) -> &str {
        &self.technical_account_id
    }

    /// The technical account's e-mail address, which is its login name in AEM.
    pub fn email(&self) -> Option<&str> {
        self.email.as_deref()
    }

    /// The organisation (`org`), the `iss` of assertions: `…@AdobeOrg`.
    pub fn organization_id(&self) -> &str {
        &self.organization_id
    }

    /// The metascopes, split at commas.
    pub fn metascopes(&self) -> &[String] {
        &self.metascopes
    }

    /// The certificate (`publicKey`): `None` when the document has none, an error when it cannot
    /// be read. The exchange does not need it; without it the pair is not checked.
    pub fn certificate(&self) -> Option<Result<&Certificate, &Error>> {
        let (pem, read) = self.certificate.as_ref()?;
        Some(
            read.get_or_init(|| Certificate::read(pem.expose().as_bytes()))
                .as_ref(),
        )
    }

    /// Under which name the tokens of this account are stored. The private key is not parsed for that,
    /// and no passphrase needed: its text, or the content of the file that the document names, tells a
    /// changed key from the old one.
    pub fn store_key(&self, context: &KeyContext<'_>) -> StoreKey {
        self.store_key_with(&context.material(&self.private_key))
    }

    /// Whether the private key is in a file of its own, which the document only names.
    pub fn names_a_key_file(&self) -> bool {
        KeyContext::names_a_file(&self.private_key)
    }

    pub(crate) fn store_key_with(&self, private_key: &Secret) -> StoreKey {
        StoreKey::new(
            &self.environment,
            &self.client_id,
            Grant::Jwt,
            &self.metascopes,
            &self.technical_account_id,
            &[&self.client_secret, private_key],
        )
    }

    /// `certificateExpirationDate`, as far as the document says it: what there is to know without reading
    /// the certificate.
    pub fn stated_certificate_expiry(&self) -> Option<SystemTime> {
        self.certificate_expiration_date
    }

    /// When the certificate expires, and with it the right to get tokens: the earlier of
    /// `certificateExpirationDate` and the certificate's own date.
    pub fn certificate_expires_at(&self) -> Option<SystemTime> {
        let own = self
            .certificate()
            .and_then(Result::ok)
            .map(Certificate::not_after);
        self.certificate_expiration_date
            .into_iter()
            .chain(own)
            .min()
    }
}

#[derive(Deserialize)]
struct Wrapped {
    integration: Option<Integration>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Integration {
    ims_endpoint: Field,
    metascopes: Field,
    technical_account: Client,
    email: Field,
    id: Field,
    org: Field,
    private_key: Field,
    public_key: Field,
    certificate_expiration_date: Field,
}

/// `technicalAccount`; in a document that was edited it may be anything.
#[derive(Deserialize)]
#[serde(untagged)]
enum Client {
    #[serde(rename_all = "camelCase")]
    Fields {
        #[serde(default)]
        client_id: Field,
        #[serde(default)]
        client_secret: Field,
    },
    Other(Field),
}

impl Default for Client {
    fn default() -> Self {
        Self::Other(Field::Missing)
    }
}

pub(super) fn parse(text: &str, environment: Option<Environment>) -> Result<ServiceCredentials> {
    let wrapped: Wrapped = serde_json::from_str(text).map_err(|error| not_json(&error))?;
    match wrapped.integration {
        Some(integration) => from_integration(integration, "integration.", environment),
        None => {
            let bare = serde_json::from_str(text).map_err(|error| not_json(&error))?;
            from_integration(bare, "", environment)
        }
    }
}

fn from_integration(
    found: Integration,
    prefix: &'static str,
    environment: Option<Environment>,
) -> Result<ServiceCredentials> {
    let mut fields = Fields::new(prefix);
    let (client_id, client_secret) = match found.technical_account {
        Client::Fields {
            client_id,
            client_secret,
        } => (client_id, client_secret),
        Client::Other(Field::Missing) => (Field::Missing, Field::Missing),
        Client::Other(_) => (
            Field::Other("not in an object"),
            Field::Other("not in an object"),
        ),
    };
    let ims_endpoint = fields.text("imsEndpoint", found.ims_endpoint);
    let organization_id = plain(&fields.text("org", found.org));
    let technical_account_id = plain(&fields.text("id", found.id));
    let client_id = plain(&fields.text("technicalAccount.clientId", client_id));
    let client_secret = fields.text("technicalAccount.clientSecret", client_secret);
    let metascopes = fields.text("metascopes", found.metascopes.joined(","));
    let private_key = fields.text("privateKey", found.private_key.joined("\n"));
    let certificate = Fields::optional(found.public_key.joined("\n"));
    let metascopes = split_metascopes(metascopes.expose());
    if metascopes.is_empty() {
        fields.is_missing_unless_named("metascopes");
    }
    fields.finish()?;
    if organization_id.ends_with("@techacct.adobe.com")
        && technical_account_id.ends_with("@AdobeOrg")
    {
        return Err(Error::new(
            Problem::IdentitiesSwapped,
            format!("{prefix}org holds the technical account and {prefix}id the organisation"),
        ));
    }
    Ok(ServiceCredentials {
        environment: match environment {
            Some(environment) => environment,
            None => Environment::parse(ims_endpoint.expose())?,
        },
        client_id,
        client_secret,
        technical_account_id,
        organization_id,
        metascopes,
        private_key,
        email: Fields::optional(found.email).map(|email| plain(&email)),
        certificate: certificate.map(|pem| (pem, OnceLock::new())),
        certificate_expiration_date: Fields::optional(found.certificate_expiration_date)
            .and_then(|date| timestamp::parse_rfc3339(date.expose())),
    })
}

/// The names in a comma-separated list. A name may come as the full claim (`https://HOST/s/NAME`)
/// or as its path (`/s/NAME`), as other clients want it; the host is always that of the environment.
fn split_metascopes(list: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for part in list.split(',') {
        let part = part.trim().trim_matches(['"', '[', ']']).trim();
        let name = part.rsplit_once("/s/").map_or(part, |(_, name)| name);
        if !name.is_empty() && !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metascopes_are_split_trimmed_and_named_once() {
        for (list, names) in [
            ("ent_aem_cloud_api", &["ent_aem_cloud_api"][..]),
            (" a , b,,a ,", &["a", "b"]),
            ("https://ims-na1.adobelogin.com/s/a,/s/b", &["a", "b"]),
            ("[\"a\", \"b\"]", &["a", "b"]),
            (" , ", &[]),
        ] {
            assert_eq!(split_metascopes(list), names, "{list}");
        }
    }
}
