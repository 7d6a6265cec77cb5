//! The grants `promise` and `promise_exchange`: a client keeps the promise that a person's token may
//! be had later, and gives it to another client, which exchanges it.

use http::StatusCode;
use serde::Serialize;

use crate::behaviour::{Area, Behaviour, source};
use crate::http::error_response::ErrorResponse;
use crate::http::response::{Response, json};
use crate::identities::grant_type::GrantType;
use crate::ims::new_token::{IssuedToken, NewToken};
use crate::ims::token::Token;
use crate::ims::token_endpoint::request::TokenRequest;
use crate::sessions::authorization::Authorization;
use crate::tokens::lifetimes::reported;
use crate::tokens::scopes;
use crate::tokens::token_type::TokenType;

/// The body of a new promise, with its keys in the order of a client's tests.
#[derive(Serialize)]
struct PromiseBody {
    scope: String,
    promise_token: String,
    token_type: &'static str,
    /// Seconds.
    expires_in: u64,
}

/// The body of an exchanged promise, with its keys in the order of a client's tests.
#[derive(Serialize)]
struct ExchangeBody {
    scope: String,
    access_token: String,
    token_type: &'static str,
    /// Seconds.
    expires_in: u64,
    promise_token_id: String,
    promise_token: String,
    /// Seconds.
    promise_token_expires_in: u64,
}

/// Handles `grant_type=promise`.
pub(crate) fn promise(request: &TokenRequest<'_>) -> Result<Response, ErrorResponse> {
    let state = request.state;
    let directory = state.directory();
    let client = request.confidential_client(&directory)?;
    let definition = request.parameters.required("promise_definition_id")?;
    let token = request.parameters.required("authenticating_token")?;
    let token = Token::verify_access_token(state, token).ok();
    let person = token
        .as_ref()
        .and_then(|token| directory.people.by_user_id(&token.user_id));
    let (Some(token), Some(person)) = (&token, person) else {
        return Err(invalid_authenticating_token());
    };
    let scopes = granted(request, &token.scope)?;
    let session = state.new_session_id();
    let authorization = Authorization::new(session, &client.id, person, scopes);
    let issued = issue(request, &authorization, definition);
    let body = PromiseBody {
        scope: authorization.scopes.join(","),
        promise_token: issued.token,
        token_type: TokenType::Promise.name(),
        expires_in: promise_seconds(request),
    };
    Ok(json(StatusCode::OK, &body))
}

/// Handles `grant_type=promise_exchange`.
pub(crate) fn exchange(request: &TokenRequest<'_>) -> Result<Response, ErrorResponse> {
    let state = request.state;
    let directory = state.directory();
    let client = request.confidential_client(&directory)?;
    let promise = request.parameters.required("promise_token")?;
    let promise = Token::verify(state, promise, TokenType::Promise);
    let promise = promise.map_err(|_| invalid_promise_token())?;
    let authorization = promise
        .authorization(&directory)
        .ok_or_else(invalid_promise_token)?;
    let scopes = granted(request, &promise.scope)?;
    let definition = promise.text_claim("promise_definition_id");
    let issued = issue(request, &authorization, definition.unwrap_or_default());
    let of_consumer = Authorization {
        client_id: client.id.clone(),
        ..authorization
    };
    let lifetime = state.lifetimes().promised_access_millis();
    let access_token = NewToken::for_authorization(&of_consumer, &scopes, request.now)
        .resources(&request.resources())
        .lifetime(lifetime)
        .issue_access_token(state, GrantType::PromiseExchange);
    let body = ExchangeBody {
        scope: scopes.join(","),
        access_token,
        token_type: TokenType::Access.name(),
        expires_in: reported(lifetime) / 1000,
        promise_token_id: issued.reference.id,
        promise_token: issued.token,
        promise_token_expires_in: promise_seconds(request),
    };
    Ok(json(StatusCode::OK, &body))
}

/// Issues a promise token. All those of one promise have the same session, so that `cascading=all`
/// ends them together.
fn issue(
    request: &TokenRequest<'_>,
    authorization: &Authorization,
    definition: &str,
) -> IssuedToken {
    NewToken::for_authorization(authorization, &authorization.scopes, request.now)
        .promise_definition(definition)
        .issue(request.state, TokenType::Promise)
}

fn granted(request: &TokenRequest<'_>, available: &str) -> Result<Vec<String>, ErrorResponse> {
    let available: Vec<String> = scopes::names(available).map(str::to_owned).collect();
    scopes::granted(request.scope()?, &available)
}

fn promise_seconds(request: &TokenRequest<'_>) -> u64 {
    let lifetimes = request.state.lifetimes();
    reported(lifetimes.millis(TokenType::Promise)) / 1000
}

fn invalid_authenticating_token() -> ErrorResponse {
    ErrorResponse::new(
        StatusCode::UNAUTHORIZED,
        "invalid_authenticating_token",
        "Authenticating token invalid or expired",
    )
}

fn invalid_promise_token() -> ErrorResponse {
    ErrorResponse::new(
        StatusCode::UNAUTHORIZED,
        "invalid_promise_token",
        "Promise token invalid, invalidated or expired.",
    )
}

/// The behaviours of this endpoint, and from where each is known.
pub(crate) const BEHAVIOURS: &[Behaviour] = &[
    Area::Grants.matched(
        "promise",
        "`promise` with `promise_definition_id` and `authenticating_token`, an access token of a person, gives a promise token.",
        "@adobe/spacecat-shared-ims-client 1.11 and adobe/ims-go (2026)",
    ),
    Area::Grants.matched(
        "promise-exchange",
        "`promise_exchange` with `promise_token` gives an access token of the person, and a new promise token with a full lifetime.",
        "@adobe/spacecat-shared-ims-client 1.11 and adobe/ims-go (2026)",
    ),
    Area::Grants.matched(
        "promise-scope",
        "`scope` may be missing, and may name fewer scopes.",
        "@adobe/spacecat-shared-ims-client never sends it, adobe/ims-go always does",
    ),
    Area::Grants.matched(
        "promise-errors",
        "A bad `authenticating_token` gets 401 `invalid_authenticating_token`, `Authenticating token invalid or expired`; a bad `promise_token` 401 `invalid_promise_token`, `Promise token invalid, invalidated or expired.`",
        source::SPACECAT,
    ),
    Area::Grants.inferred(
        "promise-clients",
        "Any client that is registered for `promise_exchange` may exchange a promise token. The old promise token stays valid until it expires.",
        "a published client uses two client ids; nobody published the rest",
    ),
];
