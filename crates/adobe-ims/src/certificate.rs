use core::fmt;
use std::time::SystemTime;

use der::asn1::{AnyRef, BitStringRef, Null};
use der::{Decode, Encode};
use pkcs1::RsaPublicKey;
use pkcs8::spki::{AlgorithmIdentifierRef, SubjectPublicKeyInfoRef};
use sha2::{Digest, Sha256};

use crate::pem;
use crate::{Error, Problem, Result};

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
        let Ok(key) = RsaPublicKey::<der::asn1::UintRef<'_>>::from_der(&self.pkcs1) else {
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
                    oid: der::asn1::ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1"),
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

/// The certificate of a credential document (its field `publicKey`).
#[derive(Clone, Debug)]
pub struct Certificate {
    public_key: PublicKey,
    not_before: SystemTime,
    not_after: SystemTime,
    subject: String,
}

impl Certificate {
    /// Reads PEM, however mangled, or DER.
    ///
    /// # Errors
    /// [`Problem::CertificateUnreadable`].
    pub fn read(certificate: &[u8]) -> Result<Self> {
        let unreadable = |why: &str| Error::new(Problem::CertificateUnreadable, why);
        let der = if certificate.first() == Some(&0x30) {
            certificate.to_vec()
        } else {
            let text = pem::decode(certificate)
                .ok_or_else(|| unreadable("the certificate is neither text nor DER"))?;
            let text = pem::unescape(&text);
            let blocks = pem::blocks(&text);
            let block = blocks
                .iter()
                .find(|block| block.label.ends_with("CERTIFICATE"))
                .ok_or_else(|| unreadable("the certificate has no BEGIN CERTIFICATE line"))?;
            pem::base64(block.body)
                .map_err(|_| unreadable("the certificate is not base64"))?
                .to_vec()
        };
        let parsed = x509_cert::Certificate::from_der(&der)
            .map_err(|_| unreadable("the certificate is not X.509"))?;
        let tbs = parsed.tbs_certificate();
        let validity = tbs.validity();
        Ok(Self {
            public_key: PublicKey::from_pkcs1(
                tbs.subject_public_key_info()
                    .subject_public_key
                    .raw_bytes()
                    .to_vec(),
            ),
            not_before: SystemTime::UNIX_EPOCH + validity.not_before.to_unix_duration(),
            not_after: SystemTime::UNIX_EPOCH + validity.not_after.to_unix_duration(),
            subject: tbs.subject().to_string(),
        })
    }

    /// The public key that it certifies.
    pub fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    /// The start of its validity.
    pub fn not_before(&self) -> SystemTime {
        self.not_before
    }

    /// The end of its validity. AEM Developer Console certificates live one year.
    pub fn not_after(&self) -> SystemTime {
        self.not_after
    }

    /// Its subject, such as `CN=cm-p12345-e67890-integration-0`.
    pub fn subject(&self) -> &str {
        &self.subject
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
