//! The facts about the token that the suite got. They are shown nowhere as they are.

use adobe_ims::Secret;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

/// An access token, with its header and its claims.
pub(super) struct TokenFacts {
    pub(super) token: Secret,
    pub(super) header: Map<String, Value>,
    pub(super) claims: Map<String, Value>,
}

impl TokenFacts {
    /// Reads the token of a response. A token that is no JWS has neither header nor claims.
    pub(super) fn of_response(body: &Value) -> Option<Self> {
        let token = body["access_token"].as_str()?;
        let is_token = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic());
        let mut parts = token.split('.').map(object);
        let mut next = || parts.next().flatten().unwrap_or_default();
        is_token.then(|| Self {
            token: Secret::new(token),
            header: next(),
            claims: next(),
        })
    }

    /// Returns a claim that is a text.
    pub(super) fn claim(&self, name: &str) -> Option<&str> {
        self.claims.get(name)?.as_str()
    }

    /// Returns a field of the header that is a text.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.header.get(name)?.as_str()
    }

    /// Returns true if the token has this scope.
    pub(super) fn has_scope(&self, scope: &str) -> bool {
        let scopes = self.claim("scope").unwrap_or_default();
        scopes.split(',').any(|it| it == scope)
    }

    /// Returns the file name in `x5u`. A value that could lead to another place is none.
    pub(super) fn certificate_file(&self) -> Option<&str> {
        let file = self.header("x5u")?;
        let is_of_name = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        let is_name = (1..=100).contains(&file.len()) && file.chars().all(is_of_name);
        (is_name && !file.starts_with('.')).then_some(file)
    }
}

fn object(part: &str) -> Option<Map<String, Value>> {
    let bytes = URL_SAFE_NO_PAD.decode(part).ok()?;
    serde_json::from_slice(&bytes).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn token(header: &Value, claims: &Value) -> Option<TokenFacts> {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let token = format!("{}.{}.c2ln", part(header), part(claims));
        TokenFacts::of_response(&json!({"access_token": token}))
    }

    #[test]
    fn token_is_read_and_hostile_file_names_are_not_used() {
        let claims = json!({"scope": "openid,AdobeID", "ctp": 0});
        let facts = token(&json!({"x5u": "a-1.cer"}), &claims).unwrap();
        assert_eq!(facts.certificate_file(), Some("a-1.cer"));
        assert!(facts.has_scope("AdobeID") && !facts.has_scope("Adobe"));
        assert_eq!(facts.claim("ctp"), None);
        for file in [
            "",
            "../x",
            ".x",
            "a/b",
            "https://x/",
            "a?b",
            &"x".repeat(101),
        ] {
            let facts = token(&json!({"x5u": file}), &claims).unwrap();
            assert_eq!(facts.certificate_file(), None, "{file}");
        }
    }

    #[test]
    fn response_without_a_usable_token_has_none() {
        for body in [
            json!(null),
            json!({}),
            json!({"access_token": 1}),
            json!({"access_token": "a\nb"}),
        ] {
            assert!(TokenFacts::of_response(&body).is_none(), "{body}");
        }
        let facts = TokenFacts::of_response(&json!({"access_token": "opaque"})).unwrap();
        assert!(facts.claims.is_empty() && facts.header.is_empty());
    }
}
