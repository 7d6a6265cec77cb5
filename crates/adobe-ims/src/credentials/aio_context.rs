//! IMS contexts of Adobe's aio: one by itself, or those of a configuration.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::choice::{Candidate, choose};
use super::draft::{Draft, Kind, Parts};
use super::fields::{Field, Fields, not_json, plain};
use super::names::FieldNames;
use crate::{Error, Problem, Result};

/// The fields of a context of either kind (documented by Adobe). `org_id` is that of `IMS_OAUTH_S2S`.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Context {
    #[serde(alias = "clientId")]
    client_id: Field,
    #[serde(alias = "clientSecret")]
    client_secret: Field,
    #[serde(alias = "clientSecrets")]
    client_secrets: Field,
    technical_account_id: Field,
    technical_account_email: Field,
    #[serde(alias = "metascopes")]
    meta_scopes: Field,
    scopes: Field,
    #[serde(alias = "org_id", alias = "orgId")]
    ims_org_id: Field,
    private_key: Field,
    passphrase: Field,
    env: Field,
}

impl From<Context> for Parts {
    fn from(found: Context) -> Self {
        Self {
            environment: found.env,
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
            ..Self::default()
        }
    }
}

/// A context that may lack its key. It is for OAuth if it has scopes and nothing of the other kind.
pub(super) fn draft(parts: Parts, names: Option<FieldNames>) -> Draft {
    let signs = parts.metascopes.is_there() || parts.private_key.is_there();
    let several_secrets = matches!(parts.client_secrets, Field::Lines(_));
    if !signs && (parts.scopes.is_there() || several_secrets) {
        let names = names.unwrap_or(FieldNames::AIO);
        return Draft::new(parts, names, Kind::ClientCredentials);
    }
    Draft {
        lacks_some: true,
        ended: true,
        ..Draft::new(parts, names.unwrap_or(FieldNames::AIO_JWT), Kind::Assertion)
    }
}

/// Whether these are credentials that get tokens by themselves, and not those of a login in a browser.
pub(super) fn is_credential(parts: &Parts) -> bool {
    let marks = [
        &parts.technical_account_id,
        &parts.scopes,
        &parts.metascopes,
        &parts.private_key,
    ];
    let several_secrets = matches!(parts.client_secrets, Field::Lines(_));
    parts.client_id.is_there() && (several_secrets || marks.iter().any(|it| it.is_there()))
}

/// A context by itself.
pub(super) fn parse(text: &str) -> Result<Draft> {
    let found: Context = serde_json::from_str(text).map_err(|error| not_json(&error))?;
    Ok(draft(found.into(), None))
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
    Context(Box<Context>),
    Other(Field),
}

pub(super) fn parse_configuration(text: &str, meant: Option<&str>) -> Result<Draft> {
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
        let parts = Parts::from(*context);
        is_credential(&parts).then(|| {
            let mut draft = draft(parts, None);
            draft.names = draft.names.below(format!("{prefix}{name}."));
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
