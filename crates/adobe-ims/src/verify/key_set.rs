//! The public keys of IMS, and signatures by them.

use core::fmt;
use std::time::SystemTime;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rustls::SignatureScheme;
use rustls::pki_types::SignatureVerificationAlgorithm;
use serde_json::{Map, Value};

use super::{Expected, Rejection, Verdict, Verified};
use crate::crypto::CryptoProvider;
use crate::{Error, Problem, PublicKey, Result, Secret, jws};

/// The only algorithm: IMS signs its tokens with it (observed, documented by Adobe).
const RS256: &str = "RS256";

/// The shortest key, in bits, that a signature is believed by.
const SHORTEST_KEY: usize = 2048;

/// A JSON Web Key Set (RFC 7517): the RSA keys in it that sign with RS256. Whatever else there is, keys of
/// another kind, for another use or too short, is left out.
#[derive(Clone)]
pub struct KeySet {
    keys: Vec<Key>,
    algorithm: &'static dyn SignatureVerificationAlgorithm,
}

#[derive(Clone)]
struct Key {
    id: Option<String>,
    key: PublicKey,
}

impl KeySet {
    /// Reads a key set as `/ims/keys` has it.
    ///
    /// # Errors
    /// [`Problem::AnswerWithoutKeys`] when it has no key that can be used.
    pub fn parse(json: &[u8], crypto: &CryptoProvider) -> Result<Self> {
        let set: Value = serde_json::from_slice(json).unwrap_or_default();
        Self::of(&set, crypto)
    }

    pub(crate) fn of(set: &Value, crypto: &CryptoProvider) -> Result<Self> {
        let without = |what: &str| Error::new(Problem::AnswerWithoutKeys, what);
        let algorithm = rs256(crypto)
            .ok_or_else(|| without("this crypto provider cannot check RS256 signatures"))?;
        let entries = set.get("keys").and_then(Value::as_array);
        let entries = entries.ok_or_else(|| without("the answer is no key set"))?;
        let objects = entries.iter().filter_map(Value::as_object);
        let keys: Vec<_> = objects.filter_map(Key::of).collect();
        if keys.is_empty() {
            let what = "the key set has no RSA key for RS256 signatures";
            return Err(without(what));
        }
        Ok(Self { keys, algorithm })
    }

    /// The ids (`kid`) of the keys.
    pub fn key_ids(&self) -> impl Iterator<Item = &str> {
        self.keys.iter().filter_map(|key| key.id.as_deref())
    }

    /// Checks the signature of a token, with the key that its `kid` names or, where it names none, with each;
    /// then its claims. Where else its header points to, with `x5u` above all (a bare file name in tokens of
    /// IMS, observed), is not looked at, and nothing is fetched.
    ///
    /// # Errors
    /// The [`Rejection`].
    pub fn verify(&self, token: &Secret, expected: &Expected, now: SystemTime) -> Verdict {
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

impl Key {
    fn of(entry: &Map<String, Value>) -> Option<Self> {
        let text = |name: &str| entry.get(name).and_then(Value::as_str);
        let is = |name: &str, value: &str| !entry.contains_key(name) || text(name) == Some(value);
        if text("kty") != Some("RSA") || !is("use", "sig") || !is("alg", RS256) {
            return None;
        }
        let number = |name: &str| {
            URL_SAFE_NO_PAD
                .decode(text(name)?.trim_end_matches('='))
                .ok()
        };
        let key = PublicKey::from_components(&number("n")?, &number("e")?)?;
        (key.bits() >= SHORTEST_KEY).then(|| Self {
            id: text("kid").map(str::to_owned),
            key,
        })
    }
}

impl fmt::Debug for KeySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys = self.keys.iter().map(|key| (&key.id, &key.key));
        f.debug_list().entries(keys).finish()
    }
}

fn rs256(crypto: &CryptoProvider) -> Option<&'static dyn SignatureVerificationAlgorithm> {
    let known = crypto.signature_verification_algorithms.mapping.iter();
    let (_, algorithms) =
        { known }.find(|(scheme, _)| *scheme == SignatureScheme::RSA_PKCS1_SHA256)?;
    algorithms.first().copied()
}
