//! The grant `refresh_token`.

use crate::behaviour::{Area, Behaviour, source};
use crate::http::error_response::ErrorResponse;
use crate::identities::grant_type::GrantType;
use crate::ims::token::{InvalidToken, Token, end_session_of_reused};
use crate::ims::token_endpoint::request::TokenRequest;
use crate::ims::token_endpoint::response::TokenResponse;
use crate::ims::user_tokens::{NewUserTokens, gives_refresh_tokens};
use crate::ims_settings::RefreshTokenReuse;
use crate::tokens::scopes;
use crate::tokens::token_type::TokenType;

pub(crate) fn grant(request: &TokenRequest<'_>) -> Result<TokenResponse, ErrorResponse> {
    let state = request.state;
    let directory = state.directory();
    let client = request.client(&directory)?;
    let refresh_token = request.parameters.required("refresh_token")?;
    let reuse = state.ims_settings().refresh_token_reuse;
    let token = match Token::verify(state, refresh_token, TokenType::Refresh) {
        Ok(token) if token.client_id == client.id => token,
        Ok(_) => return Err(invalid_refresh_token()),
        Err(InvalidToken::AlreadyUsed) => {
            if reuse == RefreshTokenReuse::EndSession {
                end_session_of_reused(state, refresh_token, &client.id);
            }
            return Err(invalid_refresh_token());
        }
        Err(_) => return Err(invalid_refresh_token()),
    };
    let authorization = token
        .authorization(&directory)
        .ok_or_else(invalid_refresh_token)?;
    let scopes = scopes::granted(request.scope()?, &authorization.scopes)?;
    // The lock of the directory keeps other requests from using the token between check and mark.
    if reuse != RefreshTokenReuse::Accept {
        state.sessions().mark_refresh_token_used(&token.id);
    }
    let tokens = NewUserTokens {
        authorization: &authorization,
        scopes: &scopes,
        with_refresh_token: gives_refresh_tokens(state, client),
        grant: GrantType::RefreshToken,
        now: request.now,
    };
    Ok(tokens.issue(state).into())
}

fn invalid_refresh_token() -> ErrorResponse {
    ErrorResponse::bad_request("invalid_grant", "Invalid or expired refresh token.")
}

/// The behaviours of this endpoint, and from where each is known.
pub(crate) const BEHAVIOURS: &[Behaviour] = &[
    Area::Grants.standard(
        "refresh-invalid",
        "A refresh token that is not one of the client, was revoked or has expired gets 400 `invalid_grant`.",
        "RFC 6749 §5.2",
    ),
    Area::Grants.observed(
        "refresh-used-twice",
        "A refresh token works once. Its second use gets 400 `invalid_grant`, and the tokens of the sign-in stay valid. The setting `refresh_token_reuse` accepts it, or ends the sign-in (RFC 9700).",
        "a third party saw the old token revoked after its use; the error follows RFC 6749, and that the other tokens stay is inferred",
    ),
    Area::Grants.documented(
        "refresh-rotation",
        "Each use gives a new refresh token. That it has a full lifetime is inferred.",
        source::CONSOLE_USER,
    ),
    Area::Grants.documented(
        "refresh-fewer-scopes",
        "`scope` may name fewer scopes. That the new refresh token keeps all of them is inferred.",
        source::CONSOLE_USER,
    ),
];
