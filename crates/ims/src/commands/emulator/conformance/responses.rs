//! Comparisons of responses: their headers, their form, and the lifetime that they state.

use serde_json::Value;

use super::answer::Answer;
use super::comparison::{Comparison, Results};

pub(super) fn method_not_allowed(results: &Results<'_>, answer: &Answer) -> Comparison {
    let is_same = answer.status == 405 && answer.error().is_some();
    Comparison::fact("405 with an error in JSON", is_same, || {
        results.summary(answer)
    })
}

pub(super) fn error_body(results: &Results<'_>, answer: &Answer) -> Comparison {
    let names = ["error_description", "error"];
    let mut places: Vec<_> = names
        .iter()
        .filter_map(|name| Some((answer.text.find(&format!("\"{name}\""))?, *name)))
        .collect();
    places.sort_unstable();
    let places: Vec<_> = places.into_iter().map(|(_, name)| name).collect();
    let is_line = !answer.text.trim_end().contains('\n');
    let is_same = is_line && places == names && answer.field_names().len() == 2;
    Comparison::fact("one line: error_description, error", is_same, || {
        let lines = if is_line { "one line" } else { "several lines" };
        let fields = answer.field_names().join(", ");
        match places.as_slice() {
            ["error", "error_description"] => format!("{lines}: error, error_description"),
            _ => format!("{lines}: {}", results.shown(&fields)),
        }
    })
}

pub(super) fn json_type(results: &Results<'_>, answer: &Answer) -> Comparison {
    let plain = |text: &str| text.to_ascii_lowercase().replace(' ', "");
    let expected = "application/json;charset=UTF-8";
    let seen = answer.content_type();
    Comparison::fact(expected, plain(seen) == plain(expected), || {
        results.shown(seen)
    })
}

pub(super) fn debug_id(_: &Results<'_>, answer: &Answer) -> Comparison {
    Comparison::fact("x-debug-id", answer.has_debug_id(), || {
        "no x-debug-id".to_owned()
    })
}

pub(super) fn no_store(results: &Results<'_>, answer: &Answer) -> Comparison {
    let seen = answer.cache_control();
    let is_same = seen.split(',').any(|it| it.trim() == "no-store");
    Comparison::fact("Cache-Control: no-store", is_same, || match seen {
        "" => "no Cache-Control".to_owned(),
        seen => format!("Cache-Control: {}", results.shown(seen)),
    })
}

/// Compares the fields of a response with a token of a client.
pub(super) fn token_response(results: &Results<'_>, answer: &Answer) -> Comparison {
    let expected = "200 access_token, expires_in, token_type bearer";
    let names = answer.field_names();
    let token_type = answer.json["token_type"].as_str().unwrap_or("missing");
    let has_fields = names == ["access_token", "expires_in", "token_type"];
    let is_same = answer.status == 200 && has_fields && token_type == "bearer";
    Comparison::fact(expected, is_same, || {
        if answer.json["access_token"].is_string() {
            let seen = format!("{}, token_type {token_type}", names.join(", "));
            format!("{} {}", answer.status, results.shown(&seen))
        } else {
            results.summary(answer)
        }
    })
}

pub(super) fn has_token(results: &Results<'_>, answer: &Answer) -> Comparison {
    let is_same = answer.status == 200 && answer.json["access_token"].is_string();
    Comparison::fact("200 with a token", is_same, || results.summary(answer))
}

pub(super) fn milliseconds(results: &Results<'_>, answer: &Answer) -> Comparison {
    unit("milliseconds", 1, results, answer)
}

pub(super) fn seconds(results: &Results<'_>, answer: &Answer) -> Comparison {
    unit("seconds", 1000, results, answer)
}

/// Compares `expires_in` of a response with the lifetime in the token, which is in milliseconds.
fn unit(name: &str, millis: u64, results: &Results<'_>, answer: &Answer) -> Comparison {
    /// A response says a little less than the token.
    const TOLERANCE: u64 = 60_000;
    let lifetime = results
        .token
        .as_ref()
        .and_then(|token| token.claim("expires_in")?.parse().ok());
    let lifetime: u64 = lifetime.unwrap_or(86_400_000);
    let is_in = |millis: u64| {
        let value = answer.json["expires_in"].as_u64()?;
        let value = value.checked_mul(millis)?;
        Some(value.abs_diff(lifetime) <= TOLERANCE)
    };
    let is_same = is_in(millis) == Some(true);
    Comparison::fact(&format!("an integer in {name}"), is_same, || {
        let value = &answer.json["expires_in"];
        let kind = match value {
            Value::Null => return "missing".to_owned(),
            Value::Number(_) if is_in(1) == Some(true) => "in milliseconds",
            Value::Number(_) if is_in(1000) == Some(true) => "in seconds",
            Value::Number(_) => "in another unit",
            _ => "no number",
        };
        format!("{}: {kind}", results.shown(&value.to_string()))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn unit_is_told_from_the_lifetime_of_the_token() {
        let claims = json!({"expires_in": "600000"});
        for (value, is_millis, is_seconds, seen) in [
            (json!(599_998), true, false, "599998: in milliseconds"),
            (json!(599), false, true, "599: in seconds"),
            (json!("599"), false, false, "\"599\": no number"),
            (json!(86_400), false, false, "86400: in another unit"),
            (json!(null), false, false, "missing"),
            (
                json!(u64::MAX),
                false,
                false,
                "18446744073709551615: in another unit",
            ),
        ] {
            let body = json!({"expires_in": value}).to_string();
            let (results, answer) = (Results::of(Some(&claims)), Answer::of(200, &[], &body));
            let (millis, secs) = (milliseconds(&results, &answer), seconds(&results, &answer));
            assert_eq!(
                (millis.is_same, secs.is_same),
                (is_millis, is_seconds),
                "{value}"
            );
            for found in [millis, secs].into_iter().filter(|it| !it.is_same) {
                assert_eq!(found.seen, seen);
            }
        }
    }

    #[test]
    fn error_body_is_one_line_with_the_keys_in_order() {
        for (body, seen) in [
            (
                r#"{"error_description":"a","error":"b"}"#,
                "one line: error_description, error",
            ),
            (
                r#"{"error":"b","error_description":"a"}"#,
                "one line: error, error_description",
            ),
            (
                "{\n\"error_description\":\"a\",\"error\":\"b\"}",
                "several lines: error, error_description",
            ),
            (r#"{"error":"b"}"#, "one line: error"),
            ("no", "one line: "),
        ] {
            let found = error_body(&Results::of(None), &Answer::of(400, &[], body));
            assert_eq!(found.seen, seen);
        }
    }

    #[test]
    fn headers_are_compared() {
        let headers = [
            ("content-type", "application/json; charset=utf-8"),
            ("cache-control", "private, no-store"),
            ("x-debug-id", "x"),
        ];
        let (good, bad) = (Answer::of(200, &headers, ""), Answer::of(200, &[], ""));
        let results = Results::of(None);
        for compare in [json_type, no_store, debug_id] {
            assert!(compare(&results, &good).is_same);
            assert!(!compare(&results, &bad).is_same);
        }
    }
}
