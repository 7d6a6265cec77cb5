//! A refresh token for an access token, and for the refresh token that follows it.
//!
//! Beside what is refused whatever the grant, all inferred from RFC 6749:
//!
//! | Case | Error |
//! |---|---|
//! | no refresh token of this client, revoked or expired | 400 `invalid_grant` |
//! | used before | 400 `invalid_grant`, and all tokens of the sign-in are revoked |
//!
//! Each use gives a new refresh token (documented by Adobe), with a whole life (inferred), and the
//! old one is dead (inferred). `scope` may name fewer scopes; the new refresh token is for all of
//! them still.

use crate::http::response::ErrorResponse;
use crate::identities::grant_type::GrantType;
use crate::ims::new_token::TokenType;
use crate::ims::token::{InvalidToken, Token};
use crate::ims::token_endpoint::endpoint::{TokenRequest, TokenResponse};
use crate::ims::user_tokens::UserTokens;
use crate::sessions::authorization::Authorization;
use crate::tokens::scopes;

pub(crate) fn grant(ask: &TokenRequest<'_>) -> Result<TokenResponse, ErrorResponse> {
    let state = ask.state;
    let directory = state.directory();
    let client = ask.client(&directory)?;
    let refresh_token = ask.needed("refresh_token")?;
    let token = match Token::verify(state, refresh_token, TokenType::Refresh) {
        Ok(token) if token.client_id == client.id => token,
        Ok(_) => return Err(not_granted()),
        Err(InvalidToken::AlreadyUsed) => {
            Token::end_session_of_reused(state, refresh_token, &client.id);
            return Err(not_granted());
        }
        Err(_) => return Err(not_granted()),
    };
    let authorization = Authorization::of(&token, &directory).ok_or_else(not_granted)?;
    let scopes = scopes::granted(ask.scope()?, &authorization.scopes)?;
    // Nobody else is served meanwhile: the directory is locked.
    state.sessions().mark_used(&token.id);
    let tokens = UserTokens {
        authorization: &authorization,
        scopes: &scopes,
        with_refresh_token: true,
        grant: GrantType::RefreshToken,
        now: ask.now,
    };
    Ok(tokens.issue(state))
}

fn not_granted() -> ErrorResponse {
    ErrorResponse::bad_request("invalid_grant", "Invalid or expired refresh token.")
}
