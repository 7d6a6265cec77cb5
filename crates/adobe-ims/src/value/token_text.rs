//! The token in a text that a person pasted or a program printed.

use serde_json::{Map, Value};

use super::kind::ValueKind;
use super::repair;
use crate::error::{Error, Problem, Result};
use crate::util::secret::Secret;

/// The words before a token.
const PREFIXES: &[&str] = &[
    "authorization:",
    "bearer ",
    "access_token=",
    "ims_access_token=",
];

/// The names of an access token in JSON: of IMS, of the consoles, of assertions and of other programs.
const ACCESS_TOKEN: &[&str] = &["access_token", "accessToken", "jwt_token", "token"];

/// Returns the token in a text: without quotes, without `Bearer` and a written-out line end, or out of JSON. Nothing
/// is checked but that there is one.
///
/// # Errors
/// [`Problem::TokenUnreadable`].
pub fn find(kind: ValueKind, text: &str) -> Result<Secret> {
    let mut token = unwrapped(text);
    let is_json = token.expose().starts_with('{') && !token.expose().starts_with("{{");
    if is_json {
        token = unwrapped(of_json(kind, token.expose())?.expose());
    }
    if token.is_empty() {
        let message = "there is no token: the text is empty";
        return Err(Error::new(Problem::TokenUnreadable, message));
    }
    Ok(token)
}

fn unwrapped(text: &str) -> Secret {
    let mut token = repair::word(text, &mut Vec::new());
    while let Some(rest) = without_prefix(token.expose()) {
        token = repair::word(rest, &mut Vec::new());
    }
    token
}

fn without_prefix(text: &str) -> Option<&str> {
    // The blank after the word was trimmed, and nothing follows.
    if text.eq_ignore_ascii_case("bearer") {
        return Some("");
    }
    PREFIXES.iter().find_map(|prefix| {
        let start = text.get(..prefix.len())?;
        start
            .eq_ignore_ascii_case(prefix)
            .then(|| &text[prefix.len()..])
    })
}

fn of_json(kind: ValueKind, text: &str) -> Result<Secret> {
    let unreadable = |message: &str| Error::new(Problem::TokenUnreadable, message);
    let object: Map<String, Value> = serde_json::from_str(text)
        .map_err(|_| unreadable("this looks like JSON, but is not valid"))?;
    let (names, name) = match kind {
        ValueKind::DeviceToken => (&["device_token"][..], "device_token"),
        ValueKind::RefreshToken => (&["refresh_token"][..], "refresh_token"),
        ValueKind::ServiceToken => (&["service_token"][..], "service_token"),
        ValueKind::Code => (&["authorization_code", "code"][..], "authorization_code"),
        _ => (ACCESS_TOKEN, "access_token"),
    };
    let found = names.iter().find_map(|name| match object.get(*name)? {
        Value::String(token) => Some(Secret::new(token.as_str())),
        // aio keeps a token beside its expiry.
        Value::Object(inner) => inner.get("token")?.as_str().map(Secret::new),
        _ => None,
    });
    found.ok_or_else(|| unreadable(&format!("this JSON holds no {name}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn token_is_unwrapped_from_every_usual_form() {
        for text in [
            "eyJ0.e30.x",
            " eyJ0.e30.x\r\n",
            "'eyJ0.e30.x'",
            "\"eyJ0.e30.x\"",
            "\"'eyJ0.e30.x'\"",
            "eyJ0.e30.x\\n",
            "Bearer eyJ0.e30.x",
            "\"Bearer eyJ0.e30.x\\n\"",
            "Authorization: bearer eyJ0.e30.x",
            "authorization:eyJ0.e30.x",
            "{\"access_token\":\"eyJ0.e30.x\",\"expires_in\":1}",
            "{\"accessToken\":\"Bearer eyJ0.e30.x\"}",
            "'{\"token\":\"eyJ0.e30.x\"}'",
            "\"{\\\"access_token\\\":\\\"eyJ0.e30.x\\\"}\"",
            "{\"access_token\":{\"token\":\"eyJ0.e30.x\",\"expiry\":1}}",
            "[\"eyJ0.e30.x\"]",
            "IMS_ACCESS_TOKEN='eyJ0.e30.x'",
        ] {
            let token = find(ValueKind::AccessToken, text).unwrap();
            assert_eq!(token.expose(), "eyJ0.e30.x", "{text}");
        }
    }

    #[test]
    fn text_without_a_token_is_refused() {
        for (text, message) in [
            ("", "there is no token: the text is empty"),
            (" '' ", "there is no token: the text is empty"),
            ("Bearer ", "there is no token: the text is empty"),
            ("{}", "this JSON holds no access_token"),
            ("{\"access_token\":null}", "this JSON holds no access_token"),
            ("{", "this looks like JSON, but is not valid"),
        ] {
            match find(ValueKind::AccessToken, text) {
                Err(error) => assert_eq!(error.to_string(), message),
                Ok(token) => assert_eq!(token.expose(), message),
            }
        }
        let refresh = "{\"access_token\":\"a\",\"refresh_token\":\"r\"}";
        let found = find(ValueKind::RefreshToken, refresh).unwrap();
        assert_eq!(found.expose(), "r");
    }
}
