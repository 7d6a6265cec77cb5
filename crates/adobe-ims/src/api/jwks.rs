//! The public keys of IMS as a JSON Web Key Set.

use core::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rustls::SignatureScheme;
use rustls::pki_types::SignatureVerificationAlgorithm;
use serde_json::{Map, Value};

use crate::crypto::Crypto;
use crate::crypto::PublicKey;
use crate::error::Problem;
use crate::error::{Error, Result};

/// The only algorithm: IMS signs its tokens with it (observed, documented by Adobe).
pub(crate) const RS256: &str = "RS256";

/// The shortest key, in bits, that a signature is believed by.
const SHORTEST_KEY: usize = 2048;

/// A JSON Web Key Set (RFC 7517): the RSA keys in it that sign with RS256. Whatever else there is, keys of
/// another kind, for another use or too short, is left out.
#[derive(Clone)]
pub struct KeySet {
    pub(crate) keys: Vec<Key>,
    pub(crate) algorithm: &'static dyn SignatureVerificationAlgorithm,
}

#[derive(Clone)]
pub(crate) struct Key {
    pub(crate) id: Option<String>,
    pub(crate) key: PublicKey,
}

impl KeySet {
    /// Reads a key set as `/ims/keys` has it.
    ///
    /// # Errors
    /// [`Problem::AnswerWithoutKeys`] when it has no key that can be used.
    pub fn parse(json: &[u8], crypto: &Crypto) -> Result<Self> {
        let set: Value = serde_json::from_slice(json).unwrap_or_default();
        Self::of(&set, crypto)
    }

    pub(crate) fn of(set: &Value, crypto: &Crypto) -> Result<Self> {
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

fn rs256(crypto: &Crypto) -> Option<&'static dyn SignatureVerificationAlgorithm> {
    let known = crypto
        .provider()
        .signature_verification_algorithms
        .mapping
        .iter();
    let (_, algorithms) =
        { known }.find(|(scheme, _)| *scheme == SignatureScheme::RSA_PKCS1_SHA256)?;
    algorithms.first().copied()
}
