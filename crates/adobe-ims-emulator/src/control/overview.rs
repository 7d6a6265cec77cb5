//! `GET /_emu/`: what the remote control can do. `GET /` leads there.

use bytes::Bytes;
use http::header::{ACCEPT, LOCATION};
use http::{HeaderValue, Request, StatusCode};
use serde::Serialize;

use crate::http::error_response::ErrorResponse;
use crate::http::response::{Response, empty, json, with_content_type};
use crate::state::State;

const HTML: HeaderValue = HeaderValue::from_static("text/html;charset=UTF-8");

/// The requests of the remote control, each with its effect.
const REQUESTS: &[(&str, &str, &str)] = &[
    (
        "GET",
        "/_emu/health",
        "returns the version and the number of issued access tokens",
    ),
    ("POST", "/_emu/reset", "brings back the state of the start"),
    ("POST", "/_emu/snapshots", "keeps the present state"),
    (
        "POST",
        "/_emu/snapshots/ID/restore",
        "brings back a snapshot",
    ),
    ("GET, PATCH", "/_emu/clock", "the virtual time"),
    ("POST", "/_emu/clock/advance", "moves the clock forward"),
    ("GET, PATCH", "/_emu/settings", "how IMS answers"),
    ("GET, PATCH", "/_emu/lifetimes", "how long new tokens live"),
    ("GET, POST, DELETE", "/_emu/faults", "faults on demand"),
    ("GET, DELETE", "/_emu/faults/ID", "one fault"),
    (
        "GET, DELETE",
        "/_emu/requests",
        "the journal of the requests to IMS and AEM",
    ),
    ("POST", "/_emu/verify", "checks the number of requests"),
    (
        "GET, POST",
        "/_emu/accounts",
        "service accounts, which sign assertions",
    ),
    ("GET, PATCH, DELETE", "/_emu/accounts/ID", "one account"),
    (
        "POST",
        "/_emu/accounts/ID/certificates",
        "makes a key, or attaches a certificate",
    ),
    (
        "DELETE",
        "/_emu/accounts/ID/certificates/FINGERPRINT",
        "retires a certificate",
    ),
    ("GET, POST", "/_emu/clients", "OAuth clients"),
    ("GET, PATCH, DELETE", "/_emu/clients/ID", "one client"),
    (
        "POST",
        "/_emu/clients/ID/secrets",
        "adds a secret; also below /_emu/accounts/ID",
    ),
    ("DELETE", "/_emu/clients/ID/secrets/N", "ends a secret"),
    (
        "PUT, DELETE",
        "/_emu/clients/ID/consents/ORG",
        "the consent of another organization",
    ),
    ("GET, POST", "/_emu/people", "people who can sign in"),
    ("GET, PATCH, DELETE", "/_emu/people/ID", "one person"),
    (
        "POST",
        "/_emu/tokens",
        "makes up an access token, right or wrong",
    ),
    (
        "POST",
        "/_emu/sign_ins",
        "signs a person in without a browser",
    ),
    (
        "GET, POST",
        "/_emu/service_codes",
        "permanent authorization codes of clients",
    ),
    ("POST", "/_emu/aem/rights", "adds an account to forms-users"),
    (
        "PUT, DELETE",
        "/_emu/aem/rights/ACCOUNT",
        "the groups of an account in AEM",
    ),
    (
        "GET, PUT, DELETE",
        "/_emu/aem/dam/PATH",
        "a file of AEM's repository",
    ),
    ("GET, PATCH", "/_emu/aem/settings", "how AEM answers"),
    (
        "GET",
        "/_emu/aem/allow_list",
        "the clients of OAuth server-to-server that AEM lets in",
    ),
    (
        "PUT, DELETE",
        "/_emu/aem/allow_list/CLIENT",
        "lists a client on tiers of AEM",
    ),
    (
        "GET",
        "/_emu/aem/graphql",
        "the GraphQL queries and their answers",
    ),
    (
        "GET, PUT, DELETE",
        "/_emu/aem/graphql/CONFIGURATION/NAME",
        "a query and its answers",
    ),
    ("GET", "/_emu/", "this list"),
];

#[derive(Serialize)]
struct Overview<'a> {
    emulator: &'static str,
    version: &'static str,
    url: &'a str,
    requests: Vec<Entry>,
}

#[derive(Serialize)]
struct Entry {
    methods: &'static str,
    path: &'static str,
    effect: &'static str,
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
        return with_content_type(StatusCode::OK, HTML, page());
    }
    let requests = REQUESTS.iter().map(|&(methods, path, effect)| Entry {
        methods,
        path,
        effect,
    });
    let body = Overview {
        emulator: env!("CARGO_PKG_NAME"),
        version: env!("CARGO_PKG_VERSION"),
        url: &state.config.url,
        requests: requests.collect(),
    };
    json(StatusCode::OK, &body)
}

/// Returns the 404 of a path below `/_emu/` that nothing answers.
pub(crate) fn unknown_path(path: &str) -> ErrorResponse {
    let description =
        format!("The remote control has nothing at {path}. GET /_emu/ lists what it has.");
    ErrorResponse::new(StatusCode::NOT_FOUND, "not_found", description)
}

fn page() -> String {
    let row = |&(methods, path, effect): &(&str, &str, &str)| {
        let is_link =
            methods.starts_with("GET") && !path.ends_with(|last: char| last.is_uppercase());
        let path = if is_link {
            format!("<a href=\"{path}\">{path}</a>")
        } else {
            path.to_owned()
        };
        format!("<tr><td>{methods}</td><td>{path}</td><td>{effect}</td></tr>\n")
    };
    let rows: String = REQUESTS.iter().map(row).collect();
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <title>adobe-ims-emulator</title></head><body><h1>adobe-ims-emulator</h1>\n\
         <p>This is an emulator of Adobe IMS and of a part of AEM, for tests. Nothing here belongs to \
         Adobe. Tests use these requests:</p>\n\
         <table><tr><th>Methods</th><th>Path</th><th>Effect</th></tr>\n{rows}</table></body></html>\n"
    )
}
