//! `/ims/account_cluster`: the organizations of all accounts of a person. Both versions are the
//! same.
//!
//! The endpoint needs the scope `account_cluster.read` (documented by a published client). In v3 the
//! response is an object whose keys are the names of organizations (from a published client); that
//! v2 is the same is inferred. The accounts of a person have the same auth id (inferred).
//!
//! | Case | Error |
//! |---|---|
//! | the token is not one of a person | 404 `not_found` (from a client's tests) |

use http::{HeaderMap, StatusCode};
use serde::Serialize;
use serde_json::{Map, Value};

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
