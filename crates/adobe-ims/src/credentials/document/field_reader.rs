use std::borrow::Cow;

use super::field::Field;
use crate::error::{Error, Problem, Result};
use crate::util::secret::Secret;

/// Reads the fields of a document and collects what is missing or wrong, for one message.
pub(super) struct FieldReader {
    prefix: Cow<'static, str>,
    missing: Vec<String>,
    wrong: Vec<String>,
}

impl FieldReader {
    /// Creates a reader. `prefix` stands before each name in a message: `integration.` or nothing.
    pub(super) fn new(prefix: impl Into<Cow<'static, str>>) -> Self {
        Self {
            prefix: prefix.into(),
            missing: Vec::new(),
            wrong: Vec::new(),
        }
    }

    /// Returns a required text without white space around it. An empty text counts as missing.
    pub(super) fn text(&mut self, name: &str, field: Field) -> Secret {
        match field {
            Field::Text(text) => self.not_empty(name, text.trimmed()),
            Field::List(_) => self.wrong_type(name, "a list"),
            Field::WrongType(kind) => self.wrong_type(name, kind),
            Field::Missing => self.not_empty(name, Secret::default()),
        }
    }

    /// Returns an optional text. A value of another type counts as missing.
    pub(super) fn optional(field: Field) -> Option<Secret> {
        match field {
            Field::Text(text) => Some(text.trimmed()).filter(|text| !text.is_empty()),
            _ => None,
        }
    }

    /// Returns one or more required texts: from a list, from a list as JSON in a text, or from one text. White
    /// space around them is dropped. So are empty and repeated ones.
    pub(super) fn texts(&mut self, name: &str, field: Field) -> Vec<Secret> {
        let list = match field {
            Field::Missing => Vec::new(),
            Field::List(list) => list,
            Field::Text(text) => vec![text],
            Field::WrongType(kind) => {
                self.wrong_type(name, kind);
                return Vec::new();
            }
        };
        let list = list
            .into_iter()
            .flat_map(|text| match serde_json::from_str(text.expose()) {
                Ok(Field::List(list)) => list,
                _ => vec![text],
            });
        let mut texts: Vec<Secret> = Vec::new();
        for text in list.map(Secret::trimmed) {
            if !text.is_empty() && !texts.iter().any(|known| known.expose() == text.expose()) {
                texts.push(text);
            }
        }
        if texts.is_empty() {
            self.report_missing(name);
        }
        texts
    }

    /// Reports a field as missing, unless it has been reported.
    pub(super) fn report_missing(&mut self, name: &str) {
        let path = format!("{}{name}", self.prefix);
        let is_reported = |complaint: &String| complaint.starts_with(&path);
        if !self.missing.iter().any(is_reported) && !self.wrong.iter().any(is_reported) {
            self.missing.push(path);
        }
    }

    fn wrong_type(&mut self, name: &str, kind: &str) -> Secret {
        self.wrong
            .push(format!("{}{name} is {kind} instead of text", self.prefix));
        Secret::default()
    }

    fn not_empty(&mut self, name: &str, text: Secret) -> Secret {
        if text.is_empty() {
            self.missing.push(format!("{}{name}", self.prefix));
        }
        text
    }

    /// Returns true if this field was reported as missing.
    pub(super) fn is_missing(&self, name: &str) -> bool {
        let is_name = |path: &String| path.strip_prefix(&*self.prefix) == Some(name);
        self.missing.iter().any(is_name)
    }

    /// Returns one line with all that is missing or wrong; `None` if nothing is.
    pub(super) fn complaint(self) -> Option<String> {
        let mut complaints = Vec::new();
        if !self.missing.is_empty() {
            complaints.push(format!("missing or empty: {}", self.missing.join(", ")));
        }
        complaints.extend(self.wrong);
        (!complaints.is_empty()).then(|| complaints.join("; "))
    }

    /// Returns an error with all that is missing or wrong in the document.
    ///
    /// # Errors
    /// [`Problem::DocumentIncomplete`].
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
