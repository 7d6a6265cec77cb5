//! The description of a service account.

use std::fmt;

use crate::identities::client_settings::{ClientSettings, impl_client_settings};
use crate::identities::grant_type::GrantType;

/// A service account for registration: a client that signs assertions, and its technical account.
///
/// The emulator generates what is not set: ids and secret from its randomness, the key from the
/// four built-in keys. With a key or certificates of its own, an account accepts the assertions of
/// a real credential document.
///
/// ```
/// use adobe_ims_emulator::{Account, Emulator};
///
/// let account = Account::new()
///     .client_id("cm-p1-e2-integration-0")
///     .client_secret("first")
///     .client_secret("second")
///     .metascopes(["ent_aem_cloud_api"]);
/// let emulator = Emulator::builder().account(account).start()?;
/// assert_eq!(emulator.accounts()[0].client_id(), "cm-p1-e2-integration-0");
/// # Ok::<(), adobe_ims_emulator::StartError>(())
/// ```
#[derive(Clone, Default)]
pub struct Account {
    pub(crate) settings: ClientSettings,
    pub(crate) metascopes: Option<Vec<String>>,
    pub(crate) private_key: Option<String>,
    pub(crate) certificates: Vec<String>,
    pub(crate) demands_jti: bool,
}

impl_client_settings!(Account);

impl Account {
    /// Creates an account without any settings.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the metascopes of the binding. An assertion may ask for these and no others.
    #[must_use]
    pub fn metascopes<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.metascopes = Some(names.into_iter().map(Into::into).collect());
        self
    }

    /// Sets the private key of the credential document: RSA in PEM, PKCS#1 or PKCS#8. Unless
    /// [`certificate`](Self::certificate) adds the certificate of this key, the emulator makes a
    /// self-signed one.
    #[must_use]
    pub fn private_key(mut self, pem: impl Into<String>) -> Self {
        self.private_key = Some(pem.into());
        self
    }

    /// Adds a certificate, in PEM, to the binding. The emulator accepts assertions that are signed
    /// with its key until the certificate expires. An account with certificates and without
    /// [`private_key`](Self::private_key) has no credential document.
    #[must_use]
    pub fn certificate(mut self, pem: impl Into<String>) -> Self {
        self.certificates.push(pem.into());
        self
    }

    /// Takes the right to exchange a JWT from the client.
    #[must_use]
    pub fn without_exchange(self) -> Self {
        self.grants([])
    }

    /// Sets the grants of the client; the default is [`GrantType::JwtExchange`].
    ///
    /// With [`GrantType::ClientCredentials`] as well, the client is in migration and may use both.
    /// With that grant alone it is migrated, and the emulator answers an exchange with 500
    /// `internal_error` (observed).
    #[must_use]
    pub fn grants(mut self, grants: impl IntoIterator<Item = GrantType>) -> Self {
        self.settings.grants = Some(grants.into_iter().collect());
        self
    }

    /// Makes the binding demand a `jti` in each assertion, and accept each `jti` once.
    #[must_use]
    pub fn demand_jti(mut self) -> Self {
        self.demands_jti = true;
        self
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account")
            .field("settings", &self.settings)
            .field("metascopes", &self.metascopes)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_output_contains_no_secret() {
        let account = Account::new()
            .client_id("id")
            .client_secret("SECRET?%&=ü")
            .private_key("KEY");
        let text = format!("{account:?}");
        assert!(text.contains("id"));
        assert!(!text.contains("SECRET") && !text.contains("KEY"));
    }
}
