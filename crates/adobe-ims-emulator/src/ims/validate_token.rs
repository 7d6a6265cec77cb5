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
//! | revoked | `revoked` (inferred) |
//! | token of another client than `client_id` | `bad_client_id` (inferred) |
//! | `type` unknown, or a parameter missing | 400 `bad_request` (observed) |
//!
//! The emulator mints access tokens only, so a question for another known type is answered `bad_type`.

use http::{HeaderMap, StatusCode};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::answer::{Answer, Refusal, json};
use crate::ims::{Kind, NotGood, Token};
use crate::request::{Parameters, bearer};
use crate::state::State;

const TYPES: [&str; 5] = [
    "access_token",
    "refresh_token",
    "service_token",
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
) -> Result<Answer, Refusal> {
    let kind = needed(parameters.one("type")?, "type")?;
    let client_id = needed(parameters.one("client_id")?, "client_id")?;
    let token = parameters.one("token")?.or_else(|| bearer(headers));
    let token = needed(token, "token")?;
    if !TYPES.contains(&kind) {
        return Err(Refusal::bad("bad_request", "The type is not known."));
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

pub(super) fn needed<'a>(value: Option<&'a str>, name: &str) -> Result<&'a str, Refusal> {
    value
        .filter(|value| !value.is_empty())
        .ok_or_else(|| Refusal::bad("bad_request", format!("The parameter {name} is missing.")))
}

/// The claims of a valid token, or why it is none.
fn verdict(
    state: &State,
    kind: &str,
    client_id: &str,
    token: &str,
) -> Result<Map<String, Value>, &'static str> {
    let kind = Kind::named(kind).ok_or("bad_type")?;
    let token = Token::verify(state, token, kind).map_err(NotGood::reason)?;
    if client_id != token.client_id {
        return Err("bad_client_id");
    }
    Ok(token.claims)
}
