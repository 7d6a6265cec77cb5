//! The same about others, asked by a service: `/ims/admin_profile` and `/ims/admin_organizations`.
//!
//! Request and paths are from a published client. A service is a client with a permanent authorization code,
//! its token one for its own technical account (inferred).
//!
//! | Case | Answer |
//! |---|---|
//! | no good token | 401 `invalid_token` (observed of `/ims/profile`) |
//! | token of someone else than a service | 403 `access_denied` (inferred) |
//! | header `X-IMS-ClientId` of another client | 400 `invalid_client` (inferred) |
//! | `guid` or `auth_src` missing | 400 `bad_request` (inferred) |
//! | nobody has this user id | 404 `not_found` (inferred) |

use std::sync::MutexGuard;

use http::{HeaderMap, StatusCode};

use crate::http::parameters::Parameters;
use crate::http::response::{ErrorResponse, Response, json};
use crate::identities::directory::Directory;
use crate::ims::profile::caller::{Caller, Principal};
use crate::ims::profile::organizations::entries;
use crate::ims::profile::user_profile::Profile;
use crate::ims::token_status::validate_token::needed;
use crate::state::State;

/// Answers who somebody is.
pub(crate) fn admin_profile(
    state: &State,
    headers: &HeaderMap,
    parameters: &Parameters,
) -> Result<Response, ErrorResponse> {
    let directory = directory_for_service(state, headers)?;
    let user_id = user_id(parameters)?;
    let known = Principal::of(&directory, &user_id).ok_or_else(nobody)?;
    Ok(json(StatusCode::OK, &Profile::of(&directory, &known)))
}

/// Answers which organizations somebody belongs to.
pub(crate) fn admin_organizations(
    state: &State,
    headers: &HeaderMap,
    parameters: &Parameters,
) -> Result<Response, ErrorResponse> {
    let directory = directory_for_service(state, headers)?;
    let memberships = directory.memberships(&user_id(parameters)?);
    Ok(json(
        StatusCode::OK,
        &entries(memberships.ok_or_else(nobody)?),
    ))
}

/// What a service may look into.
fn directory_for_service<'s>(
    state: &'s State,
    headers: &HeaderMap,
) -> Result<MutexGuard<'s, Directory>, ErrorResponse> {
    let caller = Caller::of(state, headers)?;
    let directory = state.directory();
    let client = directory.client(&caller.client_id);
    let is_service = client.is_some_and(|client| {
        !client.service_codes.is_empty() && client.binding.technical_account_id == caller.user_id
    });
    if !is_service {
        return Err(ErrorResponse::new(
            StatusCode::FORBIDDEN,
            "access_denied",
            "The token is not that of a service.",
        ));
    }
    let named = headers.get("x-ims-clientid");
    if named.is_some_and(|named| named.as_bytes() != caller.client_id.as_bytes()) {
        return Err(ErrorResponse::bad_request(
            "invalid_client",
            "The token is not of the client that X-IMS-ClientId names.",
        ));
    }
    Ok(directory)
}

fn user_id(parameters: &Parameters) -> Result<String, ErrorResponse> {
    let guid = needed(parameters.one("guid")?, "guid")?;
    let auth_src = needed(parameters.one("auth_src")?, "auth_src")?;
    Ok(format!("{guid}@{auth_src}"))
}

fn nobody() -> ErrorResponse {
    ErrorResponse::new(
        StatusCode::NOT_FOUND,
        "not_found",
        "Nobody has this user id.",
    )
}
