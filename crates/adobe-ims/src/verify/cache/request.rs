//! One request for the keys. It does not depend on the caller that started it.

use core::future::{pending, poll_fn};
use core::pin::pin;
use core::task::Poll;
use std::panic;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::watch;

use super::Inner;
use super::state::Outcome;
use crate::error::{Error, Problem};

/// A request that was noted in the state and not sent yet.
pub(super) struct KeyRequest {
    cache: Arc<Inner>,
    number: u64,
    outcome: watch::Sender<Option<Outcome>>,
    has_ended: bool,
}

impl KeyRequest {
    pub(super) fn new(
        cache: Arc<Inner>,
        number: u64,
        outcome: watch::Sender<Option<Outcome>>,
    ) -> Self {
        Self {
            cache,
            number,
            outcome,
            has_ended: false,
        }
    }

    /// Sends the request in a task of the current runtime. Without a runtime, the caller sends it.
    pub(super) async fn start(self) {
        match Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn(self.send())),
            Err(_) => self.send().await,
        }
    }

    async fn send(mut self) {
        let cache = &self.cache;
        let fetched = cache.ims.key_set(&cache.environment, &cache.crypto).await;
        let now = cache.now();
        let outcome = cache.state().land(self.number, fetched, now, &cache.policy);
        self.has_ended = true;
        self.outcome.send_replace(Some(outcome));
    }
}

impl Drop for KeyRequest {
    fn drop(&mut self) {
        if !self.has_ended {
            let error = thread::panicking().then(|| {
                let message = "the request for the keys of IMS broke off: its transport panicked";
                Error::new(Problem::ConnectionFailed, message)
            });
            let cache = &self.cache;
            let now = cache.now();
            cache.state().fail(self.number, error, now, &cache.policy);
        }
    }
}

/// Waits for the outcome of a request. Returns `None` if it ends without one, or not within the limit.
pub(super) async fn wait_for(
    mut outcome: watch::Receiver<Option<Outcome>>,
    limit: Option<Duration>,
) -> Option<Outcome> {
    let ended = outcome.borrow().clone();
    if ended.is_some() || limit == Some(Duration::ZERO) {
        return ended;
    }
    let mut outcome = pin!(async move {
        let ended = outcome.wait_for(Option::is_some).await;
        ended.ok().and_then(|outcome| outcome.clone())
    });
    // A runtime without timers panics. There the request ends within the deadline of its transport.
    let timer = limit
        .filter(|_| Handle::try_current().is_ok())
        .and_then(|limit| {
            panic::catch_unwind(|| tokio::time::timeout(limit, pending::<()>())).ok()
        });
    let Some(timer) = timer else {
        return outcome.await;
    };
    let mut timer = pin!(timer);
    poll_fn(|cx| match outcome.as_mut().poll(cx) {
        Poll::Pending => timer.as_mut().poll(cx).map(|_| None),
        ready => ready,
    })
    .await
}
