//! The exchanges that are in flight: a program that ends waits for them.

use std::sync::Arc;

use tokio::sync::{OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock};

/// The exchanges of refresh tokens that a [`SessionSource`](super::SessionSource) has in flight. Clones are the same.
///
/// From the request until the response is on disk, the end of the process costs the person the sign-in. A program that
/// ends on a signal therefore pauses the exchanges first:
///
/// ```no_run
/// # use adobe_ims::session::SessionSource;
/// # async fn example(source: SessionSource) {
/// let exchanges = source.exchanges();
/// // … and at the end:
/// let _paused = exchanges.pause().await;
/// std::process::exit(0);
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct Exchanges(Arc<RwLock<()>>);

/// As long as it lives, no exchange begins.
#[derive(Debug)]
pub struct PausedExchanges {
    _guard: OwnedRwLockWriteGuard<()>,
}

impl Exchanges {
    /// Waits until no exchange is in flight, and lets none begin while the returned value lives. That takes no longer
    /// than the request, and some seconds more if the disk cannot be written.
    pub async fn pause(&self) -> PausedExchanges {
        PausedExchanges {
            _guard: Arc::clone(&self.0).write_owned().await,
        }
    }

    /// Begins an exchange. It is in flight until the returned value is dropped.
    pub(super) async fn begin(&self) -> OwnedRwLockReadGuard<()> {
        Arc::clone(&self.0).read_owned().await
    }
}

#[cfg(test)]
mod tests {
    use core::pin::pin;
    use core::task::{Context, Poll, Waker};

    use super::*;

    fn poll<T>(future: core::pin::Pin<&mut impl Future<Output = T>>) -> Poll<T> {
        future.poll(&mut Context::from_waker(Waker::noop()))
    }

    #[tokio::test]
    async fn pause_waits_for_exchanges_and_holds_back_others() {
        let exchanges = Exchanges::default();
        let (one, other) = (exchanges.begin().await, exchanges.begin().await);
        let pausing = exchanges.clone();
        let mut pause = pin!(pausing.pause());
        assert!(poll(pause.as_mut()).is_pending());
        let mut late = pin!(exchanges.begin());
        assert!(poll(late.as_mut()).is_pending());
        drop(one);
        assert!(poll(pause.as_mut()).is_pending());
        drop(other);
        let paused = pause.await;
        assert!(poll(late.as_mut()).is_pending());
        drop(paused);
        assert!(poll(late.as_mut()).is_ready());
    }
}
