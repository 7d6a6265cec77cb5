//! PKCE, the proof of possession of an authorization code (RFC 7636).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};

/// The minimum length of a verifier (documented by Adobe) and of a plain challenge.
const MIN_LENGTH: usize = 43;

/// The maximum length of both (RFC 7636).
const MAX_LENGTH: usize = 128;

/// A code challenge.
#[derive(Clone, Deserialize, Serialize)]
pub(crate) enum CodeChallenge {
    /// The verifier itself, which is the default (documented by Adobe).
    Plain(String),
    /// The SHA-256 of the verifier in base64url.
    S256(String),
}

impl CodeChallenge {
    /// Returns `None` if the method is unknown or the text is not a challenge of this method.
    pub(crate) fn new(challenge: &str, method: Option<&str>) -> Option<Self> {
        let text = challenge.to_owned();
        match method {
            Some("S256") => {
                let bytes = URL_SAFE_NO_PAD.decode(challenge).ok()?;
                (bytes.len() == 32).then_some(Self::S256(text))
            }
            None | Some("plain") => is_verifier(challenge).then_some(Self::Plain(text)),
            Some(_) => None,
        }
    }

    /// Returns whether the challenge was made from this verifier.
    pub(crate) fn matches(&self, verifier: &str) -> bool {
        if !is_verifier(verifier) {
            return false;
        }
        match self {
            Self::Plain(challenge) => challenge == verifier,
            Self::S256(challenge) => {
                let hash = digest(&SHA256, verifier.as_bytes());
                *challenge == URL_SAFE_NO_PAD.encode(hash)
            }
        }
    }
}

fn is_verifier(text: &str) -> bool {
    let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    (MIN_LENGTH..=MAX_LENGTH).contains(&text.len()) && text.bytes().all(unreserved)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Appendix B of RFC 7636.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    #[test]
    fn rfc_7636_example_matches() {
        let challenge = CodeChallenge::new(CHALLENGE, Some("S256")).unwrap();
        assert!(challenge.matches(VERIFIER));
        assert!(!challenge.matches(CHALLENGE));
        for method in [None, Some("plain")] {
            let challenge = CodeChallenge::new(VERIFIER, method).unwrap();
            assert!(challenge.matches(VERIFIER));
            assert!(!challenge.matches(CHALLENGE));
        }
    }

    #[test]
    fn malformed_challenge_or_unknown_method_is_refused() {
        for (challenge, method) in [
            (CHALLENGE, Some("s256")),
            (CHALLENGE, Some("S512")),
            (&CHALLENGE[1..], Some("S256")),
            (&VERIFIER[1..], None),
            ("dBjftJeZ4CVP+mB92K27uhbUJU1p1r/wW1gFWFOEjXk", Some("plain")),
            ("", None),
        ] {
            assert!(
                CodeChallenge::new(challenge, method).is_none(),
                "{challenge}"
            );
        }
        let long = "a".repeat(129);
        assert!(CodeChallenge::new(&long, None).is_none());
        assert!(CodeChallenge::new(&long[1..], None).is_some());
    }
}
