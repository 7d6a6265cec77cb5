//! `/ims/invalidate_token`: revokes a token.
//!
//! | Case | Response |
//! |---|---|
//! | the token is a valid one of the client | 200 without content (observed) |
//! | the token is not valid, or is one of another client, or is a promise token and the client knows no promises | 400 `invalid_parameter_value` (known from a client's tests for promise tokens; inferred for others) |
//! | the client id is unknown | 400 `invalid_client` (inferred) |
//! | a service token without the client's secret (documented by a client) | 400 `invalid_client` (inferred) |
//! | `token_type` or `cascading` is unknown | 400 `invalid_parameter_value` (inferred) |
//! | a parameter is missing | 400 `bad_request` (inferred) |
//!
//! `cascading=all` with a refresh token also revokes its access tokens (documented by a client),
//! and with a device token those of the device token (inferred). Every client that is registered
//! for `promise` or `promise_exchange` can invalidate a promise token (inferred: in a published
//! client the one that exchanges it does). A service token is a permanent
//! authorization code (inferred).

use http::{HeaderMap, StatusCode};

use crate::http::error_response::ErrorResponse;
use crate::http::parameters::Parameters;
use crate::http::response::{Response, empty};
use crate::identities::client::Client;
use crate::identities::grant_type::GrantType;
use crate::ims::client_authentication::{ClientAuthentication, unknown_client};
use crate::ims::required_parameter::required;
use crate::ims::token::Token;
use crate::ims::token_status::requested_type::RequestedType;
use crate::state::State;
use crate::tokens::token_type::TokenType;

/// Handles `POST /ims/invalidate_token`.
pub(crate) fn invalidate_token(
    state: &State,
    headers: &HeaderMap,
    parameters: &Parameters,
) -> Result<Response, ErrorResponse> {
    let type_name = required(parameters, "token_type")?;
    let client_id = required(parameters, "client_id")?;
    let token = required(parameters, "token")?;
    let cascading = parameters.get("cascading")?;
    let requested = RequestedType::from_name(type_name)
        .filter(|requested| *requested != RequestedType::Signed(TokenType::AuthorizationCode))
        .ok_or_else(unknown_value)?;
    let cascading = match cascading {
        None => false,
        Some("all") => true,
        Some(_) => return Err(unknown_value()),
    };
    if requested == RequestedType::ServiceToken {
        return invalidate_service_token(state, headers, parameters, token);
    }
    let RequestedType::Signed(token_type) = requested else {
        return Err(invalid_token());
    };
    let knows_promises = |client: &Client| {
        [GrantType::Promise, GrantType::PromiseExchange]
            .into_iter()
            .any(|grant| client.is_allowed(grant))
    };
    let may_end_promises = {
        let directory = state.directory();
        let client = directory.client(client_id).ok_or_else(unknown_client)?;
        token_type == TokenType::Promise && knows_promises(client)
    };
    let token = Token::verify(state, token, token_type).map_err(|_| invalid_token())?;
    if token.client_id != client_id && !may_end_promises {
        return Err(invalid_token());
    }
    token.revoke(state, cascading && token_type != TokenType::Access);
    Ok(empty())
}

fn invalidate_service_token(
    state: &State,
    headers: &HeaderMap,
    parameters: &Parameters,
    code: &str,
) -> Result<Response, ErrorResponse> {
    let authentication =
        ClientAuthentication::from_request(&state.ims_settings(), headers, parameters)?;
    let mut directory = state.directory();
    let client = authentication.authenticate(&directory, StatusCode::BAD_REQUEST)?;
    let id = client.id.clone();
    let client = directory.client_mut(&id).ok_or_else(invalid_token)?;
    let position = client.service_codes.iter().position(|own| own == code);
    client
        .service_codes
        .remove(position.ok_or_else(invalid_token)?);
    Ok(empty())
}

fn unknown_value() -> ErrorResponse {
    invalid_parameter_value("Unknown token_type or cascading.")
}

fn invalid_token() -> ErrorResponse {
    invalid_parameter_value("Invalid or expired token.")
}

fn invalid_parameter_value(description: &'static str) -> ErrorResponse {
    ErrorResponse::bad_request("invalid_parameter_value", description)
}
