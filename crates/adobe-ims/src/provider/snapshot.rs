//! The current token as readers see it without a lock, while it is fresh.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::state::TokenAge;
use crate::token::AccessToken;
use crate::util::clock::{Clock, Moment};

/// A value that is no second of any clock.
const NO_SECOND: u64 = u64::MAX;

/// A token that was published for readers.
pub(super) struct Snapshot {
    pub(super) token: Arc<AccessToken>,
    age: TokenAge,
    /// The second of the wall clock until whose end the token is known to stay fresh.
    verified_second: AtomicU64,
}

impl Snapshot {
    pub(super) fn new(token: Arc<AccessToken>, age: TokenAge) -> Self {
        Self {
            token,
            age,
            verified_second: AtomicU64::new(NO_SECOND),
        }
    }

    /// Returns true if the token can be served without a decision.
    ///
    /// The first read of a second reads both clocks; the others read only the coarse clock. A clock that is set,
    /// or a machine that sleeps, changes the second.
    #[inline]
    pub(super) fn is_fresh(&self, clock: &ClockPort) -> bool {
        let second = clock.coarse_second().unwrap_or(NO_SECOND);
        if second != NO_SECOND && second == self.verified_second.load(Ordering::Relaxed) {
            return true;
        }
        self.verify(clock, second)
    }

    #[cold]
    fn verify(&self, clock: &ClockPort, second: u64) -> bool {
        let now = Moment::now(clock);
        // The second ends at most one second from now.
        let age_at_end_of_second = self.age.age(now).saturating_add(Duration::from_secs(1));
        if age_at_end_of_second < self.age.windows.advisory {
            self.verified_second.store(second, Ordering::Relaxed);
        }
        self.age.is_fresh(now)
    }
}

/// The clock of a provider. The system clock is called directly: a virtual call costs a third of a read.
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

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;
    use std::time::SystemTime;

    use super::*;
    use crate::provider::policy::Windows;
    use crate::util::secret::Secret;

    /// A clock that counts how often the wall time is read.
    #[derive(Debug, Default)]
    struct CountingClock {
        millis: AtomicU64,
        reads: AtomicUsize,
        has_coarse_second: bool,
    }

    impl CountingClock {
        fn set(&self, millis: u64) {
            self.millis.store(millis, Ordering::Relaxed);
        }

        fn reads(&self) -> usize {
            self.reads.load(Ordering::Relaxed)
        }
    }

    impl Clock for CountingClock {
        fn now(&self) -> SystemTime {
            self.reads.fetch_add(1, Ordering::Relaxed);
            SystemTime::UNIX_EPOCH + self.monotonic()
        }

        fn monotonic(&self) -> Duration {
            Duration::from_millis(self.millis.load(Ordering::Relaxed))
        }

        fn coarse_second(&self) -> Option<u64> {
            self.has_coarse_second.then(|| self.monotonic().as_secs())
        }
    }

    const ADVISORY: Duration = Duration::from_secs(10);

    /// A snapshot that is taken at 0 and stays fresh for 10 s.
    fn snapshot(has_coarse_second: bool) -> (Snapshot, Arc<CountingClock>, ClockPort) {
        let counting = Arc::new(CountingClock {
            has_coarse_second,
            ..CountingClock::default()
        });
        let clock = ClockPort::Other(Arc::clone(&counting) as Arc<dyn Clock>);
        let windows = Windows {
            advisory: ADVISORY,
            mandatory: ADVISORY * 2,
        };
        let now = Moment::now(&clock);
        let age = TokenAge::new(now, Duration::ZERO, ADVISORY * 3, windows);
        let token = AccessToken::new(Secret::new("token")).unwrap();
        let snapshot = Snapshot::new(Arc::new(token), age);
        counting.reads.store(0, Ordering::Relaxed);
        (snapshot, counting, clock)
    }

    #[test]
    fn clocks_are_read_once_a_second() {
        let (snapshot, counting, clock) = snapshot(true);
        for (millis, reads) in [(0, 1), (500, 1), (999, 1), (1000, 2), (1999, 2), (500, 3)] {
            counting.set(millis);
            assert!(snapshot.is_fresh(&clock));
            assert_eq!(counting.reads(), reads, "at {millis} ms");
        }
    }

    #[test]
    fn second_is_verified_only_if_the_token_stays_fresh_for_one_second() {
        for (millis, is_verified) in [(8999, true), (9000, false), (9001, false), (9999, false)] {
            let (snapshot, counting, clock) = snapshot(true);
            counting.set(millis);
            assert!(snapshot.is_fresh(&clock));
            assert!(snapshot.is_fresh(&clock));
            assert_eq!(counting.reads() == 1, is_verified, "at {millis} ms");
        }
    }

    #[test]
    fn token_is_not_fresh_from_its_advisory_window_on() {
        let (snapshot, counting, clock) = snapshot(true);
        for (millis, is_fresh) in [(9999, true), (10_000, false), (10_001, false), (9999, true)] {
            counting.set(millis);
            assert_eq!(snapshot.is_fresh(&clock), is_fresh, "at {millis} ms");
        }
    }

    #[test]
    fn clock_without_coarse_second_is_read_each_time() {
        let (snapshot, counting, clock) = snapshot(false);
        for reads in 1..4 {
            assert!(snapshot.is_fresh(&clock));
            assert_eq!(counting.reads(), reads);
        }
    }

    #[test]
    fn system_clock_has_a_coarse_second() {
        let clock = ClockPort::System;
        let wall = clock.now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
        assert_eq!(clock.coarse_second().is_some(), cfg!(target_os = "linux"));
        if let Some(second) = clock.coarse_second() {
            assert!(second.abs_diff(wall.as_secs()) <= 1);
        }
        assert!(clock.monotonic() >= Duration::from_secs(3600));
    }
}
