//! The token that everybody reads.

use std::sync::LazyLock;
use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// IMS's tokens have about so many characters.
const LENGTH: usize = 1200;

/// How long it is valid, in seconds.
const LIFE: u64 = 86_400;

static TOKEN: LazyLock<String> = LazyLock::new(|| {
    #[expect(clippy::disallowed_methods, reason = "the libraries go by this clock")]
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = now.unwrap_or_default().as_millis();
    let claims = format!(r#"{{"created_at":"{now}","expires_in":"{LIFE}000","scope":"openid"}}"#);
    let mut token = URL_SAFE_NO_PAD.encode(r#"{"alg":"RS256"}"#);
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(claims, &mut token);
    token.push('.');
    let signature = "s".repeat(LENGTH - token.len());
    token + &signature
});

/// A token with the claims of IMS's: valid from the start of the process on, for a day.
pub fn token() -> &'static str {
    &TOKEN
}

/// The answer of a token endpoint that gives it.
pub fn answer() -> String {
    let token = token();
    format!(r#"{{"access_token":"{token}","token_type":"Bearer","expires_in":{LIFE}}}"#)
}
