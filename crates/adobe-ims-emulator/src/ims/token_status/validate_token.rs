//! Whether a token is valid.
//!
//! Published clients ask in three ways, and all are taken: by POST with `type`, `client_id` and `token` in a
//! form; by POST with the token as bearer token instead; by GET with the three in the query. A well-formed
//! question is answered with 200 (observed):
//!
//! | Case | Answer |
//! |---|---|
//! | valid | `valid` true and `token`: the claims, without `scope` (observed by a client) |
//! | signature wrong, or no token at all | `bad_signature` (observed) |
//! | token of another type than `type` says | `bad_type` (inferred) |
//! | expired | `expired` (inferred) |
//! | revoked, or used and good only once | `revoked` (inferred) |
//! | token of another client than `client_id` | `bad_client_id` (inferred) |
//! | `type` unknown, or a parameter missing | 400 `bad_request` (observed) |
//!
//! A service token is a permanent authorization code (inferred). The claims of one that
//! is no JWS are made up.

use http::{HeaderMap, StatusCode};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::http::parameters::{Parameters, bearer};
use crate::http::response::{ErrorResponse, Response, json};
use crate::ims::new_token::TokenType;
use crate::ims::token::{InvalidToken, Token};
use crate::state::State;

pub(crate) const SERVICE_TOKEN: &str = "service_token";

const BAD_CLIENT_ID: &str = "bad_client_id";

const TYPES: [&str; 5] = [
    "access_token",
    "refresh_token",
    SERVICE_TOKEN,
    "device_token",
    "authorization_code",
];

#[derive(Serialize)]
struct Verdict {
    valid: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<Map<String, Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
}

/// Answers whether a token is valid.
pub(crate) fn validate_token(
    state: &State,
    headers: &HeaderMap,
    parameters: &Parameters,
) -> Result<Response, ErrorResponse> {
    let kind = needed(parameters.one("type")?, "type")?;
    let client_id = needed(parameters.one("client_id")?, "client_id")?;
    let token = parameters.one("token")?.or_else(|| bearer(headers));
    let token = needed(token, "token")?;
    if !TYPES.contains(&kind) {
        return Err(ErrorResponse::bad_request(
            "bad_request",
            "The type is not known.",
        ));
    }
    let verdict = match verdict(state, kind, client_id, token) {
        Ok(mut claims) => {
            claims.remove("scope");
            Verdict {
                valid: true,
                token: Some(claims),
                reason: None,
            }
        }
        Err(reason) => Verdict {
            valid: false,
            token: None,
            reason: Some(reason),
        },
    };
    Ok(json(StatusCode::OK, &verdict))
}

pub(crate) fn needed<'a>(value: Option<&'a str>, name: &str) -> Result<&'a str, ErrorResponse> {
    value.filter(|value| !value.is_empty()).ok_or_else(|| {
        ErrorResponse::bad_request("bad_request", format!("The parameter {name} is missing."))
    })
}

/// The claims of a valid token, or why it is none.
fn verdict(
    state: &State,
    kind: &str,
    client_id: &str,
    token: &str,
) -> Result<Map<String, Value>, &'static str> {
    if kind == SERVICE_TOKEN {
        return service_token(state, client_id, token)
            .ok_or_else(|| no_service_token(state, client_id, token));
    }
    let kind = TokenType::from_name(kind).ok_or("bad_type")?;
    let token = Token::verify(state, token, kind).map_err(InvalidToken::reason)?;
    if client_id != token.client_id {
        return Err(BAD_CLIENT_ID);
    }
    Ok(token.claims)
}

fn service_token(state: &State, client_id: &str, code: &str) -> Option<Map<String, Value>> {
    let directory = state.directory();
    let client = directory.client(client_id)?;
    client.service_codes.iter().find(|own| *own == code)?;
    let signed = Token::signed(state, code).map(|token| token.claims);
    let mut claims = signed.unwrap_or_else(|| {
        let account = &client.binding.technical_account_id;
        Map::from_iter([
            ("client_id".to_owned(), client_id.into()),
            ("user_id".to_owned(), account.as_str().into()),
        ])
    });
    claims.insert("type".to_owned(), SERVICE_TOKEN.into());
    Some(claims)
}

/// Why a code is no permanent one of the client.
fn no_service_token(state: &State, client_id: &str, code: &str) -> &'static str {
    let Some(token) = Token::signed(state, code) else {
        return InvalidToken::Signature.reason();
    };
    let is_code = token.text("type") == Some(TokenType::AuthorizationCode.name());
    if !is_code || state.sessions().code(&token.id).is_some() {
        InvalidToken::Type.reason()
    } else if token.client_id != client_id {
        BAD_CLIENT_ID
    } else {
        InvalidToken::Revoked.reason()
    }
}
