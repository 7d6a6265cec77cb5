use core::fmt;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex};

use arc_swap::ArcSwapOption;

use super::event::{Event, Listener};
use super::shared::{Shared, State};
use super::snapshot::ClockPort;
use super::state::RefreshState;
use super::{RefreshPolicy, TokenProvider};
use crate::cache::TokenStore;
use crate::source::TokenSource;
use crate::util::clock::Clock;

/// Collects what a [`TokenProvider`] should do differently.
pub struct TokenProviderBuilder {
    source: Box<dyn TokenSource>,
    store: Option<Box<dyn TokenStore>>,
    clock: ClockPort,
    policy: RefreshPolicy,
    seed: Option<u64>,
    listener: Option<Box<Listener>>,
}

impl TokenProviderBuilder {
    pub(super) fn new(source: Box<dyn TokenSource>) -> Self {
        Self {
            source,
            store: None,
            clock: ClockPort::System,
            policy: RefreshPolicy::default(),
            seed: None,
            listener: None,
        }
    }

    /// Shares the token through this store, if the source says under which name.
    #[must_use]
    pub fn store(mut self, store: impl TokenStore) -> Self {
        self.store = Some(Box::new(store));
        self
    }

    /// Goes by another clock than the system's.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = ClockPort::Other(Arc::new(clock));
        self
    }

    /// Refreshes by another policy.
    #[must_use]
    pub fn policy(mut self, policy: RefreshPolicy) -> Self {
        self.policy = policy;
        self
    }

    /// Draws its random numbers (jitter, holds, pauses) from this seed, for tests.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// Tells what happens to this function, which must not block.
    #[must_use]
    pub fn on_event(mut self, listener: impl Fn(&Event<'_>) + Send + Sync + 'static) -> Self {
        self.listener = Some(Box::new(listener));
        self
    }

    /// The provider. Nothing is asked, read or started until a token is needed.
    pub fn build(self) -> TokenProvider {
        let random = match self.seed {
            Some(seed) => fastrand::Rng::with_seed(seed),
            None => fastrand::Rng::new(),
        };
        TokenProvider(Arc::new(Shared {
            published: ArcSwapOption::empty(),
            generation: AtomicU64::new(0),
            state: Mutex::new(State {
                slot: RefreshState::default(),
                token: None,
                flight: None,
                flights: 0,
                failure: None,
                doubtful: false,
                random,
            }),
            source: self.source,
            store: self.store,
            clock: self.clock,
            policy: self.policy,
            listener: self.listener,
        }))
    }
}

impl fmt::Debug for TokenProviderBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenProviderBuilder")
            .field("store", &self.store)
            .field("clock", &self.clock)
            .field("policy", &self.policy)
            .finish_non_exhaustive()
    }
}
