//! The clock of the emulator.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use time::OffsetDateTime;

/// A clock that follows real time, or stands still until a test moves it.
///
/// Clones share one clock: advancing one of them advances all. The emulator takes every date of the
/// protocol from it: the expiry of assertions, tokens and certificates, `created_at`, and the
/// header `Date`. Only the TLS certificate follows real time, because TLS clients check it against
/// real time.
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
pub struct Clock(Arc<Mutex<Mode>>);

#[derive(Clone, Copy)]
enum Mode {
    /// Real time plus this offset.
    Running(Duration),
    Frozen(SystemTime),
}

impl Clock {
    /// Creates a clock that follows real time.
    pub fn system() -> Self {
        Self::with_mode(Mode::Running(Duration::ZERO))
    }

    /// Creates a clock that stands still at `time`.
    pub fn at(time: SystemTime) -> Self {
        Self::with_mode(Mode::Frozen(time))
    }

    /// Returns the current time of the clock.
    pub fn now(&self) -> SystemTime {
        match *self.lock() {
            Mode::Running(offset) => real_time() + offset,
            Mode::Frozen(time) => time,
        }
    }

    /// Moves the clock forward. A running clock continues to run from the new time.
    pub fn advance(&self, by: Duration) {
        let mut mode = self.lock();
        *mode = match *mode {
            Mode::Running(offset) => Mode::Running(offset + by),
            Mode::Frozen(time) => Mode::Frozen(time + by),
        };
    }

    /// Moves the clock to `time`, forward or back, and stops it there.
    pub fn set(&self, time: SystemTime) {
        *self.lock() = Mode::Frozen(time);
    }

    /// Returns the milliseconds since 1970, the unit in which IMS dates its tokens.
    pub(crate) fn unix_millis(&self) -> i64 {
        let now = self.now();
        match now.duration_since(UNIX_EPOCH) {
            Ok(since) => i64::try_from(since.as_millis()).unwrap_or(i64::MAX),
            Err(before) => {
                i64::try_from(before.duration().as_millis()).map_or(i64::MIN, |millis| -millis)
            }
        }
    }

    /// Returns the whole seconds since 1970, rounded down.
    pub(crate) fn unix_seconds(&self) -> i64 {
        self.unix_millis().div_euclid(1000)
    }

    /// Returns the time for a header `Date`, which can hold the years 1970 to 9999 only.
    pub(crate) fn http_date(&self) -> SystemTime {
        let seconds = self.unix_seconds().clamp(0, 253_402_300_799);
        UNIX_EPOCH + Duration::from_secs(seconds.unsigned_abs())
    }

    fn with_mode(mode: Mode) -> Self {
        Self(Arc::new(Mutex::new(mode)))
    }

    fn lock(&self) -> MutexGuard<'_, Mode> {
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

/// Returns a time by RFC 3339 with milliseconds, such as `2027-01-15T08:00:00.000Z`.
pub(crate) fn rfc3339(time: SystemTime) -> String {
    let time = OffsetDateTime::from(time);
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
        time.year(),
        u8::from(time.month()),
        time.day(),
        time.hour(),
        time.minute(),
        time.second(),
        time.millisecond()
    )
}

/// Returns the present.
#[expect(
    clippy::disallowed_methods,
    reason = "the only place that reads real time"
)]
pub(crate) fn real_time() -> SystemTime {
    SystemTime::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: SystemTime = UNIX_EPOCH;

    #[test]
    fn frozen_clock_moves_only_when_moved() {
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
    fn time_is_written_by_rfc_3339() {
        let time = START + Duration::from_millis(1_800_000_000_007);
        assert_eq!(rfc3339(time), "2027-01-15T08:00:00.007Z");
    }

    #[test]
    fn running_clock_keeps_running_after_advance() {
        let clock = Clock::system();
        let before = clock.now();
        clock.advance(Duration::from_secs(3600));
        let after = clock.now();
        assert!(after >= before + Duration::from_secs(3600));
        assert!(clock.now() >= after);
    }
}
