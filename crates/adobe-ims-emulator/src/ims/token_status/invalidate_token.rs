//! A token is to be valid no longer.
//!
//! | Case | Answer |
//! |---|---|
//! | a good token of the client | 200 without content (observed) |
//! | one that is not good any more, or never was, or is another client's | 400 `invalid_parameter_value` (of promise tokens known from a client's tests; inferred for others) |
//! | client id unknown | 400 `invalid_client` (inferred) |
//! | a service token without the client's secret (documented by a client) | 400 `invalid_client` (inferred) |
//! | `token_type` or `cascading` unknown | 400 `invalid_parameter_value` (inferred) |
//! | a parameter missing | 400 `bad_request` (inferred) |
//!
//! With `cascading=all` the access tokens of a refresh token go with it (documented by a client), and
//! those of a device token (inferred). A service token is a permanent authorization code (inferred).

use http::{HeaderMap, StatusCode};

use crate::http::parameters::Parameters;
use crate::http::response::{ErrorResponse, Response, empty};
use crate::ims::client_authentication::ClientAuthentication;
use crate::ims::new_token::TokenType;
use crate::ims::token::Token;
use crate::ims::token_status::validate_token::{SERVICE_TOKEN, needed};
use crate::state::State;

const TYPES: [&str; 5] = [
    "access_token",
    "refresh_token",
    SERVICE_TOKEN,
    "device_token",
    "promise_token",
];

/// Revokes a token.
pub(crate) fn invalidate_token(
    state: &State,
    headers: &HeaderMap,
    parameters: &Parameters,
) -> Result<Response, ErrorResponse> {
    let kind = needed(parameters.one("token_type")?, "token_type")?;
    let client_id = needed(parameters.one("client_id")?, "client_id")?;
    let token = needed(parameters.one("token")?, "token")?;
    let cascading = parameters.one("cascading")?;
    if !TYPES.contains(&kind) || cascading.is_some_and(|value| value != "all") {
        return Err(not_taken("Unknown token_type or cascading."));
    }
    if kind == SERVICE_TOKEN {
        return invalidate_service_token(state, headers, parameters, token);
    }
    if state.directory().client(client_id).is_none() {
        return Err(ErrorResponse::bad_request(
            "invalid_client",
            "invalid client_id parameter",
        ));
    }
    let kind = TokenType::from_name(kind).ok_or_else(not_good)?;
    let token = Token::verify(state, token, kind).map_err(|_| not_good())?;
    if token.client_id != client_id {
        return Err(not_good());
    }
    let mut sessions = state.sessions();
    match token.session {
        Some(session) if cascading.is_some() && kind != TokenType::Access => sessions.end(&session),
        _ => sessions.revoke(token.id),
    }
    Ok(empty())
}

fn invalidate_service_token(
    state: &State,
    headers: &HeaderMap,
    parameters: &Parameters,
    code: &str,
) -> Result<Response, ErrorResponse> {
    let authentication = ClientAuthentication::from_request(headers, parameters)?;
    let mut directory = state.directory();
    let client = authentication.authenticate(&directory, StatusCode::BAD_REQUEST)?;
    let id = client.id.clone();
    let client = directory.client_mut(&id).ok_or_else(not_good)?;
    let position = client.service_codes.iter().position(|own| own == code);
    client.service_codes.remove(position.ok_or_else(not_good)?);
    Ok(empty())
}

fn not_good() -> ErrorResponse {
    not_taken("Invalid or expired token.")
}

fn not_taken(why: &'static str) -> ErrorResponse {
    ErrorResponse::bad_request("invalid_parameter_value", why)
}
