//! `/ims/profile`: the user of a token, in the terms of IMS. All versions are the same.

use http::{HeaderMap, StatusCode};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::behaviour::{Area, Behaviour, source};
use crate::http::error_response::ErrorResponse;
use crate::http::response::{Response, json};
use crate::identities::directory::Directory;
use crate::identities::organization::{Group, Membership};
use crate::identities::person::{AccountType, RegisteredPerson};
use crate::ims::profile::caller::{Caller, invalid_token};
use crate::ims::profile::principal::Principal;
use crate::ims::profile::product_context::ProductContextBody;
use crate::state::State;

#[derive(Serialize)]
pub(crate) struct UserProfile {
    account_type: &'static str,
    #[serde(rename = "utcOffset")]
    utc_offset: Option<&'static str>,
    preferred_languages: Option<[&'static str; 1]>,
    #[serde(rename = "displayName")]
    display_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    roles: Option<Vec<Role>>,
    last_name: String,
    #[serde(rename = "userId")]
    user_id: String,
    #[serde(rename = "authId")]
    auth_id: String,
    tags: [&'static str; 0],
    #[serde(rename = "emailVerified")]
    email_verified: &'static str,
    #[serde(rename = "countryCode")]
    country_code: String,
    #[serde(
        rename = "projectedProductContext",
        skip_serializing_if = "Option::is_none"
    )]
    product_contexts: Option<Vec<ProductContextEntry>>,
    name: String,
    first_name: String,
    email: String,
}

#[derive(Serialize)]
struct Role {
    principal: String,
    organization: String,
    named_role: String,
    target: String,
    target_type: String,
    target_data: Option<Map<String, Value>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ProductContextEntry {
    prod_ctx: ProductContextBody,
}

/// Handles `/ims/profile`.
pub(crate) fn profile(state: &State, headers: &HeaderMap) -> Result<Response, ErrorResponse> {
    let caller = Caller::authenticate(state, headers)?;
    let directory = state.directory();
    let principal = Principal::find(&directory, &caller.user_id).ok_or_else(invalid_token)?;
    let mut profile = UserProfile::of(&directory, &principal);
    if !caller.has_scope("additional_info.projectedProductContext") {
        profile.product_contexts = None;
    }
    if !caller.has_scope("additional_info.roles") {
        profile.roles = None;
    }
    Ok(json(StatusCode::OK, &profile))
}

impl UserProfile {
    /// Returns the full profile, with the fields that need a scope.
    pub(crate) fn of(directory: &Directory, principal: &Principal<'_>) -> Self {
        let person = principal.to_person();
        let memberships = directory.memberships(&person.user_id).unwrap_or_default();
        let roles = memberships
            .iter()
            .flat_map(|membership| roles(&person, membership))
            .chain(person.roles.iter().map(|role| Role {
                principal: format!("{}:{}", role.organization, person.user_id),
                organization: role.organization.clone(),
                named_role: role.named_role.clone(),
                target: role.target.clone(),
                target_type: role.target_type.clone(),
                target_data: role.target_data.clone(),
            }))
            .collect();
        let product_contexts = person
            .product_contexts
            .iter()
            .map(|context| ProductContextEntry {
                prod_ctx: context.into(),
            })
            .collect();
        Self {
            account_type: account_type(person.account_type),
            utc_offset: None,
            preferred_languages: None,
            display_name: person.name.clone(),
            roles: Some(roles),
            last_name: person.last_name,
            user_id: person.user_id,
            auth_id: person.auth_id,
            tags: [],
            email_verified: "true",
            country_code: person.country,
            product_contexts: Some(product_contexts),
            name: person.name,
            first_name: person.first_name,
            email: person.email,
        }
    }
}

fn account_type(account_type: AccountType) -> &'static str {
    match account_type {
        AccountType::Individual => "type1",
        AccountType::Enterprise => "type2",
        AccountType::Federated => "type3",
    }
}

/// Returns the group of a role in the fields that published clients show.
fn group_target(group: &Group) -> Map<String, Value> {
    let fields = [
        ("gid", Value::from(group.ident.to_string())),
        ("group_name", Value::from(&*group.name)),
    ];
    fields
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

fn roles(person: &RegisteredPerson, membership: &Membership) -> Vec<Role> {
    let organization = membership.organization.id();
    let roles = membership.groups.iter().map(|group| Role {
        principal: format!("{}:{}", organization, person.user_id),
        organization: organization.to_owned(),
        named_role: group.role.clone(),
        target: group.ident.to_string(),
        target_type: "TRG_GROUP".to_owned(),
        target_data: Some(group_target(group)),
    });
    roles.collect()
}

/// The behaviours of this endpoint, and from where each is known.
pub(crate) const BEHAVIOURS: &[Behaviour] = &[
    Area::Users.matched(
        "profile-fields",
        "`/ims/profile` has the fields that published clients read, in all versions alike.",
        "adobe/imscli, adobe/aio-lib-ims, adobe/helix-shared",
    ),
    Area::Users.matched(
        "profile-post",
        "A POST without content is the same as a GET.",
        "adobe/helix-shared",
    ),
    Area::Users.documented(
        "profile-product-contexts",
        "`projectedProductContext` needs the scope `additional_info.projectedProductContext`. Its fields are those that published clients read.",
        source::CONSOLE_USER,
    ),
    Area::Users.inferred(
        "profile-roles",
        "`roles` needs the scope `additional_info.roles`. It holds the roles of the groups, and others that the test registered.",
        "the name of the scope",
    ),
    Area::Users.inferred(
        "profile-account-type",
        "The values of `account_type` are those of the emulator.",
        "few values were published",
    ),
];
