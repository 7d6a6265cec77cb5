//! RSA keys and the certificates that belong to them.

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, IsCa, KeyUsagePurpose,
    PKCS_RSA_SHA256, PublicKeyData, SanType, SignatureAlgorithm,
};
use ring::rand::SystemRandom;
use ring::rsa::{KeyPair, PublicKeyComponents};
use ring::signature::{
    KeyPair as _, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, UnparsedPublicKey,
};
use time::{Month, OffsetDateTime};
use x509_cert::der::Decode as _;
use x509_cert::der::oid::ObjectIdentifier;

use crate::crypto::pem;

const RSA_ENCRYPTION: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");

/// An RSA private key, parsed once.
pub(crate) struct SigningKey(KeyPair);

impl SigningKey {
    /// Reads PKCS#1 or PKCS#8; `None` for anything that is not an RSA key of at least 2048 bits.
    pub(crate) fn from_pem(text: &str) -> Option<Self> {
        let pair = if let Some(der) = pem::decode(text, pem::PKCS1) {
            KeyPair::from_der(&der)
        } else {
            KeyPair::from_pkcs8(&pem::decode(text, pem::PKCS8)?)
        };
        pair.ok().map(Self)
    }

    /// RSASSA-PKCS1-v1_5 with SHA-256, the `RS256` of JWS.
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

    /// The public key as the DER of an `RSAPublicKey`.
    pub(crate) fn public_key(&self) -> &[u8] {
        self.0.public_key().as_ref()
    }

    /// Modulus and exponent, big-endian, as a JSON Web Key wants them.
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

/// Whether `signature` over `message` was made with the private half of `public_key`.
pub(crate) fn verifies(public_key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, public_key)
        .verify(message, signature)
        .is_ok()
}

/// What matters of a certificate once it is attached to a technical account.
#[derive(Clone)]
pub(crate) struct BoundCertificate {
    /// DER of an `RSAPublicKey`.
    pub(crate) public_key: Vec<u8>,
    /// Seconds since 1970.
    pub(crate) not_after: i64,
}

impl BoundCertificate {
    /// Reads a PEM certificate; `None` unless it is one with an RSA key.
    pub(crate) fn from_pem(text: &str) -> Option<Self> {
        let der = pem::decode(text, pem::CERTIFICATE)?;
        let certificate = x509_cert::Certificate::from_der(&der).ok()?;
        let body = certificate.tbs_certificate();
        let key = body.subject_public_key_info();
        if key.algorithm.oid != RSA_ENCRYPTION {
            return None;
        }
        let not_after = body.validity().not_after.to_unix_duration().as_secs();
        Some(Self {
            public_key: key.subject_public_key.as_bytes()?.to_vec(),
            not_after: i64::try_from(not_after).ok()?,
        })
    }
}

/// From when to when a self-signed certificate is valid.
#[derive(Clone, Copy)]
pub(crate) struct Validity {
    not_before: OffsetDateTime,
    not_after: OffsetDateTime,
}

impl Validity {
    /// The year that begins at this second.
    pub(crate) fn one_year_from(unix_seconds: i64) -> Self {
        let not_before =
            OffsetDateTime::from_unix_timestamp(unix_seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH);
        let year = not_before.year() + 1;
        // There is no 29 February in the year after a leap year.
        let not_after = not_before.replace_year(year).or_else(|_| {
            not_before
                .replace_day(1)
                .and_then(|first| first.replace_month(Month::March))
                .and_then(|march| march.replace_year(year))
        });
        Self {
            not_before,
            not_after: not_after.unwrap_or(not_before),
        }
    }

    /// The end, in seconds since 1970.
    pub(crate) fn not_after(&self) -> i64 {
        self.not_after.unix_timestamp()
    }
}

/// A time in seconds since 1970 as AEM's console writes the end of a certificate, with milliseconds
/// and `Z`.
pub(crate) fn expiration_date(unix_seconds: i64) -> String {
    let end =
        OffsetDateTime::from_unix_timestamp(unix_seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.000Z",
        end.year(),
        u8::from(end.month()),
        end.day(),
        end.hour(),
        end.minute(),
        end.second()
    )
}

/// A self-signed certificate with the shape of those that AEM's console makes: the common name,
/// SHA-256 with RSA, `CA:TRUE`, five key usages, and one URI for a name (observed in published
/// samples). The same input gives the same bytes.
pub(crate) fn self_signed(key: &SigningKey, common_name: &str, validity: Validity) -> Vec<u8> {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params
        .distinguished_name
        .push(DnType::CommonName, common_name);
    params.not_before = validity.not_before;
    params.not_after = validity.not_after;
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![
        KeyUsagePurpose::DigitalSignature,
        KeyUsagePurpose::ContentCommitment,
        KeyUsagePurpose::KeyEncipherment,
        KeyUsagePurpose::DataEncipherment,
        KeyUsagePurpose::KeyCertSign,
    ];
    params.subject_alt_names = vec![SanType::URI(
        "http://example.org/webid#me"
            .try_into()
            .expect("the name is ASCII"),
    )];
    params
        .self_signed(key)
        .expect("an RSA key signs any certificate of this shape")
        .der()
        .to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = include_str!("../../keys/technical-account-0.pem");

    #[test]
    fn a_certificate_tells_its_key_and_its_end() {
        let key = SigningKey::from_pem(KEY).unwrap();
        let validity = Validity::one_year_from(1_771_054_537);
        let der = self_signed(&key, "cm-p1-e2-integration-0", validity);
        assert_eq!(
            der,
            self_signed(&key, "cm-p1-e2-integration-0", validity),
            "deterministic"
        );
        let read = BoundCertificate::from_pem(&pem::encode(&der, pem::CERTIFICATE)).unwrap();
        assert_eq!(read.public_key, key.public_key());
        assert_eq!(read.not_after, validity.not_after());
        assert_eq!(
            expiration_date(validity.not_after()),
            "2027-02-14T07:35:37.000Z"
        );
    }

    #[test]
    fn a_year_from_the_29th_of_february_ends_on_the_first_of_march() {
        let validity = Validity::one_year_from(1_835_438_400);
        assert_eq!(
            expiration_date(validity.not_after()),
            "2029-03-01T12:00:00.000Z"
        );
    }

    #[test]
    fn what_is_not_an_rsa_key_or_certificate_is_none() {
        for text in [
            "",
            "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----",
        ] {
            assert!(SigningKey::from_pem(text).is_none());
            assert!(BoundCertificate::from_pem(text).is_none());
        }
        assert!(BoundCertificate::from_pem(KEY).is_none());
    }
}
