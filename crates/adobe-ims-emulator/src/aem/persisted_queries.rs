//! `/graphql/persist.json` and `/graphql/list.json`: clients persist queries and list them.
//!
//! Author alone has them. Persisting needs the rights of an administrator (inferred: queries are in
//! `/conf`, where other groups of the emulator may not write).

use bytes::Bytes;
use http::{Method, Request, StatusCode};
use serde_json::{Value, json};

use crate::aem::access::visit_author;
use crate::aem::graphql::failed;
use crate::aem::page::{method_not_allowed, not_found};
use crate::aem::resource::decoded_path;
use crate::aem_data::graphql::QueryName;
use crate::behaviour::{Area, Behaviour, source};
use crate::http::response::{Response, json as json_response};
use crate::identities::aem_group::AemGroup;
use crate::state::State;

const PERSIST: &str = "/graphql/persist.json/";
const LIST: &str = "/graphql/list.json";

/// Returns whether a query is persisted at a path.
pub(crate) fn is_persist(path: &str) -> bool {
    path.starts_with(PERSIST)
}

/// Returns whether the queries are listed at a path.
pub(crate) fn is_list(path: &str) -> bool {
    path == LIST
}

/// Persists a query by `PUT`, and by `POST`, which changes one. The answers of the query stay.
pub(crate) fn persist(state: &State, http: &Request<Bytes>) -> Result<Response, Response> {
    let visit = visit_author(state, http)?;
    if !matches!(*http.method(), Method::PUT | Method::POST) {
        return Err(method_not_allowed("PUT, POST"));
    }
    visit.require(AemGroup::Administrators)?;
    let path = decoded_path(http)?;
    let name = path.strip_prefix(PERSIST).and_then(QueryName::parse);
    let name = name.ok_or_else(|| not_found(&path))?;
    let text = query_text(http.body()).ok_or_else(|| {
        let text = "The body is neither a query nor a JSON object with query.";
        failed(StatusCode::BAD_REQUEST, text)
    })?;
    let mut store = state.aem_store();
    let mut query = store.queries.get(&name).cloned().unwrap_or_default();
    let is_new = query.query.replace(text).is_none();
    if store.queries.put(name.clone(), query).is_none() {
        let text = "The emulator has no room for more queries.";
        return Err(failed(StatusCode::INSUFFICIENT_STORAGE, text));
    }
    let (status, action) = if is_new {
        (StatusCode::CREATED, "create")
    } else {
        (StatusCode::OK, "update")
    };
    let body = json!({
        "action": action,
        "configurationName": name.configuration,
        "name": name.name,
        "shortPath": format!("/{}", name.path()),
        "path": format!("/conf{}", long_form(&name)),
    });
    Ok(json_response(status, &body))
}

/// Lists the persisted queries by configuration.
pub(crate) fn list(state: &State, http: &Request<Bytes>) -> Result<Response, Response> {
    visit_author(state, http)?;
    if !matches!(*http.method(), Method::GET | Method::HEAD) {
        return Err(method_not_allowed("GET, HEAD"));
    }
    let store = state.aem_store();
    let mut configurations: Vec<(&str, Vec<Value>)> = Vec::new();
    for (name, query) in store.queries.all() {
        let view = json!({
            "path": {"shortForm": name.path(), "longForm": long_form(name)},
            "data": {"query": query.query.as_deref().unwrap_or_default()},
        });
        match configurations.last_mut() {
            Some((last, queries)) if *last == name.configuration => queries.push(view),
            _ => configurations.push((&name.configuration, vec![view])),
        }
    }
    let view = |(name, queries): (&str, Vec<Value>)| json!({"configurationName": name, "queries": queries});
    let body: Vec<Value> = configurations.into_iter().map(view).collect();
    Ok(json_response(StatusCode::OK, &body))
}

fn long_form(name: &QueryName) -> String {
    let QueryName {
        configuration,
        name,
    } = name;
    format!("/{configuration}/settings/graphql/persistentQueries/{name}")
}

/// Returns the text of a query, which is the body or the field `query` of a JSON object.
fn query_text(body: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(body).ok()?.trim();
    let json = serde_json::from_str::<Value>(text).ok();
    let text = match &json {
        Some(json) => json.get("query")?.as_str()?,
        None => text,
    };
    (!text.is_empty()).then(|| text.to_owned())
}

/// The behaviours of this endpoint, and from where each is known.
pub(crate) const BEHAVIOURS: &[Behaviour] = &[
    Area::Aem.matched(
        "aem-graphql-persist",
        "`PUT /graphql/persist.json/CONFIGURATION/NAME` persists a query, and `/graphql/list.json` lists all of them.",
        source::HEADLESS,
    ),
    Area::Aem.inferred(
        "aem-graphql-persist-rights",
        "Persisting needs `administrators`.",
        "queries are below `/conf`, where other groups may not write",
    ),
];
