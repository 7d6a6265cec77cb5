//! Panics of code that the host brings: a source or a listener must not take the provider with it.

use core::future::poll_fn;
use core::pin::pin;
use core::task::Poll;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The code panicked. The message of the panic is not kept: it may hold a secret.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Panicked;

/// Runs a future to its end, or to its panic.
pub(super) async fn catch_panic<T>(work: impl Future<Output = T>) -> Result<T, Panicked> {
    let mut work = pin!(work);
    poll_fn(|context| {
        let polled = catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context)));
        match polled {
            Ok(polled) => polled.map(Ok),
            Err(_) => Poll::Ready(Err(Panicked)),
        }
    })
    .await
}
