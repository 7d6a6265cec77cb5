//! OAuth server-to-server: a client's id and secret for an access token.
//!
//! Beside what is refused whatever the grant:
//!
//! | Case | Error | Text |
//! |---|---|---|
//! | `org_id` of another organization | `invalid_request` (inferred) | inferred |
//!
//! Adobe documents `scope` as mandatory, but two of its clients leave it out or empty when they have
//! none: the token then carries all scopes of the client (inferred).

use crate::http::response::ErrorResponse;
use crate::identities::grant_type::GrantType;
use crate::ims::new_token::NewToken;
use crate::ims::token_endpoint::endpoint::{TokenRequest, TokenResponse};
use crate::tokens::scopes;

pub(crate) fn grant(ask: &TokenRequest<'_>) -> Result<TokenResponse, ErrorResponse> {
    let directory = ask.state.directory();
    let client = ask.confidential_client(&directory)?;
    let organization = ask.parameters.one("org_id")?;
    if organization.is_some_and(|asked| asked != client.binding.organization) {
        return Err(ErrorResponse::invalid_request(
            "The org_id parameter is not the organization of the client.",
        ));
    }
    let scopes = scopes::granted(ask.scope()?, &client.scopes)?;
    let access_token = NewToken::for_client(client, scopes.join(","), ask.now)
        .resources(&ask.resources())
        .access_token(ask.state, GrantType::ClientCredentials);
    Ok(TokenResponse {
        access_token,
        ..TokenResponse::default()
    })
}
