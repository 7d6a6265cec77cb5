//! The time at which the next request may go out.

use std::time::Duration;

use tokio::time::Instant;

/// Keeps requests apart (`rate`), and stops all of them while the server asks to wait.
#[derive(Clone, Debug)]
pub(super) struct Pace {
    /// The time between two requests. There is no burst.
    interval: Duration,
    next: Option<Instant>,
    paused_until: Option<Instant>,
}

impl Pace {
    /// `per_minute` is the greatest number of requests in a minute.
    pub(super) fn new(per_minute: Option<u32>) -> Self {
        let interval = per_minute.map(|count| Duration::from_secs(60) / count.max(1));
        Self {
            interval: interval.unwrap_or_default(),
            next: None,
            paused_until: None,
        }
    }

    /// Returns the time from which a request may go out; `None` for at once.
    pub(super) fn opens_at(&self, now: Instant) -> Option<Instant> {
        let at = self.next.max(self.paused_until)?;
        (at > now).then_some(at)
    }

    /// Records a request that goes out.
    pub(super) fn sent(&mut self, now: Instant) {
        if !self.interval.is_zero() {
            // A late start is not made up for.
            self.next = Some(now + self.interval);
        }
    }

    /// Holds all requests back for this time.
    pub(super) fn pause(&mut self, now: Instant, wait: Duration) {
        let until = now.checked_add(wait);
        self.paused_until = self.paused_until.max(until);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_kept_apart_and_a_pause_holds_all() {
        let start = Instant::now();
        let second = Duration::from_secs(1);
        let mut pace = Pace::new(Some(30));
        assert_eq!(pace.opens_at(start), None);
        pace.sent(start);
        assert_eq!(pace.opens_at(start), Some(start + 2 * second));
        assert_eq!(pace.opens_at(start + 2 * second), None);
        pace.pause(start, 10 * second);
        pace.pause(start, 3 * second);
        assert_eq!(pace.opens_at(start), Some(start + 10 * second));
        // After a long wait there is no burst.
        pace.sent(start + 60 * second);
        assert_eq!(
            pace.opens_at(start + 60 * second),
            Some(start + 62 * second)
        );
    }

    #[test]
    fn without_a_rate_nothing_waits() {
        let now = Instant::now();
        let mut pace = Pace::new(None);
        pace.sent(now);
        assert_eq!(pace.opens_at(now), None);
    }
}
