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

/// The download of a whole workspace from the Developer Console; the credentials are a part of it (schema published
/// by Adobe's aio).
#[derive(Deserialize)]
struct Download {
    project: Project,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Project {
    org: Organization,
    workspace: Workspace,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Organization {
    ims_org_id: Field,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Workspace {
    details: Details,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Details {
    credentials: Vec<Entry>,
}

/// A credential. It has both kinds while it is migrated from JWT.
#[derive(Deserialize)]
struct Entry {
    #[serde(default)]
    name: Field,
    #[serde(default)]
    id: Field,
    oauth_server_to_server: Option<FlatDocument>,
    jwt: Option<FlatDocument>,
}

/// Reads the credential with this name or id, and the organisation of the project.
pub(super) fn parse(text: &str, context: Option<&str>) -> Result<PartialCredentials> {
    let Download { project } = serde_json::from_str(text).map_err(|error| not_json(&error))?;
    let organization = project.org.ims_org_id;
    let entries = project.workspace.details.credentials.into_iter();
    let candidates = entries.filter_map(|entry| candidate(entry, &organization));
    let container = "the workspace download";
    choose(candidates.collect(), context, None, container)?.ok_or_else(|| {
        let message = "the credential document is a workspace download for aio (project.workspace); it has no OAuth server-to-server or JWT credential";
        Error::new(Problem::DocumentNotSupported, message)
            .with_hint("add an OAuth server-to-server credential to the workspace in the console")
    })
}

fn candidate(entry: Entry, organization: &Field) -> Option<Candidate> {
    let prefix = |kind: &str| format!("project.workspace.details.credentials[].{kind}.");
    let with_organization = |credential: FlatDocument| {
        let mut fields = RawFields::from(credential);
        if !fields.organization_id.is_present() {
            fields.organization_id = organization.clone();
        }
        fields
    };
    let partial = match (entry.oauth_server_to_server, entry.jwt) {
        (Some(oauth), _) => PartialCredentials::new(
            with_organization(oauth),
            FieldNames::AIO.with_prefix(prefix("oauth_server_to_server")),
            Kind::ClientCredentials,
        ),
        (None, Some(jwt)) => PartialCredentials {
            needs_supplement: true,
            jwt_ended: true,
            ..PartialCredentials::new(
                with_organization(jwt),
                FieldNames::AIO_JWT.with_prefix(prefix("jwt")),
                Kind::Assertion,
            )
        },
        (None, None) => return None,
    };
    let names = [entry.name, entry.id].into_iter();
    let names = names
        .filter_map(FieldReader::optional)
        .map(|name| plain(&name));
    Some(Candidate {
        names: names.collect(),
        partial,
    })
}
