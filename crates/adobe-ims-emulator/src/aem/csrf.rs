//! `GET /libs/granite/csrf/token.json`: the token that a browser sends with its writes.
//!
//! The emulator hands one out and demands none: a request with a bearer token needs none.

use http::{Request, StatusCode};
use serde_json::json;

use crate::aem::access::{Caller, visit};
use crate::http::response::{Response, json as json_response};
use crate::state::State;

/// Handles a `GET`. An anonymous visitor gets an empty object (inferred).
pub(crate) fn respond<B>(state: &State, http: &Request<B>) -> Result<Response, Response> {
    let body = match visit(state, http)?.caller {
        Caller::Anonymous => json!({}),
        Caller::User(_) => json!({"token": state.debug_id_random.uuid()}),
    };
    Ok(json_response(StatusCode::OK, &body))
}
