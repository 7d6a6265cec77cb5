use core::fmt;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex};

use arc_swap::ArcSwapOption;
use tokio::runtime::Handle;
use tokio::sync::watch;

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
    stores: Vec<Box<dyn TokenStore>>,
    runtime: Option<Handle>,
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
            stores: Vec::new(),
            runtime: None,
            clock: ClockPort::System,
            policy: RefreshPolicy::default(),
            seed: None,
            listener: None,
        }
    }

    /// Shares the token through this store, if the source has a store key. A second call adds a store that is asked
    /// after the first: the host's file before a store that many hosts share.
    #[must_use]
    pub fn store(mut self, store: impl TokenStore) -> Self {
        self.stores.push(Box::new(store));
        self
    }

    /// Runs refreshes and their deadlines on this runtime. The default is a thread of the library, which no caller can
    /// stall.
    ///
    /// The runtime must always run: a multi-thread runtime, or a current-thread runtime that the host drives all the
    /// time. If it is shut down, the provider fails with
    /// [`Problem::RefreshInterrupted`](crate::error::Problem::RefreshInterrupted).
    #[must_use]
    pub fn runtime(mut self, runtime: Handle) -> Self {
        self.runtime = Some(runtime);
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
                rejected: Vec::new(),
                in_flight: None,
                lease_holder: None,
                started: 0,
                last_failure: None,
                was_rejected_in_flight: false,
                random,
            }),
            source: self.source,
            stores: self.stores,
            pending_saves: watch::Sender::new(0),
            runtime: self.runtime,
            clock: self.clock,
            policy: self.policy,
            listener: self.listener,
        }))
    }
}

impl fmt::Debug for TokenProviderBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenProviderBuilder")
            .field("stores", &self.stores)
            .field("clock", &self.clock)
            .field("policy", &self.policy)
            .finish_non_exhaustive()
    }
}
