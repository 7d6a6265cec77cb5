//! The grant `client_credentials` of OAuth server-to-server.
//!
//! Errors, in addition to those of all grants:
//!
//! | Case | Error | Description |
//! |---|---|---|
//! | `org_id` is another organization that has not consented to the client | `invalid_request` (inferred) | inferred |
//!
//! A token for an organization that consented lives for an hour (documented), and its user is the
//! technical account of that organization (inferred from the id token of a consent).
//!
//! Adobe documents `scope` as mandatory, but two of its clients omit it or send it empty. The token
//! then has all scopes of the client (inferred).

use crate::http::error_response::ErrorResponse;
use crate::identities::client::{Client, Consent};
use crate::identities::grant_type::GrantType;
use crate::ims::new_token::{NewToken, TokenUser};
use crate::ims::token_endpoint::request::TokenRequest;
use crate::ims::token_endpoint::response::TokenResponse;
use crate::tokens::scopes;

pub(crate) fn grant(request: &TokenRequest<'_>) -> Result<TokenResponse, ErrorResponse> {
    let directory = request.state.directory();
    let client = request.confidential_client(&directory)?;
    let scopes = scopes::granted(request.scope()?, &client.scopes)?;
    let resources = request.resources();
    let organization = request.parameters.get("org_id")?;
    let Some(consent) = consent(client, organization)? else {
        let access_token = NewToken::for_client(client, &scopes, request.now)
            .resources(&resources)
            .issue_access_token(request.state, GrantType::ClientCredentials);
        return Ok(TokenResponse::access_token(access_token));
    };
    let user = TokenUser {
        user_id: &consent.technical_account_id,
        auth_id: &consent.technical_account_id,
    };
    let lifetime = request.state.lifetimes().consented_millis();
    let access_token = NewToken::for_user(&client.id, user, &scopes, request.now)
        .resources(&resources)
        .lifetime(lifetime)
        .issue_access_token(request.state, GrantType::ClientCredentials);
    Ok(TokenResponse::access_token(access_token).with_lifetime(lifetime))
}

/// Returns the consent of the organization, or `None` for the organization of the client.
fn consent<'c>(
    client: &'c Client,
    organization: Option<&str>,
) -> Result<Option<&'c Consent>, ErrorResponse> {
    let own = &client.binding.organization;
    let Some(organization) = organization.filter(|requested| requested != own) else {
        return Ok(None);
    };
    let consent = client.consent(organization);
    let given = consent.filter(|consent| consent.is_given);
    given.map(Some).ok_or_else(|| {
        ErrorResponse::invalid_request(
            "The org_id parameter is not the organization of the client, and that organization \
             has not consented to the client.",
        )
    })
}
