use rustls::crypto::CryptoProvider;

use crate::cache::StoreKey;
use crate::credentials::ServiceCredentials;
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
    store_key: StoreKey,
}

impl TechnicalAccount {
    /// Reads the private key of the credentials and checks that it belongs to their certificate.
    ///
    /// # Errors
    /// What [`SigningKey::read`] says of the key; [`Problem::CertificateKeyMismatch`].
    pub fn open(
        credentials: &ServiceCredentials,
        context: &KeyContext<'_>,
        crypto: &CryptoProvider,
    ) -> Result<Self> {
        let context = &KeyContext {
            passphrase: context.passphrase.or(credentials.passphrase.as_ref()),
            ..*context
        };
        let key = credentials.private_key.expose().as_bytes();
        let key = SigningKey::read(key, context, crypto)?;
        Ok(Self {
            store_key: credentials.store_key(context),
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
        let of_key = Secret::new(key.public_key().fingerprint());
        Ok(Self {
            store_key: credentials.store_key_with(&of_key),
            credentials,
            key,
        })
    }

    /// The credentials.
    pub fn credentials(&self) -> &ServiceCredentials {
        &self.credentials
    }

    /// Under which name its tokens are stored.
    pub fn store_key(&self) -> StoreKey {
        self.store_key.clone()
    }

    /// The key.
    pub fn key(&self) -> &SigningKey {
        &self.key
    }
}
