//! The grant of RFC 8693: a person's access token for one with which the client acts on behalf of
//! that person.

use serde_json::{Value, json};

use crate::behaviour::{Area, Behaviour};
use crate::http::error_response::ErrorResponse;
use crate::identities::grant_type::GrantType;
use crate::ims::new_token::{NewToken, TokenUser};
use crate::ims::token::Token;
use crate::ims::token_endpoint::request::TokenRequest;
use crate::ims::token_endpoint::response::TokenResponse;
use crate::tokens::scopes;

const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";

pub(crate) fn grant(request: &TokenRequest<'_>) -> Result<TokenResponse, ErrorResponse> {
    let state = request.state;
    let directory = state.directory();
    let client = request.confidential_client(&directory)?;
    let subject_token = request.parameters.required("subject_token")?;
    check_token_types(request)?;
    let subject = Token::verify_access_token(state, subject_token).ok();
    let person = subject
        .as_ref()
        .and_then(|token| directory.people.by_user_id(&token.user_id));
    let (Some(subject), Some(person)) = (&subject, person) else {
        return Err(ErrorResponse::invalid_request(
            "The subject_token is not a valid access token of a person.",
        ));
    };
    if scopes::names(request.scope()?).next().is_none() {
        return Err(ErrorResponse::bad_request(
            "invalid_scope",
            "The parameter scope is missing.",
        ));
    }
    let scopes = scopes::granted(request.scope()?, &client.scopes)?;
    let user = TokenUser {
        user_id: person.user_id(),
        auth_id: person.auth_id(),
    };
    let access_token = NewToken::for_user(&client.id, user, &scopes, request.now)
        .actor(actor(&client.id, subject.claims.get("act")))
        .resources(&request.resources())
        .issue_access_token(state, GrantType::TokenExchange);
    Ok(TokenResponse::access_token(access_token))
}

fn check_token_types(request: &TokenRequest<'_>) -> Result<(), ErrorResponse> {
    if request.parameters.required("subject_token_type")? != ACCESS_TOKEN {
        return Err(ErrorResponse::invalid_request(
            "The subject_token_type is not that of an access token.",
        ));
    }
    let requested = request.parameters.get("requested_token_type")?;
    if requested.is_some_and(|requested| requested != ACCESS_TOKEN) {
        return Err(ErrorResponse::invalid_request(
            "The requested_token_type is not that of an access token.",
        ));
    }
    Ok(())
}

/// Returns the claim `act`: the client, and the actor of the subject token.
fn actor(client_id: &str, previous: Option<&Value>) -> Value {
    let mut actor = json!({"sub": client_id});
    if let Some(previous) = previous {
        actor["act"] = previous.clone();
    }
    actor
}

/// The behaviours of this endpoint, and from where each is known.
pub(crate) const BEHAVIOURS: &[Behaviour] = &[
    Area::Grants.matched(
        "token-exchange",
        "An access token of a person gives one with which the client acts on behalf of the person.",
        "adobe/ims-go (2026), `obo.go`",
    ),
    Area::Grants.standard(
        "token-exchange-invalid",
        "A wrong token type, or a subject that is no valid access token of a person, gets 400 `invalid_request`.",
        "RFC 8693 §2.2.2",
    ),
    Area::Grants.inferred(
        "token-exchange-without-scope",
        "A missing `scope` gets 400 `invalid_scope`.",
        "the documentation of adobe/imscli calls it mandatory",
    ),
    Area::Grants.standard(
        "token-exchange-actors",
        "The claim `act` holds the client, and within it the client that acted before. The documentation of adobe/imscli mentions the chain.",
        "RFC 8693 §4.1",
    ),
];
