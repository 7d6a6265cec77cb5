//! The JSON of a response, redacted and read field by field.

use serde_json::{Map, Value};

use crate::error::redact::Redactor;

/// The field of a product context that holds packed data. Packed data looks like a token and is none.
pub(super) const FULFILLABLE_DATA: &str = "fulfillable_data";

/// The first characters of gzip in base64.
const GZIP_IN_BASE64: &str = "H4sI";

/// Returns the JSON without the secrets of the request and of the answer, and without anything that looks like a token.
pub(super) fn redacted(value: Value, redactor: &Redactor) -> Value {
    match value {
        Value::String(text) => Value::String(redactor.redact(&text)),
        Value::Array(values) => values
            .into_iter()
            .map(|value| redacted(value, redactor))
            .collect(),
        Value::Object(fields) => Value::Object(
            fields
                .into_iter()
                .map(|(name, value)| {
                    let value = match &value {
                        Value::String(text)
                            if name == FULFILLABLE_DATA && is_packed(text, redactor) =>
                        {
                            value
                        }
                        _ => redacted(value, redactor),
                    };
                    (redactor.redact(&name), value)
                })
                .collect(),
        ),
        other => other,
    }
}

/// Returns a field that is a text and not empty.
pub(super) fn text(fields: &Map<String, Value>, name: &str) -> Option<String> {
    let text = fields.get(name)?.as_str()?;
    (!text.is_empty()).then(|| text.to_owned())
}

/// Returns the objects of a list.
pub(super) fn objects(value: Option<&Value>) -> impl Iterator<Item = &Map<String, Value>> {
    let values = value.and_then(Value::as_array).into_iter().flatten();
    values.filter_map(Value::as_object)
}

/// Tells packed data from a token. Packed data that holds a secret of the request does not count.
fn is_packed(text: &str, redactor: &Redactor) -> bool {
    let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte);
    text.starts_with(GZIP_IN_BASE64) && text.bytes().all(is_base64) && !redactor.finds_secret(text)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::util::secret::Secret;

    #[test]
    fn tokens_are_redacted_in_every_place_and_packed_data_is_kept() {
        let token = Secret::new("opaqueTOKEN");
        let packed = format!("H4sI{}", "x+/".repeat(60));
        let value = json!({
            "opaquetoken": [{"deep": "it is opaqueTOKEN!"}, "eyJhbGciOiJub25lIn0.e30.", 7, null],
            "fulfillable_data": packed, "other": packed, "name": "Ü",
            "list": [{"fulfillable_data": "H4sIopaqueTOKEN"}, {"fulfillable_data": "eyJhIjoxfQ"}],
        });
        let display = redacted(value, &Redactor::new([&token]));
        assert_eq!(
            display["[redacted]"],
            json!([{"deep": "it is [redacted]!"}, "[redacted]", 7, null])
        );
        assert_eq!(display["fulfillable_data"], packed);
        assert_eq!(display["name"], "Ü");
        assert_eq!(display["list"][1]["fulfillable_data"], "[redacted]");
        assert!(!display.to_string().contains("opaqueTOKEN"), "{display}");
        let long = json!({"other": "x".repeat(200)});
        assert_eq!(redacted(long, &Redactor::default())["other"], "[redacted]");
    }
}
