//! Stores whose operations fail: no request fails with them.

use adobe_ims::BoxFuture;
use adobe_ims::cache::{Claim, Lease, MemoryStore, Saved, StoreEntry, StoreKey, TokenStore};
use adobe_ims::provider::TokenOptions;
use adobe_ims::{Error, Problem, Result};

use crate::store_world::{World, shown, token};

/// The operations that fail.
#[derive(Clone, Copy, Debug, Default)]
struct Failing {
    load: bool,
    claim: bool,
    save: bool,
    release: bool,
}

#[derive(Debug)]
struct FailingStore(Failing, MemoryStore);

fn unusable<T: Send + 'static>() -> BoxFuture<'static, Result<T>> {
    let error = Error::new(Problem::StoreUnusable, "no space left on device");
    Box::pin(async { Err(error) })
}

impl TokenStore for FailingStore {
    fn load<'a>(&'a self, key: &'a StoreKey) -> BoxFuture<'a, Result<StoreEntry>> {
        if self.0.load {
            return unusable();
        }
        self.1.load(key)
    }

    fn claim<'a>(&'a self, key: &'a StoreKey) -> BoxFuture<'a, Result<Claim>> {
        if self.0.claim {
            return unusable();
        }
        self.1.claim(key)
    }

    fn save<'a>(
        &'a self,
        key: &'a StoreKey,
        entry: &'a StoreEntry,
        lease: Option<&'a Lease>,
    ) -> BoxFuture<'a, Result<Saved>> {
        if self.0.save {
            return unusable();
        }
        self.1.save(key, entry, lease)
    }

    fn remove<'a>(&'a self, key: &'a StoreKey) -> BoxFuture<'a, Result<()>> {
        self.1.remove(key)
    }

    fn release<'a>(&'a self, key: &'a StoreKey, lease: Lease) -> BoxFuture<'a, Result<()>> {
        if self.0.release {
            return unusable();
        }
        self.1.release(key, lease)
    }
}

/// Returns each operation alone, and all of them.
fn failures() -> [Failing; 5] {
    let none = Failing::default();
    [
        Failing { load: true, ..none },
        Failing {
            claim: true,
            ..none
        },
        Failing { save: true, ..none },
        Failing {
            release: true,
            ..none
        },
        Failing {
            load: true,
            claim: true,
            save: true,
            release: true,
        },
    ]
}

#[tokio::test(start_paused = true)]
async fn store_that_fails_does_not_fail_the_refresh_and_is_reported() {
    for failing in failures() {
        let world = World::new();
        let store = FailingStore(failing, MemoryStore::new());
        let provider = world.with(world.source.clone(), store);
        assert_eq!(token(&provider).await, "token-1", "{failing:?}");
        assert_eq!(token(&provider).await, "token-1", "{failing:?}");
        let forced = TokenOptions::default().force_refresh();
        let new = provider.token_for(&forced).await.unwrap();
        assert_eq!(shown(&new), "token-2", "{failing:?}");
        let events = world.events();
        let reported = events.contains(&"store: cache-unusable".to_owned());
        assert!(reported, "{failing:?} {events:?}");
        assert_eq!(world.source.asked(), 2, "{failing:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn stored_token_is_used_without_a_lease() {
    let world = World::new();
    let memory = MemoryStore::new();
    token(&world.with(world.source.clone(), memory.clone())).await;
    let failing = Failing {
        claim: true,
        save: true,
        ..Failing::default()
    };
    let provider = world.with(world.source.clone(), FailingStore(failing, memory));
    assert_eq!(token(&provider).await, "token-1");
    assert_eq!(world.source.asked(), 1);
}

#[tokio::test(start_paused = true)]
async fn store_that_recovers_gets_the_next_token() {
    let world = World::new();
    let memory = MemoryStore::new();
    let [load, ..] = failures();
    let provider = world.with(world.source.clone(), FailingStore(load, memory.clone()));
    assert_eq!(token(&provider).await, "token-1");
    // The store took the token, although it could not be read.
    assert_eq!(
        token(&world.with(world.source.clone(), memory)).await,
        "token-1"
    );
}

#[tokio::test(start_paused = true)]
async fn error_of_the_source_is_not_hidden_by_that_of_the_store() {
    for failing in failures() {
        let world = World::new();
        world.source.fails(Problem::ClientSecretWrong);
        let store = FailingStore(failing, MemoryStore::new());
        let provider = world.with(world.source.clone(), store);
        let error = provider.token().await.unwrap_err();
        assert_eq!(error.problem(), Problem::ClientSecretWrong, "{failing:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn full_disk_does_not_fail_the_refresh() {
    let world = World::new();
    let [_, _, save, ..] = failures();
    let store = FailingStore(save, MemoryStore::new());
    let provider = world.with(world.source.clone(), store);
    assert_eq!(token(&provider).await, "token-1");
    assert_eq!(token(&provider).await, "token-1");
    assert_eq!(world.events(), ["fetched", "store: cache-unusable"]);
}
