//! A part of the emulator, and its table of endpoints.
//!
//! The table is a file `openapi.json` beside the handlers. An entry of `endpoints` has
//!
//! - `endpoint`: the variant that the router gives for the paths. A test compares both;
//! - `paths`: the templates of the paths, which all answer the same;
//! - `summary`, and `parameters` of all methods;
//! - `get`, `post`, `put`, `patch`, `delete`: an operation of OpenAPI each. The document adds
//!   `operationId`, `tags`, a missing `summary`, and the responses that all operations have.
//!
//! - `pages`: pages of any origin call the endpoint, so the document adds the preflight request.
//!
//! `HEAD` goes with `GET` and is not listed.
//!
//! A large area has further files, such as `openapi_registry.json`, with more endpoints and
//! components.

use serde::Deserialize;
use serde_json::{Map, Value, json};

/// A part of the emulator with its table of endpoints.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Area {
    pub(crate) name: String,
    pub(crate) description: String,
    /// The responses that every operation can have, by status.
    #[serde(default)]
    pub(crate) responses: Map<String, Value>,
    pub(crate) endpoints: Vec<EndpointEntry>,
    /// The components to which the operations refer: `schemas`, `responses`, `parameters` and so on, each by name.
    #[serde(default)]
    pub(crate) components: Map<String, Value>,
}

/// A further table of an area.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FurtherTable {
    endpoints: Vec<EndpointEntry>,
    components: Map<String, Value>,
}

/// The description of one endpoint.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EndpointEntry {
    /// The name of the variant.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "a test compares it with the router")
    )]
    pub(crate) endpoint: String,
    pub(crate) paths: Vec<String>,
    pub(crate) summary: String,
    #[serde(default)]
    pub(crate) parameters: Vec<Value>,
    #[serde(default)]
    pub(crate) pages: bool,
    get: Option<Map<String, Value>>,
    post: Option<Map<String, Value>>,
    put: Option<Map<String, Value>>,
    patch: Option<Map<String, Value>>,
    delete: Option<Map<String, Value>>,
}

impl Area {
    /// Reads a table.
    pub(crate) fn read(table: &str) -> Self {
        serde_json::from_str(table).expect("a test reads each table")
    }

    /// Adds the endpoints and components of a further table.
    pub(crate) fn with(mut self, table: &str) -> Self {
        let further: FurtherTable = serde_json::from_str(table).expect("a test reads each table");
        self.endpoints.extend(further.endpoints);
        merge(&mut self.components, &further.components);
        self
    }

    /// Adds a schema that is made from code.
    pub(crate) fn with_schema(mut self, name: &str, schema: Value) -> Self {
        merge_kind(&mut self.components, "schemas", [(name.to_owned(), schema)]);
        self
    }
}

/// Adds components by kind and name.
pub(crate) fn merge(components: &mut Map<String, Value>, added: &Map<String, Value>) {
    for (kind, named) in added {
        if let Value::Object(named) = named {
            merge_kind(components, kind, named.clone());
        }
    }
}

fn merge_kind(
    components: &mut Map<String, Value>,
    kind: &str,
    added: impl IntoIterator<Item = (String, Value)>,
) {
    let all = components.entry(kind).or_insert_with(|| json!({}));
    if let Value::Object(all) = all {
        all.extend(added);
    }
}

impl EndpointEntry {
    /// Returns the operations by their methods, in the order of the header `Allow`.
    pub(crate) fn operations(&self) -> impl Iterator<Item = (&'static str, &Map<String, Value>)> {
        let all = [
            ("GET", &self.get),
            ("POST", &self.post),
            ("PUT", &self.put),
            ("PATCH", &self.patch),
            ("DELETE", &self.delete),
        ];
        all.into_iter()
            .filter_map(|(method, operation)| Some((method, operation.as_ref()?)))
    }

    /// Returns the methods, separated by commas.
    pub(crate) fn methods(&self) -> String {
        let names: Vec<&str> = self.operations().map(|(method, _)| method).collect();
        names.join(", ")
    }
}

/// Checks a table against the router: `variants` are the names of all endpoints, `variant_of` returns
/// the one of a path, and `sources` are the files in which the router has its paths.
#[cfg(test)]
pub(crate) fn check(
    area: &Area,
    variants: &[&str],
    variant_of: impl Fn(&str) -> Option<&'static str>,
    sources: &[&str],
) {
    for variant in variants {
        let mut entries = area.endpoints.iter();
        assert!(
            entries.any(|entry| entry.endpoint == *variant),
            "the table has no entry of {variant}"
        );
    }
    let mut samples = Vec::new();
    for entry in &area.endpoints {
        for template in &entry.paths {
            let sample = sample_path(area, entry, template);
            assert_eq!(
                variant_of(&sample),
                Some(&*entry.endpoint),
                "{template} is no path of {}",
                entry.endpoint
            );
            samples.push(sample);
        }
    }
    for path in sources.iter().flat_map(|source| paths_in(source)) {
        let is_described = samples.iter().any(|sample| {
            let is_within = path.ends_with('/') && sample.contains(path);
            is_within || sample.ends_with(path)
        });
        assert!(is_described, "the table has no entry of the path {path}");
    }
}

/// Returns a path with the examples of its parameters.
#[cfg(test)]
pub(crate) fn sample_path(area: &Area, entry: &EndpointEntry, template: &str) -> String {
    let mut path = template.to_owned();
    for parameter in &entry.parameters {
        let reference = parameter["$ref"].as_str();
        let shared = reference.and_then(|reference| reference.rsplit('/').next());
        let parameter = shared.map_or(parameter, |name| &area.components["parameters"][name]);
        if parameter["in"] == "path" {
            let name = parameter["name"].as_str().expect("a parameter has a name");
            let example = parameter["example"].as_str();
            let example = example.unwrap_or_else(|| panic!("{name} of {template} has no example"));
            path = path.replace(&format!("{{{name}}}"), example);
        }
    }
    assert!(!path.contains('{'), "{template} has an unknown parameter");
    path
}

/// Returns the texts of a source that are paths.
#[cfg(test)]
fn paths_in(source: &str) -> impl Iterator<Item = &str> {
    let code = source.split("#[cfg(test)]").next().unwrap_or_default();
    code.lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .flat_map(|line| line.split('"').skip(1).step_by(2))
        .filter(|text| text.len() > 1 && text.starts_with('/'))
}

/// Returns the names of the variants of an endpoint, and a function from an endpoint to its name. A
/// variant that is missing here does not compile.
#[cfg(test)]
macro_rules! variants {
    ($endpoint:ident: $(
        $(#[$attribute:meta])* $variant:ident $(($($ignored:tt)+))? $({$($fields:tt)+})?
    ),+ $(,)?) => {{
        fn name(endpoint: &$endpoint<'_>) -> &'static str {
            match endpoint {
                $(
                    $(#[$attribute])*
                    $endpoint::$variant $(($($ignored)+))? $({$($fields)+})? => stringify!($variant),
                )+
            }
        }
        let names: &[&str] = &[$($(#[$attribute])* stringify!($variant)),+];
        (names, name)
    }};
}
#[cfg(test)]
pub(crate) use variants;
