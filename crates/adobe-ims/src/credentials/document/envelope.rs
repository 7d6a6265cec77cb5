//! The objects in which secret stores and other programs keep a document, or the fields of one.

use zeroize::Zeroizing;

use super::known_key::KnownKey;
use super::node::{Map, Node};
use crate::util::pem;
use crate::util::secret::Secret;

/// The content of an envelope.
pub(super) enum Opened {
    Map(Map),
    Text(Secret),
}

/// Opens an envelope of a known form, and names it; `None` for any other object.
pub(super) fn open(map: &Map) -> Option<(Opened, &'static str)> {
    type Form = (fn(&Map) -> Option<Opened>, &'static str);
    const FORMS: [Form; 7] = [
        (aws, "an answer of AWS"),
        (google, "an answer of Google Secret Manager"),
        (kubernetes, "a Secret or ConfigMap of Kubernetes"),
        (vault, "an answer of Vault"),
        (azure, "an answer of Azure Key Vault"),
        (list_of_values, "a list of names and values"),
        (only_entry, "an object with one entry"),
    ];
    FORMS
        .into_iter()
        .find_map(|(open, name)| Some((open(map)?, name)))
}

fn text(map: &Map, key: &str) -> Option<Opened> {
    match map.get(key)? {
        Node::Text(text) => Some(Opened::Text(text.clone())),
        Node::Map(map) => Some(Opened::Map(map.clone())),
        _ => None,
    }
}

/// AWS: the answers of Secrets Manager and of the parameter store.
fn aws(map: &Map) -> Option<Opened> {
    text(map, "SecretString")
        .or_else(|| text(map, "SecretBinary"))
        .or_else(|| text(map.map("Parameter")?, "Value"))
}

/// Google Secret Manager: `payload.data` in base64.
fn google(map: &Map) -> Option<Opened> {
    text(map.map("payload")?, "data")
}

/// Kubernetes: a Secret, whose values are base64, and a ConfigMap, whose values are not.
fn kubernetes(map: &Map) -> Option<Opened> {
    if !map.has_any(&["apiVersion", "stringData"]) {
        return None;
    }
    let is_encoded = map.text("kind") != Some("ConfigMap");
    let mut fields = Map::default();
    for (key, node) in map.map("data").into_iter().flat_map(Map::entries) {
        let Node::Text(value) = node else {
            continue;
        };
        if is_encoded {
            let bytes = pem::base64(value.expose()).ok()?;
            fields.insert(key, Node::text(&*pem::decode(&bytes)?));
        } else {
            fields.insert(key, node.clone());
        }
    }
    for (key, node) in map.map("stringData").into_iter().flat_map(Map::entries) {
        fields.insert(key, node.clone());
    }
    (!fields.is_empty()).then_some(Opened::Map(fields))
}

/// Vault: `data.data` of the second version of its key-value store, `data` of the first.
fn vault(map: &Map) -> Option<Opened> {
    let data = map.map("data")?;
    let inner = data.map("data").unwrap_or(data);
    Some(Opened::Map(inner.clone()))
}

/// Azure Key Vault: `value`, beside an `id` or `attributes`.
fn azure(map: &Map) -> Option<Opened> {
    map.has_any(&["id", "attributes"])
        .then(|| text(map, "value"))
        .flatten()
}

/// Names and values in a list: an environment of Postman, its variables, the fields of a password manager's item.
fn list_of_values(map: &Map) -> Option<Opened> {
    let lists = ["values", "variable", "variables", "fields"];
    let list = lists.iter().find_map(|key| match map.get(key)? {
        Node::List(list) => Some(list),
        _ => None,
    })?;
    let mut fields = Map::default();
    for entry in list.iter().filter_map(Node::as_map) {
        let names = ["key", "name", "label"];
        let name = names.iter().find_map(|name| entry.text(name));
        if let (Some(name), Some(value)) = (name, entry.get("value")) {
            fields.insert(name, value.clone());
        }
    }
    (!fields.is_empty()).then_some(Opened::Map(fields))
}

/// The only entry of an object: a whole document under the name of its file or of its secret. Fields of credentials are
/// no document.
fn only_entry(map: &Map) -> Option<Opened> {
    let mut entries = map.entries();
    let (key, node) = entries.next()?;
    if entries.next().is_some() || KnownKey::of(key).is_some() {
        return None;
    }
    match node {
        Node::Text(text) if may_be_a_document(text.expose()) => Some(Opened::Text(text.clone())),
        _ => None,
    }
}

/// Returns true for JSON and for base64 of anything.
fn may_be_a_document(text: &str) -> bool {
    let text = text.trim();
    let decoded = || -> Option<bool> {
        let bytes = pem::base64(text).ok()?;
        let text = Zeroizing::new(pem::decode(&bytes)?.to_owned());
        Some(text.trim_start().starts_with('{'))
    };
    text.starts_with(['{', '"']) || decoded().unwrap_or_default()
}
