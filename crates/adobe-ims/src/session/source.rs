//! The token source of a session. It exchanges each refresh token once, in one process at a time.

use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::oneshot;

use super::exchange::{Handover, SessionExchange};
use super::{Exchanges, TOKEN_LOCK_TIMEOUT, UserSession};
use crate::api::ImsClient;
use crate::cache::StoreKey;
use crate::error::{Error, Problem, Result};
use crate::source::{FetchedToken, TokenSource};
use crate::util::future::BoxFuture;

/// The token source of a person who signed in. It exchanges the refresh token of the session and stores the next
/// one.
///
/// # Order of steps
///
/// 1. The source locks the session and reads it.
/// 2. If another process exchanged the refresh token meanwhile, the source returns that process's access token. An
///    access token that nobody took goes to the next caller: that of the sign-in, or that of an exchange whose caller
///    had given up.
/// 3. The source notes the time of the request in the session. If it cannot write, it sends nothing.
/// 4. It sends the refresh token to IMS.
/// 5. It writes the next refresh token to disk, and then returns the access token.
/// 6. If the caller has given up, it keeps the access token in the session for the next caller.
///
/// Steps 2 to 6 run in a task of their own on the runtime of the caller: a caller that is cancelled does not interrupt
/// them. They need that runtime until they end.
///
/// # Signals
///
/// The library handles no signals. A program that ends on one calls [`Exchanges::pause`] before, so that step 5 is done.
///
/// # Lost responses
///
/// If the process dies between steps 3 and 5, or the response is lost, the source cannot know whether IMS has used up
/// the refresh token. The next call sends the same refresh token again. If IMS refuses it, the error says that an
/// earlier response was lost.
///
/// # Refusals
///
/// The source notes a refusal in the session and sends nothing for one hour. The person must
/// sign in again (module `sign_in`).
#[derive(Debug)]
pub struct SessionSource {
    exchange: Arc<SessionExchange>,
    key: StoreKey,
    lock_timeout: Duration,
}

impl SessionSource {
    /// Creates a source that exchanges the refresh token of this session with this client.
    ///
    /// # Errors
    /// The errors of [`UserSession::session`].
    pub fn new(ims: ImsClient, user: UserSession) -> Result<Self> {
        let key = user.store_key()?;
        let exchange = Arc::new(SessionExchange {
            ims,
            user,
            in_flight: Exchanges::default(),
        });
        Ok(Self {
            exchange,
            key,
            lock_timeout: TOKEN_LOCK_TIMEOUT,
        })
    }

    /// Sets the time to wait for a process that uses the session. Default: 10 s. It should be a part of the time that
    /// callers wait, so that they get [`Problem::SessionBusy`], which names that process.
    #[must_use]
    pub fn lock_timeout(self, lock_timeout: Duration) -> Self {
        Self {
            lock_timeout,
            ..self
        }
    }

    /// Returns the exchanges of this source, for a program that must not end while one is in flight.
    pub fn exchanges(&self) -> Exchanges {
        self.exchange.in_flight.clone()
    }

    async fn fetch_token(&self) -> Result<FetchedToken> {
        let user = &self.exchange.user;
        let before = user.load_session().await?;
        let lease = user.sessions.lease(&user.key, self.lock_timeout).await?;
        let runtime = Handle::try_current().map_err(interrupted)?;
        let (handover, receiver) = oneshot::channel();
        let exchange = Arc::clone(&self.exchange);
        runtime.spawn(async move { exchange.run(lease, before, handover).await });
        let Handover { result, receipt } = receiver.await.map_err(interrupted)?;
        // Without this the token is kept for the next caller.
        let _ = receipt.send(());
        result
    }
}

fn interrupted(cause: impl core::error::Error + Send + Sync + 'static) -> Error {
    let message = "the task that exchanges the refresh token ended without a result";
    Error::new(Problem::RefreshInterrupted, message).with_source(cause)
}

impl TokenSource for SessionSource {
    fn fetch(&self) -> BoxFuture<'_, Result<FetchedToken>> {
        Box::pin(self.fetch_token())
    }

    fn store_key(&self) -> Option<&StoreKey> {
        Some(&self.key)
    }
}
