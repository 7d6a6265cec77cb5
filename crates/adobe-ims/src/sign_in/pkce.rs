use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::util::secret::Secret;

/// Ties a code to whoever asked for it (RFC 7636): the challenge goes with the question, the verifier with
/// the code. IMS demands it of public clients (documented by Adobe).
#[derive(Clone, Debug)]
pub struct Pkce {
    verifier: Secret,
    challenge: String,
}

impl Pkce {
    /// Of 32 random bytes, as a published client and the RFC have it: a verifier of 43 characters.
    pub fn new(random: &[u8; 32]) -> Self {
        let verifier = token_of(random);
        let digest = Sha256::digest(verifier.expose());
        Self {
            challenge: URL_SAFE_NO_PAD.encode(digest),
            verifier,
        }
    }

    /// `code_verifier`.
    pub fn verifier(&self) -> &Secret {
        &self.verifier
    }

    /// `code_challenge`, for the method `S256`.
    pub fn challenge(&self) -> &str {
        &self.challenge
    }
}

/// Random bytes as text that needs no escaping anywhere.
pub(super) fn token_of(random: &[u8; 32]) -> Secret {
    let mut text = Zeroizing::new(String::with_capacity(43));
    URL_SAFE_NO_PAD.encode_string(random, &mut text);
    Secret::new(std::mem::take(&mut *text))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_vector_of_the_rfc() {
        // RFC 7636, appendix B.
        let pkce = Pkce::new(&[
            116, 24, 223, 180, 151, 153, 224, 37, 79, 250, 96, 125, 216, 173, 187, 186, 22, 212,
            37, 77, 105, 214, 191, 240, 91, 88, 5, 88, 83, 132, 141, 121,
        ]);
        assert_eq!(
            pkce.verifier().expose(),
            "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
        );
        assert_eq!(
            pkce.challenge(),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
        assert!(!format!("{pkce:?}").contains("dBjft"));
    }

    proptest! {
        #[test]
        fn nothing_needs_escaping_and_nothing_is_lost(random: [u8; 32], other: [u8; 32]) {
            let pkce = Pkce::new(&random);
            for text in [pkce.verifier().expose(), pkce.challenge()] {
                prop_assert_eq!(text.len(), 43);
                let form: String = form_urlencoded::byte_serialize(text.as_bytes()).collect();
                prop_assert_eq!(text, form);
            }
            let back = URL_SAFE_NO_PAD.decode(pkce.verifier().expose()).unwrap();
            prop_assert_eq!(back, random);
            prop_assert_eq!(random == other, pkce.challenge() == Pkce::new(&other).challenge());
        }
    }
}
