//! The payload of the assertion in contexts of aio's older form (documented by Adobe): the claims that the console once
//! showed for copying.

use super::field::Field;
use super::identity_service::Certainty;
use super::node::{Map, Node};
use super::raw_fields::RawFields;
use crate::util::secret::Secret;

/// Adds what the claims say and the context itself does not: `iss`, `sub`, `aud` and a claim for each metascope.
pub(super) fn add(payload: &Map, fields: &mut RawFields) {
    let fill = |field: &mut Field, value: Field| {
        if !field.is_present() {
            field.replace(value);
        }
    };
    fill(&mut fields.organization_id, payload.field("iss"));
    fill(&mut fields.technical_account_id, payload.field("sub"));
    let metascopes = payload.entries().filter_map(|(claim, value)| {
        let is_claim = claim.contains("/s/") && matches!(value, Node::Other(_));
        is_claim.then(|| Secret::new(claim))
    });
    fill(&mut fields.metascopes, Field::List(metascopes.collect()));
    let audience = payload.text("aud").and_then(|aud| aud.split_once("/c/"));
    if let Some((service, client_id)) = audience {
        fill(&mut fields.client_id, Field::text(client_id));
        let key = "jwt_payload.aud";
        let service = Field::text(service);
        (fields.identity_service).add(Certainty::Sure, key, service);
    }
}
