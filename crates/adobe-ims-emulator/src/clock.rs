//! The emulator's clock: the real one, or one that stands still until it is moved.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// What the emulator takes the time from.
///
/// Clones share one clock: advancing any of them advances all. Everything that the protocol dates
/// follows it (expiry of assertions, tokens and certificates, `created_at`, the `Date` header);
/// only the TLS certificate follows real time, because the clients that check it do.
///
/// ```
/// use std::time::{Duration, UNIX_EPOCH};
/// use adobe_ims_emulator::Clock;
///
/// let clock = Clock::at(UNIX_EPOCH + Duration::from_secs(1_800_000_000));
/// clock.advance(Duration::from_secs(60));
/// assert_eq!(clock.now(), UNIX_EPOCH + Duration::from_secs(1_800_000_060));
/// ```
#[derive(Clone)]
pub struct Clock(Arc<Mutex<Hand>>);

#[derive(Clone, Copy)]
enum Hand {
    /// Real time plus this much.
    Running(Duration),
    Frozen(SystemTime),
}

impl Clock {
    /// Real time.
    pub fn system() -> Self {
        Self::with(Hand::Running(Duration::ZERO))
    }

    /// Stands still at `time` until it is moved.
    pub fn at(time: SystemTime) -> Self {
        Self::with(Hand::Frozen(time))
    }

    /// The time it shows.
    pub fn now(&self) -> SystemTime {
        match *self.lock() {
            Hand::Running(ahead) => real_time() + ahead,
            Hand::Frozen(time) => time,
        }
    }

    /// Moves it forward; a running clock goes on running from there.
    pub fn advance(&self, by: Duration) {
        let mut hand = self.lock();
        *hand = match *hand {
            Hand::Running(ahead) => Hand::Running(ahead + by),
            Hand::Frozen(time) => Hand::Frozen(time + by),
        };
    }

    /// Moves it to `time`, forward or back, and stops it there.
    pub fn set(&self, time: SystemTime) {
        *self.lock() = Hand::Frozen(time);
    }

    /// Milliseconds since 1970, the unit in which IMS dates its tokens.
    pub(crate) fn unix_millis(&self) -> i64 {
        let now = self.now();
        match now.duration_since(UNIX_EPOCH) {
            Ok(since) => i64::try_from(since.as_millis()).unwrap_or(i64::MAX),
            Err(before) => {
                i64::try_from(before.duration().as_millis()).map_or(i64::MIN, |millis| -millis)
            }
        }
    }

    /// Whole seconds since 1970, rounded down.
    pub(crate) fn unix_seconds(&self) -> i64 {
        self.unix_millis().div_euclid(1000)
    }

    fn with(hand: Hand) -> Self {
        Self(Arc::new(Mutex::new(hand)))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Hand> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::system()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Clock").field(&self.now()).finish()
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place where real time comes in"
)]
fn real_time() -> SystemTime {
    SystemTime::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: SystemTime = UNIX_EPOCH;

    #[test]
    fn a_frozen_clock_moves_only_when_it_is_moved() {
        let clock = Clock::at(START + Duration::from_secs(10));
        let shared = clock.clone();
        assert_eq!(clock.unix_millis(), 10_000);
        shared.advance(Duration::from_millis(1500));
        assert_eq!(clock.unix_millis(), 11_500);
        assert_eq!(clock.unix_seconds(), 11);
        clock.set(START - Duration::from_millis(1));
        assert_eq!(shared.unix_millis(), -1);
        assert_eq!(shared.unix_seconds(), -1);
    }

    #[test]
    fn a_running_clock_runs_on_after_being_advanced() {
        let clock = Clock::system();
        let before = clock.now();
        clock.advance(Duration::from_secs(3600));
        let after = clock.now();
        assert!(after >= before + Duration::from_secs(3600));
        assert!(clock.now() >= after);
    }
}
