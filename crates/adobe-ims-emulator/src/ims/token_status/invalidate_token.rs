//! `/ims/invalidate_token`: revokes a token.

use http::{HeaderMap, StatusCode};

use crate::behaviour::{Area, Behaviour, source};
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

/// The behaviours of this endpoint, and from where each is known.
pub(crate) const BEHAVIOURS: &[Behaviour] = &[
    Area::TokenStatus.observed(
        "invalidate",
        "A valid token of the client gets 200 without content, and is not valid afterwards.",
        source::NODE_TESTS,
    ),
    Area::TokenStatus.inferred(
        "invalidate-invalid",
        "A token that is not valid, or is one of another client, gets 400 `invalid_parameter_value`.",
        "the tests of the SpaceCat client have this code for promise tokens",
    ),
    Area::TokenStatus.inferred(
        "invalidate-promise",
        "Every client that is registered for `promise` or `promise_exchange` may invalidate a promise token. Another client gets 400 `invalid_parameter_value`.",
        "in a published client the one that exchanges it invalidates it",
    ),
    Area::TokenStatus.inferred(
        "invalidate-errors",
        "An unknown client gets 400 `invalid_client`, an unknown `token_type` or `cascading` 400 `invalid_parameter_value`, a missing parameter 400 `bad_request`.",
        "nobody published the answers",
    ),
    Area::TokenStatus.documented(
        "invalidate-service-token",
        "A service token needs the client's secret. The error, 400 `invalid_client`, is inferred.",
        "adobe/imscli, its documentation",
    ),
    Area::TokenStatus.documented(
        "invalidate-cascade",
        "`cascading=all` with a refresh token also revokes its access tokens. For a device token this is inferred.",
        "adobe/aio-lib-ims 8.1.1, its documentation",
    ),
];
