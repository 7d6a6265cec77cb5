//! Fields of documents: what may stand in one, and one message for all that do not.

use core::fmt;
use std::borrow::Cow;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::error::Category;

use crate::error::Problem;
use crate::error::{Error, Result};
use crate::util::secret::Secret;

/// What stands in a field, whatever it is: a wrong type is reported with the missing ones and
/// never quoted.
#[derive(Clone, Debug, Default)]
pub(super) enum Field {
    #[default]
    Missing,
    Text(Secret),
    Lines(Vec<Secret>),
    Other(&'static str),
}

impl Field {
    pub(super) fn text(text: impl Into<Secret>) -> Self {
        Self::Text(text.into())
    }

    /// Whether it says something, be it nonsense.
    pub(super) fn is_present(&self) -> bool {
        match self {
            Self::Missing => false,
            Self::Text(text) => !text.expose().trim().is_empty(),
            Self::Lines(lines) => lines.iter().any(|line| !line.expose().trim().is_empty()),
            Self::Other(_) => true,
        }
    }

    /// Takes the place of another, if it says something.
    pub(super) fn over(self, other: &mut Self) {
        if self.is_present() {
            *other = self;
        }
    }

    /// Adds one more to a list.
    pub(super) fn push(&mut self, text: Secret) {
        match self {
            Self::Lines(lines) => lines.push(text),
            _ => *self = Self::Lines(vec![text]),
        }
    }

    /// For fields that may also be a list of lines: those, as one text.
    pub(super) fn joined(self, separator: &str) -> Self {
        match self {
            Self::Lines(lines) => {
                let exposed: Vec<_> = lines.iter().map(Secret::expose).collect();
                Self::Text(Secret::new(exposed.join(separator)))
            }
            other => other,
        }
    }
}

/// Collects what is wrong with a document, so that it can be said in one message.
pub(super) struct Fields {
    prefix: Cow<'static, str>,
    missing: Vec<String>,
    wrong: Vec<String>,
}

impl Fields {
    /// `prefix` is what stands before each name in a message: `integration.` or nothing.
    pub(super) fn new(prefix: impl Into<Cow<'static, str>>) -> Self {
        Self {
            prefix: prefix.into(),
            missing: Vec::new(),
            wrong: Vec::new(),
        }
    }

    /// A text that must be there; empty counts as missing. White space around it is dropped.
    pub(super) fn text(&mut self, name: &str, field: Field) -> Secret {
        match field {
            Field::Text(text) => self.not_empty(name, text.trimmed()),
            Field::Lines(_) => self.is_wrong(name, "a list"),
            Field::Other(what) => self.is_wrong(name, what),
            Field::Missing => self.not_empty(name, Secret::default()),
        }
    }

    /// A text that may be missing. One of another type is not used either.
    pub(super) fn optional(field: Field) -> Option<Secret> {
        match field {
            Field::Text(text) => Some(text.trimmed()).filter(|text| !text.is_empty()),
            _ => None,
        }
    }

    /// One text or several: a list, such a list as JSON in a text, or a text alone. At least one must
    /// be there; white space around them is dropped, and so are those that are empty.
    pub(super) fn texts(&mut self, name: &str, field: Field) -> Vec<Secret> {
        let list = match field {
            Field::Missing => Vec::new(),
            Field::Lines(list) => list,
            Field::Text(text) => vec![text],
            Field::Other(what) => {
                self.is_wrong(name, what);
                return Vec::new();
            }
        };
        let list = list
            .into_iter()
            .flat_map(|text| match serde_json::from_str(text.expose()) {
                Ok(Field::Lines(list)) => list,
                _ => vec![text],
            });
        let mut texts: Vec<Secret> = Vec::new();
        for text in list.map(Secret::trimmed) {
            if !text.is_empty() && !texts.iter().any(|known| known.expose() == text.expose()) {
                texts.push(text);
            }
        }
        if texts.is_empty() {
            self.is_missing_unless_named(name);
        }
        texts
    }

    /// An object that should hold fields, was something else.
    pub(super) fn is_wrong(&mut self, name: &str, what: &str) -> Secret {
        self.wrong
            .push(format!("{}{name} is {what} instead of text", self.prefix));
        Secret::default()
    }

    /// A text that is there, but holds nothing of use.
    pub(super) fn is_missing_unless_named(&mut self, name: &str) {
        let path = format!("{}{name}", self.prefix);
        let named = |complaint: &String| complaint.starts_with(&path);
        if !self.missing.iter().any(named) && !self.wrong.iter().any(named) {
            self.missing.push(path);
        }
    }

    fn not_empty(&mut self, name: &str, text: Secret) -> Secret {
        if text.is_empty() {
            self.missing.push(format!("{}{name}", self.prefix));
        }
        text
    }

    /// Whether this one was found missing.
    pub(super) fn lacks(&self, name: &str) -> bool {
        let named = |path: &String| path.strip_prefix(&*self.prefix) == Some(name);
        self.missing.iter().any(named)
    }

    /// What is missing or wrong, in one line.
    pub(super) fn complaint(self) -> Option<String> {
        let mut complaints = Vec::new();
        if !self.missing.is_empty() {
            complaints.push(format!("missing or empty: {}", self.missing.join(", ")));
        }
        complaints.extend(self.wrong);
        (!complaints.is_empty()).then(|| complaints.join("; "))
    }

    /// One error for all that is missing or wrong in a document.
    pub(super) fn finish(self) -> Result<()> {
        match self.complaint() {
            None => Ok(()),
            Some(complaint) => Err(Error::new(
                Problem::DocumentIncomplete,
                format!("the credential document is incomplete; {complaint}"),
            )),
        }
    }
}

/// JSON that cannot be parsed. The parser's texts for syntax quote nothing of the document; its
/// texts for data would, so those are not used.
pub(super) fn not_json(error: &serde_json::Error) -> Error {
    let (line, column) = (error.line(), error.column());
    match error.classify() {
        Category::Syntax => {
            let text = error.to_string();
            let reason = text.split(" at line").next().unwrap_or_default();
            Error::new(
                Problem::DocumentNotJson,
                format!(
                    "the credential document is not JSON: {reason} at line {line}, column {column}"
                ),
            )
        }
        Category::Data => {
            // The name is one of ours; what else the parser says here would quote the document.
            let text = error.to_string();
            let twice = text
                .strip_prefix("duplicate field `")
                .and_then(|rest| rest.split_once('`'));
            let what = match twice {
                Some((name, _)) => format!("the credential document gives {name} twice"),
                None => "the credential document has an unexpected value".to_owned(),
            };
            Error::new(
                Problem::DocumentUnknown,
                format!("{what}, at line {line}, column {column}"),
            )
        }
        Category::Eof | Category::Io => Error::new(
            Problem::DocumentNotJson,
            format!("the credential document ends in the middle, at line {line}, column {column}"),
        ),
    }
}

impl<'de> Deserialize<'de> for Field {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct FieldVisitor;

        impl<'de> Visitor<'de> for FieldVisitor {
            type Value = Field;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value")
            }

            fn visit_str<E>(self, text: &str) -> Result<Field, E> {
                Ok(Field::Text(Secret::new(text)))
            }

            fn visit_string<E>(self, text: String) -> Result<Field, E> {
                Ok(Field::Text(Secret::new(text)))
            }

            fn visit_unit<E>(self) -> Result<Field, E> {
                Ok(Field::Missing)
            }

            fn visit_bool<E>(self, _: bool) -> Result<Field, E> {
                Ok(Field::Other("true or false"))
            }

            fn visit_i64<E>(self, _: i64) -> Result<Field, E> {
                Ok(Field::Other("a number"))
            }

            fn visit_u64<E>(self, _: u64) -> Result<Field, E> {
                Ok(Field::Other("a number"))
            }

            fn visit_f64<E>(self, _: f64) -> Result<Field, E> {
                Ok(Field::Other("a number"))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Field, A::Error> {
                let mut lines = Vec::new();
                let mut all_text = true;
                while let Some(item) = list.next_element::<Field>()? {
                    match item {
                        Field::Text(line) => lines.push(line),
                        _ => all_text = false,
                    }
                }
                Ok(if all_text {
                    Field::Lines(lines)
                } else {
                    Field::Other("a list of mixed things")
                })
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Field, A::Error> {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Field::Other("an object"))
            }
        }

        deserializer.deserialize_any(FieldVisitor)
    }
}

/// A text of the document that is no secret.
pub(super) fn plain(text: &Secret) -> String {
    text.expose().to_owned()
}
