//! `/ims/admin_profile` and `/ims/admin_organizations`: any user, for the token of a service.
//!
//! Request and paths are from published clients. The token of a service is one that a permanent
//! authorization code gives, by its user id or its scope `system` (from a published client). A token
//! for the technical account of a client with such a code counts too (inferred).
//!
//! | Case | Error |
//! |---|---|
//! | the token is missing or not valid | 401 `invalid_token` (observed at `/ims/profile`) |
//! | the token is not that of a service | 403 `access_denied` (inferred) |
//! | the header `X-IMS-ClientId` names another client | 400 `invalid_client` (inferred) |
//! | `guid` or `auth_src` is missing | 400 `bad_request` (inferred) |
//! | nobody has this user id | 404 `not_found` (inferred) |

use http::{HeaderMap, StatusCode};

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
