//! `/ims/organizations`: the organizations of the user of a token. All versions are the same.

use http::{HeaderMap, StatusCode};
use serde::Serialize;

use crate::behaviour::{Area, Behaviour};
use crate::http::error_response::ErrorResponse;
use crate::http::response::{Response, json};
use crate::identities::organization::{Group, Membership, Organization};
use crate::ims::profile::caller::{Caller, invalid_token};
use crate::state::State;

/// One organization in the response.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OrganizationEntry {
    org_ref: OrgRef,
    org_name: String,
    org_type: String,
    country_code: String,
    groups: Vec<GroupEntry>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OrgRef {
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

impl OrgRef {
    pub(crate) fn of(organization: &Organization) -> Self {
        Self {
            ident: organization.ident().to_owned(),
            auth_src: organization.auth_source().to_owned(),
        }
    }
}

/// Handles `/ims/organizations`.
pub(crate) fn organizations(state: &State, headers: &HeaderMap) -> Result<Response, ErrorResponse> {
    let caller = Caller::authenticate(state, headers)?;
    caller.require_scope("read_organizations")?;
    let memberships = state.directory().memberships(&caller.user_id);
    let memberships = memberships.ok_or_else(invalid_token)?;
    Ok(json(StatusCode::OK, &organization_entries(memberships)))
}

pub(crate) fn organization_entries(memberships: Vec<Membership>) -> Vec<OrganizationEntry> {
    memberships.into_iter().map(organization_entry).collect()
}

pub(crate) fn organization_entry(membership: Membership) -> OrganizationEntry {
    let organization = &membership.organization;
    OrganizationEntry {
        org_ref: OrgRef::of(organization),
        org_name: organization.display_name().to_owned(),
        org_type: organization.organization_type().to_owned(),
        country_code: organization.country_code().to_owned(),
        groups: membership.groups.into_iter().map(group_entry).collect(),
    }
}

fn group_entry(group: Group) -> GroupEntry {
    GroupEntry {
        group_display_name: group.name.clone(),
        group_name: group.name,
        role: group.role,
        ident: group.ident,
        group_type: group.kind,
    }
}

/// The behaviours of this endpoint, and from where each is known.
pub(crate) const BEHAVIOURS: &[Behaviour] = &[
    Area::Users.matched(
        "organizations-fields",
        "`/ims/organizations` is a list with `orgRef`, `orgName`, `orgType`, `countryCode` and `groups`, in all versions alike.",
        "adobe/imscli (v5), adobe/aio-lib-ims (v6)",
    ),
    Area::Users.inferred(
        "organizations-scope",
        "It needs the scope `read_organizations`.",
        "the name of the scope, which Adobe documents",
    ),
];
