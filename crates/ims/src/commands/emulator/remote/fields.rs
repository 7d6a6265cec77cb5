//! The JSON objects that the emulator answers with, as text for people.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde::ser::{Serialize, Serializer};
use serde_json::Value;

use crate::console::rows::clean;
use crate::console::table::aligned;

/// The fields of an object, in the order in which the emulator sent them.
#[derive(Debug, Default)]
pub(super) struct Fields(Vec<(String, Json)>);

/// JSON whose objects keep their order.
#[derive(Debug, serde::Deserialize, serde::Serialize)]
#[serde(untagged)]
pub(super) enum Json {
    Object(Fields),
    List(Vec<Json>),
    Scalar(Value),
}

impl Fields {
    /// Returns the value of a field, in one line unless it is a text of several.
    pub(super) fn get(&self, name: &str) -> Option<String> {
        let field = self.0.iter().find(|(known, _)| known == name);
        field.map(|(_, value)| value.to_string())
    }

    /// Returns the names of the fields.
    pub(super) fn names(&self) -> Vec<&str> {
        self.0.iter().map(|(name, _)| name.as_str()).collect()
    }

    /// Returns a line for each field, or indented JSON if a field holds a list or an object.
    pub(super) fn text(&self) -> String {
        let is_scalar = |(_, value): &(String, Json)| matches!(value, Json::Scalar(_));
        if !self.0.iter().all(is_scalar) {
            return serde_json::to_string_pretty(self).unwrap_or_default();
        }
        let rows = self.0.iter();
        let rows = rows.map(|(name, value)| [clean(name), clean(&value.to_string())]);
        aligned(&rows.collect::<Vec<_>>())
    }

    /// Returns the fields in one line: `path=/ims/token/* times=2`, and for `true` the name alone.
    pub(super) fn line(&self) -> String {
        let pairs = self.0.iter().map(|(name, value)| match value {
            Json::Scalar(Value::Bool(true)) => name.clone(),
            value => format!("{name}={value}"),
        });
        pairs.collect::<Vec<_>>().join(" ")
    }
}

/// A text as it is, a whole number without its fraction, and other values as JSON in one line.
impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scalar(Value::String(text)) => f.write_str(text),
            Self::Scalar(Value::Number(number)) => {
                let text = number.to_string();
                f.write_str(text.strip_suffix(".0").unwrap_or(&text))
            }
            other => f.write_str(&serde_json::to_string(other).map_err(|_| fmt::Error)?),
        }
    }
}

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(FieldsVisitor)
    }
}

impl Serialize for Fields {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

struct FieldsVisitor;

impl<'de> Visitor<'de> for FieldsVisitor {
    type Value = Fields;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
        let mut fields = Vec::new();
        while let Some(field) = map.next_entry()? {
            fields.push(field);
        }
        Ok(Fields(fields))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(json: &str) -> Fields {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn fields_keep_their_order_and_obey_no_terminal() {
        let flat = fields(r#"{"now":"a\u001b[31m","rate":60.0,"at":1.5,"none":null,"on":true}"#);
        let lines = "now   a\u{fffd}[31m\nrate  60\nat    1.5\nnone  null\non    true";
        assert_eq!(flat.text(), lines);
        assert_eq!(flat.line(), "now=a\u{1b}[31m rate=60 at=1.5 none=null on");
        let nested = fields(r#"{"z":1,"b":{"y":[1.0],"a":"ü"}}"#);
        assert_eq!(nested.get("b").unwrap(), r#"{"y":[1.0],"a":"ü"}"#);
        assert!(nested.text().starts_with("{\n  \"z\": 1,\n  \"b\": {\n"));
        assert!(serde_json::from_str::<Fields>("[]").is_err());
    }
}
