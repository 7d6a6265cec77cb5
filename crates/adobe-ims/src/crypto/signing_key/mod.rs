//! RSA private keys in any form in which people hold them, ready to sign.

mod path;
mod context;
mod form;
mod not_a_key;
mod encrypted;
mod legacy_pem;
mod description;
mod reading;
mod der_key;
mod pem_key;
mod unwrap;

use core::fmt;
use std::sync::Arc;

use der::asn1::UintRef;
use der::{Decode, Encode};
use pkcs1::{RsaPrivateKey, RsaPublicKey};
use rustls::SignatureScheme;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs1KeyDer};
use rustls::sign::Signer;

use super::provider::Crypto;
use super::public_key::PublicKey;
use crate::error::{Error, Problem, Result};
pub use context::KeyContext;
pub use description::{KeyDescription, KeyEncoding, KeyRepair, KeyWrapping};
use not_a_key::unusable;
use reading::Reading;
use unwrap::{MAX_DEPTH, to_pkcs1};

/// RSA below 2048 bits is held to be breakable, and the crypto libraries refuse it. The minimum of IMS is not
/// published.
const MIN_BITS: usize = 2048;

/// The longest key that `ring` signs with.
const MAX_BITS: usize = 4096;

/// An RSA private key that is ready to sign. It is parsed once. Clones share it.
///
/// ```
/// use adobe_ims::crypto::{Crypto, KeyContext, SigningKey};
///
/// # fn sign(pem: &[u8], crypto: &Crypto) -> adobe_ims::Result<()> {
/// let key = SigningKey::read(pem, &KeyContext::default(), crypto)?;
/// println!("{} bits, {}", key.public_key().bits(), key.public_key().fingerprint());
/// let signature = key.sign(b"message")?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct SigningKey {
    signer: Arc<dyn Signer>,
    public: PublicKey,
}

impl SigningKey {
    /// Reads a key in any of these forms:
    ///
    /// - PEM: PKCS#1 or PKCS#8, encrypted or not, also the legacy `Proc-Type: 4,ENCRYPTED`
    /// - DER, or base64 of PEM or DER
    /// - a JSON array of lines
    /// - the path of a file, if the context allows files
    ///
    /// Lines may be escaped, joined, indented or quoted, and may end in CRLF.
    ///
    /// # Errors
    /// A `Key…` [`Problem`] that names the object that was found instead, or [`Problem::FileUnreadable`].
    pub fn read(key: &[u8], context: &KeyContext<'_>, crypto: &Crypto) -> Result<Self> {
        Self::from_pkcs1(
            &to_pkcs1(key, &mut Reading::new(context), MAX_DEPTH)?,
            crypto,
        )
    }

    /// Reads a key, and describes its form as far as it was read.
    pub(crate) fn examine(
        key: &[u8],
        context: &KeyContext<'_>,
        crypto: &Crypto,
    ) -> (KeyDescription, Result<Self>) {
        let mut reading = Reading::new(context);
        let der = to_pkcs1(key, &mut reading, MAX_DEPTH);
        let key = der.and_then(|der| Self::from_pkcs1(&der, crypto));
        (reading.description, key)
    }

    fn from_pkcs1(der: &[u8], crypto: &Crypto) -> Result<Self> {
        let parsed = RsaPrivateKey::<UintRef<'_>>::from_der(der)
            .map_err(|_| unusable("it has no RSA numbers"))?;
        let public = PublicKey::from_pkcs1(
            RsaPublicKey {
                modulus: parsed.modulus,
                public_exponent: parsed.public_exponent,
            }
            .to_der()
            .map_err(|_| unusable("its public half cannot be written"))?,
        );
        if public.bits() < MIN_BITS {
            return Err(Error::new(
                Problem::KeyTooSmall,
                format!("the private key has {} bits", public.bits()),
            ));
        }
        let key = crypto
            .provider()
            .key_provider
            .load_private_key(PrivateKeyDer::Pkcs1(PrivatePkcs1KeyDer::from(der)).clone_key())
            .map_err(|_| unusable(&refusal_reason(&parsed, public.bits())))?;
        let signer = key
            .choose_scheme(&[SignatureScheme::RSA_PKCS1_SHA256])
            .ok_or_else(|| unusable("it does not sign with RS256"))?;
        Ok(Self {
            signer: signer.into(),
            public,
        })
    }

    /// Returns the RS256 signature (RSASSA-PKCS1-v1_5 with SHA-256) of a message.
    ///
    /// # Errors
    /// [`Problem::KeyUnusable`] if the crypto library fails.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>> {
        self.signer
            .sign(message)
            .map_err(|_| unusable("its numbers do not fit together, so it is damaged"))
    }

    /// Returns the public half.
    pub fn public_key(&self) -> &PublicKey {
        &self.public
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("public", &self.public)
            .finish_non_exhaustive()
    }
}

/// Returns the reason why a crypto library refuses a key. The libraries give none; these are their conditions.
fn refusal_reason(key: &RsaPrivateKey<UintRef<'_>>, bits: usize) -> String {
    let exponent = key.public_exponent.as_bytes();
    if key.other_prime_infos.is_some() {
        "it has more than two primes".to_owned()
    } else if bits > MAX_BITS || !bits.is_multiple_of(1024) {
        format!("its size of {bits} bits is unusual")
    } else if exponent.len() < 3 || exponent == [1, 0, 0] {
        "its public exponent is below 65537".to_owned()
    } else {
        "its numbers do not fit together, so it is damaged".to_owned()
    }
}
