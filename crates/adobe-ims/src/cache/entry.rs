use std::time::{Duration, SystemTime};

use super::StoreKey;
use crate::error::Error;
use crate::token::AccessToken;

/// A stored token that seems to come from so far in the future was stored before the clock was set
/// back: how old it is cannot be told.
const FROM_THE_FUTURE: Duration = Duration::from_secs(60);

/// What is stored under one key.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct StoreEntry {
    /// The last token, whatever has become of it.
    pub token: Option<StoredToken>,
    /// The last attempt, if it failed: those who waited for it share its outcome.
    pub failure: Option<StoredFailure>,
}

/// A token and its life, by the wall clock.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct StoredToken {
    /// The token.
    pub token: AccessToken,
    /// When it was got.
    pub obtained_at: SystemTime,
    /// From when on it should be refreshed; all who share it agree on that.
    pub refresh_at: SystemTime,
    /// When it expires.
    pub expires_at: SystemTime,
    /// The [`StoreKey::fingerprint`] of the secrets with which it was got.
    pub fingerprint: String,
}

/// A refresh that failed.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct StoredFailure {
    /// When.
    pub at: SystemTime,
    /// Why.
    pub error: Error,
    /// The [`StoreKey::fingerprint`] of the secrets that were used.
    pub fingerprint: String,
}

impl StoredToken {
    /// Whether it was got with the secrets of today.
    pub fn belongs_to(&self, key: &StoreKey) -> bool {
        self.fingerprint == key.fingerprint()
    }

    /// How long it still lives; nothing when that cannot be told because the clock was set back.
    pub fn left(&self, now: SystemTime) -> Duration {
        if self.is_from_the_future(now) {
            return Duration::ZERO;
        }
        self.expires_at.duration_since(now).unwrap_or_default()
    }

    /// Whether it can be handed out to somebody who needs it for `min_ttl`, and nobody need refresh it
    /// yet.
    pub fn is_fresh(&self, key: &StoreKey, now: SystemTime, min_ttl: Duration) -> bool {
        let left = self.left(now);
        self.belongs_to(key) && now < self.refresh_at && !left.is_zero() && left >= min_ttl
    }

    fn is_from_the_future(&self, now: SystemTime) -> bool {
        self.obtained_at
            .duration_since(now)
            .is_ok_and(|ahead| ahead > FROM_THE_FUTURE)
    }
}
