use serde::Deserialize;
use serde_json::Value;

use super::console_jwt;
use super::field::{Field, not_json};
use super::partial::RawFields;
use crate::error::Result;

/// The fields of a flat document in every spelling; a document has one of each. aio's and jwt-auth's
/// (documented by Adobe), those of the Adobe Developer Console and of Adobe's tutorials, and those that
/// published clients have people add by hand.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Found {
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

impl Found {
    pub(super) fn read(text: &str) -> Result<RawFields> {
        let found: Self = serde_json::from_str(text).map_err(|error| not_json(&error))?;
        Ok(found.into())
    }
}

impl From<Found> for RawFields {
    fn from(found: Found) -> Self {
        Self {
            environment: found.endpoint,
            environment_name: found.env,
            client_id: found.client_id,
            client_secrets: match found.client_secrets {
                Field::Missing => found.client_secret,
                several => several,
            },
            scopes: found.scopes,
            metascopes: found.meta_scopes,
            organization_id: found.ims_org_id,
            technical_account_id: found.technical_account_id,
            email: found.technical_account_email,
            private_key: found.private_key,
            passphrase: found.passphrase,
            certificate: Field::Missing,
            certificate_expires_at: console_jwt::last_expiry(&found.certificates),
        }
    }
}
