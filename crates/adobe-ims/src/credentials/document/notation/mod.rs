//! The notations in which documents are written: each becomes a tree or a set of variables.

mod curl;
mod hjson;
mod ini;
mod json;
mod yaml_text;
mod yaml;
mod other_file;

pub(super) use other_file::{is_other_file, of_bytes};

use zeroize::Zeroizing;

use super::env_file;
use super::facts::Notation;
use super::json_damage::JsonDamage;
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
    /// Another text, which was quoted or encoded, and how.
    Text(Zeroizing<String>, &'static str),
}

/// A text that was read.
pub(super) struct Reading {
    pub(super) content: Content,
    /// The notation; `None` for a text around another one.
    pub(super) notation: Option<Notation>,
    /// The reason why a text that begins as JSON does is none.
    pub(super) damage: Option<JsonDamage>,
}

impl Reading {
    fn new(content: Content, notation: Notation) -> Self {
        Self {
            content,
            notation: Some(notation),
            damage: None,
        }
    }
}

/// Reads a text in the notation that it has. Blanks before it count for the lines in messages only.
///
/// # Errors
/// [`Problem::DocumentNotJson`] and [`Problem::DocumentUnknown`], which say what the text looks like.
pub(super) fn read(whole: &str) -> Result<Reading> {
    let text = whole.trim_start();
    if let Some((inner, wrapping)) = unwrapped(text) {
        return Ok(Reading {
            content: Content::Text(inner, wrapping),
            notation: None,
            damage: None,
        });
    }
    if let Some(content) = other_file::of_a_program(text) {
        return Err(is(Problem::DocumentNotJson, content));
    }
    if text.starts_with('{') {
        return object(whole);
    }
    if variables::is_env_file(text) {
        let content = Content::Variables(assignments(text));
        return Ok(Reading::new(content, Notation::EnvFile));
    }
    if let Some(map) = ini::read(text) {
        return Ok(Reading::new(Content::Map(map), Notation::Ini));
    }
    if curl::is_curl(text) {
        let map = curl::read(text)?;
        return Ok(Reading::new(Content::Map(map), Notation::Curl));
    }
    if let Some(content) = other_file::find(text) {
        return Err(is(Problem::DocumentNotJson, content));
    }
    if yaml::is_yaml(text) {
        return of_yaml(whole);
    }
    of_json(whole)
}

fn of_yaml(whole: &str) -> Result<Reading> {
    let text = whole.trim_start();
    match yaml::read(whole) {
        Ok(Node::Map(map)) => Ok(Reading::new(Content::Map(map), Notation::Yaml)),
        Ok(_) => Err(no_object("YAML")),
        // A line of JSON may look like one of YAML.
        Err(refused) if !text.starts_with('"') => Err(unreadable("YAML", &refused)),
        Err(refused) => Err(match other_file::around_json(text) {
            Some(content) => is(Problem::DocumentNotJson, content),
            None => unreadable("YAML", &refused),
        }),
    }
}

/// Reads JSON that is no object, or a text that is neither.
fn of_json(whole: &str) -> Result<Reading> {
    let text = whole.trim_start();
    match json::read(whole) {
        // A list with one document.
        Ok((Node::List(list), damage)) => match list.as_slice() {
            [Node::Map(map)] => Ok(Reading {
                damage,
                ..Reading::new(Content::Map(map.clone()), Notation::Json)
            }),
            [Node::Map(_), ..] => {
                let content = "a list of several objects";
                Err(is(Problem::DocumentUnknown, content).with_hint("Pass one of them."))
            }
            _ => Err(no_object("JSON")),
        },
        Ok(_) => Err(no_object("JSON")),
        Err(_) if has_assignments(text) => {
            let content = Content::Variables(assignments(text));
            Ok(Reading::new(content, Notation::EnvFile))
        }
        Err(error) => Err(match other_file::around_json(text) {
            Some(content) => is(Problem::DocumentNotJson, content),
            None => not_json(whole, &error),
        }),
    }
}

/// Reads an object of JSON or Hjson. An error about JSON says the line and the column.
fn object(whole: &str) -> Result<Reading> {
    let (node, notation, damage) = match json::read(whole) {
        Ok((node, damage)) => (node, Notation::Json, damage),
        Err(error) if error.is_data() => return Err(not_json(whole, &error)),
        Err(error) => {
            let damage = JsonDamage::of(whole, &error);
            // Hjson would take such quotes for a part of the names.
            if damage.what == JsonDamage::TYPOGRAPHIC {
                return Err(not_json(whole, &error));
            }
            let node = hjson::read(whole).map_err(|refused| {
                if hjson::is_hjson(whole.trim_start()) {
                    unreadable("Hjson", &refused)
                } else {
                    not_json(whole, &error)
                }
            })?;
            (node, Notation::Hjson, Some(damage))
        }
    };
    match node {
        Node::Map(map) => Ok(Reading {
            damage,
            ..Reading::new(Content::Map(map), notation)
        }),
        _ => Err(no_object("JSON")),
    }
}

fn is(problem: Problem, content: &str) -> Error {
    Error::new(problem, format!("the credential document is {content}"))
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

/// Returns the document inside of a JSON string or of base64, as secret stores and pipelines hold it, and what is around
/// it.
fn unwrapped(text: &str) -> Option<(Zeroizing<String>, &'static str)> {
    if text.is_empty() || text.starts_with('{') {
        return None;
    }
    // A shell or an environment file may have left its quotes.
    for quote in ['\'', '"'] {
        let inner = text
            .strip_prefix(quote)
            .and_then(|text| text.strip_suffix(quote));
        if let Some(inner) = inner.filter(|inner| inner.trim_start().starts_with("{\"")) {
            return Some((Zeroizing::new(inner.to_owned()), "quotes"));
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
        return Some((plain.filter(is_document)?, "a text of JSON"));
    }
    let bytes = pem::base64(text).ok()?;
    let inner = pem::decode(&bytes)?;
    let inner = Some(Zeroizing::new(inner.to_owned()));
    Some((inner.filter(is_document)?, "base64"))
}
