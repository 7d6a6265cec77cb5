//! `/ims/revoke`: the revocation of RFC 7009.
//!
//! | Case | Response |
//! |---|---|
//! | the token is one of the client | 200 without content (documented by Adobe) |
//! | the text is not a token, or the token is not valid | 200 without content (RFC 7009) |
//! | the token is one of another client | 400 `invalid_grant` (inferred) |
//! | the client is unknown, or its secret is wrong | the error of the token endpoint |
//! | `token` is missing | 400 `invalid_request` (RFC 7009) |
//!
//! A refresh token takes all tokens of its sign-in with it (RFC 7009 §2.1). The emulator does not
//! need `token_type_hint`.

use http::{HeaderMap, StatusCode};

use crate::http::error_response::ErrorResponse;
use crate::http::parameters::Parameters;
use crate::http::response::{Response, empty};
use crate::ims::client_authentication::ClientAuthentication;
use crate::ims::token::Token;
use crate::state::State;
use crate::tokens::token_type::TokenType;

/// Handles `POST /ims/revoke`.
pub(crate) fn revoke(
    state: &State,
    headers: &HeaderMap,
    parameters: &Parameters,
) -> Result<Response, ErrorResponse> {
    let authentication =
        ClientAuthentication::from_request(&state.ims_settings(), headers, parameters)?;
    let directory = state.directory();
    let client = authentication.authenticate(&directory, StatusCode::BAD_REQUEST)?;
    let token = parameters.required("token")?;
    let Some(token) = Token::verify_signature(state, token) else {
        return Ok(empty());
    };
    if token.client_id != client.id {
        return Err(ErrorResponse::bad_request(
            "invalid_grant",
            "The token belongs to another client.",
        ));
    }
    let whole_session = token.has_type(TokenType::Refresh);
    token.revoke(state, whole_session);
    Ok(empty())
}
