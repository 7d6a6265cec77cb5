use core::fmt;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex};

use arc_swap::ArcSwapOption;

use super::event::{Event, Listener};
use super::policy::RefreshPolicy;
use super::shared::{Shared, State};
use super::snapshot::ClockPort;
use super::state::RefreshState;
use super::token_provider::TokenProvider;
use crate::cache::TokenStore;
use crate::source::TokenSource;
use crate::util::clock::Clock;

/// The builder of a [`TokenProvider`].
///
/// ```
/// use adobe_ims::TokenProvider;
/// use adobe_ims::cache::MemoryStore;
/// # use adobe_ims::source::JwtSource;
/// # fn example(source: JwtSource) {
/// let provider = TokenProvider::builder(source)
///     .store(MemoryStore::new())
///     .on_event(|event| println!("{event:?}"))
///     .build();
/// # }
/// ```
pub struct TokenProviderBuilder {
    source: Box<dyn TokenSource>,
    store: Option<Box<dyn TokenStore>>,
    clock: ClockPort,
    policy: RefreshPolicy,
    seed: Option<u64>,
    listener: Option<Box<Listener>>,
}

impl TokenProvider {
    /// Creates a provider of this source's tokens, with the default policy and without a store.
    pub fn new(source: impl TokenSource) -> Self {
        Self::builder(source).build()
    }

    /// Creates a builder of a provider of this source's tokens.
    pub fn builder(source: impl TokenSource) -> TokenProviderBuilder {
        TokenProviderBuilder::new(Box::new(source))
    }
}

impl TokenProviderBuilder {
    fn new(source: Box<dyn TokenSource>) -> Self {
        Self {
            source,
            store: None,
            clock: ClockPort::System,
            policy: RefreshPolicy::default(),
            seed: None,
            listener: None,
        }
    }

    /// Shares the token through this store, if the source has a store key.
    #[must_use]
    pub fn store(mut self, store: impl TokenStore) -> Self {
        self.store = Some(Box::new(store));
        self
    }

    /// Sets the clock. The default is the system clock.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = ClockPort::Other(Arc::new(clock));
        self
    }

    /// Sets the refresh policy.
    #[must_use]
    pub fn policy(mut self, policy: RefreshPolicy) -> Self {
        self.policy = policy;
        self
    }

    /// Sets the seed of the random numbers (jitter, holds, pauses), for tests.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// Calls this function with each event. The function must not block.
    #[must_use]
    pub fn on_event(mut self, listener: impl Fn(&Event<'_>) + Send + Sync + 'static) -> Self {
        self.listener = Some(Box::new(listener));
        self
    }

    /// Creates the provider. It sends, reads and starts nothing until a caller needs a token.
    pub fn build(self) -> TokenProvider {
        let random = match self.seed {
            Some(seed) => fastrand::Rng::with_seed(seed),
            None => fastrand::Rng::new(),
        };
        TokenProvider(Arc::new(Shared {
            published: ArcSwapOption::empty(),
            generation: AtomicU64::new(0),
            state: Mutex::new(State {
                refresh: RefreshState::default(),
                token: None,
                in_flight: None,
                started: 0,
                last_failure: None,
                was_rejected_in_flight: false,
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
