use crate::credentials::ServiceCredentials;
use crate::crypto::Crypto;
use crate::crypto::signing_key::{KeyContext, SigningKey};
use crate::error::Problem;
use crate::error::{Error, Result};
use crate::util::secret::Secret;

/// Service credentials whose key is parsed and known to fit: everything an assertion needs.
///
/// The only way to one is through the check, so what holds one cannot sign with a wrong key unless
/// the document came without a certificate.
#[derive(Debug)]
pub struct TechnicalAccount {
    pub(crate) credentials: ServiceCredentials,
    pub(crate) key: SigningKey,
    /// Tells a changed key from the old one.
    key_material: Secret,
}

impl TechnicalAccount {
    /// Reads the private key of the credentials and checks that it belongs to their certificate.
    ///
    /// # Errors
    /// What [`SigningKey::read`] says of the key; [`Problem::CertificateKeyMismatch`].
    pub fn open(
        credentials: &ServiceCredentials,
        context: &KeyContext<'_>,
        crypto: &Crypto,
    ) -> Result<Self> {
        let context = &context.or_passphrase(credentials.passphrase.as_ref());
        let key = credentials.private_key.expose().as_bytes();
        let key = SigningKey::read(key, context, crypto)?;
        Ok(Self {
            key_material: context.material(&credentials.private_key),
            ..Self::new(credentials.clone(), key)?
        })
    }

    /// Pairs credentials with a key, which must be that of the document's certificate if there is
    /// one that can be read.
    ///
    /// # Errors
    /// [`Problem::CertificateKeyMismatch`] with both fingerprints.
    pub fn new(credentials: ServiceCredentials, key: SigningKey) -> Result<Self> {
        if let Some(Ok(certificate)) = credentials.certificate()
            && certificate.public_key() != key.public_key()
        {
            let kind = match certificate.public_key().bits() {
                0 => ", which is not RSA",
                _ => "",
            };
            return Err(Error::new(
                Problem::CertificateKeyMismatch,
                format!(
                    "the private key (public half sha256 {}) does not belong to the certificate {} (public key sha256 {}{kind})",
                    key.public_key().fingerprint(),
                    certificate.subject(),
                    certificate.public_key().fingerprint(),
                ),
            ));
        }
        Ok(Self {
            key_material: Secret::new(key.public_key().fingerprint()),
            credentials,
            key,
        })
    }

    /// The credentials.
    pub fn credentials(&self) -> &ServiceCredentials {
        &self.credentials
    }

    pub(crate) fn key_material(&self) -> &Secret {
        &self.key_material
    }

    /// The key.
    pub fn key(&self) -> &SigningKey {
        &self.key
    }
}
