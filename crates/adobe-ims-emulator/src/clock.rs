//! The clock of the emulator.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The last time that a clock shows, in seconds since 1970. A certificate of a year has room after it.
pub(crate) const LATEST: i64 = 253_370_764_799;

/// The first time that a clock shows, the beginning of the year 1602. Windows has no times before
/// 1601.
const EARLIEST: i64 = -11_612_937_600;

/// The largest rate of a clock: a day in 86 ms.
const MAX_RATE: f64 = 1_000_000.0;

/// A clock that follows real time, runs faster or slower, or stands still until a test moves it.
///
/// Clones share one clock: advancing one of them advances all. The emulator takes every date of the
/// protocol from it: the expiry of tokens, codes, sign-ins and certificates, `created_at`, the time
/// at which rights in AEM begin, and the header `Date`.
///
/// A client signs its assertions by real time, so an assertion also counts as valid if it has not
/// expired by real time. A clock that [`at`](Self::at) made is alone: nothing counts by real time.
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
pub struct Clock(Arc<Mutex<Reading>>);

/// The time of a clock, and its pace.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Reading {
    /// The time of the clock at the real time `since`.
    time: SystemTime,
    since: SystemTime,
    pub(crate) rate: f64,
    pub(crate) frozen: bool,
    /// The seconds by which the header `Date` differs.
    pub(crate) date_offset: i64,
    /// Assertions do not count by real time.
    alone: bool,
}

impl Reading {
    fn running(time: SystemTime, real: SystemTime) -> Self {
        Self {
            time: within_limits(time),
            since: real,
            rate: 1.0,
            frozen: false,
            date_offset: 0,
            alone: false,
        }
    }

    /// Returns the time of the clock at a real time.
    fn now(&self, real: SystemTime) -> SystemTime {
        if self.frozen {
            return self.time;
        }
        let scaled = |elapsed: Duration| {
            if self.rate == 1.0 {
                elapsed
            } else {
                let seconds = elapsed.as_secs_f64() * self.rate;
                Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX)
            }
        };
        match real.duration_since(self.since) {
            Ok(elapsed) => later(self.time, scaled(elapsed)),
            // The real clock was set back.
            Err(back) => earlier(self.time, scaled(back.duration())),
        }
    }

    /// Returns the same clock, counted from a real time.
    fn since(self, real: SystemTime) -> Self {
        Self {
            time: self.now(real),
            since: real,
            ..self
        }
    }

    fn follows_real_time(&self) -> bool {
        !self.frozen && self.rate == 1.0 && self.time == self.since
    }
}

impl Clock {
    /// Creates a clock that follows real time.
    pub fn system() -> Self {
        let real = real_time();
        Self::with_reading(Reading::running(real, real))
    }

    /// Creates a clock that runs from `time` on.
    pub fn running_from(time: SystemTime) -> Self {
        Self::with_reading(Reading::running(time, real_time()))
    }

    /// Creates a clock that stands still at `time`. Nothing counts by real time then.
    pub fn at(time: SystemTime) -> Self {
        Self::with_reading(Reading {
            frozen: true,
            alone: true,
            ..Reading::running(time, real_time())
        })
    }

    /// Returns the current time of the clock, within the years 1602 to 9998.
    pub fn now(&self) -> SystemTime {
        self.lock().now(real_time())
    }

    /// Moves the clock forward. A running clock continues to run from the new time.
    pub fn advance(&self, by: Duration) {
        self.change(|reading| reading.time = later(reading.time, by));
    }

    /// Moves the clock to `time`, forward or back, and stops it there.
    pub fn set(&self, time: SystemTime) {
        self.change(|reading| {
            reading.time = within_limits(time);
            reading.frozen = true;
        });
    }

    /// Moves the clock to `time`, forward or back. A running clock continues to run from there.
    pub fn move_to(&self, time: SystemTime) {
        self.change(|reading| reading.time = within_limits(time));
    }

    /// Stops the clock.
    pub fn freeze(&self) {
        self.change(|reading| reading.frozen = true);
    }

    /// Lets the clock run from the time at which it stands.
    pub fn run(&self) {
        self.change(|reading| reading.frozen = false);
    }

    /// Returns whether the clock stands still.
    pub fn is_frozen(&self) -> bool {
        self.lock().frozen
    }

    /// Sets the speed of the clock: with 60 it runs a minute in each second. Returns whether the rate
    /// is above 0 and at most 1,000,000; no other rate has an effect.
    pub fn set_rate(&self, rate: f64) -> bool {
        let is_rate = is_rate(rate);
        if is_rate {
            self.change(|reading| reading.rate = rate);
        }
        is_rate
    }

    /// Returns the speed of the clock when it runs.
    pub fn rate(&self) -> f64 {
        self.lock().rate
    }

    /// Sets the seconds by which the header `Date` is ahead of the clock, or behind it.
    pub fn set_date_offset(&self, seconds: i64) {
        self.change(|reading| reading.date_offset = seconds);
    }

    /// Returns the seconds by which the header `Date` is ahead of the clock.
    pub fn date_offset(&self) -> i64 {
        self.lock().date_offset
    }

    /// Returns how the clock goes.
    pub(crate) fn reading(&self) -> Reading {
        *self.lock()
    }

    /// Returns how the clock goes, counted from the present.
    pub(crate) fn reading_now(&self) -> Reading {
        self.lock().since(real_time())
    }

    /// Lets the clock run on from the time of a reading.
    pub(crate) fn run_on(&self, reading: Reading) {
        *self.lock() = Reading {
            since: real_time(),
            ..reading
        };
    }

    /// Puts the clock back to a reading. A clock that followed real time follows it again.
    pub(crate) fn restart(&self, reading: Reading) {
        if reading.follows_real_time() {
            *self.lock() = reading;
        } else {
            self.run_on(reading);
        }
    }

    /// Returns the real time in milliseconds since 1970, if it counts beside that of the clock.
    pub(crate) fn real_unix_millis(&self) -> Option<i64> {
        (!self.lock().alone).then(|| unix_millis(real_time()))
    }

    /// Returns the milliseconds since 1970, the unit in which IMS dates its tokens.
    pub(crate) fn unix_millis(&self) -> i64 {
        unix_millis(self.now())
    }

    /// Returns the whole seconds since 1970, rounded down.
    pub(crate) fn unix_seconds(&self) -> i64 {
        self.unix_millis().div_euclid(1000)
    }

    /// Returns the time for the header `Date`, which can hold the years 1970 to 9999 only.
    pub(crate) fn http_date(&self) -> SystemTime {
        let seconds = self.unix_seconds().saturating_add(self.date_offset());
        UNIX_EPOCH + Duration::from_secs(seconds.clamp(0, 253_402_300_799).unsigned_abs())
    }

    fn change(&self, change: impl FnOnce(&mut Reading)) {
        let mut reading = self.lock();
        let mut changed = reading.since(real_time());
        change(&mut changed);
        *reading = changed;
    }

    fn with_reading(reading: Reading) -> Self {
        Self(Arc::new(Mutex::new(reading)))
    }

    fn lock(&self) -> MutexGuard<'_, Reading> {
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

/// Returns whether a clock can run at this speed.
pub(crate) fn is_rate(rate: f64) -> bool {
    rate > 0.0 && rate <= MAX_RATE
}

/// Returns the milliseconds since 1970.
pub(crate) fn unix_millis(time: SystemTime) -> i64 {
    match time.duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_millis()).unwrap_or(i64::MAX),
        Err(before) => {
            i64::try_from(before.duration().as_millis()).map_or(i64::MIN, |millis| -millis)
        }
    }
}

fn later(time: SystemTime, by: Duration) -> SystemTime {
    let later = time.checked_add(by);
    later.map_or_else(|| at_second(LATEST), within_limits)
}

fn earlier(time: SystemTime, by: Duration) -> SystemTime {
    let earlier = time.checked_sub(by);
    earlier.map_or_else(|| at_second(EARLIEST), within_limits)
}

fn within_limits(time: SystemTime) -> SystemTime {
    time.clamp(at_second(EARLIEST), at_second(LATEST))
}

pub(crate) fn at_second(second: i64) -> SystemTime {
    let distance = Duration::from_secs(second.unsigned_abs());
    if second < 0 {
        UNIX_EPOCH - distance
    } else {
        UNIX_EPOCH + distance
    }
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
    fn clock_runs_at_its_rate_and_stands_when_frozen() {
        let second = Duration::from_secs(1);
        let start = START + 1000 * second;
        let mut reading = Reading::running(START, start);
        assert_eq!(reading.now(start + second), START + second);
        assert_eq!(reading.now(start - second), START - second);
        reading.rate = 60.0;
        assert_eq!(reading.now(start + second), START + 60 * second);
        reading = reading.since(start + second);
        reading.rate = 0.5;
        assert_eq!(reading.now(start + 3 * second), START + 61 * second);
        reading.frozen = true;
        assert_eq!(reading.now(start + 3 * second), START + 60 * second);
        reading.frozen = false;
        reading.rate = MAX_RATE;
        let centuries = Duration::from_secs(u64::from(u32::MAX));
        assert_eq!(reading.now(start + centuries), at_second(LATEST));
    }

    #[test]
    fn clock_stays_within_its_limits() {
        let clock = Clock::system();
        clock.advance(Duration::MAX);
        assert_eq!(clock.now(), at_second(LATEST));
        clock.set_date_offset(i64::MAX);
        let _ = httpdate::HttpDate::from(clock.http_date());
        clock.set_date_offset(i64::MIN);
        assert_eq!(clock.http_date(), START);
        for rate in [0.0, -1.0, f64::NAN, f64::INFINITY, 1_000_001.0] {
            assert!(!clock.set_rate(rate), "{rate}");
        }
        assert!(clock.set_rate(0.001));
        assert_eq!(clock.rate(), 0.001);
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
