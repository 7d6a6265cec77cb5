//! `pdfservices-api-credentials.json` of Adobe PDF Services.

use super::aliases::FieldNames;
use super::field::Field;
use super::node::Map;
use super::partial::{Kind, PartialCredentials};
use super::raw_fields::RawFields;

/// The metascope of PDF Services (documented by Adobe). Adobe's clients request no other (inferred).
const METASCOPE: &str = "ent_documentcloud_sdk";

const NAMES: FieldNames = FieldNames {
    client_id: "client_credentials.client_id",
    client_secret: "client_credentials.client_secret",
    scopes: "service_principal_credentials.scopes",
    organization_id: "service_account_credentials.organization_id",
    technical_account_id: "service_account_credentials.account_id",
    private_key: "service_account_credentials.private_key_file",
    ..FieldNames::AIO
};

/// Reads the client and its account. The older form has a technical account (documented by Adobe). The newer form has
/// an organisation, sometimes with scopes (seen in published samples).
pub(super) fn parse(map: &Map) -> PartialCredentials {
    let section = |name| map.map(name).cloned();
    let client = section("client_credentials").unwrap_or_default();
    let mut fields = RawFields {
        client_id: client.field("client_id"),
        client_secrets: client.field("client_secret"),
        ..RawFields::default()
    };
    let (kind, jwt_ended) = match (
        section("service_principal_credentials"),
        section("service_account_credentials"),
    ) {
        (None, Some(account)) => {
            fields.organization_id = account.field("organization_id");
            fields.technical_account_id = account.field("account_id");
            fields.private_key = account.field("private_key_file");
            fields.metascopes = Field::text(METASCOPE);
            (Kind::Assertion, true)
        }
        (principal, _) => {
            let principal = principal.unwrap_or_default();
            fields.organization_id = principal.field("organization_id");
            fields.scopes = principal.field("scopes");
            (Kind::ClientCredentials, false)
        }
    };
    PartialCredentials {
        needs_supplement: true,
        jwt_ended,
        ..PartialCredentials::new(fields, NAMES, kind)
    }
}
