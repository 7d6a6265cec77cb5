//! The clocks of the simulated hosts, and the true time, which only the simulation knows.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use adobe_ims::Clock;

use crate::world::World;

/// The wall clock of each host starts here.
const BASE: Duration = Duration::from_secs(1_800_000_000);

/// A moment on both clocks of a host.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment {
    pub(crate) wall: Duration,
    pub(crate) monotonic: Duration,
}

impl Moment {
    /// Returns the time since `earlier` as the provider measures it: the larger of both differences.
    pub(crate) fn since(self, earlier: Self) -> Duration {
        let by_wall = self.wall.saturating_sub(earlier.wall);
        by_wall.max(self.monotonic.saturating_sub(earlier.monotonic))
    }
}

/// The clock of one host.
#[derive(Clone)]
pub(crate) struct HostClock {
    pub(crate) world: Arc<World>,
    pub(crate) host: usize,
}

impl Clock for HostClock {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + self.world.moment(self.host).wall
    }

    fn monotonic(&self) -> Duration {
        self.world.moment(self.host).monotonic
    }
}

impl std::fmt::Debug for HostClock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "HostClock({})", self.host)
    }
}

/// Returns the wall clock at a true time, for a host whose clock is ahead by this many milliseconds.
pub(crate) fn wall(truth: Duration, ahead: i64) -> Duration {
    let offset = Duration::from_millis(ahead.unsigned_abs());
    if ahead < 0 {
        BASE + truth - offset
    } else {
        BASE + truth + offset
    }
}

/// Returns a time of the wall clock as the simulation counts it.
pub(crate) fn since_epoch(time: SystemTime) -> Duration {
    time.duration_since(SystemTime::UNIX_EPOCH).unwrap()
}
