//! The name under which the tokens of credentials are stored.

use sha2::{Digest, Sha256};

use super::{Grant, StoreKey};
use crate::assertion::TechnicalAccount;
use crate::credentials::{
    Credentials, DeviceCredentials, OauthCredentials, PermanentCode, ServiceCredentials,
};
use crate::crypto::KeyContext;
use crate::util::secret::Secret;

impl Credentials {
    /// Returns the name under which the tokens of these credentials are stored.
    ///
    /// A token that is ready has none. That of a person depends on the session
    /// ([`UserSession::store_key`](crate::session::UserSession::store_key)). For service credentials see
    /// [`ServiceCredentials::store_key`].
    pub fn store_key(&self, context: &KeyContext<'_>) -> Option<StoreKey> {
        match self {
            Self::AccessToken(_) | Self::User(_) => None,
            Self::Service(credentials) => Some(credentials.store_key(context)),
            Self::OauthServerToServer(credentials) => Some(credentials.store_key()),
            Self::PermanentCode(service) => Some(service.store_key()),
            Self::Device(device) => Some(device.store_key()),
        }
    }
}

impl ServiceCredentials {
    /// Returns the name under which the tokens of this account are stored.
    ///
    /// The private key is not parsed for that, and no passphrase is needed: the text of the key, or the content
    /// of the file that the document names, tells a changed key from the old one.
    pub fn store_key(&self, context: &KeyContext<'_>) -> StoreKey {
        service_key(self, &context.material(&self.private_key))
    }
}

impl TechnicalAccount {
    /// Returns the name under which the tokens of this account are stored.
    pub fn store_key(&self) -> StoreKey {
        service_key(self.credentials(), self.key_material())
    }
}

fn service_key(credentials: &ServiceCredentials, private_key: &Secret) -> StoreKey {
    StoreKey::new(
        &credentials.environment,
        &credentials.client_id,
        Grant::Jwt,
        &credentials.metascopes,
        &subject_with_resources(&credentials.technical_account_id, &credentials.resources),
        &[&credentials.client_secret, private_key],
    )
}

impl OauthCredentials {
    /// Returns the name under which the tokens of this client are stored. It changes when a secret is added,
    /// removed or moved.
    pub fn store_key(&self) -> StoreKey {
        let organization = self.consenting_organization.as_deref();
        let subject = organization.or(self.technical_account_id());
        StoreKey::new(
            &self.client.environment,
            &self.client.client_id,
            Grant::ClientCredentials,
            &self.scopes,
            &subject_with_resources(subject.unwrap_or_default(), &self.resources),
            &self.client.secrets.iter().collect::<Vec<_>>(),
        )
    }
}

impl DeviceCredentials {
    /// Returns the name under which the tokens of this device are stored. It changes with the device token.
    pub fn store_key(&self) -> StoreKey {
        let mut secrets = vec![&self.device_token];
        secrets.extend(&self.client.secrets);
        StoreKey::new(
            &self.client.environment,
            &self.client.client_id,
            Grant::Device,
            &self.scopes,
            &self.device_id,
            &secrets,
        )
    }
}

impl PermanentCode {
    /// Returns the name under which the tokens of this service are stored.
    ///
    /// Only the code tells the services of one client apart, so a digest of it stands for the service. The code is
    /// long and random; the digest does not give it away.
    pub fn store_key(&self) -> StoreKey {
        let mut hash = Sha256::new();
        hash.update(b"adobe-ims permanent code\n");
        hash.update(self.code.expose());
        let digest = hash.finalize();
        let subject: String = digest[..8]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let mut secrets = vec![&self.code];
        secrets.extend(&self.client.secrets);
        StoreKey::new(
            &self.client.environment,
            &self.client.client_id,
            Grant::PermanentCode,
            &self.scopes,
            &subject_with_resources(&subject, &self.resources),
            &secrets,
        )
    }
}

/// The account that a token is for, and the audiences if there are any.
fn subject_with_resources(subject: &str, resources: &[String]) -> String {
    let mut resources = resources.to_vec();
    resources.sort_unstable();
    let mut parts = vec![subject.to_owned()];
    parts.append(&mut resources);
    parts.join(" ")
}
