use std::time::SystemTime;

use der::{Decode, Encode};

use super::public_key::PublicKey;
use crate::error::Problem;
use crate::error::{Error, Result};
use crate::util::pem;

/// The certificate of a credential document (its field `publicKey`).
///
/// ```
/// use adobe_ims::crypto::{Certificate, SigningKey};
///
/// fn belong_together(key: &SigningKey, certificate: &Certificate) -> bool {
///     key.public_key() == certificate.public_key()
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Certificate {
    public_key: PublicKey,
    not_before: SystemTime,
    not_after: SystemTime,
    subject: String,
    common_name: Option<String>,
}

impl Certificate {
    /// Reads PEM or DER. The lines of PEM may be escaped, joined, indented or quoted.
    ///
    /// # Errors
    /// [`Problem::CertificateUnreadable`].
    pub fn read(certificate: &[u8]) -> Result<Self> {
        let unreadable = |message: &str| Error::new(Problem::CertificateUnreadable, message);
        let der = if pem::is_der(certificate) {
            certificate.to_vec()
        } else {
            let text = pem::decode(certificate)
                .ok_or_else(|| unreadable("the certificate is neither text nor DER"))?;
            let text = pem::unescape(&text);
            let blocks = pem::blocks(&text);
            let block = blocks
                .iter()
                .find(|block| block.label.ends_with("CERTIFICATE"));
            let body = match block {
                Some(block) => block.body,
                None if text.starts_with("MI") => &text,
                None => return Err(unreadable("the certificate has no BEGIN CERTIFICATE line")),
            };
            pem::base64(body)
                .map_err(|_| unreadable("the certificate is not base64"))?
                .to_vec()
        };
        let parsed = x509_cert::Certificate::from_der(&der)
            .map_err(|_| unreadable("the certificate is not X.509"))?;
        let tbs = parsed.tbs_certificate();
        let spki = tbs.subject_public_key_info();
        let validity = tbs.validity();
        Ok(Self {
            public_key: PublicKey::from_spki(
                spki.to_der()
                    .map_err(|_| unreadable("the key of the certificate is damaged"))?,
                spki.subject_public_key.raw_bytes().to_vec(),
            ),
            not_before: SystemTime::UNIX_EPOCH + validity.not_before.to_unix_duration(),
            not_after: SystemTime::UNIX_EPOCH + validity.not_after.to_unix_duration(),
            subject: tbs.subject().to_string(),
            common_name: (tbs.subject().common_name().ok().flatten())
                .map(|name| name.value().into_owned()),
        })
    }

    /// Returns the public key that the certificate certifies.
    pub fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    /// Returns the start of the validity.
    pub fn not_before(&self) -> SystemTime {
        self.not_before
    }

    /// Returns the end of the validity. Certificates of the AEM Developer Console are valid for one year.
    pub fn not_after(&self) -> SystemTime {
        self.not_after
    }

    /// Returns the subject, such as `CN=cm-p12345-e67890-integration-0`.
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// Returns the common name of the subject.
    pub(crate) fn common_name(&self) -> Option<&str> {
        self.common_name.as_deref()
    }
}
