//! The token cache, which is looked at and not changed.

use std::time::{Duration, SystemTime};

use adobe_ims::cache::{StoreEntry, StoreKey, StoredThrottle};
use adobe_ims::{AccessToken, internal};

use crate::auth::stores;
use crate::doctor::subject::Subject;

/// The entry of the cache for one key.
pub(super) struct Cached {
    key: StoreKey,
    entry: StoreEntry,
}

/// A throttle that still holds.
#[derive(Clone, Debug)]
pub(super) struct ActiveThrottle {
    pub(super) stored: StoredThrottle,
    pub(super) left: Duration,
}

impl Cached {
    /// Looks the key up. Returns `None` without a cache, and if the cache has nothing that can be trusted.
    pub(super) fn look_up(subject: &Subject<'_>, key: StoreKey) -> Option<Self> {
        let settings = &subject.settings.cache;
        if !settings.is_enabled {
            return None;
        }
        let variables = &subject.context.variables;
        let store = stores::token_cache(settings.key_file.as_deref(), variables).ok()??;
        let entry = internal::examine_entry(&store, &key).ok()??;
        Some(Self { key, entry })
    }

    /// Returns the token, if it has not expired.
    pub(super) fn token(&self, now: SystemTime) -> Option<AccessToken> {
        let stored = self.entry.token.as_ref()?;
        let is_usable = stored.belongs_to(&self.key) && !stored.remaining(now).is_zero();
        is_usable.then(|| stored.token.clone())
    }

    /// Returns the throttle that still holds.
    pub(super) fn throttle(&self, now: SystemTime) -> Option<ActiveThrottle> {
        let stored = self.entry.throttle.clone()?;
        let left = stored.remaining(&self.key, now)?;
        Some(ActiveThrottle { stored, left })
    }
}
