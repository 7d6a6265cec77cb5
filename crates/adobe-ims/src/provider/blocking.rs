use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use super::single_flight::Executor;
use super::{Invalidation, TokenOptions, TokenProvider};
use crate::error::Result;
use crate::token::AccessToken;

/// A [`TokenProvider`] for programs without an async runtime. Both may be used side by side.
///
/// A refresh runs on a thread of its own, which ends with it.
#[derive(Clone, Debug)]
pub struct BlockingTokenProvider(TokenProvider);

impl BlockingTokenProvider {
    pub(super) fn new(provider: TokenProvider) -> Self {
        Self(provider)
    }

    /// A valid token, as [`TokenProvider::token`].
    ///
    /// # Errors
    /// As there.
    pub fn token(&self) -> Result<Arc<AccessToken>> {
        match self.0.0.fresh() {
            Some(token) => Ok(token),
            None => self.token_for(&TokenOptions::default()),
        }
    }

    /// A valid token, as [`TokenProvider::token_for`].
    ///
    /// # Errors
    /// As there.
    pub fn token_for(&self, options: &TokenOptions) -> Result<Arc<AccessToken>> {
        let patience = options.timeout.unwrap_or(self.0.0.policy.caller_timeout);
        block_on(self.0.find(options, Executor::Thread), patience)
            .unwrap_or_else(|| self.0.0.timed_out(options, patience))
    }

    /// Says that an API answered 401, as [`TokenProvider::invalidate`].
    pub fn invalidate(&self, token: &AccessToken) -> Invalidation {
        self.0.invalidate(token)
    }

    /// The same provider for async code.
    pub fn into_async(self) -> TokenProvider {
        self.0
    }
}

/// Waits for a future that needs no runtime, for a time.
fn block_on<T>(future: impl Future<Output = T>, patience: Duration) -> Option<T> {
    struct Unpark(Thread);

    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }

    let end = Instant::now().checked_add(patience);
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(done) = future.as_mut().poll(&mut context) {
            return Some(done);
        }
        match end.map(|end| end.saturating_duration_since(Instant::now())) {
            None => thread::park(),
            Some(Duration::ZERO) => return None,
            Some(left) => thread::park_timeout(left),
        }
    }
}
