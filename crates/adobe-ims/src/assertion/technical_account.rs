//! A technical account: credentials and the private key that belongs to them.

use crate::credentials::ServiceCredentials;
use crate::crypto::Crypto;
use crate::crypto::signing_key::{KeyContext, SigningKey};
use crate::error::Problem;
use crate::error::{Error, Result};
use crate::util::secret::Secret;

/// Service credentials with their parsed private key: everything that an assertion needs.
///
/// Each constructor checks that the key belongs to the certificate of the credentials. Without a certificate there is
/// nothing to check.
///
/// ```
/// use adobe_ims::assertion::TechnicalAccount;
/// use adobe_ims::credentials::ServiceCredentials;
/// use adobe_ims::crypto::{Crypto, KeyContext};
/// use adobe_ims::{ImsClient, Result};
///
/// # async fn example(ims: ImsClient, credentials: &ServiceCredentials) -> Result<()> {
/// let account = TechnicalAccount::open(credentials, &KeyContext::default(), &Crypto::default())?;
/// let token = ims.token(&account).await?.token;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct TechnicalAccount {
    pub(crate) credentials: ServiceCredentials,
    pub(crate) key: SigningKey,
    /// Changes when the key changes, for store keys.
    key_material: Secret,
}

impl TechnicalAccount {
    /// Reads the private key of the credentials and checks that it belongs to their certificate.
    ///
    /// # Errors
    /// The errors of [`SigningKey::read`]; [`Problem::CertificateKeyMismatch`] when key and certificate do not belong
    /// together.
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

    /// Combines credentials with a key. If the credentials have a readable certificate, the key must belong to it.
    ///
    /// # Errors
    /// [`Problem::CertificateKeyMismatch`], with both fingerprints, when it does not.
    pub fn new(credentials: ServiceCredentials, key: SigningKey) -> Result<Self> {
        if let Some(Ok(certificate)) = credentials.certificate()
            && certificate.public_key() != key.public_key()
        {
            let not_rsa = if certificate.public_key().bits() == 0 {
                ", which is not RSA"
            } else {
                ""
            };
            return Err(Error::new(
                Problem::CertificateKeyMismatch,
                format!(
                    "the private key (public half sha256 {}) does not belong to the certificate {} (public key sha256 {}{not_rsa})",
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

    /// Returns the credentials.
    pub fn credentials(&self) -> &ServiceCredentials {
        &self.credentials
    }

    pub(crate) fn key_material(&self) -> &Secret {
        &self.key_material
    }

    /// Returns the private key.
    pub fn key(&self) -> &SigningKey {
        &self.key
    }
}
