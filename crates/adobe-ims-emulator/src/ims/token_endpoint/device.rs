//! The id and token of a device for an access token of the person who registered it.
//!
//! Beside what is refused whatever the grant:
//!
//! | Case | Error |
//! |---|---|
//! | no device token of this client and device, revoked or expired | 400 `invalid_grant` (inferred) |

use crate::http::response::ErrorResponse;
use crate::identities::grant_type::GrantType;
use crate::ims::new_token::TokenType;
use crate::ims::token::Token;
use crate::ims::token_endpoint::endpoint::{TokenRequest, TokenResponse};
use crate::ims::user_tokens::UserTokens;
use crate::sessions::authorization::Authorization;
use crate::tokens::scopes;

pub(crate) fn grant(ask: &TokenRequest<'_>) -> Result<TokenResponse, ErrorResponse> {
    let state = ask.state;
    let directory = state.directory();
    let client = ask.client(&directory)?;
    let device_id = ask.needed("device_id")?;
    let device_token = ask.needed("device_token")?;
    let token = Token::verify(state, device_token, TokenType::Device).ok();
    let token = token
        .filter(|token| token.client_id == client.id && token.text("device_id") == Some(device_id));
    let token = token.ok_or_else(not_granted)?;
    let authorization = Authorization::of(&token, &directory).ok_or_else(not_granted)?;
    let scopes = scopes::granted(ask.scope()?, &authorization.scopes)?;
    let tokens = UserTokens {
        authorization: &authorization,
        scopes: &scopes,
        with_refresh_token: false,
        grant: GrantType::Device,
        now: ask.now,
    };
    Ok(tokens.issue(state))
}

fn not_granted() -> ErrorResponse {
    ErrorResponse::bad_request("invalid_grant", "Invalid or expired device token.")
}
