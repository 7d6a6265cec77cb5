//! The signature of a token, checked with the keys of IMS.

use std::time::SystemTime;

use serde_json::{Map, Value};

use super::{Rejection, Verdict, Verified, VerifyOptions};
use crate::api::KeySet;
use crate::api::jwks::{Key, RS256};
use crate::crypto::jws;
use crate::util::secret::Secret;

impl KeySet {
    /// Checks the signature of a token, with the key that its `kid` names or, where it names none, with each;
    /// then its claims. Where else its header points to, with `x5u` above all (a bare file name in tokens of
    /// IMS, observed), is not looked at, and nothing is fetched.
    ///
    /// # Errors
    /// The [`Rejection`].
    pub fn verify(&self, token: &Secret, expected: &VerifyOptions, now: SystemTime) -> Verdict {
        let token = token.expose();
        let jws::Decoded { header, payload } =
            jws::decode(token).map_err(|_| Rejection::Unreadable)?;
        if header.get("alg").and_then(Value::as_str) != Some(RS256) {
            return Err(Rejection::AlgorithmNotAllowed);
        }
        if header.contains_key("crit") {
            return Err(Rejection::HeaderNotUnderstood);
        }
        let key = self.signer(token, &header)?;
        let expires_at = expected.check(&payload, now)?;
        Ok(Verified {
            claims: payload,
            key_id: key.id.clone(),
            expires_at,
        })
    }

    /// The key that the signature fits.
    fn signer(&self, token: &str, header: &Map<String, Value>) -> Result<&Key, Rejection> {
        let wanted = header.get("kid");
        let mut keys = self.keys.iter().filter(|key| match (wanted, &key.id) {
            (None, _) => true,
            (Some(wanted), Some(id)) => wanted == id,
            (Some(_), None) => false,
        });
        let (signed, signature) = jws::signature(token).ok_or(Rejection::SignatureWrong)?;
        let fits = |key: &&Key| {
            let check = self.algorithm;
            check
                .verify_signature(key.key.as_pkcs1(), signed.as_bytes(), &signature)
                .is_ok()
        };
        let Some(first) = keys.next() else {
            return Err(Rejection::UnknownKey);
        };
        let mut candidates = core::iter::once(first).chain(keys);
        candidates.find(fits).ok_or(Rejection::SignatureWrong)
    }
}
