//! The IMS contexts in a configuration of Adobe's aio.

use super::aliases::FieldNames;
use super::choice::{Candidate, Rank, Selection, choose};
use super::field::Field;
use super::flat;
use super::identity_service::Certainty;
use super::known_key::KnownKey;
use super::node::{Map, Node};
use super::partial::{Kind, PartialCredentials};
use super::raw_fields::RawFields;
use crate::error::{Error, Problem, Result};

/// Returns the credentials of a context, which may lack its key. They are those of OAuth if there are scopes, a list
/// of secrets or no technical account, and no field of an assertion.
pub(super) fn partial(fields: RawFields) -> PartialCredentials {
    let is_oauth = fields.scopes.is_present()
        || matches!(fields.client_secrets, Field::List(_))
        || !fields.technical_account_id.is_present();
    let (kind, names) = match (fields.has_assertion_fields(), is_oauth) {
        (true, _) => (Kind::Assertion, FieldNames::AIO_JWT),
        (false, true) => (Kind::ClientCredentials, FieldNames::AIO),
        (false, false) => (Kind::AssertionUnlessScopes, FieldNames::AIO_JWT),
    };
    PartialCredentials {
        needs_supplement: true,
        jwt_ended: kind != Kind::ClientCredentials,
        ..PartialCredentials::new(fields, names, kind)
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

/// Returns true if a document is the configuration of aio, or the part of it about IMS: `ims.contexts.NAME`, with
/// `ims.config.current`. In its older form: `$ims.NAME`, with `$ims.$current`.
pub(super) fn is_configuration(map: &Map) -> bool {
    let has = |key| map.map(key).is_some();
    // A section of this name may also hold the fields of one client.
    let has_contexts = map.map("ims").is_some_and(|ims| !flat::has_client(ims));
    has_contexts || has("$ims") || has("contexts") || has("jwt-auth")
}

/// Reads the configuration of aio. `context` is the name of the context to use.
pub(super) fn parse_configuration(map: &Map, context: Option<&str>) -> Result<PartialCredentials> {
    let ims = map.map("ims");
    let of_ims = |key| ims.and_then(|ims| ims.map(key));
    let current = [
        map.map("$ims").and_then(|old| old.text("$current")),
        of_ims("config").and_then(|config| config.text("current")),
        map.map("config").and_then(|config| config.text("current")),
    ];
    let mut current = current.into_iter().flatten().map(str::trim);
    let sections = [
        ("ims.contexts.", of_ims("contexts")),
        ("contexts.", map.map("contexts")),
        ("$ims.", map.map("$ims")),
    ];
    let mut candidates = Vec::new();
    for (prefix, section) in sections {
        for (name, entry) in section.into_iter().flat_map(Map::entries) {
            if let Node::Map(entry) = entry {
                candidates.extend(candidate(&format!("{prefix}{name}."), name, entry)?);
            }
        }
    }
    // An older plugin of aio has one context without a name.
    if let Some(entry) = map.map("jwt-auth") {
        candidates.extend(candidate("jwt-auth.", "jwt-auth", entry)?);
    }
    let container = "the configuration of aio";
    let selection = Selection {
        name: context,
        current: current.find(|name| !name.is_empty()),
    };
    let mut partial = choose(candidates, selection, container)?.ok_or_else(|| {
        let message =
            format!("{container} has no IMS context with credentials of a technical account");
        Error::new(Problem::DocumentNotSupported, message).with_hint(
            "a context of `aio login` is a person's; it has no credentials to get a token with",
        )
    })?;
    // The environment of aio itself counts for a context that names none.
    if let Some(cli) = map.map("cli") {
        let service = &mut partial.fields.identity_service;
        if !service.field().is_present() {
            service.add(Certainty::Sure, "cli.env", cli.field("env"));
        }
    }
    Ok(partial)
}

/// Returns the credentials of a context; `None` for a person's login and for anything else.
fn candidate(prefix: &str, name: &str, entry: &Map) -> Result<Option<Candidate>> {
    let is_login = entry.map("access_token").is_some() || entry.map("refresh_token").is_some();
    let has_fields = entry.has("jwt_payload")
        || entry
            .entries()
            .any(|(key, _)| KnownKey::of(key).is_some_and(KnownKey::is_of_credentials));
    let fields = flat::read(entry)?;
    let rank = if is_credential(&fields) {
        Rank::Credentials
    } else if has_fields && !is_login {
        Rank::Fragment
    } else {
        return Ok(None);
    };
    let mut partial = partial(fields);
    partial.names = partial.names.with_foreign_prefix(prefix);
    Ok(Some(Candidate {
        names: vec![name.to_owned()],
        partial,
        rank,
    }))
}
