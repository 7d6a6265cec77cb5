//! A document as a tree of values, whatever notation it is written in.

use core::fmt;
use std::collections::BTreeSet;

use serde::Deserialize;
use serde::de::{
    DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor,
};

use super::field::Field;
use super::known_key::{KnownKey, normalized};
use crate::util::secret::Secret;

/// A value of a document.
#[derive(Clone, Debug)]
pub(super) enum Node {
    Null,
    Text(Secret),
    /// The name of another simple type, for a message.
    Other(&'static str),
    List(Vec<Node>),
    Map(Map),
}

/// The keys of an object and their values, in their order. A key may be a secret.
#[derive(Clone, Debug, Default)]
pub(super) struct Map(Vec<(String, Node)>);

impl Node {
    pub(super) fn text(text: impl Into<Secret>) -> Self {
        Self::Text(text.into())
    }

    pub(super) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text.expose()),
            _ => None,
        }
    }

    pub(super) fn as_map(&self) -> Option<&Map> {
        match self {
            Self::Map(map) => Some(map),
            _ => None,
        }
    }

    pub(super) fn as_list(&self) -> &[Self] {
        match self {
            Self::List(list) => list,
            _ => &[],
        }
    }

    /// Returns the value as that of a field.
    pub(super) fn to_field(&self) -> Field {
        match self {
            Self::Null => Field::Missing,
            Self::Text(text) => Field::Text(text.clone()),
            Self::Other(kind) => Field::WrongType(kind),
            Self::Map(_) => Field::WrongType("an object"),
            Self::List(list) => {
                let texts = list.iter().map(|item| match item {
                    Self::Text(text) => Some(text.clone()),
                    _ => None,
                });
                match texts.collect() {
                    Some(texts) => Field::List(texts),
                    None => Field::WrongType("a list of mixed things"),
                }
            }
        }
    }
}

impl Map {
    pub(super) fn insert(&mut self, key: impl Into<String>, node: Node) {
        self.0.push((key.into(), node));
    }

    /// Returns the value of a key. A null counts as a missing key.
    pub(super) fn get(&self, key: &str) -> Option<&Node> {
        let has_key = |(known, node): &&(String, Node)| known == key && !matches!(node, Node::Null);
        self.0.iter().find(has_key).map(|(_, node)| node)
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    pub(super) fn has_any(&self, keys: &[&str]) -> bool {
        keys.iter().any(|key| self.has(key))
    }

    pub(super) fn map(&self, key: &str) -> Option<&Self> {
        self.get(key)?.as_map()
    }

    pub(super) fn text(&self, key: &str) -> Option<&str> {
        self.get(key)?.as_text()
    }

    pub(super) fn field(&self, key: &str) -> Field {
        self.get(key).map(Node::to_field).unwrap_or_default()
    }

    /// Returns the first value that this field has under any of its names.
    pub(super) fn known(&self, known: KnownKey) -> Option<&Node> {
        let is_known = |(key, _): &(&str, &Node)| KnownKey::of(key) == Some(known);
        self.entries().find(is_known).map(|(_, node)| node)
    }

    /// Returns the entries with a value.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&str, &Node)> {
        self.0
            .iter()
            .filter(|(_, node)| !matches!(node, Node::Null))
            .map(|(key, node)| (key.as_str(), node))
    }

    /// Returns true if another key can be added: it is new, and there are not too many.
    pub(super) fn takes(&self, key: &str) -> bool {
        self.0.len() < MAX_KEYS && self.0.iter().all(|(known, _)| known != key)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.entries().next().is_none()
    }
}

/// The depth to which documents are read. What is nested more deeply has no fields of credentials.
pub(super) const MAX_DEPTH: usize = 32;

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        NodeReader { depth: 0 }.deserialize(deserializer)
    }
}

/// Reads a node at this depth.
#[derive(Clone, Copy)]
struct NodeReader {
    depth: usize,
}

impl NodeReader {
    fn inner(self) -> Self {
        Self {
            depth: self.depth + 1,
        }
    }
}

impl<'de> DeserializeSeed<'de> for NodeReader {
    type Value = Node;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        if self.depth > MAX_DEPTH {
            IgnoredAny::deserialize(deserializer)?;
            return Ok(Node::Other("nested too deeply"));
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for NodeReader {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_str<E>(self, text: &str) -> Result<Node, E> {
        Ok(Node::text(text))
    }

    fn visit_string<E>(self, text: String) -> Result<Node, E> {
        Ok(Node::text(text))
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Node, E> {
        Ok(Node::Other("true or false"))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Node, E> {
        Ok(Node::Other("a number"))
    }

    fn visit_u64<E>(self, _: u64) -> Result<Node, E> {
        Ok(Node::Other("a number"))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Node, E> {
        Ok(Node::Other("a number"))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(self.inner())? {
            list.push(item);
        }
        Ok(Node::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Node, A::Error> {
        let mut map = Map::default();
        let mut known = BTreeSet::new();
        while let Some(key) = entries.next_key::<String>()? {
            let node = entries.next_value_seed(self.inner())?;
            // Readers do not agree which of two values counts. Only a known name is shown.
            let is_present = !matches!(node, Node::Null) && KnownKey::of(&key).is_some();
            if is_present && !known.insert(key.clone()) {
                return Err(A::Error::custom(format_args!("duplicate field `{key}`")));
            }
            map.insert(key, node);
        }
        Ok(Node::Map(map))
    }
}

/// The keys that an object may have in notations other than JSON, whose readers compare each with all others.
const MAX_KEYS: usize = 1000;

/// Returns the keys that look like names of fields, for a message. Others may be secrets.
pub(super) fn shown_keys(map: &Map) -> Vec<String> {
    let is_name = |key: &&str| {
        key.len() <= 24
            && !normalized(key).is_empty()
            && key
                .bytes()
                .all(|byte| byte.is_ascii_alphabetic() || byte == b'_')
    };
    let mut keys: Vec<&str> = map.entries().map(|(key, _)| key).filter(is_name).collect();
    keys.sort_unstable();
    keys.dedup();
    keys.iter().take(6).map(|key| format!("{key:?}")).collect()
}
