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

/// The only algorithm with which IMS signs tokens (observed, documented by Adobe).
pub(crate) const RS256: &str = "RS256";

/// In bits. Signatures of shorter keys are not trusted.
const MIN_KEY_BITS: usize = 2048;

/// A JSON Web Key Set (RFC 7517), reduced to its RSA keys for RS256 signatures.
///
/// Keys of another type, for another use, and of fewer than 2048 bits are left out.
///
/// ```
/// use adobe_ims::api::KeySet;
/// use adobe_ims::crypto::Crypto;
///
/// # fn example(json: &[u8]) -> adobe_ims::Result<()> {
/// let keys = KeySet::parse(json, &Crypto::default())?;
/// for id in keys.key_ids() {
///     println!("{id}");
/// }
/// # Ok(())
/// # }
/// ```
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
    /// Parses the key set of a response of `/ims/keys`.
    ///
    /// # Errors
    /// [`Problem::AnswerWithoutKeys`] when the set has no usable key.
    pub fn parse(json: &[u8], crypto: &Crypto) -> Result<Self> {
        let set: Value = serde_json::from_slice(json).unwrap_or_default();
        Self::from_json(&set, crypto)
    }

    pub(super) fn from_json(set: &Value, crypto: &Crypto) -> Result<Self> {
        let unusable = |message: &str| Error::new(Problem::AnswerWithoutKeys, message);
        let algorithm = rs256(crypto)
            .ok_or_else(|| unusable("this crypto provider cannot check RS256 signatures"))?;
        let entries = set.get("keys").and_then(Value::as_array);
        let entries = entries.ok_or_else(|| unusable("the answer is no key set"))?;
        let objects = entries.iter().filter_map(Value::as_object);
        let keys: Vec<_> = objects.filter_map(Key::from_json).collect();
        if keys.is_empty() {
            return Err(unusable("the key set has no RSA key for RS256 signatures"));
        }
        Ok(Self { keys, algorithm })
    }

    /// Returns the ids (`kid`) of the keys.
    pub fn key_ids(&self) -> impl Iterator<Item = &str> {
        self.keys.iter().filter_map(|key| key.id.as_deref())
    }
}

impl Key {
    fn from_json(entry: &Map<String, Value>) -> Option<Self> {
        let text = |name: &str| entry.get(name).and_then(Value::as_str);
        let is_absent_or =
            |name: &str, value: &str| !entry.contains_key(name) || text(name) == Some(value);
        if text("kty") != Some("RSA") || !is_absent_or("use", "sig") || !is_absent_or("alg", RS256)
        {
            return None;
        }
        let integer = |name: &str| {
            URL_SAFE_NO_PAD
                .decode(text(name)?.trim_end_matches('='))
                .ok()
        };
        let key = PublicKey::from_components(&integer("n")?, &integer("e")?)?;
        (key.bits() >= MIN_KEY_BITS).then(|| Self {
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
