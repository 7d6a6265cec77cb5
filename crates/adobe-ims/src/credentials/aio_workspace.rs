use serde::Deserialize;

use super::fields::{Field, Fields, not_json};
use super::kind::DocumentKind;
use super::oauth_server_to_server::{AIO_NAMES, Found, OauthCredentials, from_found};
use crate::{Environment, Error, Problem, Result};

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

/// An entry may have another kind besides, while a credential is migrated from JWT.
#[derive(Deserialize)]
struct Entry {
    oauth_server_to_server: Option<Found>,
}

/// The one credential of this kind in a workspace download, and the organisation of its project.
pub(super) fn parse(text: &str, environment: Option<Environment>) -> Result<OauthCredentials> {
    let Download { project } = serde_json::from_str(text).map_err(|error| not_json(&error))?;
    let entries = project.workspace.details.credentials;
    let mut found: Vec<Found> = entries
        .into_iter()
        .filter_map(|entry| entry.oauth_server_to_server)
        .collect();
    let Some(mut one) = found.pop().filter(|_| found.is_empty()) else {
        let has = match found.len() {
            0 => "no OAuth server-to-server credential",
            _ => "several OAuth server-to-server credentials, and which one is meant is not said",
        };
        let what = format!(
            "the credential document is {}; it has {has}",
            DocumentKind::AioWorkspace
        );
        return Err(Error::new(Problem::DocumentNotSupported, what)
            .with_hint("download the one credential by itself, from its page in the console"));
    };
    if matches!(one.ims_org_id, Field::Missing) {
        one.ims_org_id = project.org.ims_org_id;
    }
    let prefix = "project.workspace.details.credentials[].oauth_server_to_server.";
    from_found(one, Fields::new(prefix), AIO_NAMES, environment)
}
