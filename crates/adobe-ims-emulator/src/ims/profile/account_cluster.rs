//! `/ims/account_cluster`: the organizations of all accounts of a person. Both versions are the
//! same.

use http::{HeaderMap, StatusCode};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::behaviour::{Area, Behaviour, source};
use crate::http::error_response::ErrorResponse;
use crate::http::response::{Response, json};
use crate::ims::profile::caller::Caller;
use crate::ims::profile::organizations::{OrganizationEntry, organization_entry};
use crate::state::State;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Account<'a> {
    #[serde(flatten)]
    organization: OrganizationEntry,
    user_id: &'a str,
    auth_id: &'a str,
}

/// Handles `/ims/account_cluster`.
pub(crate) fn account_cluster(
    state: &State,
    headers: &HeaderMap,
) -> Result<Response, ErrorResponse> {
    let caller = Caller::authenticate(state, headers)?;
    caller.require_scope("account_cluster.read")?;
    let directory = state.directory();
    let person = directory.people.by_user_id(&caller.user_id);
    let auth_id = person.ok_or_else(no_cluster)?.auth_id();
    let mut cluster: Map<String, Value> = Map::new();
    let people = directory.people.all().iter();
    for account in people.filter(|person| person.auth_id() == auth_id) {
        for membership in account.memberships() {
            let organization = &membership.organization;
            let mut name = organization.display_name().to_owned();
            if cluster.contains_key(&name) {
                name = format!("{name} ({}, {})", organization.id(), account.user_id());
            }
            let entry = Account {
                organization: organization_entry(membership.clone()),
                user_id: account.user_id(),
                auth_id,
            };
            let entry = serde_json::to_value(entry).map_err(|_| ErrorResponse::internal_error())?;
            cluster.insert(name, entry);
        }
    }
    Ok(json(StatusCode::OK, &cluster))
}

fn no_cluster() -> ErrorResponse {
    ErrorResponse::new(
        StatusCode::NOT_FOUND,
        "not_found",
        "Account cluster not found",
    )
}

/// The behaviours of this endpoint, and from where each is known.
pub(crate) const BEHAVIOURS: &[Behaviour] = &[
    Area::Users.matched(
        "account-cluster",
        "`/ims/account_cluster/v3` is an object with the organizations of all accounts of a person, by their names. It needs the scope `account_cluster.read`.",
        "a published client",
    ),
    Area::Users.matched(
        "account-cluster-none",
        "A token of a technical account gets 404 `not_found`, `Account cluster not found`.",
        source::SPACECAT,
    ),
    Area::Users.inferred(
        "account-cluster-versions",
        "v2 is the same as v3. The accounts of a person have the same auth id.",
        "nobody published how accounts are linked",
    ),
];
