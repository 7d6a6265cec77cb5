//! The workspace of a project: the download from the Developer Console, and the file `.aio` of `aio app use`.

use super::aliases::FieldNames;
use super::choice::{Candidate, Rank, Selection, choose};
use super::field::Field;
use super::flat;
use super::node::Map;
use super::options::DocumentOptions;
use super::partial::{Kind, PartialCredentials};
use super::raw_fields::RawFields;
use crate::error::{Error, Problem, Result};

/// The types of credentials that no service can use (published schema of aio).
const KINDS_OF_OTHERS: [(&str, &str); 7] = [
    ("apikey", "an API key (apikey), which gives no token"),
    (
        "oauthweb",
        "OAuth web (oauthweb), with which a person signs in",
    ),
    (
        "oauthwebapp",
        "OAuth web app (oauthwebapp), with which a person signs in",
    ),
    (
        "oauthsinglepageapp",
        "OAuth single-page app (oauthsinglepageapp), with which a person signs in",
    ),
    (
        "oauthnativeapp",
        "OAuth native app (oauthnativeapp), with which a person signs in",
    ),
    (
        "oauthandroid",
        "OAuth for Android (oauthandroid), with which a person signs in",
    ),
    (
        "oauthios",
        "OAuth for iOS (oauthios), with which a person signs in",
    ),
];

/// Returns true if a document describes a workspace (schema published by Adobe's aio).
pub(super) fn is_workspace(map: &Map) -> bool {
    let project = map.map("project");
    project.is_some_and(|it| it.map("workspace").is_some() || it.map("org").is_some())
}

/// Reads the credential with this name or id, and the organisation of the project.
///
/// After `aio app use` a workspace names its credentials only. Their values are in the variables of the caller, which
/// aio wrote to the `.env` beside the file.
pub(super) fn parse(map: &Map, options: &DocumentOptions) -> Result<PartialCredentials> {
    let context = options.context.as_deref();
    let organization = map.map("project").and_then(|project| project.map("org"));
    let organization = organization.map(|org| org.field("ims_org_id"));
    let organization = organization.unwrap_or_default();
    let entries = entries(map);
    let mut candidates = Vec::new();
    for entry in &entries {
        candidates.extend(candidate(entry, &organization)?);
    }
    let container = "the workspace download";
    let selection = Selection {
        name: context,
        current: None,
    };
    match choose(candidates, selection, container)? {
        Some(partial) => Ok(partial),
        None => by_reference(&entries, options),
    }
}

/// Returns the credentials of the workspace.
fn entries(map: &Map) -> Vec<&Map> {
    let workspace = map.map("project").and_then(|it| it.map("workspace"));
    let details = workspace.and_then(|it| it.map("details"));
    let entries = details.and_then(|details| details.get("credentials"));
    let entries = entries.map(|entries| entries.as_list()).unwrap_or_default();
    entries.iter().filter_map(|entry| entry.as_map()).collect()
}

/// Returns true if a credential has both forms: it is on its way from JWT to OAuth server-to-server.
pub(super) fn is_in_migration(map: &Map) -> bool {
    let has_both =
        |entry: &&Map| entry.map("oauth_server_to_server").is_some() && entry.map("jwt").is_some();
    entries(map).iter().any(has_both)
}

fn candidate(entry: &Map, organization: &Field) -> Result<Option<Candidate>> {
    let with_organization = |credential: &Map| -> Result<RawFields> {
        let mut fields = flat::read(credential)?;
        if !fields.organization_id.is_present() {
            fields.organization_id = organization.clone();
        }
        Ok(fields)
    };
    let prefix = |kind: &str| format!("project.workspace.details.credentials[].{kind}.");
    let partial = match (entry.map("oauth_server_to_server"), entry.map("jwt")) {
        (Some(oauth), _) => PartialCredentials::new(
            with_organization(oauth)?,
            FieldNames::AIO.with_prefix(prefix("oauth_server_to_server")),
            Kind::ClientCredentials,
        ),
        (None, Some(jwt)) => {
            let fields = with_organization(jwt)?;
            let kind = if fields.has_assertion_fields() {
                Kind::Assertion
            } else {
                Kind::AssertionUnlessScopes
            };
            PartialCredentials {
                needs_supplement: true,
                jwt_ended: true,
                ..PartialCredentials::new(
                    fields,
                    FieldNames::AIO_JWT.with_prefix(prefix("jwt")),
                    kind,
                )
            }
        }
        (None, None) => return Ok(None),
    };
    let names = [entry.text("name"), entry.text("id")].into_iter().flatten();
    let names = names.map(str::trim).filter(|name| !name.is_empty());
    Ok(Some(Candidate {
        names: names.map(str::to_owned).collect(),
        partial,
        rank: Rank::Credentials,
    }))
}

/// Returns the credentials that a workspace names, from the variables of the caller.
fn by_reference(entries: &[&Map], options: &DocumentOptions) -> Result<PartialCredentials> {
    let is_reference = |entry: &&&Map| {
        let kind = entry.text("integration_type");
        kind.is_some_and(|kind| ["oauth_server_to_server", "service"].contains(&kind))
    };
    let references: Vec<&str> = entries
        .iter()
        .filter(is_reference)
        .filter_map(|entry| entry.text("name"))
        .collect();
    let workspace = "the credential document is a workspace for aio (project.workspace)";
    if references.is_empty() {
        let others: Vec<&str> = KINDS_OF_OTHERS
            .iter()
            .filter(|(kind, _)| {
                entries
                    .iter()
                    .any(|it| it.text("integration_type") == Some(kind))
            })
            .map(|(_, name)| *name)
            .collect();
        let message = if others.is_empty() {
            format!("{workspace}; it has no OAuth server-to-server or JWT credential")
        } else {
            format!(
                "{workspace}; it has no OAuth server-to-server or JWT credential, only {}",
                others.join(" and ")
            )
        };
        return Err(
            Error::new(Problem::DocumentNotSupported, message).with_hint(
                "add an OAuth server-to-server credential to the workspace in the console",
            ),
        );
    }
    let Some(variables) = options.variables.first() else {
        let message = format!(
            "{workspace} that names its credentials only, as `aio app use` writes it; their values are in the `.env` beside it"
        );
        return Err(Error::new(Problem::CredentialsInEnvFile, message));
    };
    // aio gives a context the name of its credential.
    let context = match (options.context.as_deref(), references.as_slice()) {
        (Some(context), _) => Some(context),
        (None, [only]) if variables.has_context(only) => Some(*only),
        (None, _) => None,
    };
    variables.partial(context)
}
