//! The grant `authorization_code`, for the code of a sign-in or a permanent code of the client.

use crate::behaviour::{Area, Behaviour, source};
use crate::http::error_response::ErrorResponse;
use crate::identities::client::Client;
use crate::identities::grant_type::GrantType;
use crate::ims::base_url::issuer;
use crate::ims::new_token::{NewToken, TokenUser};
use crate::ims::service_token::ServiceUser;
use crate::ims::token::{InvalidToken, Token, end_session_of_reused};
use crate::ims::token_endpoint::request::{TokenRequest, Version, check_confidential};
use crate::ims::token_endpoint::response::{Identity, TokenResponse};
use crate::ims::user_tokens::{NewUserTokens, gives_refresh_tokens};
use crate::sessions::authorization::Authorization;
use crate::tokens::scopes::{self, OFFLINE_ACCESS};
use crate::tokens::token_type::TokenType;

pub(crate) fn grant(request: &TokenRequest<'_>) -> Result<TokenResponse, ErrorResponse> {
    let state = request.state;
    let directory = state.directory();
    let client = request.client(&directory)?;
    let code = request.parameters.required("code")?;
    if client.has_service_code(code) {
        return grant_for_service_code(request, client);
    }
    let authorization = redeem(request, client, code)?;
    let scopes = scopes::granted(request.scope()?, &authorization.scopes)?;
    let person = directory.people.by_user_id(&authorization.user_id);
    let person = person.ok_or_else(invalid_code)?;
    let tokens = NewUserTokens {
        authorization: &authorization,
        scopes: &scopes,
        with_refresh_token: gives_refresh_tokens(state, client)
            && asks_for_refresh_token(request.version, &authorization.scopes),
        grant: GrantType::AuthorizationCode,
        now: request.now,
    };
    let response = TokenResponse::from(tokens.issue(state));
    let identity = Identity {
        issuer: &issuer(state, request.http),
        authorization: &authorization,
        person,
        version: request.version,
    };
    Ok(response.add_identity(state, &identity))
}

fn grant_for_service_code(
    request: &TokenRequest<'_>,
    client: &Client,
) -> Result<TokenResponse, ErrorResponse> {
    check_confidential(client)?;
    let scopes = scopes::granted(request.scope()?, &client.scopes)?;
    let service = ServiceUser::of(client, &request.state.ims_settings(), scopes);
    let user = TokenUser {
        user_id: &service.user_id,
        auth_id: &service.user_id,
    };
    let access_token = NewToken::for_user(&client.id, user, &service.scopes, request.now)
        .resources(&request.resources())
        .issue_access_token(request.state, GrantType::AuthorizationCode);
    Ok(TokenResponse::access_token(access_token))
}

/// Returns the authorization of a code. The code is used up only if all checks succeed.
fn redeem(
    request: &TokenRequest<'_>,
    client: &Client,
    code: &str,
) -> Result<Authorization, ErrorResponse> {
    let state = request.state;
    let token = match Token::verify(state, code, TokenType::AuthorizationCode) {
        Ok(token) => token,
        Err(InvalidToken::Expired) => return Err(invalid_grant("Authorization code expired")),
        Err(InvalidToken::AlreadyUsed) => {
            end_session_of_reused(state, code, &client.id);
            return Err(invalid_code());
        }
        Err(_) => return Err(invalid_code()),
    };
    let mut sessions = state.sessions();
    let pending = sessions.code(&token.id);
    let pending = pending.filter(|pending| pending.authorization.client_id == client.id);
    let authorization = pending.ok_or_else(invalid_code)?.authorization.clone();
    check_redirect_uri(request, &authorization)?;
    check_verifier(request, client, &authorization)?;
    scopes::granted(request.scope()?, &authorization.scopes)?;
    sessions.remove_code(&token.id);
    Ok(authorization)
}

fn check_redirect_uri(
    request: &TokenRequest<'_>,
    authorization: &Authorization,
) -> Result<(), ErrorResponse> {
    let uri = request.parameters.get("redirect_uri")?;
    if uri.is_none() || uri == authorization.redirect_uri.as_deref() {
        Ok(())
    } else {
        Err(invalid_grant(
            "The redirect_uri is not the one that the code was sent to.",
        ))
    }
}

fn check_verifier(
    request: &TokenRequest<'_>,
    client: &Client,
    authorization: &Authorization,
) -> Result<(), ErrorResponse> {
    let verifier = request.parameters.get("code_verifier")?;
    let description = match (&authorization.challenge, verifier) {
        (Some(challenge), Some(verifier)) if challenge.matches(verifier) => return Ok(()),
        (None, None) if !client.is_public() => return Ok(()),
        (Some(_), Some(_)) => "The code_verifier does not fit the code_challenge.",
        (Some(_), None) => "The parameter code_verifier is missing.",
        (None, _) => "The sign-in had no code_challenge.",
    };
    Err(invalid_grant(description))
}

fn asks_for_refresh_token(version: Version, scopes: &[String]) -> bool {
    version <= Version::V2 || scopes::contains(scopes, OFFLINE_ACCESS)
}

fn invalid_code() -> ErrorResponse {
    ErrorResponse::bad_request(
        "access_denied",
        "The code is not a valid code of this client.",
    )
}

fn invalid_grant(description: &'static str) -> ErrorResponse {
    ErrorResponse::bad_request("invalid_grant", description)
}

/// The behaviours of this endpoint, and from where each is known.
pub(crate) const BEHAVIOURS: &[Behaviour] = &[
    Area::Grants.observed(
        "code-invalid",
        "A code that is not one of the client, or was used, gets 400 `access_denied`.",
        source::NODE_TESTS,
    ),
    Area::Grants.matched(
        "code-expired",
        "An expired code gets 400 `invalid_grant`, `Authorization code expired`.",
        source::SPACECAT,
    ),
    Area::Grants.standard(
        "code-redirect-uri",
        "A `redirect_uri` that is not that of the sign-in gets 400 `invalid_grant`.",
        source::RFC_6749,
    ),
    Area::Grants.matched(
        "code-without-redirect-uri",
        "`redirect_uri` may be missing.",
        "adobe/ims-go, adobe/aio-lib-ims, magento/adobe-ims and streaming-connect never send it",
    ),
    Area::Grants.standard(
        "code-verifier",
        "A wrong or missing `code_verifier`, or one without a challenge, gets 400 `invalid_grant`.",
        "RFC 7636 (PKCE)",
    ),
    Area::Grants.standard(
        "code-used-twice",
        "The second use of a code revokes all tokens of the sign-in.",
        "RFC 6749 §4.1.2",
    ),
    Area::Grants.inferred(
        "code-fewer-scopes",
        "`scope` may name fewer scopes than the sign-in granted.",
        "adobe/aio-lib-ims sends `scope` with the code",
    ),
    Area::Grants.matched(
        "code-is-a-jws",
        "An authorization code is a JWS with `type` `authorization_code`.",
        "adobe/aio-lib-ims 8.1.1 decodes it",
    ),
    Area::Grants.matched(
        "permanent-code",
        "A permanent code works any number of times and gives an access token alone.",
        "adobe/imscli `authorize service` and streaming-connect",
    ),
    Area::Grants.matched(
        "permanent-code-user",
        "The user id of its token ends in `@AdobeService`. The setting `service_tokens` chooses the older form: the technical account, and the scope `system`.",
        "published actions of Adobe that tell service tokens from others",
    ),
    Area::Grants.documented(
        "refresh-token-with-offline-access",
        "From v3 on a sign-in gives a refresh token for the scope `offline_access`. Before v3 it always does, which is inferred.",
        source::CONSOLE_USER,
    ),
    Area::Grants.inferred(
        "refresh-token-unregistered-client",
        "A client that is not registered for refresh tokens gets none.",
        "RFC 6749 leaves it open",
    ),
    Area::Grants.documented(
        "refresh-token-public-client",
        "A public client that is registered for refresh tokens gets them. The setting `public_refresh_tokens` switches this off.",
        "Adobe Developer Console documentation, user authentication (2026), which shows such a refresh and elsewhere excludes it",
    ),
];
