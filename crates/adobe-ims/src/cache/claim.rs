//! The answers of a store to a claim and to a save.

use core::fmt;
use std::time::Duration;

use super::StoreEntry;

/// The answer of a store to [`TokenStore::claim`](super::TokenStore::claim).
#[derive(Debug)]
#[non_exhaustive]
pub enum Claim {
    /// The caller has the right to refresh.
    Won(Lease),
    /// Another process has the right to refresh.
    Held {
        /// The time after which the caller reads the entry and claims again.
        look_again_in: Duration,
        /// The holder, for messages: `process 4711`. `None` if the store does not know it.
        holder: Option<String>,
    },
}

/// The answer of a store to [`TokenStore::save`](super::TokenStore::save).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Saved {
    /// The store has replaced the entry.
    Stored,
    /// The store has a later entry, and keeps it.
    Newer(Box<StoreEntry>),
}

/// The right to refresh the token of one key.
///
/// The holder gives it back with [`TokenStore::release`](super::TokenStore::release). Dropping the lease drops its
/// guard, which releases the right where the store needs no network for that.
pub struct Lease {
    fence: u64,
    renew_every: Option<Duration>,
    #[expect(dead_code, reason = "held for the effect of its drop")]
    guard: Box<dyn Send + Sync>,
}

impl Lease {
    /// Creates a lease with fence 0 that needs no renewal. It holds this guard and drops it at its own end.
    pub fn new(guard: impl Send + Sync + 'static) -> Self {
        Self {
            fence: 0,
            renew_every: None,
            guard: Box::new(guard),
        }
    }

    /// Sets the fence: a number that grows with each lease of the key. With it the store recognizes a holder whose
    /// lease has run out.
    #[must_use]
    pub fn with_fence(self, fence: u64) -> Self {
        Self { fence, ..self }
    }

    /// Sets the time after which the holder must renew the lease, again and again.
    #[must_use]
    pub fn with_renewal(self, renew_every: Duration) -> Self {
        Self {
            renew_every: Some(renew_every),
            ..self
        }
    }

    /// Returns the fence.
    pub fn fence(&self) -> u64 {
        self.fence
    }

    /// Returns the time after which the holder must call [`TokenStore::renew`](super::TokenStore::renew). `None`
    /// for a lease that does not run out.
    pub fn renew_every(&self) -> Option<Duration> {
        self.renew_every
    }
}

impl fmt::Debug for Lease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lease")
            .field("fence", &self.fence)
            .field("renew_every", &self.renew_every)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn lease_has_its_fence_and_renewal_and_drops_its_guard() {
        let guard = Arc::new(());
        let lease = Lease::new(Arc::clone(&guard));
        assert_eq!((lease.fence(), lease.renew_every()), (0, None));
        let third = Duration::from_secs(3);
        let lease = lease.with_fence(7).with_renewal(third);
        assert_eq!((lease.fence(), lease.renew_every()), (7, Some(third)));
        assert_eq!(Arc::strong_count(&guard), 2);
        drop(lease);
        assert_eq!(Arc::strong_count(&guard), 1);
    }
}
