//! The notations in which documents are written: each becomes a tree or a set of variables.

mod curl;
mod hjson;
mod ini;
mod json;
mod yaml_text;
mod yaml;

use zeroize::Zeroizing;

use super::env_file;
use super::json_error::not_json;
use super::node::{Map, Node};
use super::variables::{self, Variables};
use crate::error::{Error, Problem, Result};
use crate::util::pem;

/// The place where a reader stopped, and why. It quotes nothing of the text.
#[derive(Debug)]
pub(super) struct Refused {
    line: usize,
    reason: &'static str,
}

/// The content of a text.
pub(super) enum Content {
    Map(Map),
    Variables(Variables),
    /// Another text, which was quoted or encoded.
    Text(Zeroizing<String>),
}

/// Reads a text in the notation that it has.
///
/// # Errors
/// [`Problem::DocumentNotJson`] and [`Problem::DocumentUnknown`], which say what the text looks like.
pub(super) fn read(text: &str) -> Result<Content> {
    if let Some(inner) = unwrapped(text) {
        return Ok(Content::Text(inner));
    }
    if text.starts_with('{') {
        return object(text);
    }
    if variables::is_env_file(text) {
        return Ok(Content::Variables(assignments(text)));
    }
    if let Some(map) = ini::read(text) {
        return Ok(Content::Map(map));
    }
    if curl::is_curl(text) {
        return curl::read(text).map(Content::Map);
    }
    if let Some(error) = other_file(text) {
        return Err(error);
    }
    if yaml::is_yaml(text) {
        return match yaml::read(text) {
            Ok(Node::Map(map)) => Ok(Content::Map(map)),
            Ok(_) => Err(no_object("YAML")),
            Err(refused) => Err(unreadable("YAML", &refused)),
        };
    }
    match json::read(text) {
        // A list with one document.
        Ok(Node::List(list)) => match list.as_slice() {
            [Node::Map(map)] => Ok(Content::Map(map.clone())),
            [Node::Map(_), ..] => {
                let message = "the credential document is a list of several objects";
                Err(Error::new(Problem::DocumentUnknown, message).with_hint("Pass one of them."))
            }
            _ => Err(no_object("JSON")),
        },
        Ok(_) => Err(no_object("JSON")),
        Err(_) if has_assignments(text) => Ok(Content::Variables(assignments(text))),
        Err(error) => Err(not_json(&error)),
    }
}

/// Reads an object of JSON or Hjson. An error about JSON says the line and the column.
fn object(text: &str) -> Result<Content> {
    let node = match json::read(text) {
        Ok(node) => node,
        Err(error) if error.is_data() => return Err(not_json(&error)),
        Err(error) => hjson::read(text).map_err(|refused| {
            if hjson::is_hjson(text) {
                unreadable("Hjson", &refused)
            } else {
                not_json(&error)
            }
        })?,
    };
    match node {
        Node::Map(map) => Ok(Content::Map(map)),
        _ => Err(no_object("JSON")),
    }
}

fn assignments(text: &str) -> Variables {
    env_file::assignments(text).into_iter().collect()
}

/// Returns true if most lines are assignments.
fn has_assignments(text: &str) -> bool {
    let lines = text.lines().filter(|line| !line.trim().is_empty()).count();
    2 * env_file::assignments(text).len() > lines
}

fn no_object(notation: &str) -> Error {
    let message = format!("the credential document is {notation}, but not an object");
    Error::new(Problem::DocumentUnknown, message)
}

fn unreadable(notation: &str, refused: &Refused) -> Error {
    let message = format!(
        "the credential document looks like {notation}, and it is not readable at line {}: {}",
        refused.line, refused.reason
    );
    Error::new(Problem::DocumentNotJson, message)
}

/// Returns the error of a file of a well-known kind that is no document.
fn other_file(text: &str) -> Option<Error> {
    let content = if text.is_empty() {
        "empty"
    } else if text.contains("-BEGIN ") && !text.contains("privateKey") && !yaml::is_yaml(text) {
        "a PEM file, a key or a certificate by itself, and not the JSON that holds them"
    } else if text.starts_with("eyJ") {
        "a token, not a document"
    } else if text.starts_with("<?xml") {
        "an XML file"
    } else if text.starts_with('<') && !text.starts_with("<<") {
        "a web page; it was probably saved from a console instead of downloaded"
    } else {
        return None;
    };
    let message = format!("the credential document is {content}");
    Some(Error::new(Problem::DocumentNotJson, message))
}

/// Returns the document inside of a JSON string or of base64, as secret stores and pipelines hold it.
fn unwrapped(text: &str) -> Option<Zeroizing<String>> {
    if text.is_empty() || text.starts_with('{') {
        return None;
    }
    // A shell or an environment file may have left its quotes.
    for quote in ['\'', '"'] {
        let inner = text
            .strip_prefix(quote)
            .and_then(|text| text.strip_suffix(quote));
        if let Some(inner) = inner.filter(|inner| inner.trim_start().starts_with("{\"")) {
            return Some(Zeroizing::new(inner.to_owned()));
        }
    }
    let is_document = |inner: &Zeroizing<String>| {
        let inner = inner.trim();
        inner.starts_with('{')
            || variables::is_env_file(inner)
            || yaml::is_yaml(inner)
            || unwrapped(inner).is_some()
    };
    // Each level is shorter, so that it ends. The text of a string has a quote at its start.
    if text.starts_with('"') {
        let plain = serde_json::from_str::<Zeroizing<String>>(text).ok();
        return plain.filter(is_document);
    }
    let bytes = pem::base64(text).ok()?;
    let inner = pem::decode(&bytes)?;
    Some(Zeroizing::new(inner.to_owned())).filter(is_document)
}
