use core::fmt::Debug;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

/// A source of time. Everything in this crate that depends on the time takes one.
///
/// ```
/// use std::time::SystemTime;
///
/// use adobe_ims::Clock;
///
/// #[derive(Debug)]
/// struct AtEpoch;
///
/// impl Clock for AtEpoch {
///     fn now(&self) -> SystemTime {
///         SystemTime::UNIX_EPOCH
///     }
/// }
/// assert!(AtEpoch.monotonic().is_zero());
/// ```
pub trait Clock: Debug + Send + Sync {
    /// Returns the wall-clock time.
    fn now(&self) -> SystemTime;

    /// Returns the time since some fixed moment. Nobody can set this clock. It may stand still while the machine sleeps.
    /// The default takes it from [`now`](Self::now).
    fn monotonic(&self) -> Duration {
        self.now()
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default()
    }

    /// Returns the second of the wall clock, if the clock can tell it in a few nanoseconds.
    ///
    /// A token that was checked in this second is not checked again. A clock that is moved by hand returns `None`, so
    /// that every read is checked.
    fn coarse_second(&self) -> Option<u64> {
        None
    }
}

impl<C: Clock + ?Sized> Clock for Arc<C> {
    fn now(&self) -> SystemTime {
        (**self).now()
    }

    fn monotonic(&self) -> Duration {
        (**self).monotonic()
    }

    fn coarse_second(&self) -> Option<u64> {
        (**self).coarse_second()
    }
}

/// The clock of the operating system.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the only place that reads the real time"
    )]
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    fn monotonic(&self) -> Duration {
        static START: LazyLock<Instant> = LazyLock::new(Instant::now);
        // The clock starts at one hour, so that a moment before the first call can be expressed.
        START.elapsed() + Duration::from_secs(3600)
    }

    // The kernel's tick is some milliseconds coarse and takes 3 ns instead of 22.
    #[cfg(target_os = "linux")]
    #[inline]
    fn coarse_second(&self) -> Option<u64> {
        use rustix::time::{ClockId, clock_gettime};
        u64::try_from(clock_gettime(ClockId::RealtimeCoarse).tv_sec).ok()
    }
}

/// A clock that stands still until it is moved, for tests. Clones share the time.
///
/// ```
/// use std::time::Duration;
///
/// use adobe_ims::{Clock, ManualClock};
///
/// let clock = ManualClock::at_unix(1_800_000_000);
/// let start = clock.now();
/// clock.advance(Duration::from_secs(60));
/// assert_eq!(clock.now(), start + Duration::from_secs(60));
/// ```
#[derive(Clone, Debug)]
pub struct ManualClock(Arc<Mutex<ManualTime>>);

#[derive(Clone, Copy, Debug)]
struct ManualTime {
    wall: SystemTime,
    monotonic: Duration,
}

impl ManualClock {
    /// Creates a clock that stands at `time`.
    pub fn at(time: SystemTime) -> Self {
        let monotonic = Duration::from_secs(1_000_000);
        let wall = time;
        Self(Arc::new(Mutex::new(ManualTime { wall, monotonic })))
    }

    /// Creates a clock that stands at this number of seconds after the Unix epoch.
    pub fn at_unix(seconds: u64) -> Self {
        Self::at(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))
    }

    /// Advances both clocks.
    pub fn advance(&self, by: Duration) {
        self.update(|time| {
            time.wall += by;
            time.monotonic += by;
        });
    }

    /// Sets the wall clock, forward or back, as an administrator or a time server does. No time passes.
    pub fn set(&self, time: SystemTime) {
        self.update(|manual| manual.wall = time);
    }

    /// Advances the wall clock alone, as the sleep of the machine does.
    pub fn sleep(&self, by: Duration) {
        self.update(|time| time.wall += by);
    }

    fn update(&self, update: impl FnOnce(&mut ManualTime)) {
        update(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }

    fn time(&self) -> ManualTime {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for ManualClock {
    fn now(&self) -> SystemTime {
        self.time().wall
    }

    fn monotonic(&self) -> Duration {
        self.time().monotonic
    }
}

/// A moment on both clocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Moment {
    pub(crate) wall: SystemTime,
    monotonic: Duration,
}

impl Moment {
    pub(crate) fn now(clock: &dyn Clock) -> Self {
        Self {
            wall: clock.now(),
            monotonic: clock.monotonic(),
        }
    }

    /// Returns the time since `earlier`: the larger of the differences on both clocks. The monotonic clock may have stood
    /// still and the wall clock may have been set back. Neither must make a token look younger.
    pub(crate) fn since(self, earlier: Self) -> Duration {
        let by_wall = self.wall.duration_since(earlier.wall).unwrap_or_default();
        by_wall.max(self.monotonic.saturating_sub(earlier.monotonic))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    #[test]
    fn sleep_and_a_clock_that_is_set_never_shorten_the_time_since() {
        let clock = ManualClock::at_unix(1_800_000_000);
        let start = Moment::now(&clock);
        clock.advance(HOUR);
        assert_eq!(Moment::now(&clock).since(start), HOUR);
        clock.sleep(HOUR);
        assert_eq!(Moment::now(&clock).since(start), 2 * HOUR);
        clock.set(start.wall - 24 * HOUR);
        assert_eq!(Moment::now(&clock).since(start), HOUR);
        clock.set(start.wall + 24 * HOUR);
        assert_eq!(Moment::now(&clock).since(start), 24 * HOUR);
    }

    #[test]
    fn system_clock_advances() {
        let (wall, monotonic) = (SystemClock.now(), SystemClock.monotonic());
        assert!(SystemClock.now() >= wall);
        assert!(SystemClock.monotonic() >= monotonic);
        if let Some(second) = SystemClock.coarse_second() {
            let precise = crate::util::time::unix_seconds(SystemClock.now());
            assert!(precise.abs_diff(second) <= 2, "{precise} {second}");
        }
    }
}
