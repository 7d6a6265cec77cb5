//! The store key of each kind of credentials.

use sha2::{Digest, Sha256};

use super::key::hex;
use super::{Grant, StoreKey};
use crate::assertion::TechnicalAccount;
use crate::credentials::{
    Credentials, DeviceCredentials, OauthCredentials, PermanentCode, ServiceCredentials,
};
use crate::crypto::KeyContext;
use crate::util::secret::Secret;

impl Credentials {
    /// Returns the key under which a store keeps the tokens of these credentials.
    ///
    /// An access token has no key. The key of a person depends on the session
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
    /// Returns the key under which a store keeps the tokens of this account.
    ///
    /// The fingerprint covers the text of the private key, or the content of the file that the document names.
    /// This function does not parse the private key and needs no passphrase.
    pub fn store_key(&self, context: &KeyContext<'_>) -> StoreKey {
        service_key(self, &context.material(&self.private_key))
    }
}

impl TechnicalAccount {
    /// Returns the key under which a store keeps the tokens of this account.
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
    /// Returns the key under which a store keeps the tokens of this client. Its fingerprint changes when a secret
    /// is added, removed or moved.
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
    /// Returns the key under which a store keeps the tokens of this device. Its fingerprint changes with the
    /// device token.
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
    /// Returns the key under which a store keeps the tokens of this service.
    ///
    /// Only the code distinguishes the services of one client, so the subject is a digest of the code. The code is
    /// long and random, so the digest does not reveal it.
    pub fn store_key(&self) -> StoreKey {
        let mut hash = Sha256::new();
        hash.update(b"adobe-ims permanent code\n");
        hash.update(self.code.expose());
        let digest = hash.finalize();
        let subject = hex(&digest[..8]);
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

/// Joins the account of a token and the sorted audiences.
fn subject_with_resources(subject: &str, resources: &[String]) -> String {
    let mut parts = resources.to_vec();
    parts.sort_unstable();
    parts.insert(0, subject.to_owned());
    parts.join(" ")
}
