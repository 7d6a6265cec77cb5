//! The organizations of whom a token stands for: `/ims/organizations`, in all versions alike.
//!
//! The names of the fields are from published clients; that it needs the scope `read_organizations` is
//! inferred from its name, and from its presence among the scopes that Adobe documents.

use http::{HeaderMap, StatusCode};
use serde::Serialize;

use crate::http::response::{ErrorResponse, Response, json};
use crate::identities::organization::{Group, Membership};
use crate::ims::profile::caller::{Caller, invalid_token};
use crate::state::State;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Entry {
    org_ref: OrgRef,
    org_name: String,
    org_type: String,
    country_code: String,
    groups: Vec<GroupEntry>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OrgRef {
    ident: String,
    auth_src: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct GroupEntry {
    group_name: String,
    role: String,
    ident: u64,
    group_type: String,
    group_display_name: String,
}

/// Answers which organizations whoever a token stands for belongs to.
pub(crate) fn organizations(state: &State, headers: &HeaderMap) -> Result<Response, ErrorResponse> {
    let caller = Caller::of(state, headers)?;
    caller.needs("read_organizations")?;
    let memberships = state.directory().memberships(&caller.user_id);
    let memberships = memberships.ok_or_else(invalid_token)?;
    Ok(json(StatusCode::OK, &entries(memberships)))
}

pub(crate) fn entries(memberships: Vec<Membership>) -> Vec<Entry> {
    let entry = |membership: Membership| {
        let organization = &membership.organization;
        Entry {
            org_ref: OrgRef {
                ident: organization.ident().to_owned(),
                auth_src: organization.auth_source().to_owned(),
            },
            org_name: organization.display_name().to_owned(),
            org_type: organization.organization_type().to_owned(),
            country_code: organization.country_code().to_owned(),
            groups: membership.groups.into_iter().map(group).collect(),
        }
    };
    memberships.into_iter().map(entry).collect()
}

fn group(group: Group) -> GroupEntry {
    GroupEntry {
        group_display_name: group.name.clone(),
        group_name: group.name,
        role: group.role,
        ident: group.ident,
        group_type: group.kind,
    }
}
