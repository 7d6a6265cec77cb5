//! The service credentials of the AEM Developer Console.

use super::aliases::FieldNames;
use super::field::Field;
use super::field_reader::FieldReader;
use super::identity_service::Certainty;
use super::node::{Map, Node};
use super::partial::{Kind, PartialCredentials};
use super::raw_fields::RawFields;
use crate::error::{Error, Problem, Result};
use crate::util::time;

pub(super) fn parse(map: &Map) -> Result<PartialCredentials> {
    let (document, prefix) = match map.get("integration") {
        Some(Node::Map(integration)) => (integration, "integration."),
        Some(_) => {
            let message = "the credential document has an `integration` that is no object";
            return Err(Error::new(Problem::DocumentUnknown, message));
        }
        None => (map, ""),
    };
    let (client_id, client_secrets) = match document.get("technicalAccount") {
        Some(Node::Map(client)) => (client.field("clientId"), client.field("clientSecret")),
        None => (Field::Missing, Field::Missing),
        Some(_) => (
            Field::WrongType("not in an object"),
            Field::WrongType("not in an object"),
        ),
    };
    let mut fields = RawFields {
        client_id,
        client_secrets,
        metascopes: document.field("metascopes"),
        organization_id: document.field("org"),
        technical_account_id: document.field("id"),
        email: document.field("email"),
        private_key: document.field("privateKey"),
        certificate: document.field("publicKey"),
        certificate_expires_at: FieldReader::optional(document.field("certificateExpirationDate"))
            .and_then(|date| time::parse_rfc3339(date.expose())),
        ..RawFields::default()
    };
    let endpoint = document.field("imsEndpoint");
    (fields.identity_service).add(Certainty::Sure, "imsEndpoint", endpoint);
    Ok(PartialCredentials {
        requires_environment: true,
        ..PartialCredentials::new(fields, FieldNames::AEM.with_prefix(prefix), Kind::Assertion)
    })
}
