//! IMS contexts of Adobe's aio: one by itself, or those of a configuration.

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

/// A context that may lack its key. It is for OAuth if it has scopes, a list of secrets or no technical
/// account, and nothing of the other kind.
pub(super) fn partial(fields: RawFields) -> PartialCredentials {
    let signs = fields.metascopes.is_present() || fields.private_key.is_present();
    let is_oauth = fields.scopes.is_present()
        || matches!(fields.client_secrets, Field::List(_))
        || !fields.technical_account_id.is_present();
    match is_oauth && !signs {
        true => PartialCredentials::new(fields, FieldNames::AIO, Kind::ClientCredentials),
        false => PartialCredentials {
            needs_supplement: true,
            jwt_ended: true,
            ..PartialCredentials::new(fields, FieldNames::AIO_JWT, Kind::Assertion)
        },
    }
}

/// Whether these are credentials that get tokens by themselves, and not those of a login in a browser.
pub(super) fn is_credential(fields: &RawFields) -> bool {
    let marks = [
        &fields.technical_account_id,
        &fields.scopes,
        &fields.metascopes,
        &fields.private_key,
    ];
    let several_secrets = matches!(fields.client_secrets, Field::List(_));
    fields.client_id.is_present() && (several_secrets || marks.iter().any(|it| it.is_present()))
}

/// A context by itself.
pub(super) fn parse(text: &str) -> Result<PartialCredentials> {
    FlatDocument::read(text).map(partial)
}

/// A configuration, or the part of it that is about IMS: `ims.contexts.NAME`, with `ims.config.current`;
/// in its older form `$ims.NAME`, with `$ims.$current`.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Configuration {
    ims: Part,
    contexts: BTreeMap<String, Entry>,
    config: Settings,
    #[serde(rename = "$ims")]
    old: BTreeMap<String, Entry>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Part {
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

pub(super) fn parse_configuration(text: &str, context: Option<&str>) -> Result<PartialCredentials> {
    let mut found: Configuration = serde_json::from_str(text).map_err(|error| not_json(&error))?;
    let current = match found.old.remove("$current") {
        Some(Entry::Other(name)) => name,
        _ => match found.ims.config.current {
            Field::Missing => found.config.current,
            name => name,
        },
    };
    let current = FieldReader::optional(current).map(|name| plain(&name));
    let candidates = [
        ("ims.contexts.", found.ims.contexts),
        ("contexts.", found.contexts),
        ("$ims.", found.old),
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
