//! `/ims/revoke`: the revocation of RFC 7009.

use http::{HeaderMap, StatusCode};

use crate::behaviour::{Area, Behaviour, source};
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

/// The behaviours of this endpoint, and from where each is known.
pub(crate) const BEHAVIOURS: &[Behaviour] = &[
    Area::TokenStatus.documented(
        "revoke",
        "A token of the client gets 200 without content, and is not valid afterwards.",
        source::CONSOLE_USER,
    ),
    Area::TokenStatus.standard(
        "revoke-unknown",
        "A text that is no token, or a token that is not valid, gets 200 without content; a missing `token` gets 400 `invalid_request`.",
        "RFC 7009",
    ),
    Area::TokenStatus.standard(
        "revoke-session",
        "A refresh token takes all tokens of its sign-in with it.",
        "RFC 7009 §2.1",
    ),
    Area::TokenStatus.inferred(
        "revoke-other-client",
        "A token of another client gets 400 `invalid_grant`.",
        "RFC 7009 demands a refusal and names no code",
    ),
];
