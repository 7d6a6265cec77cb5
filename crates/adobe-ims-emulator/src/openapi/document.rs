//! The document that describes the emulator.

use serde_json::{Map, Value, json};

use crate::openapi::area::{Area, EndpointEntry, merge};

const INTRODUCTION: &str = "The remote control of the emulator (`/_emu/`), and the parts of Adobe IMS and of AEM that \
    it stands in for. Nothing here belongs to Adobe.\n\n\
    - `HEAD` answers wherever `GET` does. Another method than the listed ones gets 405 with the header `Allow`, and \
    a path that is not listed 404.\n\
    - A fault (`POST /_emu/faults`) can give any response to a request to IMS and AEM.\n\
    - Bytes that are no HTTP request get 400, 414 or 431 without a body.\n\
    - Each response has the headers `X-Debug-Id`, `Cache-Control` and `Date`; the last is the virtual time.\n\
    - Paths below `/ims/` may end in a slash.";

/// The components that all areas share.
const SHARED: &str = include_str!("shared.json");

/// Returns the document of these areas of an emulator at this URL.
pub(crate) fn document(areas: &[Area], url: &str) -> Value {
    let mut paths = Map::new();
    let mut components = serde_json::from_str(SHARED).expect("a test reads the file");
    for area in areas {
        for entry in &area.endpoints {
            let item = path_item(area, entry);
            for path in &entry.paths {
                let mut item = item.clone();
                add_operation_ids(&mut item, path);
                paths.insert(path.clone(), Value::Object(item));
            }
        }
        merge(&mut components, &area.components);
    }
    let tags = areas
        .iter()
        .map(|area| json!({"name": area.name, "description": area.description}));
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": env!("CARGO_PKG_NAME"),
            "version": env!("CARGO_PKG_VERSION"),
            "description": INTRODUCTION,
            "license": {"name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0"},
        },
        "servers": [{"url": url}],
        "tags": tags.collect::<Vec<_>>(),
        "paths": paths,
        "components": components,
    })
}

fn path_item(area: &Area, entry: &EndpointEntry) -> Map<String, Value> {
    let mut item = Map::new();
    if !entry.parameters.is_empty() {
        item.insert("parameters".to_owned(), entry.parameters.clone().into());
    }
    for (method, operation) in entry.operations() {
        let mut operation = operation.clone();
        operation.insert("tags".to_owned(), json!([area.name]));
        let summary = || Value::from(&*entry.summary);
        operation
            .entry("summary".to_owned())
            .or_insert_with(summary);
        let responses = operation.entry("responses").or_insert_with(|| json!({}));
        if let Value::Object(responses) = responses {
            for (status, response) in &area.responses {
                responses
                    .entry(status.clone())
                    .or_insert_with(|| response.clone());
            }
        }
        item.insert(method.to_ascii_lowercase(), Value::Object(operation));
    }
    if entry.pages {
        item.insert("options".to_owned(), preflight(area));
    }
    item
}

/// Returns the preflight request of a browser (CORS).
fn preflight(area: &Area) -> Value {
    json!({
        "tags": [area.name],
        "summary": "the preflight request of a browser",
        "description": "Without both headers it is a request with a method that the path does not answer.",
        "parameters": [
            {"$ref": "#/components/parameters/Origin"},
            {"$ref": "#/components/parameters/RequestedMethod"},
        ],
        "responses": {
            "204": {"$ref": "#/components/responses/Preflight"},
            "405": {"$ref": "#/components/responses/Error"},
        },
    })
}

/// Adds names such as `patchEmuClock` for `PATCH /_emu/clock`.
fn add_operation_ids(item: &mut Map<String, Value>, path: &str) {
    for (method, operation) in item.iter_mut() {
        let Value::Object(operation) = operation else {
            continue;
        };
        let words = path.split(|character: char| !character.is_ascii_alphanumeric());
        let mut id = method.clone();
        for word in words {
            let (first, rest) = word.split_at(word.len().min(1));
            id.push_str(&first.to_ascii_uppercase());
            id.push_str(rest);
        }
        if path.ends_with('/') {
            id.push_str("Index");
        }
        operation.insert("operationId".to_owned(), id.into());
    }
}
