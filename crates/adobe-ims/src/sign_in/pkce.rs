//! Proof Key for Code Exchange (RFC 7636), and random values as text.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::util::secret::Secret;

/// The pair of RFC 7636 that binds a code to the process that requested it: the challenge goes with the authorization
/// request, the verifier with the code. IMS demands it of public clients (documented by Adobe).
///
/// ```
/// use adobe_ims::sign_in::Pkce;
///
/// let pkce = Pkce::new(&[7; 32]);
/// assert_eq!(pkce.verifier().expose().len(), 43);
/// ```
#[derive(Clone, Debug)]
pub struct Pkce {
    verifier: Secret,
    challenge: String,
}

impl Pkce {
    /// Creates a pair from 32 random bytes, as the RFC suggests. The verifier has 43 characters.
    pub fn new(random: &[u8; 32]) -> Self {
        let verifier = encode_random(random);
        let digest = Sha256::digest(verifier.expose());
        Self {
            challenge: URL_SAFE_NO_PAD.encode(digest),
            verifier,
        }
    }

    /// Returns the `code_verifier`.
    pub fn verifier(&self) -> &Secret {
        &self.verifier
    }

    /// Returns the `code_challenge` for the method `S256`.
    pub fn challenge(&self) -> &str {
        &self.challenge
    }
}

/// Encodes random bytes as text that needs no escaping in a URL or a form.
pub(super) fn encode_random(random: &[u8; 32]) -> Secret {
    let mut text = Zeroizing::new(String::with_capacity(43));
    URL_SAFE_NO_PAD.encode_string(random, &mut text);
    Secret::new(std::mem::take(&mut *text))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn pair_matches_the_example_of_the_rfc() {
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
        fn text_needs_no_escaping_and_decodes_to_the_random_bytes(random: [u8; 32], other: [u8; 32]) {
            let pkce = Pkce::new(&random);
            for text in [pkce.verifier().expose(), pkce.challenge()] {
                prop_assert_eq!(text.len(), 43);
                let form: String = form_urlencoded::byte_serialize(text.as_bytes()).collect();
                prop_assert_eq!(text, form);
            }
            let decoded = URL_SAFE_NO_PAD.decode(pkce.verifier().expose()).unwrap();
            prop_assert_eq!(decoded, random);
            prop_assert_eq!(random == other, pkce.challenge() == Pkce::new(&other).challenge());
        }
    }
}
