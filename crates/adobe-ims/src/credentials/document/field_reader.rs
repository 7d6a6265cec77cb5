use std::borrow::Cow;

use super::field::Field;
use crate::error::{Error, Problem, Result};
use crate::util::secret::Secret;
use crate::value::{self, Content, FieldNote, ValueKind};

/// Reads the fields of a document and collects what is missing or wrong, for one message.
pub(super) struct FieldReader {
    prefix: Cow<'static, str>,
    missing: Vec<String>,
    wrong: Vec<String>,
    /// Fields that hold what cannot be right.
    invalid: Vec<(String, Content)>,
    /// The repairs of values, and their oddities.
    notes: Vec<FieldNote>,
}

impl FieldReader {
    /// Creates a reader. `prefix` stands before each name in a message: `integration.` or nothing.
    pub(super) fn new(prefix: impl Into<Cow<'static, str>>) -> Self {
        Self {
            prefix: prefix.into(),
            missing: Vec::new(),
            wrong: Vec::new(),
            invalid: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// Returns a required value of this kind, repaired.
    pub(super) fn value(&mut self, kind: ValueKind, name: &str, field: Field) -> Secret {
        let text = self.text(name, field);
        let was_empty = text.is_empty();
        let value = self.checked(kind, name, &text);
        if value.is_empty() && !was_empty {
            self.report_missing(name);
        }
        value
    }

    /// Returns an optional value of this kind, repaired.
    pub(super) fn optional_value(
        &mut self,
        kind: ValueKind,
        name: &str,
        field: Field,
    ) -> Option<Secret> {
        let text = Self::optional(field)?;
        Some(self.checked(kind, name, &text)).filter(|text| !text.is_empty())
    }

    /// Returns one or more required values of this kind, repaired: those of [`texts`](Self::texts), or the elements of
    /// a list in the style of JavaScript.
    pub(super) fn values(&mut self, kind: ValueKind, name: &str, field: Field) -> Vec<Secret> {
        let mut values: Vec<Secret> = Vec::new();
        for text in self.texts(name, field) {
            let list = value::split_list(text.expose()).unwrap_or_else(|| vec![text]);
            for text in list {
                let value = self.checked(kind, name, &text);
                let is_known = values.iter().any(|known| known.expose() == value.expose());
                if !value.is_empty() && !is_known {
                    values.push(value);
                }
            }
        }
        if values.is_empty() {
            self.report_missing(name);
        }
        values
    }

    /// Returns the texts of a list of scopes or metascopes, each of which may be a list again.
    pub(super) fn lists(&mut self, name: &str, field: Field) -> Vec<Secret> {
        let texts = self.texts(name, field).into_iter();
        texts
            .map(|text| self.checked(ValueKind::Scopes, name, &text))
            .collect()
    }

    fn checked(&mut self, kind: ValueKind, name: &str, text: &Secret) -> Secret {
        let name = format!("{}{name}", self.prefix);
        match value::read(kind, text.expose()) {
            Ok(value) => {
                self.notes.extend(value.notes.iter().map(|&note| FieldNote {
                    field: name.clone(),
                    note,
                }));
                value.text
            }
            Err(content) => {
                self.invalid.push((name, content));
                Secret::default()
            }
        }
    }

    /// Takes what was repaired and what is odd so far.
    pub(super) fn take_notes(&mut self) -> Vec<FieldNote> {
        std::mem::take(&mut self.notes)
    }

    /// Returns the error for fields that hold what cannot be right; `None` if there are none. `place` is where the
    /// fields are, for a document.
    pub(super) fn refusal(&self, place: Option<&str>) -> Option<Error> {
        let ((name, last), others) = self.invalid.split_last()?;
        let place = match place {
            Some(place) => format!(" of {place}"),
            None => String::new(),
        };
        let mut before = String::new();
        let mut advice: Vec<&str> = Vec::new();
        for (name, content) in others {
            before.push_str(&format!("{name}{place} holds {content}; "));
            if content.advice() != last.advice() && !advice.contains(&content.advice()) {
                advice.push(content.advice());
            }
        }
        let error = value::refusal(&format!("{before}{name}{place}"), *last);
        Some(advice.into_iter().fold(error, Error::with_hint))
    }

    fn is_reported(&self, name: &str) -> bool {
        let path = format!("{}{name}", self.prefix);
        let is_path = |complaint: &String| complaint.starts_with(&path);
        self.missing.iter().any(is_path)
            || self.wrong.iter().any(is_path)
            || self.invalid.iter().any(|(name, _)| *name == path)
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
        if !self.is_reported(name) {
            self.missing.push(format!("{}{name}", self.prefix));
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
    /// [`Problem::DocumentIncomplete`]; [`Problem::ValueInvalid`].
    pub(super) fn finish(self) -> Result<()> {
        if let Some(error) = self.refusal(Some("the credential document")) {
            return Err(error);
        }
        match self.complaint() {
            None => Ok(()),
            Some(complaint) => Err(Error::new(
                Problem::DocumentIncomplete,
                format!("the credential document is incomplete; {complaint}"),
            )),
        }
    }
}
