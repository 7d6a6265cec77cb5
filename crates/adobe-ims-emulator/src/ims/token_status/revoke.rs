//! Revocation by RFC 7009.
//!
//! | Case | Answer |
//! |---|---|
//! | a token of the client | 200 without content (documented by Adobe) |
//! | no token, or none that is still good | the same (RFC 7009) |
//! | a token of another client | 400 `invalid_grant` (inferred) |
//! | client unknown, or its secret wrong | as at the token endpoint |
//! | `token` missing | 400 `invalid_request` (RFC 7009) |
//!
//! With a refresh token go all tokens of its sign-in (RFC 7009 §2.1). `token_type_hint` is taken and
//! not needed.

use http::{HeaderMap, StatusCode};

use crate::http::parameters::Parameters;
use crate::http::response::{ErrorResponse, Response, empty};
use crate::ims::client_authentication::ClientAuthentication;
use crate::ims::new_token::TokenType;
use crate::ims::token::Token;
use crate::ims::token_endpoint::endpoint::missing;
use crate::state::State;

pub(crate) fn revoke(
    state: &State,
    headers: &HeaderMap,
    parameters: &Parameters,
) -> Result<Response, ErrorResponse> {
    let authentication = ClientAuthentication::from_request(headers, parameters)?;
    let directory = state.directory();
    let client = authentication.authenticate(&directory, StatusCode::BAD_REQUEST)?;
    let token = parameters.one("token")?.ok_or_else(|| missing("token"))?;
    let Some(token) = Token::signed(state, token) else {
        return Ok(empty());
    };
    if token.client_id != client.id {
        return Err(ErrorResponse::bad_request(
            "invalid_grant",
            "The token is one of another client.",
        ));
    }
    let is_refresh_token = token.text("type") == Some(TokenType::Refresh.name());
    let mut sessions = state.sessions();
    match token.session {
        Some(session) if is_refresh_token => sessions.end(&session),
        _ => sessions.revoke(token.id),
    }
    Ok(empty())
}
