//! What readers see without asking anybody: the current token, as long as it is fresh.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::state::TokenAge;
use crate::token::AccessToken;
use crate::util::clock::Clock;
use crate::util::clock::Moment;

/// No second of any clock.
const NEVER: u64 = u64::MAX;

/// A token that was published for reading.
pub(super) struct Snapshot {
    pub(super) token: Arc<AccessToken>,
    life: TokenAge,
    /// The second of the wall clock in which it was last judged and found to stay fresh to its end.
    judged: AtomicU64,
}

impl Snapshot {
    pub(super) fn new(token: Arc<AccessToken>, life: TokenAge) -> Self {
        Self {
            token,
            life,
            judged: AtomicU64::new(NEVER),
        }
    }

    /// Whether it can be handed out without further thought. Both clocks are read once a second; for the
    /// rest of the second a look at the coarse clock is enough. A clock that is set, or a machine that
    /// sleeps, changes the second.
    #[inline]
    pub(super) fn is_fresh(&self, clock: &ClockPort) -> bool {
        let second = clock.coarse_second().unwrap_or(NEVER);
        if second != NEVER && second == self.judged.load(Ordering::Relaxed) {
            return true;
        }
        self.judge(clock, second)
    }

    #[cold]
    fn judge(&self, clock: &ClockPort, second: u64) -> bool {
        let now = Moment::now(clock);
        let age = self.life.age(now);
        let rest_of_second = Duration::from_secs(1);
        if age.saturating_add(rest_of_second) < self.life.windows.advisory {
            self.judged.store(second, Ordering::Relaxed);
        }
        self.life.is_fresh(now)
    }
}

/// The clock of a provider. The usual one is called directly: a virtual call costs a third of a read.
#[derive(Debug)]
pub(super) enum ClockPort {
    System,
    Other(Arc<dyn Clock>),
}

impl Clock for ClockPort {
    fn now(&self) -> std::time::SystemTime {
        match self {
            Self::System => crate::util::clock::SystemClock.now(),
            Self::Other(clock) => clock.now(),
        }
    }

    fn monotonic(&self) -> Duration {
        match self {
            Self::System => crate::util::clock::SystemClock.monotonic(),
            Self::Other(clock) => clock.monotonic(),
        }
    }

    #[inline]
    fn coarse_second(&self) -> Option<u64> {
        match self {
            Self::System => crate::util::clock::SystemClock.coarse_second(),
            Self::Other(clock) => clock.coarse_second(),
        }
    }
}
