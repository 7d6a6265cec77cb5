//! Token sources: the interface, and one source for each kind of credentials.

use std::sync::Arc;

use crate::api::{ImsClient, TokenResponse, Warning};
use crate::assertion::TechnicalAccount;
use crate::cache::StoreKey;
use crate::credentials::{DeviceCredentials, OauthCredentials, PermanentCode};
use crate::error::Problem;
use crate::error::{Error, Result, ServerResponse};
use crate::token::AccessToken;
use crate::util::clock::{Clock, SystemClock};
use crate::util::future::BoxFuture;
use crate::util::time;

/// Gets a new token each time it is asked, whatever that costs. A
/// [`TokenProvider`](crate::provider::TokenProvider) asks as seldom as it can.
///
/// An implementation ends by itself after a reasonable time, and its errors say truly whether they are
/// transient: those that are, are tried again.
pub trait TokenSource: Send + Sync + 'static {
    /// Gets a new token.
    fn fetch(&self) -> BoxFuture<'_, Result<FetchedToken>>;

    /// Under which name its tokens are shared with other providers and processes; without one they
    /// are not put into a store.
    fn store_key(&self) -> Option<&StoreKey> {
        None
    }
}

impl<S: TokenSource + ?Sized> TokenSource for Box<S> {
    fn fetch(&self) -> BoxFuture<'_, Result<FetchedToken>> {
        (**self).fetch()
    }

    fn store_key(&self) -> Option<&StoreKey> {
        (**self).store_key()
    }
}

/// A new token, and what there is to tell about the way to it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct FetchedToken {
    /// The token.
    pub token: AccessToken,
    /// What was odd, to be shown once.
    pub warnings: Vec<Warning>,
    /// The response that the token was in: status, `x-debug-id` and URL.
    pub server: Option<ServerResponse>,
    /// `expires_in` as it stood in the answer.
    pub raw_expires_in: Option<String>,
}

impl FetchedToken {
    /// A token about which nothing is odd.
    pub fn new(token: AccessToken) -> Self {
        Self {
            token,
            warnings: Vec::new(),
            server: None,
            raw_expires_in: None,
        }
    }
}

impl From<TokenResponse> for FetchedToken {
    fn from(exchanged: TokenResponse) -> Self {
        Self {
            token: exchanged.token,
            warnings: exchanged.warnings,
            server: Some(exchanged.server),
            raw_expires_in: exchanged.raw_expires_in,
        }
    }
}

/// A technical account at IMS: signs an assertion and exchanges it.
#[derive(Debug)]
pub struct JwtSource {
    ims: ImsClient,
    account: TechnicalAccount,
    key: StoreKey,
}

impl JwtSource {
    /// Asks this client for tokens of this account.
    pub fn new(ims: ImsClient, account: TechnicalAccount) -> Self {
        let key = account.store_key();
        Self { ims, account, key }
    }
}

impl TokenSource for JwtSource {
    fn fetch(&self) -> BoxFuture<'_, Result<FetchedToken>> {
        Box::pin(async { Ok(self.ims.token(&self.account).await?.into()) })
    }

    fn store_key(&self) -> Option<&StoreKey> {
        Some(&self.key)
    }
}

/// An OAuth server-to-server client at IMS: sends its secret.
#[derive(Debug)]
pub struct ClientCredentialsSource {
    ims: ImsClient,
    credentials: OauthCredentials,
    key: StoreKey,
}

impl ClientCredentialsSource {
    /// Asks this client for tokens for these credentials.
    pub fn new(ims: ImsClient, credentials: OauthCredentials) -> Self {
        let key = credentials.store_key();
        Self {
            ims,
            credentials,
            key,
        }
    }
}

impl TokenSource for ClientCredentialsSource {
    fn fetch(&self) -> BoxFuture<'_, Result<FetchedToken>> {
        let asking = self.ims.client_credentials(&self.credentials);
        Box::pin(async { Ok(asking.await?.into()) })
    }

    fn store_key(&self) -> Option<&StoreKey> {
        Some(&self.key)
    }
}

/// A service at IMS: shows its permanent code.
#[derive(Debug)]
pub struct PermanentCodeSource {
    ims: ImsClient,
    service: PermanentCode,
    key: StoreKey,
}

impl PermanentCodeSource {
    /// Asks this client for tokens of this service.
    pub fn new(ims: ImsClient, service: PermanentCode) -> Self {
        let key = service.store_key();
        Self { ims, service, key }
    }
}

impl TokenSource for PermanentCodeSource {
    fn fetch(&self) -> BoxFuture<'_, Result<FetchedToken>> {
        Box::pin(async {
            let granted = self.ims.permanent_code(&self.service).await?;
            Ok(granted.response.into())
        })
    }

    fn store_key(&self) -> Option<&StoreKey> {
        Some(&self.key)
    }
}

/// A device at IMS: shows its token.
#[derive(Debug)]
pub struct DeviceSource {
    ims: ImsClient,
    device: DeviceCredentials,
    key: StoreKey,
}

impl DeviceSource {
    /// Asks this client for tokens of this device.
    pub fn new(ims: ImsClient, device: DeviceCredentials) -> Self {
        let key = device.store_key();
        Self { ims, device, key }
    }
}

impl TokenSource for DeviceSource {
    fn fetch(&self) -> BoxFuture<'_, Result<FetchedToken>> {
        Box::pin(async { Ok(self.ims.device(&self.device).await?.response.into()) })
    }

    fn store_key(&self) -> Option<&StoreKey> {
        Some(&self.key)
    }
}

/// A token that was issued elsewhere, until it expires.
#[derive(Debug)]
pub struct StaticTokenSource {
    token: AccessToken,
    clock: Arc<dyn Clock>,
}

impl StaticTokenSource {
    /// Hands out this token.
    pub fn new(token: AccessToken) -> Self {
        let clock = Arc::new(SystemClock);
        Self { token, clock }
    }

    /// Goes by another clock.
    #[must_use]
    pub fn with_clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    pub(crate) fn with_shared_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }
}

impl TokenSource for StaticTokenSource {
    fn fetch(&self) -> BoxFuture<'_, Result<FetchedToken>> {
        Box::pin(async {
            if self.token.is_expired(self.clock.now()) {
                let when = self.token.expires_at().map(time::display);
                let what = format!("the access token expired on {}", when.unwrap_or_default());
                return Err(Error::new(Problem::TokenExpired, what));
            }
            Ok(FetchedToken::new(self.token.clone()))
        })
    }
}

/// A source from a function: `source_fn(|| async { … })`.
pub fn source_fn<F, R>(fetch: F) -> SourceFn<F>
where
    F: Fn() -> R + Send + Sync + 'static,
    R: Future<Output = Result<FetchedToken>> + Send + 'static,
{
    SourceFn(fetch)
}

/// See [`source_fn`].
#[derive(Clone, Debug)]
pub struct SourceFn<F>(F);

impl<F, R> TokenSource for SourceFn<F>
where
    F: Fn() -> R + Send + Sync + 'static,
    R: Future<Output = Result<FetchedToken>> + Send + 'static,
{
    fn fetch(&self) -> BoxFuture<'_, Result<FetchedToken>> {
        Box::pin((self.0)())
    }
}
