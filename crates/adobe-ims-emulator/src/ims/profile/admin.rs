//! `/ims/admin_profile` and `/ims/admin_organizations`: any user, for the token of a service.

use http::{HeaderMap, StatusCode};

use crate::behaviour::{Area, Behaviour};
use crate::http::error_response::ErrorResponse;
use crate::http::parameters::Parameters;
use crate::http::response::{Response, json};
use crate::identities::directory::Directory;
use crate::ims::profile::caller::Caller;
use crate::ims::profile::organizations::organization_entries;
use crate::ims::profile::principal::Principal;
use crate::ims::profile::user_profile::UserProfile;
use crate::ims::required_parameter::required;
use crate::state::State;

/// Handles `/ims/admin_profile`.
pub(crate) fn admin_profile(
    state: &State,
    headers: &HeaderMap,
    parameters: &Parameters,
) -> Result<Response, ErrorResponse> {
    let caller = Caller::authenticate(state, headers)?;
    let directory = state.directory();
    check_service(&directory, headers, &caller)?;
    let user_id = user_id(parameters)?;
    let principal = Principal::find(&directory, &user_id).ok_or_else(unknown_user)?;
    let profile = UserProfile::of(&directory, &principal);
    Ok(json(StatusCode::OK, &profile))
}

/// Handles `/ims/admin_organizations`.
pub(crate) fn admin_organizations(
    state: &State,
    headers: &HeaderMap,
    parameters: &Parameters,
) -> Result<Response, ErrorResponse> {
    let caller = Caller::authenticate(state, headers)?;
    let directory = state.directory();
    check_service(&directory, headers, &caller)?;
    let memberships = directory.memberships(&user_id(parameters)?);
    let entries = organization_entries(memberships.ok_or_else(unknown_user)?);
    Ok(json(StatusCode::OK, &entries))
}

fn check_service(
    directory: &Directory,
    headers: &HeaderMap,
    caller: &Caller,
) -> Result<(), ErrorResponse> {
    if !caller.is_service(directory) {
        return Err(no_service());
    }
    let header = headers.get("x-ims-clientid");
    if header.is_some_and(|id| id.as_bytes() != caller.client_id.as_bytes()) {
        return Err(ErrorResponse::bad_request(
            "invalid_client",
            "The token does not belong to the client that X-IMS-ClientId names.",
        ));
    }
    Ok(())
}

fn user_id(parameters: &Parameters) -> Result<String, ErrorResponse> {
    let guid = required(parameters, "guid")?;
    let auth_src = required(parameters, "auth_src")?;
    Ok(format!("{guid}@{auth_src}"))
}

fn no_service() -> ErrorResponse {
    ErrorResponse::new(
        StatusCode::FORBIDDEN,
        "access_denied",
        "The token does not belong to a service.",
    )
}

fn unknown_user() -> ErrorResponse {
    ErrorResponse::new(
        StatusCode::NOT_FOUND,
        "not_found",
        "Nobody has this user id.",
    )
}

/// The behaviours of this endpoint, and from where each is known.
pub(crate) const BEHAVIOURS: &[Behaviour] = &[
    Area::Users.matched(
        "admin-requests",
        "`/ims/admin_profile` and `/ims/admin_organizations` take `guid` and `auth_src`, and the token of a service, in all versions alike.",
        "adobe/ims-go (2026) for v1, v3, v4 and v5; @adobe/spacecat-shared-ims-client 1.11",
    ),
    Area::Users.matched(
        "admin-service",
        "The token of a service is one of a permanent code. A token for the technical account of a client with such a code counts too, which is inferred.",
        "published actions of Adobe tell service tokens by the user id or by the scope `system`",
    ),
    Area::Users.inferred(
        "admin-errors",
        "Another token gets 403 `access_denied`, another client in `X-IMS-ClientId` 400 `invalid_client`, a missing parameter 400 `bad_request`, an unknown user 404 `not_found`.",
        "nobody published the answers",
    ),
];
