//! X.509 certificates of RSA keys.

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, IsCa, KeyUsagePurpose, SanType,
};
use ring::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};
use time::{Month, OffsetDateTime};
use x509_cert::der::Decode as _;
use x509_cert::der::oid::ObjectIdentifier;

use crate::crypto::pem;
use crate::crypto::signing_key::SigningKey;
use crate::random::hex;

const RSA_ENCRYPTION: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");

/// The parts of a certificate that a binding needs.
#[derive(Clone, Deserialize, Serialize)]
pub(crate) struct BoundCertificate {
    /// The SHA-256 of the DER, in lower-case hexadecimal digits.
    pub(crate) fingerprint: String,
    /// The DER of an `RSAPublicKey`.
    pub(crate) public_key: Vec<u8>,
    /// Seconds since 1970.
    pub(crate) not_after: i64,
}

impl BoundCertificate {
    /// Reads a certificate in PEM. Returns `None` unless it holds an RSA key.
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
            fingerprint: fingerprint(&der),
            public_key: key.subject_public_key.as_bytes()?.to_vec(),
            not_after: i64::try_from(not_after).ok()?,
        })
    }
}

/// Returns the SHA-256 of a certificate in DER, in lower-case hexadecimal digits.
pub(crate) fn fingerprint(der: &[u8]) -> String {
    hex(digest(&SHA256, der).as_ref())
}

/// The period in which a self-signed certificate is valid.
#[derive(Clone, Copy)]
pub(crate) struct Validity {
    not_before: OffsetDateTime,
    not_after: OffsetDateTime,
}

impl Validity {
    /// Returns the year that begins at this second.
    pub(crate) fn one_year_from(unix_seconds: i64) -> Self {
        let not_before =
            OffsetDateTime::from_unix_timestamp(unix_seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH);
        let year = not_before.year() + 1;
        // The year after a leap year has no 29 February.
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

    /// Returns the end, in seconds since 1970.
    pub(crate) fn not_after(&self) -> i64 {
        self.not_after.unix_timestamp()
    }
}

/// Formats a time in seconds since 1970 as AEM's console writes the end of a certificate: with
/// milliseconds and `Z`.
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

/// Makes a self-signed certificate of the form that AEM's console makes (observed in published
/// samples): the common name, SHA-256 with RSA, `CA:TRUE`, five key usages, and one URI as
/// alternative name. The same input gives the same bytes.
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
    fn self_signed_certificate_holds_key_and_end() {
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
    fn year_from_29_february_ends_on_1_march() {
        let validity = Validity::one_year_from(1_835_438_400);
        assert_eq!(
            expiration_date(validity.not_after()),
            "2029-03-01T12:00:00.000Z"
        );
    }

    #[test]
    fn text_without_rsa_certificate_is_refused() {
        for text in [
            "",
            "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----",
        ] {
            assert!(BoundCertificate::from_pem(text).is_none());
        }
        assert!(BoundCertificate::from_pem(KEY).is_none());
    }
}
