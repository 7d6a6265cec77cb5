use core::fmt;

use der::asn1::{AnyRef, BitStringRef, Null, ObjectIdentifier, UintRef};
use der::{Decode, Encode};
use pkcs1::RsaPublicKey;
use pkcs8::spki::{AlgorithmIdentifierRef, SubjectPublicKeyInfoRef};
use sha2::{Digest, Sha256};

const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");

/// The public half of a key. A key and a certificate belong together if their public keys are equal.
#[derive(Clone)]
pub struct PublicKey {
    /// The SubjectPublicKeyInfo.
    spki: Vec<u8>,
    /// The key inside of the SubjectPublicKeyInfo: PKCS#1 for RSA.
    key: Vec<u8>,
}

impl PublicKey {
    /// Creates the public key of an RSA key in PKCS#1.
    pub(crate) fn from_pkcs1(key: Vec<u8>) -> Self {
        let spki = BitStringRef::from_bytes(&key).and_then(|bits| {
            SubjectPublicKeyInfoRef {
                algorithm: AlgorithmIdentifierRef {
                    oid: RSA,
                    parameters: Some(AnyRef::from(Null)),
                },
                subject_public_key: bits,
            }
            .to_der()
        });
        Self {
            spki: spki.unwrap_or_default(),
            key,
        }
    }

    /// Creates the public key of an RSA key from its modulus and exponent, both big-endian.
    pub(crate) fn from_components(modulus: &[u8], exponent: &[u8]) -> Option<Self> {
        let key = RsaPublicKey {
            modulus: UintRef::new(modulus).ok()?,
            public_exponent: UintRef::new(exponent).ok()?,
        };
        Some(Self::from_pkcs1(key.to_der().ok()?))
    }

    /// Returns the RSA key in PKCS#1, with which signatures are checked.
    pub(crate) fn as_pkcs1(&self) -> &[u8] {
        &self.key
    }

    /// Creates the public key of a certificate from its SubjectPublicKeyInfo and the key inside of that.
    pub(crate) fn from_spki(spki: Vec<u8>, key: Vec<u8>) -> Self {
        Self { spki, key }
    }

    /// Returns the length of the modulus in bits; 0 for a key that is not RSA.
    pub fn bits(&self) -> usize {
        let Ok(key) = RsaPublicKey::<UintRef<'_>>::from_der(&self.key) else {
            return 0;
        };
        let bytes = key.modulus.as_bytes();
        let leading = bytes
            .first()
            .map_or(0, |first| first.leading_zeros() as usize);
        bytes.len() * 8 - leading
    }

    /// Returns the SHA-256 of the SubjectPublicKeyInfo in lower-case hex, as
    /// `openssl pkey -pubout -outform DER | openssl sha256` prints it.
    pub fn fingerprint(&self) -> String {
        let digest = Sha256::digest(&self.spki);
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// Compares the keys alone: their algorithm may be written with or without parameters.
impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Eq for PublicKey {}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey(sha256 {})", self.fingerprint())
    }
}
