//! GraphQL queries: persisted ones at `/graphql/execute.json`, and those of a request body at an
//! endpoint.
//!
//! The emulator executes nothing. It sends the answer that the test set for the query.

use bytes::Bytes;
use http::{Method, Request, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::aem::access::visit;
use crate::aem::page::{method_not_allowed, not_found};
use crate::aem::resource::decoded_path;
use crate::aem_data::graphql::{QueryName, StoredQuery, Variables};
use crate::behaviour::{Area, Behaviour, source};
use crate::http::response::{Response, json as json_response};
use crate::state::State;

const EXECUTE: &str = "/graphql/execute.json/";

/// Returns whether a persisted query is executed at a path.
pub(crate) fn is_execution(path: &str) -> bool {
    path.starts_with(EXECUTE)
}

/// Returns the configuration of an endpoint for queries in request bodies.
pub(crate) fn endpoint_configuration(path: &str) -> Option<&str> {
    let rest = path.strip_prefix("/content/")?;
    let rest = rest.strip_suffix("/endpoint.json")?;
    match rest {
        "graphql/global" => Some("global"),
        _ => rest
            .strip_prefix("cq:graphql/")
            .or_else(|| rest.strip_prefix("cq%3Agraphql/"))
            .or_else(|| rest.strip_prefix("_cq_graphql/"))
            .filter(|configuration| !configuration.is_empty()),
    }
}

/// The body of a request.
#[derive(Default, Deserialize)]
struct QueryBody {
    query: Option<String>,
    #[serde(default)]
    variables: Option<Variables>,
}

/// Executes a persisted query. `GET` has the variables in the path, `POST` in the body.
pub(crate) fn execute(state: &State, http: &Request<Bytes>) -> Result<Response, Response> {
    visit(state, http)?;
    let path = decoded_path(http)?;
    let rest = path.strip_prefix(EXECUTE).unwrap_or_default();
    let (address, suffix) = rest.split_once(';').unwrap_or((rest, ""));
    let name = QueryName::parse(address).ok_or_else(|| not_found(&path))?;
    let mut variables = variables_of_path(suffix);
    match *http.method() {
        Method::GET | Method::HEAD => {}
        Method::POST => variables.extend(read_body(http)?.variables.unwrap_or_default()),
        _ => return Err(method_not_allowed("GET, HEAD, POST")),
    }
    let store = state.aem_store();
    let Some(query) = store.queries.get(&name) else {
        let text = format!(
            "The persisted query {} does not exist. Persist it by PUT /graphql/persist.json/{0}, \
             or set its answer by PUT /_emu/aem/graphql/{0}.",
            name.path()
        );
        return Err(failed(StatusCode::NOT_FOUND, &text));
    };
    let set = format!("PUT /_emu/aem/graphql/{}", name.path());
    Ok(answer(query, &variables, &set))
}

/// Answers a query in a request body.
pub(crate) fn query(
    state: &State,
    http: &Request<Bytes>,
    configuration: &str,
) -> Result<Response, Response> {
    visit(state, http)?;
    if http.method() != Method::POST {
        return Err(method_not_allowed("POST"));
    }
    let body = read_body(http)?;
    let Some(text) = body.query else {
        return Err(failed(StatusCode::BAD_REQUEST, "The body has no query."));
    };
    let variables = body.variables.unwrap_or_default();
    let set = format!("PUT /_emu/aem/graphql/{configuration}/NAME with this text as query");
    let store = state.aem_store();
    let stored = store.queries.by_text(configuration, &text);
    let none = StoredQuery::default();
    Ok(answer(stored.unwrap_or(&none), &variables, &set))
}

/// Reads `NAME=VALUE;NAME=VALUE;`. What has no `=` does not count.
fn variables_of_path(suffix: &str) -> Variables {
    let pairs = suffix.split(';').filter_map(|pair| pair.split_once('='));
    pairs
        .map(|(name, value)| (name.to_owned(), json!(value)))
        .collect()
}

fn read_body(http: &Request<Bytes>) -> Result<QueryBody, Response> {
    if http.body().trim_ascii().is_empty() {
        return Ok(QueryBody::default());
    }
    serde_json::from_slice(http.body()).map_err(|error| {
        let text = format!("The body is no JSON object with query and variables: {error}.");
        failed(StatusCode::BAD_REQUEST, &text)
    })
}

/// Returns the answer that the test set, or an error of GraphQL that names the request that sets it.
fn answer(query: &StoredQuery, variables: &Variables, set: &str) -> Response {
    match query.answer(variables) {
        Some(answer) => json_response(StatusCode::OK, answer),
        None => {
            let text = format!(
                "The emulator executes no query, and no answer is set for this one and its \
                 variables. Set it by {set}."
            );
            failed(StatusCode::OK, &text)
        }
    }
}

/// Returns a response with an error in the form of GraphQL.
pub(crate) fn failed(status: StatusCode, text: &str) -> Response {
    let body: Value = json!({"data": {}, "errors": [{"message": text}]});
    json_response(status, &body)
}

/// The behaviours of this endpoint, and from where each is known.
pub(crate) const BEHAVIOURS: &[Behaviour] = &[
    Area::Aem.matched(
        "aem-graphql-execute",
        "`/graphql/execute.json/CONFIGURATION/NAME;VARIABLE=VALUE` executes a persisted query by `GET`, or by `POST` with `variables`.",
        source::HEADLESS,
    ),
    Area::Aem.matched(
        "aem-graphql-endpoint",
        "`/content/graphql/global/endpoint.json` and `/content/cq:graphql/CONFIGURATION/endpoint.json` take `query` and `variables`.",
        source::HEADLESS,
    ),
    Area::Aem.inferred(
        "aem-graphql-answers",
        "The emulator executes no query. It sends the answer that a test set, and otherwise 200 with an error of GraphQL; an unknown persisted query gets 404.",
        "content models are not part of the emulator",
    ),
];
