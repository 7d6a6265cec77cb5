//! The keys of service accounts: the built-in ones, and the certificates that bind them.

use crate::crypto::certificate::{BoundCertificate, Validity, self_signed};
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

/// The built-in private keys. Each of them serves one account.
#[derive(Clone, Default)]
pub(crate) struct BuiltInKeys {
    used: usize,
}

impl BuiltInKeys {
    /// Returns the next key in PEM.
    pub(crate) fn take_next(&mut self) -> Result<String, RegistrationError> {
        let key = BUILT_IN
            .get(self.used)
            .ok_or(RegistrationError::NoKeyLeft)?;
        self.used += 1;
        let der = pem::decode(key, pem::PKCS1).expect("the built-in keys are PKCS#1");
        Ok(pem::encode(&der, pem::PKCS1))
    }
}

/// The certificates of a binding, with their PEM.
#[derive(Default)]
pub(crate) struct Certificates(Vec<(BoundCertificate, String)>);

impl Certificates {
    /// Reads certificates in PEM.
    pub(crate) fn from_pem(texts: &[String]) -> Result<Self, RegistrationError> {
        texts
            .iter()
            .map(|pem| {
                let certificate = BoundCertificate::from_pem(pem)
                    .ok_or(RegistrationError::UnreadableCertificate)?;
                Ok((certificate, pem.clone()))
            })
            .collect::<Result<_, _>>()
            .map(Self)
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
        let (not_after, certificate_pem) = if let Some((certificate, pem)) = found {
            (certificate.not_after, pem.clone())
        } else {
            let validity = Validity::one_year_from(now);
            let der = self_signed(&key, common_name, validity);
            let certificate = BoundCertificate {
                public_key: key.public_key().to_vec(),
                not_after: validity.not_after(),
            };
            let pem = pem::encode(&der, pem::CERTIFICATE);
            self.0.push((certificate, pem.clone()));
            (validity.not_after(), pem)
        };
        Ok(DocumentKey {
            private_key_pem,
            certificate_pem,
            not_after,
        })
    }

    pub(crate) fn into_bound(self) -> Vec<BoundCertificate> {
        self.0
            .into_iter()
            .map(|(certificate, _)| certificate)
            .collect()
    }
}
