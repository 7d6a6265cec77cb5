//! The time until which IMS wants no request.

use std::time::{Duration, SystemTime};

use super::StoreKey;
use crate::error::{Error, ServerResponse};
use crate::util::time;

/// The longest time for which a throttle holds, whatever `Retry-After` says: a gateway that sends
/// `Retry-After: 86400` must not lock its clients out for a day.
const MAX_THROTTLE: Duration = Duration::from_secs(600);

const TOO_MANY_REQUESTS: u16 = 429;

/// A response 429 with `Retry-After`. It holds for every process that shares the store, unlike other failures: nobody
/// sends a request before its end, unless a caller forces it or the secrets have changed.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct StoredThrottle {
    /// The time of the response.
    pub at: SystemTime,
    /// The end that the response named.
    pub until: SystemTime,
    /// The response, as an error.
    pub error: Error,
    /// The [`StoreKey::fingerprint`] of the secrets that were used.
    pub fingerprint: String,
}

impl StoredThrottle {
    /// Creates the record of a failure at this time, with the secrets of this key. Returns `None` if the failure is no
    /// response 429 with `Retry-After`.
    pub fn new(key: &StoreKey, at: SystemTime, error: &Error) -> Option<Self> {
        let server = error.server()?;
        let wait = server.retry_after.filter(|wait| !wait.is_zero())?;
        if server.status != TOO_MANY_REQUESTS {
            return None;
        }
        Some(Self {
            at,
            until: at.checked_add(wait)?,
            error: error.clone(),
            fingerprint: key.fingerprint().to_owned(),
        })
    }

    /// Returns the time left for a caller with the secrets of this key, ten minutes at most. Returns `None` if the
    /// throttle has ended, if it was for other secrets, and if it lies in the future: then somebody has set a clock, and
    /// its time says nothing.
    pub fn remaining(&self, key: &StoreKey, now: SystemTime) -> Option<Duration> {
        let since = now.duration_since(self.at).ok()?;
        let whole = self.until.duration_since(self.at).ok()?.min(MAX_THROTTLE);
        let left = whole.checked_sub(since).filter(|left| !left.is_zero())?;
        (self.fingerprint == key.fingerprint()).then_some(left)
    }

    /// Returns the error for a caller that does not ask because of the throttle.
    pub(crate) fn error_at(&self, now: SystemTime, left: Duration) -> Error {
        let message = format!(
            "IMS answered 429 on {} and wants no request until {}; try again in {}",
            time::display(self.at),
            time::display(now + left),
            time::human(left)
        );
        let error = Error::new(self.error.problem(), message);
        match self.error.server() {
            None => error,
            Some(server) => error.with_server(ServerResponse {
                retry_after: Some(left),
                ..server.clone()
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::cache::Grant;
    use crate::environment::Environment;
    use crate::error::Problem;
    use crate::util::secret::Secret;

    const SECOND: Duration = Duration::from_secs(1);

    fn at(seconds: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
    }

    fn key(secret: &str) -> StoreKey {
        let environment = Environment::production();
        let secrets = [&Secret::new(secret)];
        StoreKey::new(&environment, "client!+ID", Grant::Jwt, &[], "", &secrets)
    }

    fn error(status: u16, retry_after: Option<Duration>) -> Error {
        Error::new(Problem::Throttled, "x").with_server(ServerResponse {
            status,
            retry_after,
            ..ServerResponse::default()
        })
    }

    fn throttle(retry_after: Duration) -> StoredThrottle {
        let error = error(429, Some(retry_after));
        StoredThrottle::new(&key("secret"), at(1000), &error).unwrap()
    }

    #[test]
    fn only_a_429_with_retry_after_is_a_throttle() {
        let is_throttle = |error: &Error| StoredThrottle::new(&key(""), at(1000), error).is_some();
        assert!(is_throttle(&error(429, Some(SECOND))));
        assert!(!is_throttle(&error(429, None)));
        assert!(!is_throttle(&error(429, Some(Duration::ZERO))));
        assert!(!is_throttle(&error(503, Some(SECOND))));
        assert!(!is_throttle(&Error::new(Problem::Throttled, "x")));
    }

    #[test]
    fn throttle_holds_from_its_response_to_its_end() {
        let left = |now| throttle(60 * SECOND).remaining(&key("secret"), now);
        let nanosecond = Duration::from_nanos(1);
        assert_eq!(left(at(1000) - nanosecond), None, "in the future");
        assert_eq!(left(at(1000)), Some(60 * SECOND));
        assert_eq!(left(at(1060) - nanosecond), Some(nanosecond));
        assert_eq!(left(at(1060)), None);
        assert_eq!(
            throttle(60 * SECOND).remaining(&key("other"), at(1000)),
            None
        );
    }

    #[test]
    fn error_names_the_end_and_the_rest() {
        let error = throttle(90 * SECOND).error_at(at(1030), 60 * SECOND);
        assert_eq!(
            error.to_string(),
            "IMS answered 429 on 1970-01-01T00:16:40Z and wants no request until 1970-01-01T00:18:10Z; try again in 1 min 0 s"
        );
        assert_eq!(error.server().unwrap().retry_after, Some(60 * SECOND));
        assert_eq!(error.problem(), Problem::Throttled);
    }

    proptest! {
        #[test]
        fn throttle_holds_ten_minutes_at_most(wait in 1u64..100_000, since in 0u64..100_000) {
            let left = throttle(SECOND * u32::try_from(wait).unwrap())
                .remaining(&key("secret"), at(1000 + since));
            let expected = wait.min(600).saturating_sub(since);
            prop_assert_eq!(left, (expected > 0).then(|| Duration::from_secs(expected)));
        }
    }
}
