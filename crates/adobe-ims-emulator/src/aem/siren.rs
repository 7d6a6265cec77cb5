//! The documents of the Assets HTTP API, in Siren.

use http::StatusCode;
use serde_json::{Map, Value, json};

use crate::aem::content::metadata;
use crate::aem_data::node::Node;
use crate::aem_data::repository::Repository;
use crate::http::response::{Response, json as json_response};

/// The path of the API.
pub(crate) const ASSETS: &str = "/api/assets";

/// The part of a listing that a request asks for.
#[derive(Clone, Copy)]
pub(crate) struct Paging {
    pub(crate) offset: usize,
    pub(crate) limit: usize,
}

impl Default for Paging {
    fn default() -> Self {
        Self {
            offset: 0,
            limit: 20,
        }
    }
}

/// Returns a folder with its entities, or an asset. `base` is the base URL of AEM.
pub(crate) fn document(
    repository: &Repository,
    base: &str,
    path: &str,
    paging: Paging,
) -> Option<Value> {
    let node = repository.node(path)?;
    let path = path.trim_matches('/');
    let mut properties = properties(path, node);
    let mut links = vec![json!({"rel": ["self"], "href": address(base, path)})];
    if let Some((parent, _)) = path.rsplit_once('/') {
        links.push(json!({"rel": ["parent"], "href": address(base, parent)}));
    } else if !path.is_empty() {
        links.push(json!({"rel": ["parent"], "href": address(base, "")}));
    }
    if let Node::File(_) = node {
        links.push(content_link(base, path));
        return Some(json!({"class": [class(node)], "properties": properties, "links": links}));
    }
    let Paging { offset, limit } = paging;
    let total = repository.children(path).count();
    let page = repository.children(path).skip(offset).take(limit);
    let entities: Vec<Value> = page.map(|child| entity(base, path, child)).collect();
    let paging = json!({"total": total, "offset": offset, "limit": limit});
    properties.insert("srn:paging".to_owned(), paging);
    if path.is_empty() {
        properties.insert("emulator".to_owned(), json!(env!("CARGO_PKG_NAME")));
    }
    if limit > 0 && offset.saturating_add(limit) < total {
        let next = format!(
            "{}?offset={}&limit={limit}",
            address(base, path),
            offset + limit
        );
        links.push(json!({"rel": ["next"], "href": next}));
    }
    Some(json!({
        "class": [class(node)],
        "properties": properties,
        "entities": entities,
        "links": links,
    }))
}

fn entity(base: &str, folder: &str, (name, node): (&str, &Node)) -> Value {
    let path = format!("{folder}/{name}");
    let path = path.trim_start_matches('/');
    let mut links = vec![json!({"rel": ["self"], "href": address(base, path)})];
    if let Node::File(_) = node {
        links.push(content_link(base, path));
    }
    json!({
        "class": [class(node)],
        "rel": ["child"],
        "properties": properties(path, node),
        "links": links,
    })
}

fn class(node: &Node) -> &'static str {
    match node {
        Node::Folder(_) => "assets/folder",
        Node::File(_) => "assets/asset",
    }
}

fn properties(path: &str, node: &Node) -> Map<String, Value> {
    let name = path.rsplit('/').next().filter(|name| !name.is_empty());
    let mut properties = Map::new();
    match node {
        Node::Folder(own) => properties.extend(own.clone()),
        Node::File(file) => {
            properties.insert("metadata".to_owned(), Value::Object(metadata(file)));
        }
    }
    properties.insert("name".to_owned(), json!(name.unwrap_or("assets")));
    properties
}

fn content_link(base: &str, path: &str) -> Value {
    json!({"rel": ["content"], "href": format!("{base}/content/dam/{}", encode(path))})
}

/// Returns the URL of a folder or an asset in the API.
fn address(base: &str, path: &str) -> String {
    if path.is_empty() {
        format!("{base}{ASSETS}.json")
    } else {
        format!("{base}{ASSETS}/{}.json", encode(path))
    }
}

/// Encodes a path for a URL. Slashes stay.
pub(crate) fn encode(path: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/:@!$'()*,".contains(&byte);
    let mut encoded = String::with_capacity(path.len());
    for byte in path.bytes() {
        if is_plain(byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

/// Returns the response to a change: its status, and in words what happened. Its form is inferred
/// from published answers of older versions.
pub(crate) fn changed(status: StatusCode, path: &str, message: &str) -> Response {
    let path = path.trim_matches('/');
    let body = json!({
        "class": ["core/response"],
        "properties": {
            "path": format!("/content/dam/{path}"),
            "location": address("", path),
            "status.code": status.as_u16(),
            "status.message": message,
        },
    });
    json_response(status, &body)
}
