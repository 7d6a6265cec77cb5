//! Token sources: the interface, and one source for each kind of credentials.
//!
//! | Source | Credentials |
//! |---|---|
//! | [`JwtSource`] | technical account of service credentials |
//! | [`ClientCredentialsSource`] | OAuth server-to-server |
//! | [`PermanentCodeSource`] | permanent code of a service |
//! | [`DeviceSource`] | device token |
//! | [`StaticTokenSource`] | access token that was issued elsewhere |
//! | [`source_fn`] | the caller's own function |
//!
//! `SessionSource` in the module `session` is the source of a person who signed in.
//!
//! [`Credentials::source`](crate::Credentials::source) creates the source that fits the credentials.
//!
//! ```
//! use adobe_ims::provider::TokenProvider;
//! use adobe_ims::source::{FetchedToken, source_fn};
//! use adobe_ims::{AccessToken, Secret};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> adobe_ims::Result<()> {
//! let source = source_fn(|| async {
//!     let token = AccessToken::new(Secret::new("a-token-of-another-service"))?;
//!     Ok(FetchedToken::new(token))
//! });
//! let token = TokenProvider::new(source).token().await?;
//! assert_eq!(token.as_secret().expose(), "a-token-of-another-service");
//! # Ok(())
//! # }
//! ```

mod function;
mod ims;
mod static_token;

use crate::api::{TokenResponse, Warning};
use crate::cache::StoreKey;
use crate::error::{Result, ServerResponse};
use crate::token::AccessToken;
use crate::util::future::BoxFuture;

pub use function::{SourceFn, source_fn};
pub use ims::{ClientCredentialsSource, DeviceSource, ImsSource, JwtSource, PermanentCodeSource};
pub use static_token::StaticTokenSource;

/// Fetches a new token with each call.
///
/// A [`TokenProvider`](crate::provider::TokenProvider) calls its source as seldom as it can. It retries a fetch
/// whose error is [transient](crate::Error::is_transient). An implementation therefore classifies its errors
/// correctly, and each fetch ends after a reasonable time.
pub trait TokenSource: Send + Sync + 'static {
    /// Fetches a new token. The source does not learn why the provider asks: after an API rejected a token, a source
    /// that has no other one returns the same again.
    fn fetch(&self) -> BoxFuture<'_, Result<FetchedToken>>;

    /// Returns the key under which a store shares the tokens with other providers and processes. `None` keeps
    /// the tokens out of every store.
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

/// A new token, with details of its response.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct FetchedToken {
    /// The token.
    pub token: AccessToken,
    /// The oddities of the response, to be shown once.
    pub warnings: Vec<Warning>,
    /// The response that held the token.
    pub server: Option<ServerResponse>,
    /// The field `expires_in` of the response, unparsed.
    pub raw_expires_in: Option<String>,
}

impl FetchedToken {
    /// Creates a fetched token without warnings and response.
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
    fn from(response: TokenResponse) -> Self {
        Self {
            token: response.token,
            warnings: response.warnings,
            server: Some(response.server),
            raw_expires_in: response.raw_expires_in,
        }
    }
}
