//! The simulated stores: one that all hosts share, and one of each host.

use std::fmt;
use std::future::pending;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::time::Duration;

use adobe_ims::cache::{Claim, Lease, Saved, StoreEntry, StoreKey, TokenStore};
use adobe_ims::{BoxFuture, Error, Problem, Result};

use crate::clocks::since_epoch;
use crate::world::{World, wait};

const LEASE: Duration = Duration::from_secs(10);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StoreMode {
    Works,
    Slow,
    Hangs,
    Fails,
    Panics,
}

pub(crate) const MODES: [StoreMode; 5] = [
    StoreMode::Works,
    StoreMode::Slow,
    StoreMode::Hangs,
    StoreMode::Fails,
    StoreMode::Panics,
];

pub(crate) struct StoreState {
    /// Leases run out, are renewed, and are released by a call. The store compares what it gets with what it has.
    pub(crate) is_network: bool,
    pub(crate) mode: StoreMode,
    pub(crate) entry: StoreEntry,
    holder: Option<Holder>,
    fence: u64,
    saved_fence: u64,
    /// The monotonic time until which callers may still feel that the store did not work.
    pub(crate) troubled_until: Duration,
}

#[derive(Clone, Copy)]
struct Holder {
    provider: usize,
    fence: u64,
    /// The monotonic time at which the lease runs out.
    end: Option<Duration>,
}

impl StoreState {
    pub(crate) fn new(is_network: bool) -> Self {
        Self {
            is_network,
            mode: StoreMode::Works,
            entry: StoreEntry::default(),
            holder: None,
            fence: 0,
            saved_fence: 0,
            troubled_until: Duration::ZERO,
        }
    }

    pub(crate) fn is_held_by(&self, provider: usize) -> bool {
        self.holder
            .is_some_and(|holder| holder.provider == provider)
    }

    fn release(&mut self, fence: u64) {
        self.holder.take_if(|holder| holder.fence == fence);
    }
}

/// A store as one provider sees it.
pub(crate) struct SimulatedStore {
    pub(crate) world: Arc<World>,
    pub(crate) number: usize,
    pub(crate) provider: usize,
}

impl SimulatedStore {
    /// Waits as long as the store takes, then does the work. A store that hangs may do the work before.
    async fn call<T>(&self, name: &str, work: impl FnOnce() -> T) -> Result<T> {
        let mode = self.world.lock().stores[self.number].mode;
        let (number, provider) = (self.number, self.provider);
        if mode != StoreMode::Works {
            let now = self.world.monotonic();
            self.world.lock().stores[number].troubled_until = now + Duration::from_secs(90);
            self.world.log(format!(
                "store {number}: {name} of provider {provider} meets {mode:?}"
            ));
        }
        match mode {
            StoreMode::Works if self.world.chance(50) => {}
            StoreMode::Works => wait(self.world.span(0..4)).await,
            StoreMode::Slow => wait(self.world.span(0..3_000)).await,
            StoreMode::Hangs if self.world.chance(50) => {
                drop(work());
                return pending().await;
            }
            StoreMode::Hangs => return pending().await,
            StoreMode::Panics => resume_unwind(Box::new("the simulated store panics")),
            StoreMode::Fails => {
                let message = "the simulated store fails";
                return Err(Error::new(Problem::StoreUnusable, message));
            }
        }
        Ok(work())
    }

    fn claim_now(&self) -> Claim {
        let now = self.world.monotonic();
        let mut state = self.world.lock();
        let look_again_in = Duration::from_millis(state.random.u64(20..1_000));
        let store = &mut state.stores[self.number];
        store
            .holder
            .take_if(|holder| holder.end.is_some_and(|end| end <= now));
        if let Some(holder) = store.holder {
            return Claim::Held {
                look_again_in,
                holder: Some(format!("provider {}", holder.provider)),
            };
        }
        store.fence += 1;
        let fence = store.fence;
        let end = store.is_network.then_some(now + LEASE);
        store.holder = Some(Holder {
            provider: self.provider,
            fence,
            end,
        });
        let lease = if store.is_network {
            Lease::new(()).with_renewal(LEASE / 3)
        } else {
            Lease::new(ReleaseOnDrop {
                world: Arc::clone(&self.world),
                number: self.number,
                fence,
            })
        };
        Claim::Won(lease.with_fence(fence))
    }

    fn save_now(&self, entry: &StoreEntry, lease: Option<&Lease>) -> Saved {
        let mut state = self.world.lock();
        let store = &mut state.stores[self.number];
        let expiry = |entry: &StoreEntry| entry.token.as_ref().map(|token| token.expires_at);
        let fence = lease.map(Lease::fence);
        let is_older = fence.is_some_and(|fence| fence < store.saved_fence)
            || (fence.is_none() && expiry(entry) < expiry(&store.entry));
        if store.is_network && is_older {
            return Saved::Newer(Box::new(store.entry.clone()));
        }
        store.entry = entry.clone();
        store.saved_fence = fence.unwrap_or(store.saved_fence);
        Saved::Stored
    }

    fn renew_now(&self, fence: u64) {
        let now = self.world.monotonic();
        let mut state = self.world.lock();
        if let Some(holder) = &mut state.stores[self.number].holder
            && holder.fence == fence
        {
            holder.end = holder.end.map(|_| now + LEASE);
        }
    }
}

impl TokenStore for SimulatedStore {
    fn load<'a>(&'a self, _: &'a StoreKey) -> BoxFuture<'a, Result<StoreEntry>> {
        let load = || {
            let mut state = self.world.lock();
            let entry = state.stores[self.number].entry.clone();
            let expiry = entry.token.as_ref().map(|token| token.expires_at);
            let read = &mut state.providers[self.provider].read;
            read.extend(expiry.map(since_epoch));
            entry
        };
        Box::pin(async move {
            let entry = self.call("load", load).await?;
            if let Some(throttle) = &entry.throttle {
                let (at, until) = (since_epoch(throttle.at), since_epoch(throttle.until));
                // One of the future, by the clock of the reader, is of a wrong clock and does not count.
                if at > self.world.moment_of(self.provider).wall {
                    return Ok(entry);
                }
                let mut state = self.world.lock();
                state.providers[self.provider].throttles.push((at, until));
            }
            Ok(entry)
        })
    }

    fn claim<'a>(&'a self, _: &'a StoreKey) -> BoxFuture<'a, Result<Claim>> {
        self.world.claim_starts(self.provider, self.number);
        Box::pin(self.call("claim", || self.claim_now()))
    }

    fn save<'a>(
        &'a self,
        _: &'a StoreKey,
        entry: &'a StoreEntry,
        lease: Option<&'a Lease>,
    ) -> BoxFuture<'a, Result<Saved>> {
        Box::pin(self.call("save", move || self.save_now(entry, lease)))
    }

    fn remove<'a>(&'a self, _: &'a StoreKey) -> BoxFuture<'a, Result<()>> {
        let remove = || self.world.lock().stores[self.number].entry = StoreEntry::default();
        Box::pin(self.call("remove", remove))
    }

    fn renew<'a>(&'a self, _: &'a StoreKey, lease: &'a Lease) -> BoxFuture<'a, Result<()>> {
        Box::pin(self.call("renew", || self.renew_now(lease.fence())))
    }

    fn release<'a>(&'a self, _: &'a StoreKey, lease: Lease) -> BoxFuture<'a, Result<()>> {
        if !self.world.lock().stores[self.number].is_network {
            drop(lease);
            return Box::pin(async { Ok(()) });
        }
        let release = move || self.world.lock().stores[self.number].release(lease.fence());
        Box::pin(self.call("release", release))
    }
}

impl fmt::Debug for SimulatedStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SimulatedStore({})", self.number)
    }
}

struct ReleaseOnDrop {
    world: Arc<World>,
    number: usize,
    fence: u64,
}

impl Drop for ReleaseOnDrop {
    fn drop(&mut self) {
        self.world.lock().stores[self.number].release(self.fence);
    }
}
