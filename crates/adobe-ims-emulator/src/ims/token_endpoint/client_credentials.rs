//! The grant `client_credentials` of OAuth server-to-server.
//!
//! Errors, in addition to those of all grants:
//!
//! | Case | Error | Description |
//! |---|---|---|
//! | `org_id` is another organization | `invalid_request` (inferred) | inferred |
//!
//! Adobe documents `scope` as mandatory, but two of its clients omit it or send it empty. The token
//! then has all scopes of the client (inferred).

use crate::http::error_response::ErrorResponse;
use crate::identities::grant_type::GrantType;
use crate::ims::new_token::NewToken;
use crate::ims::token_endpoint::request::TokenRequest;
use crate::ims::token_endpoint::response::TokenResponse;
use crate::tokens::scopes;

pub(crate) fn grant(request: &TokenRequest<'_>) -> Result<TokenResponse, ErrorResponse> {
    let directory = request.state.directory();
    let client = request.confidential_client(&directory)?;
    let organization = request.parameters.get("org_id")?;
    if organization.is_some_and(|requested| requested != client.binding.organization) {
        return Err(ErrorResponse::invalid_request(
            "The org_id parameter is not the organization of the client.",
        ));
    }
    let scopes = scopes::granted(request.scope()?, &client.scopes)?;
    let access_token = NewToken::for_client(client, &scopes, request.now)
        .resources(&request.resources())
        .issue_access_token(request.state, GrantType::ClientCredentials);
    Ok(TokenResponse::access_token(access_token))
}
