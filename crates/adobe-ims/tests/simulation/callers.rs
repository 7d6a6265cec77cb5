//! The callers of providers. The scheduler polls them by hand: at once when they are woken, or late, as on a runtime
//! that stands still.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use adobe_ims::provider::{RefreshPolicy, RefreshStatus, TokenOptions, TokenProvider};
use adobe_ims::{AccessToken, Result};
use tokio::sync::Notify;
use tokio::time::Instant;

/// A timer of the runtime may be late by a millisecond.
const LATE: Duration = Duration::from_millis(3);

/// The outcome of a call.
pub(crate) enum Answer {
    Token(Result<Arc<AccessToken>>),
    Status(RefreshStatus),
    Saved,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    Token,
    /// [`adobe_ims::provider::TokenReader::wait`]
    Wait,
    RefreshDue,
    Saved,
}

pub(crate) struct Caller {
    pub(crate) number: usize,
    /// The number of the provider in the model.
    pub(crate) provider: usize,
    pub(crate) call: Call,
    pub(crate) options: TokenOptions,
    /// The true time of the first poll.
    pub(crate) called_at: Option<Duration>,
    /// The time at which it must have an answer if it is polled.
    end: Option<Instant>,
    /// Its runtime stands still now and then.
    pub(crate) is_slow: bool,
    /// The time of the next poll of a caller that was woken.
    pub(crate) poll_at: Option<Instant>,
    wake: Arc<CallerWake>,
    future: Pin<Box<dyn Future<Output = Answer>>>,
}

struct CallerWake {
    is_woken: AtomicBool,
    scheduler: Arc<Notify>,
}

impl Wake for CallerWake {
    fn wake(self: Arc<Self>) {
        self.is_woken.store(true, Ordering::Relaxed);
        self.scheduler.notify_one();
    }
}

impl Caller {
    pub(crate) fn new(
        provider: (usize, TokenProvider),
        call: Call,
        options: TokenOptions,
        scheduler: &Arc<Notify>,
    ) -> Self {
        let (provider, handle) = provider;
        let needs = options.clone();
        let future: Pin<Box<dyn Future<Output = Answer>>> = match call {
            Call::Token => Box::pin(async move { Answer::Token(handle.token_for(&needs).await) }),
            Call::Wait => Box::pin(async move { Answer::Token(handle.reader().wait().await) }),
            Call::RefreshDue => Box::pin(async move { Answer::Status(handle.refresh_due().await) }),
            Call::Saved => Box::pin(async move {
                handle.saved().await;
                Answer::Saved
            }),
        };
        Self {
            number: 0,
            provider,
            call,
            options,
            called_at: None,
            end: None,
            is_slow: false,
            poll_at: None,
            wake: Arc::new(CallerWake {
                is_woken: AtomicBool::new(true),
                scheduler: Arc::clone(scheduler),
            }),
            future,
        }
    }

    /// Returns true if the caller was woken since its last poll.
    pub(crate) fn is_woken(&self) -> bool {
        self.wake.is_woken.load(Ordering::Relaxed)
    }

    /// Returns true if the caller should have an answer by now, as far as it was polled.
    pub(crate) fn is_overdue(&self) -> bool {
        let now = Instant::now();
        self.end.is_some_and(|end| now > end)
    }

    /// Polls the caller once.
    pub(crate) fn poll(&mut self, truth: Duration) -> Option<Answer> {
        if self.called_at.is_none() {
            self.called_at = Some(truth);
            self.end = self.limit().map(|limit| Instant::now() + limit + LATE);
        }
        self.poll_at = None;
        self.wake.is_woken.store(false, Ordering::Relaxed);
        let waker = Waker::from(Arc::clone(&self.wake));
        match self.future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(answer) => Some(answer),
            Poll::Pending => None,
        }
    }

    /// Returns the longest time that the call may take. A refresh has one deadline for each of two stores and one for
    /// the source, and some operations of the stores.
    fn limit(&self) -> Option<Duration> {
        let policy = RefreshPolicy::default();
        let refresh = 3 * policy.deadline + 12 * policy.store_timeout;
        let limit = match self.call {
            Call::Token | Call::Wait => self.options.timeout.unwrap_or(policy.caller_timeout),
            Call::RefreshDue => refresh,
            // A second refresh may start meanwhile, but no third one: nobody else is there.
            Call::Saved => 2 * refresh,
        };
        (limit < Duration::MAX).then_some(limit)
    }
}
