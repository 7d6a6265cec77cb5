//! The JSON object that options are.

use serde_json::{Map, Value};

use crate::error::{Error, FormsProblem, Result};

/// The members of an option object.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct OptionObject(Map<String, Value>);

impl OptionObject {
    pub(crate) fn set(&mut self, name: &str, value: Value) {
        self.0.insert(name.to_owned(), value);
    }

    /// Adds the members of `json` that the object lacks, within objects, too.
    ///
    /// # Errors
    /// [`FormsProblem::OptionsMalformed`] unless it is a JSON object.
    pub(crate) fn over_json(mut self, json: &str) -> Result<Self> {
        let json = json.trim_start_matches('\u{feff}');
        let base: Value = serde_json::from_str(json).map_err(|error| {
            let (line, column) = (error.line(), error.column());
            let message = format!("the options are no JSON (line {line}, column {column})");
            Error::new(FormsProblem::OptionsMalformed, message).with_source(error)
        })?;
        let Value::Object(base) = base else {
            let message = "the options are JSON, but no object";
            return Err(Error::new(FormsProblem::OptionsMalformed, message));
        };
        add_missing(&mut self.0, base);
        Ok(self)
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn to_value(&self) -> Value {
        Value::Object(self.0.clone())
    }

    pub(crate) fn to_json(&self) -> String {
        self.to_value().to_string()
    }
}

impl From<Map<String, Value>> for OptionObject {
    fn from(members: Map<String, Value>) -> Self {
        Self(members)
    }
}

/// serde_json reads no more than 128 levels, so the recursion ends.
fn add_missing(object: &mut Map<String, Value>, base: Map<String, Value>) {
    for (name, value) in base {
        match (object.get_mut(&name), value) {
            (Some(Value::Object(own)), Value::Object(base)) => add_missing(own, base),
            (Some(_), _) => {}
            (None, value) => drop(object.insert(name, value)),
        }
    }
}

/// Defines a type of options: its constructors, a setter for each option, and the JSON.
macro_rules! option_type {
    ($(#[$doc:meta])* $name:ident { $($(#[$setter_doc:meta])* $setter:ident: $kind:tt $option:literal;)* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq)]
        pub struct $name(OptionObject);

        impl $name {
            $(option_type!(@setter $(#[$setter_doc])* $setter $kind $option);)*

            /// Adds the members of a JSON object that these options do not have. Members that this program does not know
            /// are kept.
            ///
            /// # Errors
            /// [`FormsProblem::OptionsMalformed`](crate::error::FormsProblem::OptionsMalformed) unless it is a JSON object.
            pub fn over_json(self, json: &str) -> Result<Self> {
                self.0.over_json(json).map(Self)
            }

            /// Returns the options as a JSON object.
            pub fn to_json(&self) -> String {
                self.0.to_json()
            }

            pub(crate) fn object(&self) -> &OptionObject {
                &self.0
            }
        }
    };
    (@setter $(#[$doc:meta])* $setter:ident text $option:literal) => {
        $(#[$doc])*
        #[must_use]
        pub fn $setter(mut self, value: impl Into<String>) -> Self {
            self.0.set($option, Value::String(value.into()));
            self
        }
    };
    (@setter $(#[$doc:meta])* $setter:ident ($kind:ty) $option:literal) => {
        $(#[$doc])*
        #[must_use]
        pub fn $setter(mut self, value: $kind) -> Self {
            self.0.set($option, Value::from(value));
            self
        }
    };
}

pub(super) use option_type;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_of_the_base_are_added_where_they_are_missing() {
        let mut object = OptionObject::default();
        object.set("a", Value::from(1));
        object.set("inner", serde_json::json!({"x": 1}));
        let json = "\u{feff}{\"a\":2,\"b\":[3],\"inner\":{\"x\":2,\"y\":{\"z\":1}},\"é\":null}";
        let merged = object.over_json(json).unwrap();
        assert_eq!(
            merged.to_json(),
            r#"{"a":1,"b":[3],"inner":{"x":1,"y":{"z":1}},"é":null}"#
        );
    }

    #[test]
    fn options_that_are_no_object_are_refused() {
        let deep = "[".repeat(100_000);
        for json in ["", "[]", "1", "{\"a\":", "{\"a\":1}x", "<a/>", &deep] {
            let error = OptionObject::default().over_json(json).unwrap_err();
            assert_eq!(
                error.cause(),
                FormsProblem::OptionsMalformed.into(),
                "{json}"
            );
        }
    }
}
