//! A person's access token for one with which a client acts on their behalf (RFC 8693).
//!
//! Beside what is refused whatever the grant:
//!
//! | Case | Error |
//! |---|---|
//! | `subject_token_type` missing or no access token | 400 `invalid_request` (RFC 8693) |
//! | `requested_token_type` no access token | 400 `invalid_request` (RFC 8693) |
//! | `subject_token` no good access token of a person | 400 `invalid_request` (RFC 8693) |
//! | `scope` missing | 400 `invalid_scope` (inferred; the parameter is mandatory by a client's documentation) |
//!
//! The new token tells in `act` who acts, and within that who acted before (RFC 8693 §4.1; that
//! there is a chain is known from a client's documentation, its form is inferred).

use serde_json::{Value, json};

use crate::http::response::ErrorResponse;
use crate::identities::grant_type::GrantType;
use crate::ims::new_token::NewToken;
use crate::ims::token::AccessToken;
use crate::ims::token_endpoint::endpoint::{TokenRequest, TokenResponse};
use crate::tokens::scopes;

const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";

pub(crate) fn grant(ask: &TokenRequest<'_>) -> Result<TokenResponse, ErrorResponse> {
    let state = ask.state;
    let directory = state.directory();
    let client = ask.confidential_client(&directory)?;
    let subject_token = ask.needed("subject_token")?;
    if ask.needed("subject_token_type")? != ACCESS_TOKEN {
        return Err(ErrorResponse::invalid_request(
            "The subject_token_type is not that of an access token.",
        ));
    }
    let requested = ask.parameters.one("requested_token_type")?;
    if requested.is_some_and(|asked| asked != ACCESS_TOKEN) {
        return Err(ErrorResponse::invalid_request(
            "The requested_token_type is not that of an access token.",
        ));
    }
    let subject = AccessToken::verify(state, subject_token).ok();
    let person = subject
        .as_ref()
        .and_then(|token| directory.people.by_user_id(&token.user_id));
    let (Some(subject), Some(person)) = (&subject, person) else {
        return Err(ErrorResponse::invalid_request(
            "The subject_token is not a valid access token of a person.",
        ));
    };
    if scopes::names(ask.scope()?).next().is_none() {
        return Err(ErrorResponse::bad_request(
            "invalid_scope",
            "The parameter scope is missing.",
        ));
    }
    let scopes = scopes::granted(ask.scope()?, &client.scopes)?;
    let user = (person.user_id(), person.auth_id());
    let access_token = NewToken::for_user(&client.id, user, scopes.join(","), ask.now)
        .acting(actor(&client.id, subject.claims.get("act")))
        .resources(&ask.resources())
        .access_token(state, GrantType::TokenExchange);
    Ok(TokenResponse {
        access_token,
        ..TokenResponse::default()
    })
}

/// Who acts, and who did before.
fn actor(client_id: &str, before: Option<&Value>) -> Value {
    let mut actor = json!({"sub": client_id});
    if let Some(before) = before {
        actor["act"] = before.clone();
    }
    actor
}
