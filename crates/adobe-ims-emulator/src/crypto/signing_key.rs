//! RSA keys: signing, and verifying signatures.

use rcgen::{PKCS_RSA_SHA256, PublicKeyData, SignatureAlgorithm};
use ring::rand::SystemRandom;
use ring::rsa::{KeyPair, PublicKeyComponents};
use ring::signature::{
    KeyPair as _, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384,
    RSA_PKCS1_2048_8192_SHA512, RSA_PKCS1_SHA256, UnparsedPublicKey,
};

use crate::crypto::pem;

/// An RSA private key.
pub(crate) struct SigningKey(KeyPair);

impl SigningKey {
    /// Reads a key in PKCS#1 or PKCS#8. Returns `None` unless it is an RSA key of at least 2048
    /// bits.
    pub(crate) fn from_pem(text: &str) -> Option<Self> {
        let pair = if let Some(der) = pem::decode(text, pem::PKCS1) {
            KeyPair::from_der(&der)
        } else {
            KeyPair::from_pkcs8(&pem::decode(text, pem::PKCS8)?)
        };
        pair.ok().map(Self)
    }

    /// Signs with RSASSA-PKCS1-v1_5 and SHA-256, the `RS256` of JWS.
    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        let mut signature = vec![0; self.0.public().modulus_len()];
        self.0
            .sign(
                &RSA_PKCS1_SHA256,
                &SystemRandom::new(),
                message,
                &mut signature,
            )
            .expect("a buffer of the modulus length holds the signature");
        signature
    }

    /// Returns the public key as the DER of an `RSAPublicKey`.
    pub(crate) fn public_key(&self) -> &[u8] {
        self.0.public_key().as_ref()
    }

    /// Returns modulus and exponent, big-endian, as a JSON Web Key holds them.
    pub(crate) fn components(&self) -> PublicKeyComponents<Vec<u8>> {
        self.0.public().into()
    }
}

impl PublicKeyData for SigningKey {
    fn der_bytes(&self) -> &[u8] {
        self.public_key()
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        &PKCS_RSA_SHA256
    }
}

impl rcgen::SigningKey for SigningKey {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rcgen::Error> {
        Ok(Self::sign(self, message))
    }
}

/// The hash function of an RSASSA-PKCS1-v1_5 signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hash {
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    pub(crate) const ALL: [Self; 3] = [Self::Sha256, Self::Sha384, Self::Sha512];
}

/// Checks that `signature` covers `message` and was made with SHA-256 and the private key of
/// `public_key`.
pub(crate) fn verify_signature(public_key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    verify_signature_with(Hash::Sha256, public_key, message, signature)
}

/// Checks that `signature` covers `message` and was made with the hash function and the private key
/// of `public_key`.
pub(crate) fn verify_signature_with(
    hash: Hash,
    public_key: &[u8],
    message: &[u8],
    signature: &[u8],
) -> bool {
    let algorithm = match hash {
        Hash::Sha256 => &RSA_PKCS1_2048_8192_SHA256,
        Hash::Sha384 => &RSA_PKCS1_2048_8192_SHA384,
        Hash::Sha512 => &RSA_PKCS1_2048_8192_SHA512,
    };
    UnparsedPublicKey::new(algorithm, public_key)
        .verify(message, signature)
        .is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_without_rsa_key_is_refused() {
        for text in [
            "",
            "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----",
        ] {
            assert!(SigningKey::from_pem(text).is_none());
        }
    }
}
