//! The grant `client_credentials` of OAuth server-to-server.

use crate::behaviour::{Area, Behaviour, source};
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

/// The behaviours of this endpoint, and from where each is known.
pub(crate) const BEHAVIOURS: &[Behaviour] = &[
    Area::Grants.inferred(
        "client-credentials-without-scope",
        "Without `scope`, or with an empty one, the token has all scopes of the client.",
        "Adobe documents `scope` as mandatory, but adobe/aio-lib-core-auth omits it and adobe/aio-lib-ims sends it empty",
    ),
    Area::Grants.inferred(
        "client-credentials-other-organization",
        "`org_id` of an organization that has not consented to the client gets 400 `invalid_request`.",
        "nobody published the answer",
    ),
    Area::Grants.documented(
        "client-credentials-consent",
        "`org_id` of an organization that consented gives a token of an hour. A test gives and withdraws the consent: Adobe's page for it, on another host, is missing.",
        source::CONSOLE_ADMIN,
    ),
    Area::Grants.inferred(
        "client-credentials-consent-account",
        "Its user is a technical account of that organization.",
        "Adobe documents a technical account in the id token of a consent",
    ),
    Area::Grants.matched(
        "client-credentials-own-organization",
        "`org_id` of the client's own organization changes nothing.",
        "adobe/aio-lib-ims 8.1.1 always sends it",
    ),
];
