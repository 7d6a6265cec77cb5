//! `GET /_emu/`: what the remote control can do. `GET /` leads there.

use bytes::Bytes;
use http::header::{ACCEPT, LOCATION};
use http::{HeaderValue, Request, StatusCode};
use serde::Serialize;

use crate::control::openapi;
use crate::control::page::PageFile;
use crate::http::error_response::ErrorResponse;
use crate::http::response::{Response, empty, json};
use crate::state::State;

#[derive(Serialize)]
struct Overview<'a> {
    emulator: &'static str,
    version: &'static str,
    url: &'a str,
    requests: Vec<Entry>,
}

#[derive(Serialize)]
struct Entry {
    methods: String,
    path: String,
    effect: String,
}

/// Returns the requests of the remote control, each with its effect.
fn entries() -> Vec<Entry> {
    let endpoints = openapi::area().endpoints.into_iter();
    let entries = endpoints.flat_map(|endpoint| {
        let (methods, effect) = (endpoint.methods(), endpoint.summary);
        endpoint.paths.into_iter().map(move |path| Entry {
            methods: methods.clone(),
            path,
            effect: effect.clone(),
        })
    });
    entries.collect()
}

/// Handles `GET /` and `GET /_emu`: both lead to the overview.
pub(crate) fn redirect() -> Response {
    let mut response = empty();
    *response.status_mut() = StatusCode::FOUND;
    let target = HeaderValue::from_static("/_emu/");
    response.headers_mut().insert(LOCATION, target);
    response
}

/// Handles `GET /_emu/`: a page for a browser, otherwise JSON.
pub(crate) fn overview(state: &State, http: &Request<Bytes>) -> Response {
    let accept = http.headers().get(ACCEPT);
    let accept = accept.and_then(|value| value.to_str().ok());
    if accept.is_some_and(|types| types.contains("text/html")) {
        return PageFile::INDEX.response();
    }
    let body = Overview {
        emulator: env!("CARGO_PKG_NAME"),
        version: env!("CARGO_PKG_VERSION"),
        url: &state.config.url,
        requests: entries(),
    };
    json(StatusCode::OK, &body)
}

/// Returns the 404 of a path below `/_emu/` that nothing answers.
pub(crate) fn unknown_path(path: &str) -> ErrorResponse {
    let description =
        format!("The remote control has nothing at {path}. GET /_emu/ lists what it has.");
    ErrorResponse::new(StatusCode::NOT_FOUND, "not_found", description)
}
