//! The number of requests at the same time. It grows slowly and halves when the server has too much to do.

/// Decides how many requests may be in flight.
#[derive(Clone, Debug)]
pub(super) struct Limiter {
    max: usize,
    /// It grows by one when as many documents have come as are made at the same time.
    limit: f64,
    /// The requests that were in flight when the limit was halved. Their failures belong to the same overload.
    of_overload: usize,
}

impl Limiter {
    pub(super) fn new(max: usize) -> Self {
        let max = max.max(1);
        Self {
            max,
            limit: max as f64,
            of_overload: 0,
        }
    }

    /// Returns the number of requests that may be in flight, at least one.
    pub(super) fn limit(&self) -> usize {
        (self.limit as usize).clamp(1, self.max)
    }

    /// Records a request that ended without overload.
    pub(super) fn succeeded(&mut self) {
        self.of_overload = self.of_overload.saturating_sub(1);
        self.limit = (self.limit + 1.0 / self.limit).min(self.max as f64);
    }

    /// Records a request that failed because the server has too much to do; `in_flight` counts the others.
    pub(super) fn overloaded(&mut self, in_flight: usize) {
        if self.of_overload > 0 {
            self.of_overload -= 1;
            return;
        }
        self.limit = (self.limit / 2.0).max(1.0);
        self.of_overload = in_flight;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overload_halves_once_and_successes_grow_to_the_maximum() {
        let mut limiter = Limiter::new(8);
        assert_eq!(limiter.limit(), 8);
        limiter.overloaded(7);
        assert_eq!(limiter.limit(), 4);
        for _ in 0..7 {
            limiter.overloaded(3);
        }
        assert_eq!(limiter.limit(), 4, "the requests of the same overload");
        limiter.overloaded(3);
        assert_eq!(limiter.limit(), 2, "a new overload");
        for expected in [2, 2, 3, 3, 3, 4] {
            limiter.succeeded();
            assert_eq!(limiter.limit(), expected);
        }
        for _ in 0..100 {
            limiter.succeeded();
        }
        assert_eq!(limiter.limit(), 8);
    }

    #[test]
    fn limit_is_never_below_one() {
        let mut limiter = Limiter::new(0);
        for _ in 0..5 {
            limiter.overloaded(0);
            assert_eq!(limiter.limit(), 1);
        }
    }
}
