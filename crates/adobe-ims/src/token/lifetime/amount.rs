use serde_json::Value;

/// Returns a length of time without its unit: from an integer, a fraction, which is cut, or a text of digits.
/// Returns `None` for anything else, negative numbers among it.
pub(crate) fn amount(value: &Value) -> Option<u64> {
    match value {
        Value::Number(number) => number.as_u64().or_else(|| {
            let fraction = number.as_f64()?;
            // Far below u64::MAX, and far above any lifetime: the cast cannot saturate.
            (0.0..1e18).contains(&fraction).then_some(fraction as u64)
        }),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// Returns a value of `expires_in` for a message. Only numbers are shown: a text may be a secret that the server
/// sends back.
pub(crate) fn display(value: &Value) -> String {
    match value {
        Value::Number(number) => number.to_string(),
        Value::String(text) if amount(value).is_some() => format!("\"{}\"", text.trim()),
        Value::String(_) => "a text".to_owned(),
        Value::Null => "null".to_owned(),
        Value::Bool(_) => "true or false".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn text_is_shown_only_if_it_is_a_number() {
        assert_eq!(display(&json!(" 86399 ")), "\"86399\"");
        assert_eq!(display(&json!("SECRET?%&=ü")), "a text");
    }

    #[test]
    fn fractions_are_cut_within_their_range() {
        for (value, expected) in [
            (json!(0.0), Some(0)),
            (json!(1.9), Some(1)),
            (json!(-0.5), None),
            (
                json!(999_999_999_999_999_872.0),
                Some(999_999_999_999_999_872),
            ),
            (json!(1e18), None),
            (json!(u64::MAX), Some(u64::MAX)),
        ] {
            assert_eq!(amount(&value), expected, "{value}");
        }
    }

    #[test]
    fn texts_are_shown_only_if_they_are_numbers() {
        assert_eq!(display(&json!(" 12 ")), "\"12\"");
        assert_eq!(display(&json!("SECRET")), "a text");
        assert_eq!(display(&json!([1])), "a list");
    }
}
