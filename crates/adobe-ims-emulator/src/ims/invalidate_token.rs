//! A token is to be valid no longer.
//!
//! | Case | Answer |
//! |---|---|
//! | a good token of the client | 200 without content (observed) |
//! | one that is not good any more, or never was, or is another client's | 400 `invalid_parameter_value` (of promise tokens known from a client's tests; inferred for others) |
//! | client id unknown | 400 `invalid_client` (inferred) |
//! | `token_type` or `cascading` unknown | 400 `invalid_parameter_value` (inferred) |
//! | a parameter missing | 400 `bad_request` (inferred) |
//!
//! The emulator mints access tokens only. Nothing hangs from those, so `cascading=all` is taken and changes
//! nothing.

use http::StatusCode;
use http::header::CONTENT_LENGTH;
use http::{HeaderValue, Response};

use bytes::Bytes;

use crate::answer::{Answer, Refusal};
use crate::ims::validate_token::needed;
use crate::ims::{Kind, Token};
use crate::request::Parameters;
use crate::state::State;

const TYPES: [&str; 5] = [
    "access_token",
    "refresh_token",
    "service_token",
    "device_token",
    "promise_token",
];

/// Revokes a token.
pub(crate) fn invalidate_token(state: &State, parameters: &Parameters) -> Result<Answer, Refusal> {
    let kind = needed(parameters.one("token_type")?, "token_type")?;
    let client_id = needed(parameters.one("client_id")?, "client_id")?;
    let token = needed(parameters.one("token")?, "token")?;
    let cascading = parameters.one("cascading")?;
    if !TYPES.contains(&kind) || cascading.is_some_and(|value| value != "all") {
        return Err(not_taken("Unknown token_type or cascading."));
    }
    if state.directory().client(client_id).is_none() {
        return Err(Refusal::bad(
            "invalid_client",
            "invalid client_id parameter",
        ));
    }
    let token = Kind::named(kind).map(|kind| Token::verify(state, token, kind));
    match token {
        Some(Ok(token)) if token.client_id == client_id => {
            state.sessions().revoke(token.id);
            let mut answer = Response::new(Bytes::new());
            *answer.status_mut() = StatusCode::OK;
            let nothing = HeaderValue::from_static("0");
            answer.headers_mut().insert(CONTENT_LENGTH, nothing);
            Ok(answer)
        }
        _ => Err(not_taken("Invalid or expired token.")),
    }
}

fn not_taken(why: &'static str) -> Refusal {
    Refusal::bad("invalid_parameter_value", why)
}
