//! `GET` below `/content/dam`: the files of the repository, and its nodes as JSON.

use http::{HeaderValue, Request, StatusCode};
use serde_json::{Map, Value, json};

use crate::aem::access::visit;
use crate::aem::page;
use crate::aem::resource::{CONTENT, decoded_path, media_type};
use crate::aem_data::node::{Node, Properties, StoredFile};
use crate::aem_data::repository::Repository;
use crate::behaviour::{Area, Behaviour};
use crate::http::response::{Response, json as json_response, with_content_type};
use crate::state::State;

const DAM: &str = "/content/dam";

/// The number of nodes that JSON of several levels has at most (inferred: Sling answers 300 beyond
/// such a number).
const MAX_NODES: usize = 1000;

/// Returns the path below `/content/dam`, if a path leads there.
pub(crate) fn below_dam(path: &str) -> Option<&str> {
    let rest = path.strip_prefix(DAM)?;
    (rest.is_empty() || rest.starts_with(['/', '.'])).then_some(rest)
}

/// Handles a `GET`.
pub(crate) fn respond<B>(state: &State, http: &Request<B>) -> Result<Response, Response> {
    visit(state, http)?;
    let path = decoded_path(http)?;
    let not_found = || page::not_found(&path);
    let rest = below_dam(&path).ok_or_else(not_found)?;
    let repository = state.repository();
    if let Some(file) = repository.get(rest) {
        return Ok(file_response(rest, file));
    }
    let stem = rest.strip_suffix(".json").ok_or_else(not_found)?;
    let (stem, depth) = split_depth(&repository, stem);
    if depth > 1 && repository.count_below(stem, MAX_NODES) == MAX_NODES {
        let fewer = [1, 0].map(|depth| format!("{DAM}{stem}.{depth}.json"));
        return Ok(json_response(StatusCode::MULTIPLE_CHOICES, &fewer));
    }
    let (node, inner) = stem.split_once("/jcr:content").unwrap_or((stem, ""));
    let view = if stem.contains("/jcr:content") {
        content_view(&repository, node, inner, depth)
    } else {
        node_view(&repository, stem, depth)
    };
    let view = view.ok_or_else(not_found)?;
    Ok(json_response(StatusCode::OK, &view))
}

fn file_response(path: &str, file: &StoredFile) -> Response {
    let content_type = file.content_type.as_deref();
    let content_type = content_type.and_then(|value| HeaderValue::from_str(value).ok());
    let content_type = content_type.unwrap_or(HeaderValue::from_static(media_type(path)));
    with_content_type(StatusCode::OK, content_type, file.content.clone())
}

/// Splits the selector off a path: the number of levels below the node, or `infinity`.
fn split_depth<'p>(repository: &Repository, stem: &'p str) -> (&'p str, usize) {
    let is_node = |path: &str| repository.node(path).is_some();
    let split = stem.rsplit_once('.').filter(|_| !is_node(stem));
    let Some((shorter, selector)) = split else {
        return (stem, 0);
    };
    match selector {
        "infinity" => (shorter, usize::MAX),
        number => match number.parse() {
            Ok(depth) => (shorter, depth),
            Err(_) => (stem, 0),
        },
    }
}

/// Returns a node and the levels below it.
fn node_view(repository: &Repository, path: &str, depth: usize) -> Option<Value> {
    let node = repository.node(path)?;
    let mut view = Map::new();
    let primary_type = match node {
        Node::Folder(_) => "sling:Folder",
        Node::File(_) => "dam:Asset",
    };
    view.insert("jcr:primaryType".to_owned(), json!(primary_type));
    view.insert("jcr:createdBy".to_owned(), json!("admin"));
    if path.trim_matches('/').is_empty() {
        view.insert("emulator".to_owned(), json!(env!("CARGO_PKG_NAME")));
    }
    match node {
        Node::Folder(properties) => {
            view.extend(properties.clone());
            if depth > 0 {
                for (name, _) in repository.children(path) {
                    let child = node_view(repository, &format!("{path}/{name}"), depth - 1);
                    view.insert(name.to_owned(), child.unwrap_or_default());
                }
            }
        }
        Node::File(file) if depth > 0 => {
            view.insert(CONTENT.to_owned(), asset_content(file, depth - 1));
        }
        Node::File(_) => {}
    }
    Some(Value::Object(view))
}

/// Returns `jcr:content` of an asset, or `jcr:content/metadata`.
fn content_view(repository: &Repository, path: &str, inner: &str, depth: usize) -> Option<Value> {
    let file = repository.get(path)?;
    match inner {
        "" => Some(asset_content(file, depth)),
        "/metadata" => Some(Value::Object(metadata(file))),
        _ => None,
    }
}

fn asset_content(file: &StoredFile, depth: usize) -> Value {
    let mut view = json!({"jcr:primaryType": "dam:AssetContent"});
    if depth > 0 {
        view["metadata"] = Value::Object(metadata(file));
    }
    view
}

/// Returns the metadata of a file, with those that the emulator knows itself.
pub(crate) fn metadata(file: &StoredFile) -> Properties {
    let mut view = Properties::new();
    if let Some(content_type) = &file.content_type {
        view.insert("dc:format".to_owned(), json!(content_type));
    }
    view.insert("dam:size".to_owned(), json!(file.content.len()));
    view.extend(file.metadata.clone());
    view
}

/// The behaviours of this endpoint, and from where each is known.
pub(crate) const BEHAVIOURS: &[Behaviour] = &[
    Area::Aem.documented(
        "aem-dam-json",
        "`/content/dam.json` gets 200 as JSON for every user.",
        "Adobe, AEM as a Cloud Service: generating access tokens, its test of a new account",
    ),
    Area::Aem.standard(
        "aem-content-json",
        "`.json`, `.N.json` and `.infinity.json` show a node with its levels, without an extension a file itself. More than 1000 nodes get 300 with fewer levels; this number is inferred.",
        "Apache Sling, rendering content",
    ),
];
