//! `pdfservices-api-credentials.json` of Adobe PDF Services.

use serde::Deserialize;

use super::aliases::FieldNames;
use super::field::Field;
use super::json_error::not_json;
use super::partial::{Kind, PartialCredentials};
use super::raw_fields::RawFields;
use crate::error::Result;

/// The metascope of PDF Services (documented by Adobe). Adobe's clients request no other (inferred).
const METASCOPE: &str = "ent_documentcloud_sdk";

/// The client and its account. The older form has a technical account (documented by Adobe). The newer form has an
/// organisation, sometimes with scopes (seen in published samples).
#[derive(Default, Deserialize)]
#[serde(default)]
struct PdfServicesDocument {
    client_credentials: Client,
    service_account_credentials: Option<Account>,
    service_principal_credentials: Option<Principal>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Client {
    client_id: Field,
    client_secret: Field,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Account {
    organization_id: Field,
    account_id: Field,
    private_key_file: Field,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Principal {
    organization_id: Field,
    scopes: Field,
}

const NAMES: FieldNames = FieldNames {
    client_id: "client_credentials.client_id",
    client_secret: "client_credentials.client_secret",
    scopes: "service_principal_credentials.scopes",
    organization_id: "service_account_credentials.organization_id",
    technical_account_id: "service_account_credentials.account_id",
    private_key: "service_account_credentials.private_key_file",
    ..FieldNames::AIO
};

pub(super) fn parse(text: &str) -> Result<PartialCredentials> {
    let document: PdfServicesDocument =
        serde_json::from_str(text).map_err(|error| not_json(&error))?;
    let mut fields = RawFields {
        client_id: document.client_credentials.client_id,
        client_secrets: document.client_credentials.client_secret,
        ..RawFields::default()
    };
    let (kind, jwt_ended) = match (
        document.service_principal_credentials,
        document.service_account_credentials,
    ) {
        (None, Some(account)) => {
            fields.organization_id = account.organization_id;
            fields.technical_account_id = account.account_id;
            fields.private_key = account.private_key_file;
            fields.metascopes = Field::text(METASCOPE);
            (Kind::Assertion, true)
        }
        (principal, _) => {
            let principal = principal.unwrap_or_default();
            fields.organization_id = principal.organization_id;
            fields.scopes = principal.scopes;
            (Kind::ClientCredentials, false)
        }
    };
    Ok(PartialCredentials {
        needs_supplement: true,
        jwt_ended,
        ..PartialCredentials::new(fields, NAMES, kind)
    })
}
