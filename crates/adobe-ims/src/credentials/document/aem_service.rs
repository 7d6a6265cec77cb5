//! The service credentials of the AEM Developer Console.

use serde::Deserialize;

use super::aliases::FieldNames;
use super::field::Field;
use super::field_reader::FieldReader;
use super::json_error::not_json;
use super::partial::{Kind, PartialCredentials};
use super::raw_fields::RawFields;
use crate::error::Result;
use crate::util::time;

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

/// The field `technicalAccount`. In a document that was edited it may have any type.
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

pub(super) fn parse(text: &str) -> Result<PartialCredentials> {
    let wrapped: Wrapped = serde_json::from_str(text).map_err(|error| not_json(&error))?;
    let (document, prefix) = match wrapped.integration {
        Some(integration) => (integration, "integration."),
        None => {
            let bare = serde_json::from_str(text).map_err(|error| not_json(&error))?;
            (bare, "")
        }
    };
    let (client_id, client_secrets) = match document.technical_account {
        Client::Fields {
            client_id,
            client_secret,
        } => (client_id, client_secret),
        Client::Other(Field::Missing) => (Field::Missing, Field::Missing),
        Client::Other(_) => (
            Field::WrongType("not in an object"),
            Field::WrongType("not in an object"),
        ),
    };
    let fields = RawFields {
        environment: document.ims_endpoint,
        client_id,
        client_secrets,
        metascopes: document.metascopes,
        organization_id: document.org,
        technical_account_id: document.id,
        email: document.email,
        private_key: document.private_key,
        certificate: document.public_key,
        certificate_expires_at: FieldReader::optional(document.certificate_expiration_date)
            .and_then(|date| time::parse_rfc3339(date.expose())),
        ..RawFields::default()
    };
    Ok(PartialCredentials {
        requires_environment: true,
        ..PartialCredentials::new(fields, FieldNames::AEM.with_prefix(prefix), Kind::Assertion)
    })
}
