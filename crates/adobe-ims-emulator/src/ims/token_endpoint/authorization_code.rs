//! A code for tokens: one that a person's sign-in gave, or a permanent one of the client.
//!
//! Beside what is refused whatever the grant:
//!
//! | Case | Error | Text |
//! |---|---|---|
//! | no code of this client, or used before | 400 `access_denied` (observed) | inferred |
//! | code expired | 400 `invalid_grant` (from a client's tests) | from a client's tests |
//! | `redirect_uri` given, and not that of the sign-in | 400 `invalid_grant` (RFC 6749) | inferred |
//! | `code_verifier` missing, wrong, or for a code without challenge | 400 `invalid_grant` (RFC 7636) | inferred |
//!
//! `redirect_uri` may be missing: four published clients never send it. Whoever brings a code a
//! second time has all tokens of that sign-in revoked (RFC 6749 §4.1.2). `scope` may name fewer
//! scopes than were agreed to (inferred; a published client sends it).
//!
//! A permanent code gives, as often as it is used, an access token of the client's technical account
//! (inferred) and nothing else.

use crate::http::response::ErrorResponse;
use crate::identities::client::Client;
use crate::identities::grant_type::GrantType;
use crate::ims::base_url;
use crate::ims::new_token::{NewToken, TokenType};
use crate::ims::token::{InvalidToken, Token};
use crate::ims::token_endpoint::endpoint::{TokenRequest, TokenResponse, needs_secret};
use crate::ims::user_tokens::{UserTokens, add_identity, gives_refresh_token};
use crate::sessions::authorization::Authorization;
use crate::tokens::scopes;

const GRANT: GrantType = GrantType::AuthorizationCode;

pub(crate) fn grant(ask: &TokenRequest<'_>) -> Result<TokenResponse, ErrorResponse> {
    let state = ask.state;
    let directory = state.directory();
    let client = ask.client(&directory)?;
    let code = ask.needed("code")?;
    if client.service_codes.iter().any(|own| own == code) {
        return of_service(ask, client);
    }
    let authorization = redeem(ask, client, code)?;
    let scopes = scopes::granted(ask.scope()?, &authorization.scopes)?;
    let person = directory.people.by_user_id(&authorization.user_id);
    let person = person.ok_or_else(denied)?;
    let tokens = UserTokens {
        authorization: &authorization,
        scopes: &scopes,
        with_refresh_token: gives_refresh_token(client, ask.version, &authorization.scopes),
        grant: GRANT,
        now: ask.now,
    };
    let issuer = base_url::of(state, ask.request);
    let granted = tokens.issue(state);
    Ok(add_identity(
        granted,
        state,
        &issuer,
        &authorization,
        person,
        ask.version,
    ))
}

fn of_service(ask: &TokenRequest<'_>, client: &Client) -> Result<TokenResponse, ErrorResponse> {
    if client.is_public() {
        return Err(needs_secret());
    }
    let scopes = scopes::granted(ask.scope()?, &client.scopes)?;
    let access_token = NewToken::for_client(client, scopes.join(","), ask.now)
        .resources(&ask.resources())
        .access_token(ask.state, GRANT);
    Ok(TokenResponse {
        access_token,
        ..TokenResponse::default()
    })
}

/// What a code stands for. It is used up if everything is right, and not before.
fn redeem(
    ask: &TokenRequest<'_>,
    client: &Client,
    code: &str,
) -> Result<Authorization, ErrorResponse> {
    let state = ask.state;
    let token = match Token::verify(state, code, TokenType::AuthorizationCode) {
        Ok(token) => token,
        Err(InvalidToken::Expired) => return Err(not_granted("Authorization code expired")),
        Err(InvalidToken::AlreadyUsed) => {
            Token::end_session_of_reused(state, code, &client.id);
            return Err(denied());
        }
        Err(_) => return Err(denied()),
    };
    let mut sessions = state.sessions();
    let pending = sessions.code(&token.id);
    let pending = pending.filter(|pending| pending.authorization.client_id == client.id);
    let authorization = pending.ok_or_else(denied)?.authorization.clone();
    check_redirect_uri(ask, &authorization)?;
    check_verifier(ask, client, &authorization)?;
    scopes::granted(ask.scope()?, &authorization.scopes)?;
    sessions.remove_code(&token.id);
    Ok(authorization)
}

fn check_redirect_uri(
    ask: &TokenRequest<'_>,
    authorization: &Authorization,
) -> Result<(), ErrorResponse> {
    let asked = ask.parameters.one("redirect_uri")?;
    if asked.is_none() || asked == authorization.redirect_uri.as_deref() {
        Ok(())
    } else {
        Err(not_granted(
            "The redirect_uri is not the one that the code was sent to.",
        ))
    }
}

fn check_verifier(
    ask: &TokenRequest<'_>,
    client: &Client,
    authorization: &Authorization,
) -> Result<(), ErrorResponse> {
    let verifier = ask.parameters.one("code_verifier")?;
    let text = match (&authorization.challenge, verifier) {
        (Some(challenge), Some(verifier)) if challenge.matches(verifier) => return Ok(()),
        (None, None) if !client.is_public() => return Ok(()),
        (Some(_), Some(_)) => "The code_verifier does not fit the code_challenge.",
        (Some(_), None) => "The parameter code_verifier is missing.",
        (None, _) => "The sign-in was without a code_challenge.",
    };
    Err(not_granted(text))
}

fn denied() -> ErrorResponse {
    ErrorResponse::bad_request(
        "access_denied",
        "The code is not a valid one of the client.",
    )
}

fn not_granted(text: &'static str) -> ErrorResponse {
    ErrorResponse::bad_request("invalid_grant", text)
}
