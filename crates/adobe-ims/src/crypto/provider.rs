use core::any::Any;
use core::fmt;
use std::sync::Arc;

use rustls::crypto::CryptoProvider;

use crate::error::{Error, Problem, Result};

/// The crypto library that signs assertions, checks signatures and encrypts connections.
///
/// The caller passes it. This crate never reads or installs a process-wide default by itself. Each of the features
/// `aws-lc-rs` (on by default) and `ring` is enough. With neither, the host brings a provider of its own
/// ([`from_provider`](Self::from_provider), [`installed`](Self::installed)).
///
/// ```
/// use adobe_ims::crypto::Crypto;
///
/// # fn choose(provider: impl std::any::Any + Send + Sync) -> adobe_ims::Result<Crypto> {
/// // The provider of the host, of the type `rustls::crypto::CryptoProvider`.
/// let crypto = Crypto::from_provider(provider)?;
/// # Ok(crypto)
/// # }
/// ```
#[derive(Clone)]
pub struct Crypto(Arc<CryptoProvider>);

impl Crypto {
    /// Uses the crate `aws-lc-rs`.
    #[cfg(feature = "aws-lc-rs")]
    pub fn aws_lc_rs() -> Self {
        Self(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
    }

    /// Uses the crate `ring`.
    #[cfg(feature = "ring")]
    pub fn ring() -> Self {
        Self(Arc::new(rustls::crypto::ring::default_provider()))
    }

    /// Uses a provider of rustls 0.23 that the host brings: a `rustls::crypto::CryptoProvider`, or an `Arc` of one. The
    /// signature does not name the type, so that another version of rustls is no breaking change of this crate.
    ///
    /// # Errors
    /// [`Problem::CryptoUnknown`] if `provider` has another type, for example that of another version of rustls.
    pub fn from_provider(provider: impl Any + Send + Sync) -> Result<Self> {
        let provider: Box<dyn Any + Send + Sync> = Box::new(provider);
        let provider = match provider.downcast::<Arc<CryptoProvider>>() {
            Ok(shared) => return Ok(Self(*shared)),
            Err(provider) => provider,
        };
        match provider.downcast::<CryptoProvider>() {
            Ok(provider) => Ok(Self(Arc::new(*provider))),
            Err(_) => {
                let message = "the value is not a CryptoProvider of rustls 0.23";
                Err(Error::new(Problem::CryptoUnknown, message))
            }
        }
    }

    /// Uses the provider that the host has installed in rustls for the whole process. Returns `None` if there is none.
    pub fn installed() -> Option<Self> {
        CryptoProvider::get_default().cloned().map(Self)
    }

    pub(crate) fn provider(&self) -> &Arc<CryptoProvider> {
        &self.0
    }
}

/// Uses `aws-lc-rs` if that feature is on, else `ring`.
#[cfg(any(feature = "aws-lc-rs", feature = "ring"))]
impl Default for Crypto {
    fn default() -> Self {
        #[cfg(feature = "aws-lc-rs")]
        return Self::aws_lc_rs();
        #[cfg(not(feature = "aws-lc-rs"))]
        Self::ring()
    }
}

impl fmt::Debug for Crypto {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Crypto").finish_non_exhaustive()
    }
}

#[cfg(all(test, any(feature = "aws-lc-rs", feature = "ring")))]
mod tests {
    use super::*;

    #[test]
    fn provider_of_the_host_is_taken_by_value_and_shared() {
        let provider = Crypto::default().provider().clone();
        assert!(Crypto::from_provider(provider.clone()).is_ok());
        assert!(Crypto::from_provider(CryptoProvider::clone(&provider)).is_ok());
    }

    #[test]
    fn value_of_another_type_is_refused() {
        let error = Crypto::from_provider("ring").unwrap_err();
        assert_eq!(error.problem(), Problem::CryptoUnknown);
    }
}
