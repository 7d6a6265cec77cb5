//! The keys of service accounts: the built-in ones, and the certificates that bind them.

use serde::{Deserialize, Serialize};

use crate::crypto::certificate::{BoundCertificate, Validity, fingerprint, self_signed};
use crate::crypto::pem;
use crate::crypto::signing_key::SigningKey;
use crate::identities::client::DocumentKey;
use crate::identities::registration_error::RegistrationError;

const BUILT_IN: [&str; 4] = [
    include_str!("../../keys/technical-account-0.pem"),
    include_str!("../../keys/technical-account-1.pem"),
    include_str!("../../keys/technical-account-2.pem"),
    include_str!("../../keys/technical-account-3.pem"),
];

/// The built-in private keys. They serve accounts in turn, because making a key takes too long. Two
/// accounts may have the same key: an assertion names its account, so neither can use the other's.
#[derive(Clone, Default, Deserialize, Serialize)]
pub(crate) struct BuiltInKeys {
    next: usize,
}

impl BuiltInKeys {
    /// Returns the next key, in PEM, of which an account has no certificate.
    pub(crate) fn take_next(
        &mut self,
        certificates: &[BoundCertificate],
    ) -> Result<String, RegistrationError> {
        let is_bound = |key: &str| {
            let mut certificates = certificates.iter();
            certificates.any(|own| {
                let key = SigningKey::from_pem(key).expect("the built-in keys are readable");
                own.public_key == key.public_key()
            })
        };
        let mut turn = (0..BUILT_IN.len()).map(|step| (self.next + step) % BUILT_IN.len());
        let index = turn
            .find(|index| !is_bound(BUILT_IN[*index]))
            .ok_or(RegistrationError::NoKeyLeft)?;
        self.next = index + 1;
        let der = pem::decode(BUILT_IN[index], pem::PKCS1).expect("the built-in keys are PKCS#1");
        Ok(pem::encode(&der, pem::PKCS1))
    }
}

/// The certificates of a binding, with their PEM.
#[derive(Default)]
pub(crate) struct Certificates(Vec<(BoundCertificate, String)>);

impl Certificates {
    /// Reads certificates in PEM.
    pub(crate) fn from_pem(texts: &[String]) -> Result<Self, RegistrationError> {
        let mut read = Self::default();
        for pem in texts {
            let certificate =
                BoundCertificate::from_pem(pem).ok_or(RegistrationError::UnreadableCertificate)?;
            let mut known = read.0.iter();
            if known.any(|(own, _)| own.fingerprint == certificate.fingerprint) {
                let fingerprint = certificate.fingerprint;
                return Err(RegistrationError::CertificateTaken(fingerprint));
            }
            read.0.push((certificate, pem.clone()));
        }
        Ok(read)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns a private key with its certificate. If no certificate here belongs to the key, this
    /// adds a self-signed one that is valid for the year from `now`, in seconds since 1970.
    pub(crate) fn bind_key(
        &mut self,
        private_key_pem: String,
        common_name: &str,
        now: i64,
    ) -> Result<DocumentKey, RegistrationError> {
        let key = SigningKey::from_pem(&private_key_pem)
            .ok_or(RegistrationError::UnreadablePrivateKey)?;
        let mut certificates = self.0.iter();
        let found =
            certificates.find(|(certificate, _)| certificate.public_key == key.public_key());
        let (certificate, certificate_pem) = if let Some(found) = found {
            found.clone()
        } else {
            let validity = Validity::one_year_from(now);
            let der = self_signed(&key, common_name, validity);
            let certificate = BoundCertificate {
                fingerprint: fingerprint(&der),
                public_key: key.public_key().to_vec(),
                not_after: validity.not_after(),
            };
            let made = (certificate, pem::encode(&der, pem::CERTIFICATE));
            self.0.push(made.clone());
            made
        };
        Ok(DocumentKey {
            fingerprint: certificate.fingerprint,
            private_key_pem,
            certificate_pem,
            not_after: certificate.not_after,
        })
    }

    pub(crate) fn into_bound(self) -> Vec<BoundCertificate> {
        self.0
            .into_iter()
            .map(|(certificate, _)| certificate)
            .collect()
    }
}
