use serde::Deserialize;

use super::aliases::FieldNames;
use super::choice::{Candidate, choose};
use super::field::{Field, Fields, not_json, plain};
use super::flat::Found;
use super::partial::{Kind, PartialCredentials, RawFields};
use crate::error::Problem;
use crate::error::{Error, Result};

/// What the Developer Console hands out for a whole workspace, of which the credentials are a part
/// (schema published by Adobe's aio).
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

/// An entry has both kinds while a credential is migrated from JWT.
#[derive(Deserialize)]
struct Entry {
    #[serde(default)]
    name: Field,
    #[serde(default)]
    id: Field,
    oauth_server_to_server: Option<Found>,
    jwt: Option<Found>,
}

/// The credential that is meant in a workspace download, by its name or id, and the organisation of its
/// project.
pub(super) fn parse(text: &str, meant: Option<&str>) -> Result<PartialCredentials> {
    let Download { project } = serde_json::from_str(text).map_err(|error| not_json(&error))?;
    let organization = project.org.ims_org_id;
    let entries = project.workspace.details.credentials.into_iter();
    let candidates = entries.filter_map(|entry| candidate(entry, &organization));
    let whole = "the workspace download";
    choose(candidates.collect(), meant, None, whole)?.ok_or_else(|| {
        let what = "the credential document is a workspace download for aio (project.workspace); it has no OAuth server-to-server or JWT credential";
        Error::new(Problem::DocumentNotSupported, what)
            .with_hint("add an OAuth server-to-server credential to the workspace in the console")
    })
}

fn candidate(entry: Entry, organization: &Field) -> Option<Candidate> {
    let prefix = |kind: &str| format!("project.workspace.details.credentials[].{kind}.");
    let with_organization = |found: Found| {
        let mut parts = RawFields::from(found);
        if !parts.organization_id.is_present() {
            parts.organization_id = organization.clone();
        }
        parts
    };
    let draft = match (entry.oauth_server_to_server, entry.jwt) {
        (Some(oauth), _) => PartialCredentials::new(
            with_organization(oauth),
            FieldNames::AIO.below(prefix("oauth_server_to_server")),
            Kind::ClientCredentials,
        ),
        (None, Some(jwt)) => PartialCredentials {
            lacks_some: true,
            ended: true,
            ..PartialCredentials::new(
                with_organization(jwt),
                FieldNames::AIO_JWT.below(prefix("jwt")),
                Kind::Assertion,
            )
        },
        (None, None) => return None,
    };
    let names = [entry.name, entry.id].into_iter();
    let names = names.filter_map(Fields::optional).map(|name| plain(&name));
    Some(Candidate {
        names: names.collect(),
        draft,
    })
}
