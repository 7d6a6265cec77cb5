use std::sync::Arc;

use super::{FetchedToken, TokenSource};
use crate::error::{Error, Problem, Result};
use crate::token::AccessToken;
use crate::util::clock::{Clock, SystemClock};
use crate::util::future::BoxFuture;
use crate::util::time;

/// A source that returns one token, which was issued elsewhere, until the token expires.
///
/// It has no other token: after [`TokenProvider::invalidate`](crate::provider::TokenProvider::invalidate) it returns the
/// same one, because a source does not learn that an API rejected its token.
///
/// ```
/// use adobe_ims::source::{StaticTokenSource, TokenSource};
/// use adobe_ims::{AccessToken, Secret};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> adobe_ims::Result<()> {
/// let source = StaticTokenSource::new(AccessToken::new(Secret::new("token"))?);
/// assert_eq!(source.fetch().await?.token.as_secret().expose(), "token");
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct StaticTokenSource {
    token: AccessToken,
    clock: Arc<dyn Clock>,
}

impl StaticTokenSource {
    /// Creates a source of this token.
    pub fn new(token: AccessToken) -> Self {
        let clock = Arc::new(SystemClock);
        Self { token, clock }
    }

    /// Sets the clock that decides about expiry. The default is the system clock.
    #[must_use]
    pub fn with_clock(self, clock: impl Clock + 'static) -> Self {
        self.with_shared_clock(Arc::new(clock))
    }

    pub(crate) fn with_shared_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }
}

impl TokenSource for StaticTokenSource {
    /// # Errors
    /// [`Problem::TokenExpired`] after the token's expiry.
    fn fetch(&self) -> BoxFuture<'_, Result<FetchedToken>> {
        Box::pin(async {
            if self.token.is_expired(self.clock.now()) {
                let expiry = self.token.expires_at().map(time::display);
                let message = format!("the access token expired on {}", expiry.unwrap_or_default());
                return Err(Error::new(Problem::TokenExpired, message));
            }
            Ok(FetchedToken::new(self.token.clone()))
        })
    }
}
