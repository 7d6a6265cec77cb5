//! The state that the simulated IMS, stores, clocks and listeners share.

use std::fmt::Display;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use fastrand::Rng;
use tokio::sync::Notify;
use tokio::time::Instant;

use crate::clocks::{self, Moment};
use crate::model::{ProviderModel, TokenRecord};
use crate::source::ImsMode;
use crate::store::StoreState;

pub(crate) struct World {
    start: Instant,
    /// Wakes the scheduler.
    pub(crate) notify: Arc<Notify>,
    state: Mutex<State>,
}

pub(crate) struct State {
    pub(crate) random: Rng,
    /// The time for which the machines slept: it passes in truth and on the wall clocks only.
    pub(crate) slept: Duration,
    /// For each host, by how many milliseconds its wall clock is ahead of the true time.
    pub(crate) ahead: Vec<i64>,
    pub(crate) ims: ImsMode,
    pub(crate) listeners_panic: bool,
    pub(crate) stores: Vec<StoreState>,
    pub(crate) tokens: Vec<TokenRecord>,
    pub(crate) providers: Vec<ProviderModel>,
    pub(crate) log: Vec<String>,
    pub(crate) violation: Option<String>,
}

impl World {
    pub(crate) fn new(seed: u64, hosts: usize) -> Arc<Self> {
        Arc::new(Self {
            start: Instant::now(),
            notify: Arc::default(),
            state: Mutex::new(State {
                random: Rng::with_seed(seed),
                slept: Duration::ZERO,
                ahead: vec![0; hosts],
                ims: ImsMode::Quick,
                listeners_panic: false,
                stores: Vec::new(),
                tokens: Vec::new(),
                providers: Vec::new(),
                log: Vec::new(),
                violation: None,
            }),
        })
    }

    /// The lock is never held across a call of a provider: providers call the clock and the listener.
    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the time that has passed in truth.
    pub(crate) fn truth(&self) -> Duration {
        self.start.elapsed() + self.lock().slept
    }

    /// Returns the time on the monotonic clock, which stands still while the machines sleep.
    pub(crate) fn monotonic(&self) -> Duration {
        self.start.elapsed() + Duration::from_secs(3600)
    }

    pub(crate) fn moment(&self, host: usize) -> Moment {
        let truth = self.truth();
        Moment {
            wall: clocks::wall(truth, self.lock().ahead[host]),
            monotonic: self.monotonic(),
        }
    }

    /// Returns the moment by the clocks of the host of a provider.
    pub(crate) fn moment_of(&self, provider: usize) -> Moment {
        let host = self.lock().providers[provider].host;
        self.moment(host)
    }

    pub(crate) fn log(&self, line: impl Display) {
        let truth = self.truth();
        let line = format!("{:>14.3} {line}", truth.as_secs_f64());
        self.lock().log.push(line);
    }

    /// Records that an invariant does not hold. The history ends at the first one.
    pub(crate) fn violated(&self, invariant: &str, detail: impl Display) {
        let text = format!("[{invariant}] {detail}");
        self.log(format!("VIOLATION {text}"));
        self.lock().violation.get_or_insert(text);
        self.notify.notify_one();
    }

    /// Draws a span between two numbers of milliseconds.
    pub(crate) fn span(&self, milliseconds: std::ops::Range<u64>) -> Duration {
        Duration::from_millis(self.lock().random.u64(milliseconds))
    }

    /// Returns true in `percent` of the calls.
    pub(crate) fn chance(&self, percent: u32) -> bool {
        self.lock().random.u32(0..100) < percent
    }

    pub(crate) fn below(&self, number: usize) -> usize {
        self.lock().random.usize(0..number)
    }
}

/// Lets time pass on the runtime's paused clock.
#[expect(
    clippy::disallowed_methods,
    reason = "the clock is paused: nothing sleeps"
)]
pub(crate) async fn wait(span: Duration) {
    tokio::time::sleep(span).await;
}
