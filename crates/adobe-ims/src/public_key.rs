use core::fmt;

use der::asn1::{AnyRef, BitStringRef, Null, ObjectIdentifier, UintRef};
use der::{Decode, Encode};
use pkcs1::RsaPublicKey;
use pkcs8::spki::{AlgorithmIdentifierRef, SubjectPublicKeyInfoRef};
use sha2::{Digest, Sha256};

const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");

/// The public half of an RSA key, by which a key and a certificate are found to belong together.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey {
    pkcs1: Vec<u8>,
}

impl PublicKey {
    pub(crate) fn from_pkcs1(pkcs1: Vec<u8>) -> Self {
        Self { pkcs1 }
    }

    /// The length of the modulus; 0 for a key that is not RSA.
    pub fn bits(&self) -> usize {
        let Ok(key) = RsaPublicKey::<UintRef<'_>>::from_der(&self.pkcs1) else {
            return 0;
        };
        let bytes = key.modulus.as_bytes();
        let leading = bytes
            .first()
            .map_or(0, |first| first.leading_zeros() as usize);
        bytes.len() * 8 - leading
    }

    /// SHA-256 of the SubjectPublicKeyInfo in lower-case hex, as
    /// `openssl pkey -pubout -outform DER | openssl sha256` prints it.
    pub fn fingerprint(&self) -> String {
        let spki = BitStringRef::from_bytes(&self.pkcs1).ok().and_then(|key| {
            SubjectPublicKeyInfoRef {
                algorithm: AlgorithmIdentifierRef {
                    oid: RSA,
                    parameters: Some(AnyRef::from(Null)),
                },
                subject_public_key: key,
            }
            .to_der()
            .ok()
        });
        hex(&Sha256::digest(spki.unwrap_or_default()))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey(sha256 {})", self.fingerprint())
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
