//! `/_emu/aem/graphql`: the answers of GraphQL queries.

use bytes::Bytes;
use http::{Method, Request, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::aem_data::graphql::{QueryName, StoredQuery, VariableAnswer, Variables};
use crate::control::json_body::read;
use crate::http::error_response::ErrorResponse;
use crate::http::response::{Response, json, no_content};
use crate::state::State;

/// The body of `PUT`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct QueryRequest {
    query: Option<String>,
    answer: Option<Value>,
    #[serde(default)]
    answers: Vec<AnswerRequest>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AnswerRequest {
    variables: Variables,
    answer: Value,
}

#[derive(Serialize)]
struct QueryView<'a> {
    configuration: &'a str,
    name: &'a str,
    query: Option<&'a str>,
    answer: Option<&'a Value>,
    answers: Vec<AnswerView<'a>>,
}

#[derive(Serialize)]
struct AnswerView<'a> {
    variables: &'a Variables,
    answer: &'a Value,
}

#[derive(Serialize)]
struct QueriesView<'a> {
    queries: Vec<QueryView<'a>>,
}

/// Handles `GET /_emu/aem/graphql`.
pub(crate) fn list(state: &State) -> Response {
    let store = state.aem_store();
    let queries = store.queries.all().map(|(name, query)| view(name, query));
    let view = QueriesView {
        queries: queries.collect(),
    };
    json(StatusCode::OK, &view)
}

/// Handles `PUT`, `GET` and `DELETE /_emu/aem/graphql/CONFIGURATION/NAME`. `PUT` replaces the
/// answers; the text of the query stays unless the body has another one.
pub(crate) fn handle(
    state: &State,
    http: &Request<Bytes>,
    path: &str,
) -> Result<Response, ErrorResponse> {
    let name = QueryName::parse(path).ok_or_else(|| {
        ErrorResponse::invalid_request("The path is not /_emu/aem/graphql/CONFIGURATION/NAME.")
    })?;
    let not_found = || {
        let description = format!("The emulator's AEM has no query {}.", name.path());
        ErrorResponse::new(StatusCode::NOT_FOUND, "not_found", description)
    };
    match *http.method() {
        Method::PUT => put(state, name, read(http)?),
        Method::DELETE => {
            let deleted = state.aem_store().queries.delete(&name);
            deleted.then(no_content).ok_or_else(not_found)
        }
        _ => {
            let store = state.aem_store();
            let query = store.queries.get(&name).ok_or_else(not_found)?;
            Ok(json(StatusCode::OK, &view(&name, query)))
        }
    }
}

fn put(state: &State, name: QueryName, request: QueryRequest) -> Result<Response, ErrorResponse> {
    if request.query.is_none() && request.answer.is_none() && request.answers.is_empty() {
        let description = "The body has neither query nor answer nor answers.";
        return Err(ErrorResponse::invalid_request(description));
    }
    let mut store = state.aem_store();
    let persisted = store.queries.get(&name);
    let persisted = persisted.and_then(|query| query.query.clone());
    let answers = request.answers.into_iter().map(|answer| VariableAnswer {
        variables: answer.variables,
        answer: answer.answer,
    });
    let query = StoredQuery {
        query: request.query.or(persisted),
        answer: request.answer,
        answers: answers.collect(),
    };
    let is_new = store.queries.put(name, query).ok_or_else(|| {
        ErrorResponse::new(
            StatusCode::INSUFFICIENT_STORAGE,
            "full",
            "The emulator has no room for more queries. Delete some.",
        )
    })?;
    let mut response = no_content();
    if is_new {
        *response.status_mut() = StatusCode::CREATED;
    }
    Ok(response)
}

fn view<'a>(name: &'a QueryName, query: &'a StoredQuery) -> QueryView<'a> {
    let answers = query.answers.iter().map(|answer| AnswerView {
        variables: &answer.variables,
        answer: &answer.answer,
    });
    QueryView {
        configuration: &name.configuration,
        name: &name.name,
        query: query.query.as_deref(),
        answer: query.answer.as_ref(),
        answers: answers.collect(),
    }
}
