//! `POST` below `/content/dam`: the Sling POST servlet, as far as forms change properties, create
//! folders and delete.
//!
//! A parameter is a property. Values are texts; several of one name are a list. `NAME@Delete` removes
//! a property. Other suffixes such as `@TypeHint` have no effect.

use bytes::Bytes;
use http::header::ACCEPT;
use http::{Request, StatusCode};
use serde_json::{Value, json};

use crate::aem::access::visit_author;
use crate::aem::content::below_dam;
use crate::aem::page::{HTML, error_page, not_found};
use crate::aem::resource::{CONTENT, decoded_path, read_form, status_of};
use crate::aem_data::node::Properties;
use crate::aem_data::repository::RepositoryError;
use crate::behaviour::{Area, Behaviour};
use crate::http::html::escape;
use crate::http::parameters::Parameters;
use crate::http::response::{Response, json as json_response, with_content_type};
use crate::identities::aem_group::AemGroup;
use crate::state::State;

/// Handles a `POST`.
pub(crate) fn respond(state: &State, http: &Request<Bytes>) -> Result<Response, Response> {
    visit_author(state, http)?.require(AemGroup::DamUsers)?;
    let path = decoded_path(http)?;
    let rest = below_dam(&path).ok_or_else(|| not_found(&path))?;
    // `/content/dam.json` is the root.
    let rest = if rest.starts_with('/') { rest } else { "" };
    let form = read_form(http)?;
    let report = |status: StatusCode, change: &str| report(http, status, &path, change);
    let failed = |error: RepositoryError| {
        error_page(status_of(error), &format!("Nothing changed: {error}."))
    };
    match form.get_all(":operation").next() {
        None => {}
        Some("delete") => {
            if state.repository().delete(rest) {
                return Ok(report(StatusCode::OK, "deleted"));
            }
            return Err(not_found(&path));
        }
        Some(_) => {
            let text = "Invalid operation specified for POST request. The emulator knows delete, \
                        and changes without an operation.";
            return Err(error_page(StatusCode::INTERNAL_SERVER_ERROR, text));
        }
    }
    // The parameters of a node that is no file lead to the node, those of a file to its metadata.
    let node = rest.split("/jcr:content").next().unwrap_or(rest);
    let mut repository = state.repository();
    let changes = properties(&form);
    if repository.node(node).is_some() {
        repository.change(node, changes).map_err(failed)?;
        return Ok(report(StatusCode::OK, "modified"));
    }
    if node != rest {
        return Err(not_found(&path));
    }
    let set = changes.into_iter().filter(|(_, value)| !value.is_null());
    let created = repository.create_folder(node, set.collect());
    created.map_err(failed)?;
    Ok(report(StatusCode::CREATED, "created"))
}

/// Returns the changes that a form asks for. Null removes a property.
fn properties(form: &Parameters) -> Properties {
    let mut properties = Properties::new();
    for (name, value) in form.pairs() {
        let name = property_name(name);
        if let Some(removed) = name.strip_suffix("@Delete") {
            properties.insert(removed.to_owned(), Value::Null);
            continue;
        }
        let is_instruction = name.starts_with(':') || name.contains('@');
        if is_instruction || matches!(name, "" | "_charset_" | "jcr:primaryType") {
            continue;
        }
        match properties.get_mut(name) {
            None | Some(Value::Null) => {
                properties.insert(name.to_owned(), json!(value));
            }
            Some(Value::Array(values)) => values.push(json!(value)),
            Some(first) => *first = json!([first.take(), value]),
        }
    }
    properties
}

/// Returns the name of a property without the nodes before it, of which an asset has two.
fn property_name(parameter: &str) -> &str {
    let name = parameter.strip_prefix("./").unwrap_or(parameter);
    let name = name.strip_prefix(CONTENT).unwrap_or(name);
    let name = name.trim_start_matches('/');
    name.strip_prefix("metadata/").unwrap_or(name)
}

/// Returns the report of Sling: JSON if the client accepts it, otherwise a page.
fn report(http: &Request<Bytes>, status: StatusCode, path: &str, change: &str) -> Response {
    let accept = http.headers().get(ACCEPT);
    let accept = accept.and_then(|value| value.to_str().ok());
    let message = status.canonical_reason().unwrap_or_default();
    let code = status.as_u16();
    if accept.is_some_and(|types| types.contains("json")) {
        let body = json!({
            "status.code": code,
            "status.message": message,
            "path": path,
            "location": path,
            "changes": [{"type": change, "argument": path}],
        });
        return json_response(status, &body);
    }
    let path = escape(path);
    let html = format!(
        "<!DOCTYPE html>\n<html><head><title>Content {change} {path}</title></head><body>\
         <h1>Content {change} {path}</h1><table><tbody>\
         <tr><td>Status</td><td><div id=\"Status\">{code}</div></td></tr>\
         <tr><td>Message</td><td><div id=\"Message\">{message}</div></td></tr>\
         <tr><td>Path</td><td><div id=\"Path\">{path}</div></td></tr>\
         </tbody></table></body></html>\n"
    );
    with_content_type(status, HTML, html)
}

/// The behaviours of this endpoint, and from where each is known.
pub(crate) const BEHAVIOURS: &[Behaviour] = &[
    Area::Aem.standard(
        "aem-sling-post",
        "A `POST` of a form below `/content/dam` changes properties, creates a folder, or with `:operation=delete` deletes. It needs `dam-users`.",
        "Apache Sling, servlet for POST; Adobe's samples send a form to `jcr:content`",
    ),
    Area::Aem.inferred(
        "aem-sling-post-limits",
        "Values are texts, `@TypeHint` has no effect, and other operations get 500.",
        "the emulator's repository has folders and files alone",
    ),
];
