use std::time::SystemTime;

use serde::Deserialize;
use serde_json::Value;

use super::field::Field;
use super::json_error::not_json;
use super::raw_fields::RawFields;
use crate::error::Result;
use crate::util::time;

/// The fields of a flat document under all their names; a document has one name for each field.
///
/// The names are those of aio and of jwt-auth (documented by Adobe), those of the Adobe Developer Console and of
/// Adobe's tutorials, and those that published clients tell their users to add.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct FlatDocument {
    #[serde(alias = "CLIENT_ID", alias = "clientId", alias = "API_KEY")]
    client_id: Field,
    #[serde(alias = "CLIENT_SECRET", alias = "clientSecret")]
    client_secret: Field,
    #[serde(alias = "CLIENT_SECRETS", alias = "clientSecrets")]
    client_secrets: Field,
    #[serde(alias = "SCOPES")]
    scopes: Field,
    #[serde(
        alias = "META_SCOPES",
        alias = "METASCOPES",
        alias = "metascopes",
        alias = "metaScopes"
    )]
    meta_scopes: Field,
    #[serde(alias = "ORG_ID", alias = "orgId", alias = "org_id")]
    ims_org_id: Field,
    #[serde(alias = "TECHNICAL_ACCOUNT_ID", alias = "technicalAccountId")]
    technical_account_id: Field,
    #[serde(alias = "TECHNICAL_ACCOUNT_EMAIL", alias = "technicalAccountEmail")]
    technical_account_email: Field,
    #[serde(
        alias = "privateKey",
        alias = "PRIVATE_KEY",
        alias = "PRIVATE_Key",
        alias = "PRIVATE_KEY_FILE",
        alias = "PRIVATE_KEY_PATH"
    )]
    private_key: Field,
    passphrase: Field,
    env: Field,
    #[serde(
        alias = "IMS_HOST",
        rename = "adobeIMSV3TokenEndpointURL",
        alias = "ims"
    )]
    endpoint: Field,
    #[serde(rename = "PUBLIC_KEYS_WITH_EXPIRY")]
    certificates: Value,
}

impl FlatDocument {
    pub(super) fn read(text: &str) -> Result<RawFields> {
        let document: Self = serde_json::from_str(text).map_err(|error| not_json(&error))?;
        Ok(document.into())
    }
}

impl From<FlatDocument> for RawFields {
    fn from(document: FlatDocument) -> Self {
        Self {
            environment: document.endpoint,
            environment_name: document.env,
            client_id: document.client_id,
            client_secrets: match document.client_secrets {
                Field::Missing => document.client_secret,
                several => several,
            },
            scopes: document.scopes,
            metascopes: document.meta_scopes,
            organization_id: document.ims_org_id,
            technical_account_id: document.technical_account_id,
            email: document.technical_account_email,
            private_key: document.private_key,
            passphrase: document.passphrase,
            certificate: Field::Missing,
            certificate_expires_at: last_expiry(&document.certificates),
        }
    }
}

/// Returns the last of the days on which certificates of a JWT download expire.
///
/// The console lists the fingerprints of the certificates with their dates, `MM/DD/YYYY`. It does not say to which
/// of them the key belongs, so the last one counts: until then there may be a key that works. The day begins at
/// midnight UTC, because the console states no hour.
fn last_expiry(certificates: &Value) -> Option<SystemTime> {
    let dates = certificates.as_object()?.values();
    dates.filter_map(|date| day(date.as_str()?)).max()
}

fn day(text: &str) -> Option<SystemTime> {
    let mut fields = text.trim().split('/');
    let (month, day, year) = (fields.next()?, fields.next()?, fields.next()?);
    time::parse_rfc3339(&format!("{year:0>4}-{month:0>2}-{day:0>2}T00:00:00Z"))
}
