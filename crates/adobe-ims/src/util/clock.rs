use core::fmt::Debug;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

/// Where the time comes from. Everything in this crate that looks at the time is handed one.
pub trait Clock: Debug + Send + Sync {
    /// The wall-clock time.
    fn now(&self) -> SystemTime;

    /// The time since some fixed moment, which nobody can set. It may stand still while the machine
    /// sleeps. Unless there is something better it is taken from [`now`](Self::now).
    fn monotonic(&self) -> Duration {
        self.now()
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default()
    }

    /// The second of the wall clock, if it can be told in a few nanoseconds.
    ///
    /// A token that was looked at in this very second is not looked at again. A clock that is moved by
    /// hand says nothing here, so that every read is judged anew.
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

/// The operating system's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place where real time enters"
    )]
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    fn monotonic(&self) -> Duration {
        static START: LazyLock<Instant> = LazyLock::new(Instant::now);
        // Counted from an hour before, so that what happened before the first look has room.
        START.elapsed() + Duration::from_secs(3600)
    }

    // The kernel's own tick, some milliseconds coarse: 3 ns instead of 22.
    #[cfg(target_os = "linux")]
    #[inline]
    fn coarse_second(&self) -> Option<u64> {
        use rustix::time::{ClockId, clock_gettime};
        u64::try_from(clock_gettime(ClockId::RealtimeCoarse).tv_sec).ok()
    }
}

/// A clock that stands still until it is moved, for tests. Clones share the time.
#[derive(Clone, Debug)]
pub struct ManualClock(Arc<Mutex<Hands>>);

#[derive(Clone, Copy, Debug)]
struct Hands {
    wall: SystemTime,
    monotonic: Duration,
}

impl ManualClock {
    /// Stands at `time`.
    pub fn at(time: SystemTime) -> Self {
        let monotonic = Duration::from_secs(1_000_000);
        let wall = time;
        Self(Arc::new(Mutex::new(Hands { wall, monotonic })))
    }

    /// Stands at `seconds` after the Unix epoch.
    pub fn at_unix(seconds: u64) -> Self {
        Self::at(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))
    }

    /// Lets time pass.
    pub fn advance(&self, by: Duration) {
        self.turn(|hands| {
            hands.wall += by;
            hands.monotonic += by;
        });
    }

    /// Sets the wall clock, forward or back, as an administrator or a time server does. No time passes.
    pub fn set(&self, time: SystemTime) {
        self.turn(|hands| hands.wall = time);
    }

    /// Lets the machine sleep: only the wall clock goes on.
    pub fn sleep(&self, by: Duration) {
        self.turn(|hands| hands.wall += by);
    }

    fn turn(&self, turn: impl FnOnce(&mut Hands)) {
        turn(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }

    fn hands(&self) -> Hands {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for ManualClock {
    fn now(&self) -> SystemTime {
        self.hands().wall
    }

    fn monotonic(&self) -> Duration {
        self.hands().monotonic
    }
}

/// A moment by both clocks.
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

    /// How long ago `earlier` was: what the clocks say that says more. The monotonic clock may have
    /// slept, the wall clock may have been set back; neither may make a token look younger.
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
    fn neither_sleep_nor_a_clock_that_is_set_makes_time_go_back() {
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
    fn the_system_clock_runs() {
        let (wall, monotonic) = (SystemClock.now(), SystemClock.monotonic());
        assert!(SystemClock.now() >= wall);
        assert!(SystemClock.monotonic() >= monotonic);
        if let Some(second) = SystemClock.coarse_second() {
            let precise = crate::util::time::unix_seconds(SystemClock.now());
            assert!(precise.abs_diff(second) <= 2, "{precise} {second}");
        }
    }
}
