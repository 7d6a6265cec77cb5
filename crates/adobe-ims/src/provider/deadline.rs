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

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    #[tokio::test(start_paused = true)]
    async fn wait_ends_at_its_limit_or_with_the_work() {
        let timers = Handle::current();
        assert_eq!(within(&timers, HOUR, ready(7)).await, Some(7));
        assert_eq!(within(&timers, HOUR, pending::<u8>()).await, None);
        assert_eq!(within(&timers, Duration::ZERO, ready(7)).await, Some(7));
    }

    #[tokio::test]
    async fn timer_ends_with_the_wait() {
        let timers = Handle::current();
        let alive = || timers.metrics().num_alive_tasks();
        let before = alive();
        within(&timers, HOUR, ready(())).await;
        tokio::task::yield_now().await;
        assert_eq!(alive(), before);
    }
}
