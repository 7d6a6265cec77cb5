//! IMS contexts of Adobe's aio: one by itself, or those of a configuration.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::aliases::FieldNames;
use super::choice::{Candidate, choose};
use super::field::{Field, Fields, not_json, plain};
use super::flat::Found;
use super::partial::{Kind, PartialCredentials, RawFields};
use crate::error::Problem;
use crate::error::{Error, Result};

/// A context that may lack its key. It is for OAuth if it has scopes, a list of secrets or no technical
/// account, and nothing of the other kind.
pub(super) fn draft(parts: RawFields) -> PartialCredentials {
    let signs = parts.metascopes.is_present() || parts.private_key.is_present();
    let is_oauth = parts.scopes.is_present()
        || matches!(parts.client_secrets, Field::Lines(_))
        || !parts.technical_account_id.is_present();
    match is_oauth && !signs {
        true => PartialCredentials::new(parts, FieldNames::AIO, Kind::ClientCredentials),
        false => PartialCredentials {
            lacks_some: true,
            ended: true,
            ..PartialCredentials::new(parts, FieldNames::AIO_JWT, Kind::Assertion)
        },
    }
}

/// Whether these are credentials that get tokens by themselves, and not those of a login in a browser.
pub(super) fn is_credential(parts: &RawFields) -> bool {
    let marks = [
        &parts.technical_account_id,
        &parts.scopes,
        &parts.metascopes,
        &parts.private_key,
    ];
    let several_secrets = matches!(parts.client_secrets, Field::Lines(_));
    parts.client_id.is_present() && (several_secrets || marks.iter().any(|it| it.is_present()))
}

/// A context by itself.
pub(super) fn parse(text: &str) -> Result<PartialCredentials> {
    Found::read(text).map(draft)
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
    Context(Box<Found>),
    Other(Field),
}

pub(super) fn parse_configuration(text: &str, meant: Option<&str>) -> Result<PartialCredentials> {
    let mut found: Configuration = serde_json::from_str(text).map_err(|error| not_json(&error))?;
    let current = match found.old.remove("$current") {
        Some(Entry::Other(name)) => name,
        _ => match found.ims.config.current {
            Field::Missing => found.config.current,
            name => name,
        },
    };
    let current = Fields::optional(current).map(|name| plain(&name));
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
        let parts = RawFields::from(*context);
        is_credential(&parts).then(|| {
            let mut draft = draft(parts);
            draft.names = draft.names.within(&format!("{prefix}{name}."));
            Candidate {
                names: vec![name],
                draft,
            }
        })
    })
    .collect();
    let whole = "the configuration of aio";
    choose(candidates, meant, current.as_deref(), whole)?.ok_or_else(|| {
        let what = format!("{whole} has no IMS context with credentials of a technical account");
        Error::new(Problem::DocumentNotSupported, what).with_hint(
            "a context of `aio login` is a person's; it has no credentials to get a token with",
        )
    })
}
