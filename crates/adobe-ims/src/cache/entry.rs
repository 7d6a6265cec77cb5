use std::time::{Duration, SystemTime};

use super::{StoreKey, StoredThrottle};
use crate::error::Error;
use crate::token::AccessToken;

/// A stored token may lie this far in the future: the clocks of two processes differ a little. Beyond it
/// somebody set the clock back after the token was stored, and the token's age is unknown.
const MAX_CLOCK_SKEW: Duration = Duration::from_secs(60);

/// The content of a store under one key.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct StoreEntry {
    /// The last token, valid or not.
    pub token: Option<StoredToken>,
    /// The last refresh, if it failed. Processes that waited for it, and have no valid token, fail with it.
    pub failure: Option<StoredFailure>,
    /// The last throttle. It ends with the next token. All processes without a valid token fail with it.
    pub throttle: Option<StoredThrottle>,
}

/// A token with its times by the wall clock.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct StoredToken {
    /// The token.
    pub token: AccessToken,
    /// The time at which a process received it.
    pub obtained_at: SystemTime,
    /// The time from which on it is due for a refresh. All processes that share the token use this time.
    pub refresh_at: SystemTime,
    /// The time at which it expires.
    pub expires_at: SystemTime,
    /// The [`StoreKey::fingerprint`] of the secrets that proved the request.
    pub fingerprint: String,
}

/// A refresh that failed.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct StoredFailure {
    /// The time at which the failed attempt began.
    pub started_at: SystemTime,
    /// The time of the failure.
    pub at: SystemTime,
    /// The cause.
    pub error: Error,
    /// The [`StoreKey::fingerprint`] of the secrets that were used.
    pub fingerprint: String,
}

impl StoredFailure {
    /// Creates the record of an attempt with the secrets of this key that began and failed at these times.
    pub fn new(key: &StoreKey, started_at: SystemTime, at: SystemTime, error: Error) -> Self {
        Self {
            started_at,
            at,
            error,
            fingerprint: key.fingerprint().to_owned(),
        }
    }
}

impl StoredToken {
    /// Returns true if the token was requested with the secrets of this key.
    pub fn belongs_to(&self, key: &StoreKey) -> bool {
        self.fingerprint == key.fingerprint()
    }

    /// Returns the time left until the token expires. The result is zero for a token that was obtained more than
    /// 60 seconds in the future: somebody set the clock back, so the token's age is unknown.
    pub fn remaining(&self, now: SystemTime) -> Duration {
        if self.is_from_the_future(now) {
            return Duration::ZERO;
        }
        self.expires_at.duration_since(now).unwrap_or_default()
    }

    /// Returns true if the token belongs to the key, lives for at least `min_ttl` and is not due for a refresh.
    pub fn is_fresh(&self, key: &StoreKey, now: SystemTime, min_ttl: Duration) -> bool {
        let remaining = self.remaining(now);
        self.belongs_to(key)
            && now < self.refresh_at
            && !remaining.is_zero()
            && remaining >= min_ttl
    }

    fn is_from_the_future(&self, now: SystemTime) -> bool {
        self.obtained_at
            .duration_since(now)
            .is_ok_and(|ahead| ahead > MAX_CLOCK_SKEW)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cache::Grant;
    use crate::environment::Environment;
    use crate::util::secret::Secret;

    const NANOSECOND: Duration = Duration::from_nanos(1);

    fn at(seconds: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
    }

    fn key(secret: &str) -> StoreKey {
        let environment = Environment::production();
        let secrets = [&Secret::new(secret)];
        StoreKey::new(&environment, "client!+ID", Grant::Jwt, &[], "", &secrets)
    }

    /// Obtained at 1000, due at 1800, expires at 2000.
    fn stored() -> StoredToken {
        StoredToken {
            token: AccessToken::new(Secret::new("token")).unwrap(),
            obtained_at: at(1000),
            refresh_at: at(1800),
            expires_at: at(2000),
            fingerprint: key("secret").fingerprint().to_owned(),
        }
    }

    #[test]
    fn token_from_more_than_60_seconds_in_the_future_has_no_time_left() {
        let seconds = Duration::from_secs;
        assert_eq!(stored().remaining(at(940)), seconds(1060));
        assert_eq!(stored().remaining(at(940) - NANOSECOND), Duration::ZERO);
        assert_eq!(stored().remaining(at(1000)), seconds(1000));
        assert_eq!(stored().remaining(at(1999)), seconds(1));
        assert_eq!(stored().remaining(at(2000)), Duration::ZERO);
        assert_eq!(stored().remaining(at(2001)), Duration::ZERO);
    }

    #[test]
    fn token_is_fresh_until_its_refresh_time() {
        let is_fresh = |now| stored().is_fresh(&key("secret"), now, Duration::ZERO);
        assert!(is_fresh(at(940)));
        assert!(!is_fresh(at(940) - NANOSECOND));
        assert!(is_fresh(at(1800) - NANOSECOND));
        assert!(!is_fresh(at(1800)));
        let undue = StoredToken {
            refresh_at: at(3000),
            ..stored()
        };
        assert!(undue.is_fresh(&key("secret"), at(2000) - NANOSECOND, Duration::ZERO));
        assert!(!undue.is_fresh(&key("secret"), at(2000), Duration::ZERO));
    }

    #[test]
    fn token_is_fresh_only_if_it_lives_for_min_ttl() {
        let is_fresh = |min_ttl| stored().is_fresh(&key("secret"), at(1500), min_ttl);
        assert!(is_fresh(Duration::from_secs(500)));
        assert!(!is_fresh(Duration::from_secs(500) + NANOSECOND));
    }

    #[test]
    fn token_of_other_secrets_is_not_fresh() {
        assert!(stored().belongs_to(&key("secret")));
        assert!(!stored().belongs_to(&key("other")));
        assert!(!stored().is_fresh(&key("other"), at(1500), Duration::ZERO));
    }
}
