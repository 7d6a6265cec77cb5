//! The token that all libraries read.

use std::sync::LazyLock;
use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// The number of characters, about that of the tokens of IMS.
const LENGTH: usize = 1200;

/// The lifetime in seconds.
const LIFETIME: u64 = 86_400;

static TOKEN: LazyLock<String> = LazyLock::new(|| {
    #[expect(clippy::disallowed_methods, reason = "the libraries use this clock")]
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = now.unwrap_or_default().as_millis();
    let claims =
        format!(r#"{{"created_at":"{now}","expires_in":"{LIFETIME}000","scope":"openid"}}"#);
    let mut token = URL_SAFE_NO_PAD.encode(r#"{"alg":"RS256"}"#);
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(claims, &mut token);
    token.push('.');
    let signature = "s".repeat(LENGTH - token.len());
    token + &signature
});

/// Returns a token with the claims of an IMS token. It is valid for a day from the start of the process.
pub fn token() -> &'static str {
    &TOKEN
}

/// Returns the response of a token endpoint with the token.
pub fn response() -> String {
    let token = token();
    format!(r#"{{"access_token":"{token}","token_type":"Bearer","expires_in":{LIFETIME}}}"#)
}
