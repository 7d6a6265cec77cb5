//! Deadlines that need no timer of the caller's runtime.

use core::future::poll_fn;
use core::pin::pin;
use core::task::Poll;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::task::JoinHandle;

/// Waits for `work`, but no longer than `limit`; the timer runs on `timers`. Returns `None` when the limit came first.
///
/// The caller's own runtime may have no timer, or there may be none at all.
pub(super) async fn within<T>(
    timers: &Handle,
    limit: Duration,
    work: impl Future<Output = T>,
) -> Option<T> {
    let mut work = pin!(work);
    let mut timer = Timer(timers.spawn(sleep(limit)));
    poll_fn(|context| {
        // The work first: an outcome that is there counts, however late the caller is polled.
        if let Poll::Ready(outcome) = work.as_mut().poll(context) {
            return Poll::Ready(Some(outcome));
        }
        match pin!(&mut timer.0).poll(context) {
            Poll::Ready(Ok(())) => Poll::Ready(None),
            // The timer's runtime was shut down: nothing but the work can end the wait.
            Poll::Ready(Err(_)) | Poll::Pending => Poll::Pending,
        }
    })
    .await
}

/// Ends with the wait.
struct Timer(JoinHandle<()>);

impl Drop for Timer {
    fn drop(&mut self) {
        self.0.abort();
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a deadline; tests pause the runtime's clock"
)]
async fn sleep(limit: Duration) {
    tokio::time::sleep(limit).await;
}
