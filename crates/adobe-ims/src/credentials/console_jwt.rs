//! The Adobe Developer Console's download of a JWT (service account) credential.

use std::time::SystemTime;

use serde::Deserialize;
use serde_json::Value;

use super::draft::{Draft, Kind, Parts};
use super::fields::{Field, not_json};
use super::names::FieldNames;
use crate::{Result, timestamp};

/// Neither key, metascopes nor host are in what the console wrote; tools had the key added by hand
/// (relied upon by published clients), and some the rest.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "SCREAMING_SNAKE_CASE")]
struct Found {
    #[serde(alias = "CLIENT_ID")]
    api_key: Field,
    client_secret: Field,
    org_id: Field,
    technical_account_id: Field,
    technical_account_email: Field,
    #[serde(
        alias = "PRIVATE_Key",
        alias = "PRIVATE_KEY_FILE",
        alias = "PRIVATE_KEY_PATH"
    )]
    private_key: Field,
    #[serde(alias = "META_SCOPES")]
    metascopes: Field,
    ims_host: Field,
    public_keys_with_expiry: Value,
}

pub(super) fn parse(text: &str) -> Result<Draft> {
    let found: Found = serde_json::from_str(text).map_err(|error| not_json(&error))?;
    let parts = Parts {
        environment: found.ims_host,
        client_id: found.api_key,
        client_secrets: found.client_secret,
        metascopes: found.metascopes,
        organization_id: found.org_id,
        technical_account_id: found.technical_account_id,
        email: found.technical_account_email,
        private_key: found.private_key,
        certificate_expires_at: last_expiry(&found.public_keys_with_expiry),
        ..Parts::default()
    };
    Ok(Draft {
        lacks_some: true,
        ended: true,
        ..Draft::new(parts, FieldNames::CONSOLE_JWT, Kind::Assertion)
    })
}

/// The fingerprints of the certificates have their dates, `MM/DD/YYYY`. Which of them the key belongs to
/// cannot be told, so the last one counts: until then there may be a key that works. The day begins at
/// midnight UTC; the hour is not said.
fn last_expiry(certificates: &Value) -> Option<SystemTime> {
    let dates = certificates.as_object()?.values();
    dates.filter_map(|date| day(date.as_str()?)).max()
}

fn day(text: &str) -> Option<SystemTime> {
    let mut parts = text.trim().split('/');
    let (month, day, year) = (parts.next()?, parts.next()?, parts.next()?);
    timestamp::parse_rfc3339(&format!("{year:0>4}-{month:0>2}-{day:0>2}T00:00:00Z"))
}
