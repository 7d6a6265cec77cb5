//! `GET /libs/granite/csrf/token.json`: the token that a browser sends with its writes.
//!
//! The emulator hands one out and demands none: a request with a bearer token needs none.

use http::{Method, Request, StatusCode};
use serde_json::json;

use crate::aem::access::{Caller, visit};
use crate::aem::page::method_not_allowed;
use crate::behaviour::{Area, Behaviour};
use crate::http::response::{Response, json as json_response};
use crate::state::State;

/// Handles a `GET`. An anonymous visitor gets an empty object (inferred).
pub(crate) fn respond<B>(state: &State, http: &Request<B>) -> Result<Response, Response> {
    let caller = visit(state, http)?.caller;
    if !matches!(*http.method(), Method::GET | Method::HEAD) {
        return Err(method_not_allowed("GET, HEAD"));
    }
    let body = match caller {
        Caller::Anonymous => json!({}),
        Caller::User(_) => json!({"token": state.debug_id_random.uuid()}),
    };
    Ok(json_response(StatusCode::OK, &body))
}

/// The behaviours of this endpoint, and from where each is known.
pub(crate) const BEHAVIOURS: &[Behaviour] = &[
    Area::Aem.matched(
        "aem-csrf",
        "`/libs/granite/csrf/token.json` has a token for a user, and an empty object for a visitor of publish, which is inferred.",
        "adobe/aem-upload sends the token in a browser",
    ),
    Area::Aem.documented(
        "aem-csrf-not-needed",
        "A request with a bearer token needs no CSRF token.",
        "Adobe's samples with service credentials send none",
    ),
];
