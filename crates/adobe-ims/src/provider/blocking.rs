use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use super::options::TokenOptions;
use super::state::Invalidation;
use super::token_provider::TokenProvider;
use crate::error::Result;
use crate::token::AccessToken;

/// A [`TokenProvider`] for programs without an async runtime. [`TokenProvider::blocking`] creates it; both may be used
/// side by side.
///
/// Refreshes run on the same thread of the library.
///
/// ```no_run
/// use adobe_ims::TokenProvider;
/// # fn example(document: &[u8]) -> adobe_ims::Result<()> {
/// let provider = TokenProvider::from_document(document)?.blocking();
/// let token = provider.token()?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct BlockingTokenProvider(TokenProvider);

impl TokenProvider {
    /// Returns this provider for programs without an async runtime.
    pub fn blocking(&self) -> BlockingTokenProvider {
        BlockingTokenProvider(self.clone())
    }
}

impl BlockingTokenProvider {
    /// Returns a valid token, as [`TokenProvider::token`] does.
    ///
    /// # Errors
    /// The errors of [`TokenProvider::token`].
    pub fn token(&self) -> Result<Arc<AccessToken>> {
        match self.0.0.fresh_token() {
            Some(token) => Ok(token),
            None => self.token_for(&TokenOptions::default()),
        }
    }

    /// Returns a valid token, as [`TokenProvider::token_for`] does.
    ///
    /// # Errors
    /// The errors of [`TokenProvider::token_for`].
    pub fn token_for(&self, options: &TokenOptions) -> Result<Arc<AccessToken>> {
        let timeout = options.timeout.unwrap_or(self.0.0.policy.caller_timeout);
        block_on(self.0.acquire(options), timeout)
            .unwrap_or_else(|| self.0.0.timed_out(options, timeout))
    }

    /// Waits until the stores have the tokens of finished refreshes, as [`TokenProvider::saved`] does, but no longer
    /// than the deadline of a refresh.
    pub fn saved(&self) {
        let _ = block_on(self.0.saved(), self.0.0.policy.deadline);
    }

    /// Reports that an API answered 401, as [`TokenProvider::invalidate`] does.
    pub fn invalidate(&self, token: &AccessToken) -> Invalidation {
        self.0.invalidate(token)
    }

    /// Returns the provider for async code.
    pub fn into_async(self) -> TokenProvider {
        self.0
    }
}

/// Blocks the thread until the future, which needs no runtime, is ready. Returns `None` after the timeout.
fn block_on<T>(future: impl Future<Output = T>, timeout: Duration) -> Option<T> {
    struct Unpark(Thread);

    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }

    let end = Instant::now().checked_add(timeout);
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return Some(output);
        }
        match end.map(|end| end.saturating_duration_since(Instant::now())) {
            None => thread::park(),
            Some(Duration::ZERO) => return None,
            Some(left) => thread::park_timeout(left),
        }
    }
}
