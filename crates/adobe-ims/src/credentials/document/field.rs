//! The value of one field of a document.

use core::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::util::secret::Secret;

/// The value of a field. A value of the wrong type is reported together with the missing ones and never quoted.
#[derive(Clone, Debug, Default)]
pub(super) enum Field {
    #[default]
    Missing,
    Text(Secret),
    List(Vec<Secret>),
    /// The name of the type, for a message.
    WrongType(&'static str),
}

impl Field {
    pub(super) fn text(text: impl Into<Secret>) -> Self {
        Self::Text(text.into())
    }

    /// Returns true if the field has a value, even a wrong one.
    pub(super) fn is_present(&self) -> bool {
        match self {
            Self::Missing => false,
            Self::Text(text) => !text.expose().trim().is_empty(),
            Self::List(list) => list.iter().any(|text| !text.expose().trim().is_empty()),
            Self::WrongType(_) => true,
        }
    }

    /// Returns true if both have the same text or the same list of texts.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        let texts = |field: &Self| -> Vec<Secret> {
            match field {
                Self::Text(text) => vec![text.clone().trimmed()],
                Self::List(list) => list.iter().cloned().map(Secret::trimmed).collect(),
                Self::Missing | Self::WrongType(_) => Vec::new(),
            }
        };
        let (one, two) = (texts(self), texts(other));
        one.iter()
            .map(Secret::expose)
            .eq(two.iter().map(Secret::expose))
    }

    /// Takes over the other value if that is present.
    pub(super) fn replace(&mut self, other: Self) {
        if other.is_present() {
            *self = other;
        }
    }

    /// Adds a text to the list. A value that is no list is replaced.
    pub(super) fn push(&mut self, text: Secret) {
        match self {
            Self::List(list) => list.push(text),
            _ => *self = Self::List(vec![text]),
        }
    }

    /// Joins a list to one text, for fields that may be a list of lines.
    pub(super) fn joined(self, separator: &str) -> Self {
        match self {
            Self::List(list) => {
                let exposed: Vec<_> = list.iter().map(Secret::expose).collect();
                Self::Text(Secret::new(exposed.join(separator)))
            }
            other => other,
        }
    }
}

/// Returns a text of a document that is not secret.
pub(super) fn plain(text: &Secret) -> String {
    text.expose().to_owned()
}

impl<'de> Deserialize<'de> for Field {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(FieldVisitor)
    }
}

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
        Ok(Field::WrongType("true or false"))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Field, E> {
        Ok(Field::WrongType("a number"))
    }

    fn visit_u64<E>(self, _: u64) -> Result<Field, E> {
        Ok(Field::WrongType("a number"))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Field, E> {
        Ok(Field::WrongType("a number"))
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
            Field::List(lines)
        } else {
            Field::WrongType("a list of mixed things")
        })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Field, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Field::WrongType("an object"))
    }
}
