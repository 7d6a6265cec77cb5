//! The grant `device`: device id and device token for an access token of the person who registered
//! the device.

use crate::behaviour::{Area, Behaviour};
use crate::http::error_response::ErrorResponse;
use crate::identities::grant_type::GrantType;
use crate::ims::token::Token;
use crate::ims::token_endpoint::request::TokenRequest;
use crate::ims::token_endpoint::response::TokenResponse;
use crate::ims::user_tokens::NewUserTokens;
use crate::tokens::scopes;
use crate::tokens::token_type::TokenType;

pub(crate) fn grant(request: &TokenRequest<'_>) -> Result<TokenResponse, ErrorResponse> {
    let state = request.state;
    let directory = state.directory();
    let client = request.client(&directory)?;
    let device_id = request.parameters.required("device_id")?;
    let device_token = request.parameters.required("device_token")?;
    let token = Token::verify(state, device_token, TokenType::Device)
        .ok()
        .filter(|token| {
            token.client_id == client.id && token.text_claim("device_id") == Some(device_id)
        })
        .ok_or_else(invalid_device_token)?;
    let authorization = token
        .authorization(&directory)
        .ok_or_else(invalid_device_token)?;
    let scopes = scopes::granted(request.scope()?, &authorization.scopes)?;
    let tokens = NewUserTokens {
        authorization: &authorization,
        scopes: &scopes,
        with_refresh_token: false,
        grant: GrantType::Device,
        now: request.now,
    };
    Ok(tokens.issue(state).into())
}

fn invalid_device_token() -> ErrorResponse {
    ErrorResponse::bad_request("invalid_grant", "Invalid or expired device token.")
}

/// The behaviours of this endpoint, and from where each is known.
pub(crate) const BEHAVIOURS: &[Behaviour] = &[
    Area::Grants.matched(
        "device-grant",
        "Device id and device token give an access token of the person who registered the device.",
        "the JavaScript client of AEM Mobile",
    ),
    Area::Grants.inferred(
        "device-invalid",
        "A device token that is not one of client and device, was revoked or has expired gets 400 `invalid_grant`.",
        "RFC 6749 §5.2 names this code",
    ),
];
