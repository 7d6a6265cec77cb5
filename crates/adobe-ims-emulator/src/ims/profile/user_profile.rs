//! Who a token stands for, in IMS's own words: `/ims/profile`, in all versions alike.
//!
//! The names of the fields are from published clients, and so is that a POST without content asks the same.
//! That `projectedProductContext` needs the scope `additional_info.projectedProductContext` is documented by
//! Adobe; that `roles` need `additional_info.roles`, and the spellings of `account_type`, are inferred.

use http::{HeaderMap, StatusCode};
use serde::Serialize;

use crate::http::response::{ErrorResponse, Response, json};
use crate::identities::directory::Directory;
use crate::identities::organization::{Membership, ProductContext};
use crate::identities::person::{AccountType, RegisteredPerson};
use crate::ims::profile::caller::{Caller, Principal, invalid_token};
use crate::state::State;

#[derive(Serialize)]
pub(crate) struct Profile {
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
    product_contexts: Option<Vec<Projected>>,
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
    target_type: &'static str,
    target_data: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Projected {
    prod_ctx: ProdCtx,
}

#[derive(Serialize)]
struct ProdCtx {
    #[serde(rename = "serviceCode")]
    service_code: String,
    #[serde(rename = "owningEntity")]
    owning_entity: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    fulfillable_data: Option<String>,
}

/// Answers who the token of a request stands for.
pub(crate) fn profile(state: &State, headers: &HeaderMap) -> Result<Response, ErrorResponse> {
    let caller = Caller::of(state, headers)?;
    let directory = state.directory();
    let known = Principal::of(&directory, &caller.user_id).ok_or_else(invalid_token)?;
    let mut profile = Profile::of(&directory, &known);
    if !caller.has("additional_info.projectedProductContext") {
        profile.product_contexts = None;
    }
    if !caller.has("additional_info.roles") {
        profile.roles = None;
    }
    Ok(json(StatusCode::OK, &profile))
}

impl Profile {
    /// All there is to tell.
    pub(crate) fn of(directory: &Directory, known: &Principal<'_>) -> Self {
        let person = known.person();
        let memberships = directory.memberships(&person.user_id).unwrap_or_default();
        Self {
            account_type: account_type(person.account_type),
            utc_offset: None,
            preferred_languages: None,
            display_name: person.name.clone(),
            roles: Some(
                memberships
                    .iter()
                    .flat_map(|it| roles(&person, it))
                    .collect(),
            ),
            last_name: person.last_name,
            user_id: person.user_id,
            auth_id: person.auth_id,
            tags: [],
            email_verified: "true",
            country_code: person.country,
            product_contexts: Some(person.product_contexts.into_iter().map(projected).collect()),
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

fn roles(person: &RegisteredPerson, membership: &Membership) -> Vec<Role> {
    let organization = membership.organization.id();
    let roles = membership.groups.iter().map(|group| Role {
        principal: format!("{}:{}", organization, person.user_id),
        organization: organization.to_owned(),
        named_role: group.role.clone(),
        target: group.ident.to_string(),
        target_type: "TRG_GROUP",
        target_data: None,
    });
    roles.collect()
}

fn projected(context: ProductContext) -> Projected {
    Projected {
        prod_ctx: ProdCtx {
            service_code: context.service_code,
            owning_entity: context.owning_entity,
            fulfillable_data: context.fulfillable_data,
        },
    }
}
