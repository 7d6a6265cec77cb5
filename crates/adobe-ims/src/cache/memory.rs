use core::fmt;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::{Claim, Lease, Saved, StoreEntry, StoreKey, TokenStore};
use crate::error::Result;
use crate::util::future::BoxFuture;

/// A store in memory, which shares tokens between the providers of one program. Clones are the same store.
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
        self.lock()
            .entries
            .insert(key.id().to_owned(), entry.clone());
        Box::pin(async { Ok(Saved::Stored) })
    }

    fn remove<'a>(&'a self, key: &'a StoreKey) -> BoxFuture<'a, Result<()>> {
        self.lock().entries.remove(key.id());
        Box::pin(async { Ok(()) })
    }
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
