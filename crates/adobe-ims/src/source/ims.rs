use super::{FetchedToken, TokenSource};
use crate::api::ImsClient;
use crate::assertion::TechnicalAccount;
use crate::cache::StoreKey;
use crate::credentials::{DeviceCredentials, OauthCredentials, PermanentCode};
use crate::error::Result;
use crate::util::future::BoxFuture;

/// A token source that sends credentials of the kind `C` to IMS.
///
/// ```
/// use adobe_ims::credentials::OauthCredentials;
/// use adobe_ims::source::{ClientCredentialsSource, TokenSource};
/// # use adobe_ims::ImsClient;
/// # async fn example(ims: ImsClient, credentials: OauthCredentials) -> adobe_ims::Result<()> {
/// let source = ClientCredentialsSource::new(ims, credentials);
/// let fetched = source.fetch().await?; // each call is a request to IMS
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct ImsSource<C> {
    ims: ImsClient,
    credentials: C,
    key: StoreKey,
}

/// The source of a technical account. It signs an assertion and exchanges it for a token.
pub type JwtSource = ImsSource<TechnicalAccount>;

/// The source of an OAuth server-to-server client. It sends the client secret.
pub type ClientCredentialsSource = ImsSource<OauthCredentials>;

/// The source of a service. It sends the permanent code.
pub type PermanentCodeSource = ImsSource<PermanentCode>;

/// The source of a device. It sends the device token.
pub type DeviceSource = ImsSource<DeviceCredentials>;

impl<C: GrantCredentials> ImsSource<C> {
    /// Creates a source that requests tokens for these credentials with this client.
    pub fn new(ims: ImsClient, credentials: C) -> Self {
        let key = credentials.key();
        Self {
            ims,
            credentials,
            key,
        }
    }
}

impl<C: GrantCredentials> TokenSource for ImsSource<C> {
    fn fetch(&self) -> BoxFuture<'_, Result<FetchedToken>> {
        self.credentials.request_token(&self.ims)
    }

    fn store_key(&self) -> Option<&StoreKey> {
        Some(&self.key)
    }
}

/// Credentials that IMS accepts for one grant. The trait is not exported, so only this crate implements it.
pub trait GrantCredentials: Send + Sync + 'static {
    fn key(&self) -> StoreKey;

    fn request_token<'a>(&'a self, ims: &'a ImsClient) -> BoxFuture<'a, Result<FetchedToken>>;
}

impl GrantCredentials for TechnicalAccount {
    fn key(&self) -> StoreKey {
        self.store_key()
    }

    fn request_token<'a>(&'a self, ims: &'a ImsClient) -> BoxFuture<'a, Result<FetchedToken>> {
        Box::pin(async { Ok(ims.token(self).await?.into()) })
    }
}

impl GrantCredentials for OauthCredentials {
    fn key(&self) -> StoreKey {
        self.store_key()
    }

    fn request_token<'a>(&'a self, ims: &'a ImsClient) -> BoxFuture<'a, Result<FetchedToken>> {
        Box::pin(async { Ok(ims.client_credentials(self).await?.into()) })
    }
}

impl GrantCredentials for PermanentCode {
    fn key(&self) -> StoreKey {
        self.store_key()
    }

    fn request_token<'a>(&'a self, ims: &'a ImsClient) -> BoxFuture<'a, Result<FetchedToken>> {
        Box::pin(async { Ok(ims.permanent_code(self).await?.response.into()) })
    }
}

impl GrantCredentials for DeviceCredentials {
    fn key(&self) -> StoreKey {
        self.store_key()
    }

    fn request_token<'a>(&'a self, ims: &'a ImsClient) -> BoxFuture<'a, Result<FetchedToken>> {
        Box::pin(async { Ok(ims.device(self).await?.response.into()) })
    }
}
