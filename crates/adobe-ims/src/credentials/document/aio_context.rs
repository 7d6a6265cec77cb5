//! IMS contexts of Adobe's aio: one alone, or those of a configuration.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::aliases::FieldNames;
use super::choice::{Candidate, choose};
use super::field::{Field, plain};
use super::field_reader::FieldReader;
use super::flat::FlatDocument;
use super::json_error::not_json;
use super::partial::{Kind, PartialCredentials};
use super::raw_fields::RawFields;
use crate::error::Problem;
use crate::error::{Error, Result};

/// Returns the credentials of a context, which may lack its key. They are those of OAuth if there are scopes, a list
/// of secrets or no technical account, and no field of an assertion.
pub(super) fn partial(fields: RawFields) -> PartialCredentials {
    let is_oauth = fields.scopes.is_present()
        || matches!(fields.client_secrets, Field::List(_))
        || !fields.technical_account_id.is_present();
    if is_oauth && !fields.has_assertion_fields() {
        return PartialCredentials::new(fields, FieldNames::AIO, Kind::ClientCredentials);
    }
    PartialCredentials {
        needs_supplement: true,
        jwt_ended: true,
        ..PartialCredentials::new(fields, FieldNames::AIO_JWT, Kind::Assertion)
    }
}

/// Returns true for credentials of a client, and false for the context of a person's login in a browser.
pub(super) fn is_credential(fields: &RawFields) -> bool {
    let fields_of_clients = [
        &fields.technical_account_id,
        &fields.scopes,
        &fields.metascopes,
        &fields.private_key,
    ];
    let several_secrets = matches!(fields.client_secrets, Field::List(_));
    fields.client_id.is_present()
        && (several_secrets || fields_of_clients.iter().any(|field| field.is_present()))
}

/// Reads a context alone.
pub(super) fn parse(text: &str) -> Result<PartialCredentials> {
    FlatDocument::read(text).map(partial)
}

/// The configuration of aio, or the part of it about IMS: `ims.contexts.NAME`, with `ims.config.current`. In its older
/// form: `$ims.NAME`, with `$ims.$current`.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Configuration {
    ims: ImsSection,
    contexts: BTreeMap<String, Entry>,
    config: Settings,
    #[serde(rename = "$ims")]
    old: BTreeMap<String, Entry>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ImsSection {
    contexts: BTreeMap<String, Entry>,
    config: Settings,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Settings {
    current: Field,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Entry {
    Context(Box<FlatDocument>),
    Other(Field),
}

/// Reads the configuration of aio. `context` is the name of the context to use.
pub(super) fn parse_configuration(text: &str, context: Option<&str>) -> Result<PartialCredentials> {
    let mut configuration: Configuration =
        serde_json::from_str(text).map_err(|error| not_json(&error))?;
    let current = match configuration.old.remove("$current") {
        Some(Entry::Other(name)) => name,
        _ => match configuration.ims.config.current {
            Field::Missing => configuration.config.current,
            name => name,
        },
    };
    let current = FieldReader::optional(current).map(|name| plain(&name));
    let candidates = [
        ("ims.contexts.", configuration.ims.contexts),
        ("contexts.", configuration.contexts),
        ("$ims.", configuration.old),
    ]
    .into_iter()
    .flat_map(|(prefix, entries)| entries.into_iter().map(move |entry| (prefix, entry)))
    .filter_map(|(prefix, (name, entry))| {
        let Entry::Context(context) = entry else {
            return None;
        };
        let fields = RawFields::from(*context);
        is_credential(&fields).then(|| {
            let mut partial = partial(fields);
            partial.names = partial
                .names
                .with_foreign_prefix(&format!("{prefix}{name}."));
            Candidate {
                names: vec![name],
                partial,
            }
        })
    })
    .collect();
    let container = "the configuration of aio";
    choose(candidates, context, current.as_deref(), container)?.ok_or_else(|| {
        let message =
            format!("{container} has no IMS context with credentials of a technical account");
        Error::new(Problem::DocumentNotSupported, message).with_hint(
            "a context of `aio login` is a person's; it has no credentials to get a token with",
        )
    })
}
