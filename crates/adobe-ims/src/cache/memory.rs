use core::fmt;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use super::{Claim, Lease, Saved, StoreEntry, StoreKey, TokenStore};
use crate::error::Result;
use crate::util::future::BoxFuture;

/// The number of entries of a store.
const MAX_ENTRIES: usize = 4096;

/// The time for which a failure or a throttle is kept.
const FAILURE_LIFETIME: Duration = Duration::from_secs(600);

/// A store in memory, which shares tokens between the providers of one program. Clones are the same store.
///
/// The store holds at most 4096 entries. Each save deletes the entries whose token has expired and whose failures are
/// older than ten minutes; if that is not enough, it deletes the entry whose token expires first. "Now" is the latest
/// time in the saved entry, so the store follows the clock of the provider.
///
/// ```
/// use adobe_ims::TokenProvider;
/// use adobe_ims::cache::MemoryStore;
/// # use adobe_ims::source::JwtSource;
/// # fn example(one: JwtSource, another: JwtSource) {
/// let store = MemoryStore::new();
/// let first = TokenProvider::builder(one).store(store.clone()).build();
/// let second = TokenProvider::builder(another).store(store).build();
/// # }
/// ```
#[derive(Clone, Default)]
pub struct MemoryStore(Arc<Mutex<Inner>>);

#[derive(Default)]
struct Inner {
    entries: HashMap<String, StoreEntry>,
    leased: HashSet<String>,
}

impl MemoryStore {
    /// Creates an empty store.
    pub fn new() -> Self {
        Self::default()
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl TokenStore for MemoryStore {
    fn load<'a>(&'a self, key: &'a StoreKey) -> BoxFuture<'a, Result<StoreEntry>> {
        let entry = self.lock().entries.get(key.id()).cloned();
        Box::pin(async { Ok(entry.unwrap_or_default()) })
    }

    fn claim<'a>(&'a self, key: &'a StoreKey) -> BoxFuture<'a, Result<Claim>> {
        let id = key.id().to_owned();
        let claim = if self.lock().leased.insert(id.clone()) {
            let store = self.clone();
            Claim::Won(Lease::new(ReleaseOnDrop { store, id }))
        } else {
            Claim::Held {
                look_again_in: Duration::from_millis(fastrand::u64(10..=30)),
                holder: None,
            }
        };
        Box::pin(async { Ok(claim) })
    }

    fn save<'a>(
        &'a self,
        key: &'a StoreKey,
        entry: &'a StoreEntry,
        _: Option<&'a Lease>,
    ) -> BoxFuture<'a, Result<Saved>> {
        let mut inner = self.lock();
        inner.evict(time_of(entry));
        inner.make_room(key.id());
        inner.entries.insert(key.id().to_owned(), entry.clone());
        Box::pin(async { Ok(Saved::Stored) })
    }

    fn remove<'a>(&'a self, key: &'a StoreKey) -> BoxFuture<'a, Result<()>> {
        self.lock().entries.remove(key.id());
        Box::pin(async { Ok(()) })
    }
}

impl Inner {
    /// Deletes the entries that are of no use any more.
    fn evict(&mut self, now: SystemTime) {
        let is_recent =
            |at: SystemTime| now.duration_since(at).unwrap_or_default() < FAILURE_LIFETIME;
        self.entries.retain(|_, entry| {
            end_of_token(entry).is_some_and(|end| now < end)
                || entry
                    .failure
                    .as_ref()
                    .is_some_and(|failure| is_recent(failure.at))
                || entry
                    .throttle
                    .as_ref()
                    .is_some_and(|throttle| is_recent(throttle.at))
        });
    }

    /// Deletes the entry whose token expires first, if an entry of this id would be one too many.
    fn make_room(&mut self, id: &str) {
        if self.entries.len() < MAX_ENTRIES || self.entries.contains_key(id) {
            return;
        }
        let first = self
            .entries
            .iter()
            .min_by_key(|(_, entry)| end_of_token(entry));
        if let Some(id) = first.map(|(id, _)| id.clone()) {
            self.entries.remove(&id);
        }
    }
}

fn end_of_token(entry: &StoreEntry) -> Option<SystemTime> {
    entry.token.as_ref().map(|token| token.expires_at)
}

/// Returns the latest time at which something in the entry happened.
fn time_of(entry: &StoreEntry) -> SystemTime {
    let obtained_at = entry.token.as_ref().map(|token| token.obtained_at);
    let failed_at = entry.failure.as_ref().map(|failure| failure.at);
    let throttled_at = entry.throttle.as_ref().map(|throttle| throttle.at);
    let latest = obtained_at.max(failed_at).max(throttled_at);
    latest.unwrap_or(SystemTime::UNIX_EPOCH)
}

struct ReleaseOnDrop {
    store: MemoryStore,
    id: String,
}

impl Drop for ReleaseOnDrop {
    fn drop(&mut self) {
        self.store.lock().leased.remove(&self.id);
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let entries = self.lock().entries.len();
        f.debug_struct("MemoryStore")
            .field("entries", &entries)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cache::{Grant, StoredFailure, StoredThrottle, StoredToken};
    use crate::environment::Environment;
    use crate::error::{Error, Problem};
    use crate::token::AccessToken;
    use crate::util::secret::Secret;

    fn at(seconds: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
    }

    fn key(client: &str) -> StoreKey {
        let environment = Environment::production();
        StoreKey::new(&environment, client, Grant::Jwt, &[], "", &[])
    }

    fn with_token(obtained_at: u64, expires_at: u64) -> StoreEntry {
        StoreEntry {
            token: Some(StoredToken {
                token: AccessToken::new(Secret::new("token")).unwrap(),
                obtained_at: at(obtained_at),
                refresh_at: at(expires_at),
                expires_at: at(expires_at),
                fingerprint: String::new(),
            }),
            ..StoreEntry::default()
        }
    }

    fn with_failure(failed_at: u64) -> StoreEntry {
        StoreEntry {
            failure: Some(StoredFailure {
                started_at: at(failed_at),
                at: at(failed_at),
                error: Error::new(Problem::ConnectionFailed, ""),
                fingerprint: String::new(),
            }),
            ..StoreEntry::default()
        }
    }

    fn with_throttle(throttled_at: u64) -> StoreEntry {
        StoreEntry {
            throttle: Some(StoredThrottle {
                at: at(throttled_at),
                until: at(throttled_at + 60),
                error: Error::new(Problem::Throttled, ""),
                fingerprint: String::new(),
            }),
            ..StoreEntry::default()
        }
    }

    async fn save(store: &MemoryStore, client: &str, entry: StoreEntry) {
        let saved = store.save(&key(client), &entry, None).await.unwrap();
        assert!(matches!(saved, Saved::Stored));
    }

    async fn holds(store: &MemoryStore, client: &str) -> bool {
        let entry = store.load(&key(client)).await.unwrap();
        entry.token.is_some() || entry.failure.is_some() || entry.throttle.is_some()
    }

    #[tokio::test]
    async fn save_evicts_expired_tokens_and_old_failures() {
        let store = MemoryStore::new();
        save(&store, "token", with_token(1000, 2000)).await;
        save(&store, "failure", with_failure(1400)).await;
        save(&store, "throttle", with_throttle(1400)).await;
        let both = StoreEntry {
            failure: with_failure(1900).failure,
            ..with_token(1000, 1950)
        };
        save(&store, "both", both).await;
        for (now, token, failure, both) in [
            (1999, true, true, true),
            (2000, false, false, true),
            (2499, false, false, true),
            (2500, false, false, false),
        ] {
            save(&store, "now", with_token(now, 9999)).await;
            assert_eq!(holds(&store, "token").await, token, "{now}");
            assert_eq!(holds(&store, "failure").await, failure, "{now}");
            assert_eq!(holds(&store, "throttle").await, failure, "{now}");
            assert_eq!(holds(&store, "both").await, both, "{now}");
            assert!(holds(&store, "now").await);
        }
    }

    #[tokio::test]
    async fn full_store_evicts_the_entry_that_expires_first() {
        let store = MemoryStore::new();
        let expiry = |number: u64| 5000 + (number + 7) % MAX_ENTRIES as u64;
        for number in 0..MAX_ENTRIES as u64 {
            save(
                &store,
                &number.to_string(),
                with_token(1000, expiry(number)),
            )
            .await;
        }
        let first = (MAX_ENTRIES - 7).to_string();
        assert!(holds(&store, &first).await);
        // A replacement needs no room.
        save(&store, "0", with_token(1000, 9999)).await;
        assert!(holds(&store, &first).await);
        save(&store, "more", with_failure(1000)).await;
        assert!(!holds(&store, &first).await);
        assert!(holds(&store, "more").await);
        save(&store, "another", with_token(1000, 5000)).await;
        assert!(
            !holds(&store, "more").await,
            "a failure goes before a token"
        );
        assert!(holds(&store, "another").await);
        assert_eq!(store.lock().entries.len(), MAX_ENTRIES);
    }

    #[tokio::test]
    async fn claim_is_held_until_its_lease_is_released() {
        let store = MemoryStore::new();
        let Claim::Won(lease) = store.claim(&key("a")).await.unwrap() else {
            panic!("nobody holds it");
        };
        let Claim::Held { look_again_in, .. } = store.claim(&key("a")).await.unwrap() else {
            panic!("it is held");
        };
        assert!((10..=30).contains(&look_again_in.as_millis()));
        assert!(matches!(
            store.claim(&key("b")).await.unwrap(),
            Claim::Won(_)
        ));
        store.renew(&key("a"), &lease).await.unwrap();
        store.release(&key("a"), lease).await.unwrap();
        assert!(matches!(
            store.claim(&key("a")).await.unwrap(),
            Claim::Won(_)
        ));
    }
}
