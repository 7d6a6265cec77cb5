//! Checks the signature of a token with the keys of IMS.

use std::time::SystemTime;

use serde_json::{Map, Value};

use super::{Rejection, Verdict, Verified, VerifyOptions};
use crate::api::KeySet;
use crate::api::jwks::{Key, RS256};
use crate::crypto::jws;
use crate::util::secret::Secret;

impl KeySet {
    /// Checks the signature of a token, then its claims.
    ///
    /// The key is the one that the header names with `kid`; without `kid` each key is tried. Nothing is fetched: keys
    /// and URLs in the header (`x5u` is a bare file name in tokens of IMS, observed) are ignored.
    ///
    /// # Errors
    /// The [`Rejection`] of the first check that fails.
    pub fn verify(&self, token: &Secret, options: &VerifyOptions, now: SystemTime) -> Verdict {
        let token = token.expose();
        let jws::Decoded { header, payload } =
            jws::decode(token).map_err(|_| Rejection::Unreadable)?;
        if header.get("alg").and_then(Value::as_str) != Some(RS256) {
            return Err(Rejection::AlgorithmNotAllowed);
        }
        if header.contains_key("crit") {
            return Err(Rejection::HeaderNotUnderstood);
        }
        let key = self.signing_key(token, &header)?;
        let expires_at = options.check(&payload, now)?;
        Ok(Verified {
            claims: payload,
            key_id: key.id.clone(),
            expires_at,
        })
    }

    /// Returns the key that verifies the signature.
    fn signing_key(&self, token: &str, header: &Map<String, Value>) -> Result<&Key, Rejection> {
        let key_id = header.get("kid");
        let mut keys = self.keys.iter().filter(|key| match (key_id, &key.id) {
            (None, _) => true,
            (Some(key_id), Some(id)) => key_id == id,
            (Some(_), None) => false,
        });
        let (signed, signature) = jws::signature(token).ok_or(Rejection::SignatureWrong)?;
        let verifies = |key: &&Key| {
            self.algorithm
                .verify_signature(key.key.as_pkcs1(), signed.as_bytes(), &signature)
                .is_ok()
        };
        let Some(first) = keys.next() else {
            return Err(Rejection::UnknownKey);
        };
        let mut candidates = core::iter::once(first).chain(keys);
        candidates.find(verifies).ok_or(Rejection::SignatureWrong)
    }
}
