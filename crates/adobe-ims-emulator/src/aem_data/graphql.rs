//! Queries of GraphQL, and the answers that a test sets for them.
//!
//! The emulator has no content fragments and executes no query. A test sets what a query answers.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// The maximum number of queries.
const MAX_QUERIES: usize = 1000;
/// The maximum size of all queries and answers, in bytes.
const MAX_BYTES: usize = 64 * 1024 * 1024;

/// The variables of a request.
pub(crate) type Variables = Map<String, Value>;

/// A query with its answers.
#[derive(Clone, Debug, Default)]
pub(crate) struct StoredQuery {
    /// The text, if a client persisted it or the test set it.
    pub(crate) query: Option<String>,
    /// The answer to all other variables.
    pub(crate) answer: Option<Value>,
    /// The answers to some variables.
    pub(crate) answers: Vec<VariableAnswer>,
}

/// The answer to a request that has these variables, among others.
#[derive(Clone, Debug)]
pub(crate) struct VariableAnswer {
    pub(crate) variables: Variables,
    pub(crate) answer: Value,
}

impl StoredQuery {
    /// Returns the answer to a request with these variables.
    pub(crate) fn answer(&self, variables: &Variables) -> Option<&Value> {
        let fits = |wanted: &Variables| {
            wanted.iter().all(|(name, value)| {
                let sent = variables.get(name);
                sent.is_some_and(|sent| comparable(sent) == comparable(value))
            })
        };
        let mut answers = self.answers.iter();
        let found = answers.find(|answer| fits(&answer.variables));
        found.map(|found| &found.answer).or(self.answer.as_ref())
    }

    fn size(&self) -> usize {
        let json = |value: &Value| value.to_string().len();
        let answers = self.answers.iter().map(|answer| {
            let names = answer.variables.iter();
            let variables: usize = names.map(|(name, value)| name.len() + json(value)).sum();
            variables + json(&answer.answer)
        });
        let text = self.query.as_ref().map_or(0, String::len);
        text + self.answer.as_ref().map_or(0, json) + answers.sum::<usize>()
    }
}

/// Returns a value for comparison. A variable in a path is a text, whatever its type is, so the text
/// `5` and the number 5 are the same.
fn comparable(value: &Value) -> String {
    match value {
        Value::String(text) => {
            let parsed = serde_json::from_str::<Value>(text);
            parsed.map_or_else(|_| text.clone(), |value| value.to_string())
        }
        other => other.to_string(),
    }
}

/// The address of a query: a configuration such as `wknd-shared`, and a name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct QueryName {
    pub(crate) configuration: String,
    pub(crate) name: String,
}

impl QueryName {
    /// Reads `CONFIGURATION/NAME`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (configuration, name) = text.trim_matches('/').rsplit_once('/')?;
        let is_name = |text: &str| !text.is_empty() && text.len() <= 500;
        (is_name(configuration) && is_name(name)).then(|| Self {
            configuration: configuration.to_owned(),
            name: name.to_owned(),
        })
    }

    /// Returns `CONFIGURATION/NAME`.
    pub(crate) fn path(&self) -> String {
        format!("{}/{}", self.configuration, self.name)
    }
}

/// The queries by their address.
#[derive(Clone, Debug, Default)]
pub(crate) struct QueryStore {
    queries: BTreeMap<QueryName, StoredQuery>,
    bytes: usize,
}

impl QueryStore {
    pub(crate) fn get(&self, name: &QueryName) -> Option<&StoredQuery> {
        self.queries.get(name)
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = (&QueryName, &StoredQuery)> {
        self.queries.iter()
    }

    /// Writes a query. Returns whether it is new, or `None` if the store is full.
    pub(crate) fn put(&mut self, name: QueryName, query: StoredQuery) -> Option<bool> {
        let old = self.queries.get(&name);
        let is_new = old.is_none();
        let bytes = self.bytes - old.map_or(0, StoredQuery::size) + query.size();
        if bytes > MAX_BYTES || (is_new && self.queries.len() >= MAX_QUERIES) {
            return None;
        }
        self.bytes = bytes;
        self.queries.insert(name, query);
        Some(is_new)
    }

    /// Deletes a query. Returns whether there was one.
    pub(crate) fn delete(&mut self, name: &QueryName) -> bool {
        let removed = self.queries.remove(name);
        self.bytes -= removed.as_ref().map_or(0, StoredQuery::size);
        removed.is_some()
    }

    /// Returns the query of a configuration with this text. White space does not count.
    pub(crate) fn by_text(&self, configuration: &str, text: &str) -> Option<&StoredQuery> {
        let wanted = normalized(text);
        let mut queries = self.queries.iter();
        let found = queries.find(|(name, query)| {
            let text = query.query.as_deref();
            name.configuration == configuration
                && text.is_some_and(|text| normalized(text) == wanted)
        });
        found.map(|(_, query)| query)
    }
}

/// Returns the tokens of a query with one blank between them.
fn normalized(text: &str) -> String {
    let mut spaced = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_alphanumeric() || character == '_' {
            spaced.push(character);
        } else {
            spaced.extend([' ', character, ' ']);
        }
    }
    let tokens: Vec<&str> = spaced.split_whitespace().collect();
    tokens.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn variables(value: &Value) -> Variables {
        value.as_object().unwrap().clone()
    }

    #[test]
    fn first_answer_whose_variables_the_request_has_is_taken() {
        let answer = |wanted: Value, answer: &str| VariableAnswer {
            variables: variables(&wanted),
            answer: json!(answer),
        };
        let query = StoredQuery {
            query: None,
            answer: Some(json!("others")),
            answers: vec![
                answer(json!({"a": 5, "b": {"c": [1, 2]}}), "both"),
                answer(json!({"a": "5"}), "five"),
                answer(json!({"a": "x y"}), "text"),
            ],
        };
        for (sent, expected) in [
            (json!({"a": "5", "b": "{\"c\": [1,2]}", "more": 1}), "both"),
            (json!({"a": 5}), "five"),
            (json!({"a": "x y"}), "text"),
            (json!({"a": "x"}), "others"),
            (json!({}), "others"),
        ] {
            let found = query.answer(&variables(&sent));
            assert_eq!(found, Some(&json!(expected)), "{sent}");
        }
        assert_eq!(StoredQuery::default().answer(&Variables::new()), None);
    }

    #[test]
    fn queries_are_found_by_name_and_text() {
        let mut store = QueryStore::default();
        let name = QueryName::parse("a/b/c").unwrap();
        assert_eq!((&*name.configuration, &*name.name), ("a/b", "c"));
        for text in ["", "a", "/a", "a/"] {
            assert_eq!(QueryName::parse(text), None, "{text}");
        }
        let query = StoredQuery {
            query: Some("{ list { items } }".to_owned()),
            ..StoredQuery::default()
        };
        assert_eq!(store.put(name.clone(), query.clone()), Some(true));
        assert_eq!(store.put(name.clone(), query), Some(false));
        assert!(store.by_text("a/b", "{list{\n items}}").is_some());
        for (configuration, text) in [("a", "{list{items}}"), ("a/b", "{list{ite ms}}")] {
            assert!(store.by_text(configuration, text).is_none(), "{text}");
        }
        assert!(store.delete(&name));
        assert!(!store.delete(&name));
        assert_eq!(store.bytes, 0);
        let large = StoredQuery {
            query: Some("x".repeat(MAX_BYTES + 1)),
            ..StoredQuery::default()
        };
        assert_eq!(store.put(name, large), None);
    }
}
