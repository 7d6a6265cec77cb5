//! `/ims/organizations/ORG/v2` and `/ims/organizations/ORG/groups/ID/members`: an organization, and
//! the members of one of its groups. `/ims/fetch_pc_by_org/v1`: the products of an organization.
//!
//! The numbers of groups are texts, while those of `/ims/organizations` are numbers.

use std::collections::BTreeMap;

use http::{HeaderMap, StatusCode};
use serde::Serialize;

use crate::behaviour::{Area, Behaviour, source};
use crate::http::error_response::ErrorResponse;
use crate::http::parameters::Parameters;
use crate::http::response::{Response, json};
use crate::identities::directory::Directory;
use crate::identities::organization::{Group, Organization, ProductContext};
use crate::identities::person::RegisteredPerson;
use crate::ims::profile::caller::Caller;
use crate::ims::profile::organizations::OrgRef;
use crate::ims::profile::product_context::ProductContextBody;
use crate::ims::required_parameter::required;
use crate::state::State;

/// The role of the administrators of a group.
const GROUP_ADMIN: &str = "GRP_ADMIN";

/// The size of a page of members (from a published client).
const BATCH_SIZE: usize = 50;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OrganizationDetails {
    org_ref: OrgRef,
    org_name: String,
    org_type: String,
    country_code: String,
    groups: Vec<GroupDetails>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct GroupDetails {
    group_name: String,
    role: String,
    ident: String,
    group_type: String,
    group_display_name: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Members<'a> {
    items: Vec<Member<'a>>,
    start_index: usize,
    batch_size: usize,
    total_size: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Member<'a> {
    id: &'a str,
    auth_id: &'a str,
    username: &'a str,
    email: &'a str,
    first_name: &'a str,
    last_name: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ProductContexts {
    product_contexts: Vec<ProductOfOrganization>,
}

/// A product, with its parameters in an object of their own.
#[derive(Serialize)]
struct ProductOfOrganization {
    #[serde(flatten)]
    context: ProductContextBody,
    params: BTreeMap<&'static str, String>,
}

/// Handles `/ims/organizations/ORG/v2`.
pub(crate) fn organization(
    state: &State,
    headers: &HeaderMap,
    id: &str,
) -> Result<Response, ErrorResponse> {
    let caller = Caller::authenticate(state, headers)?;
    let directory = state.directory();
    let organization = find(&directory, &caller, id)?;
    let groups = groups(&directory, id)
        .into_values()
        .map(|group| GroupDetails {
            group_display_name: group.name.clone(),
            group_name: group.name,
            role: group.role,
            ident: group.ident.to_string(),
            group_type: group.kind,
        });
    let body = OrganizationDetails {
        org_ref: OrgRef::of(&organization),
        org_name: organization.display_name().to_owned(),
        org_type: organization.organization_type().to_owned(),
        country_code: organization.country_code().to_owned(),
        groups: groups.collect(),
    };
    Ok(json(StatusCode::OK, &body))
}

/// Handles `/ims/organizations/ORG/groups/ID/members`.
pub(crate) fn group_members(
    state: &State,
    (headers, parameters): (&HeaderMap, &Parameters),
    (organization, group): (&str, &str),
) -> Result<Response, ErrorResponse> {
    let caller = Caller::authenticate(state, headers)?;
    let directory = state.directory();
    find(&directory, &caller, organization)?;
    let start_index = number(parameters, "startIndex")?.unwrap_or(0);
    let batch_size = number(parameters, "batchSize")?.unwrap_or(BATCH_SIZE);
    let members: Vec<&RegisteredPerson> = members(&directory, organization)
        .filter(|(_, own)| own.ident.to_string() == group)
        .map(|(person, _)| person)
        .collect();
    if members.is_empty() {
        return Err(not_found("The organization has no such group."));
    }
    let page = members.iter().skip(start_index).take(batch_size);
    let items: Vec<Member<'_>> = page.map(|person| member(person)).collect();
    let body = Members {
        start_index,
        batch_size: items.len(),
        total_size: members.len(),
        items,
    };
    Ok(json(StatusCode::OK, &body))
}

/// Handles `/ims/fetch_pc_by_org`.
pub(crate) fn product_contexts(
    state: &State,
    headers: &HeaderMap,
    parameters: &Parameters,
) -> Result<Response, ErrorResponse> {
    let caller = Caller::authenticate(state, headers)?;
    let ident = required(parameters, "org_id")?;
    let auth_source = required(parameters, "auth_src")?;
    let id = format!("{ident}@{auth_source}");
    let directory = state.directory();
    find(&directory, &caller, &id)?;
    let mut found: Vec<&ProductContext> = Vec::new();
    let people = directory.people.all().iter();
    for context in people.flat_map(RegisteredPerson::product_contexts) {
        if context.owning_entity == id && !found.contains(&context) {
            found.push(context);
        }
    }
    let products = found.into_iter().map(|context| ProductOfOrganization {
        context: context.into(),
        params: context
            .tenant_id
            .iter()
            .map(|id| ("tenant_id", id.clone()))
            .collect(),
    });
    let body = ProductContexts {
        product_contexts: products.collect(),
    };
    Ok(json(StatusCode::OK, &body))
}

/// Returns an organization that the caller may see.
fn find(directory: &Directory, caller: &Caller, id: &str) -> Result<Organization, ErrorResponse> {
    let memberships = directory.memberships(&caller.user_id).unwrap_or_default();
    let is_member = memberships
        .iter()
        .any(|membership| membership.organization.id() == id);
    if !caller.is_service(directory) && !is_member {
        return Err(ErrorResponse::new(
            StatusCode::FORBIDDEN,
            "access_denied",
            "The token belongs neither to a service nor to a member of the organization.",
        ));
    }
    let known = directory.known_organization(id);
    known.ok_or_else(|| not_found("Nobody knows this organization."))
}

/// Returns the people of an organization, each with a group; those with several groups several
/// times.
fn members<'d>(
    directory: &'d Directory,
    id: &'d str,
) -> impl Iterator<Item = (&'d RegisteredPerson, &'d Group)> {
    directory.people.all().iter().flat_map(move |person| {
        let memberships = person.memberships().iter();
        memberships
            .filter(move |membership| membership.organization.id() == id)
            .flat_map(move |membership| membership.groups.iter().map(move |own| (person, own)))
    })
}

/// Returns the groups of an organization by their numbers.
fn groups(directory: &Directory, id: &str) -> BTreeMap<u64, Group> {
    let mut groups: BTreeMap<u64, Group> = BTreeMap::new();
    for (_, group) in members(directory, id) {
        let known = groups.entry(group.ident).or_insert_with(|| group.clone());
        if group.role == GROUP_ADMIN {
            known.role.clone_from(&group.role);
        }
    }
    groups
}

fn member(person: &RegisteredPerson) -> Member<'_> {
    Member {
        id: person.user_id(),
        auth_id: person.auth_id(),
        username: person.email(),
        email: person.email(),
        first_name: person.first_name(),
        last_name: person.last_name(),
    }
}

fn number(parameters: &Parameters, name: &'static str) -> Result<Option<usize>, ErrorResponse> {
    let Some(text) = parameters.get(name)? else {
        return Ok(None);
    };
    let number = text.parse().map_err(|_| {
        ErrorResponse::bad_request(
            "bad_request",
            format!("The parameter {name} is not a number."),
        )
    })?;
    Ok(Some(number))
}

fn not_found(description: &'static str) -> ErrorResponse {
    ErrorResponse::new(StatusCode::NOT_FOUND, "not_found", description)
}

/// The behaviours of this endpoint, and from where each is known.
pub(crate) const BEHAVIOURS: &[Behaviour] = &[
    Area::Users.matched(
        "organization-details",
        "`/ims/organizations/ORG/v2` is an organization with its groups, whose `ident` is a text there.",
        source::SPACECAT,
    ),
    Area::Users.matched(
        "group-members",
        "`/ims/organizations/ORG/groups/ID/members` is a page of members: `items`, `startIndex`, `batchSize`, `totalSize`, 50 by default.",
        source::SPACECAT,
    ),
    Area::Users.matched(
        "organization-products",
        "`/ims/fetch_pc_by_org/v1` takes `org_id` and `auth_src`, and has `productContexts`.",
        source::SPACECAT,
    ),
    Area::Users.inferred(
        "organization-from-members",
        "Groups and products of an organization are those of its people. A group has the role `GRP_ADMIN` if one member has it.",
        "the emulator registers people, and no organizations with groups",
    ),
    Area::Users.inferred(
        "organization-access",
        "They are for the token of a service, and of a person of the organization. Another one gets 403 `access_denied`, an unknown organization or group 404 `not_found`, a missing or malformed parameter 400 `bad_request`.",
        "nobody published the answers",
    ),
];
