//! The promises of a provider about its stores: stores that hang, several stores, stores on a network.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use adobe_ims::cache::{Claim, FileStore, Lease, Saved, StoreEntry, StoreKey, TokenStore};
use adobe_ims::{AccessToken, BoxFuture, Clock, Problem, Result, Secret, TokenProvider};
use tokio::runtime::Handle;

use crate::provider_world::shown;
use crate::store_world;
use crate::virtual_time::{DAY, HOUR, MINUTE, SECOND, wait};

/// A store in which some operations never end.
#[derive(Debug)]
struct Hanging {
    files: FileStore,
    load: bool,
    save: bool,
    claim: bool,
}

async fn hang<T>(hangs: bool, operation: impl Future<Output = T>) -> T {
    if hangs {
        std::future::pending().await
    } else {
        operation.await
    }
}

impl TokenStore for Hanging {
    fn load<'a>(&'a self, key: &'a StoreKey) -> BoxFuture<'a, Result<StoreEntry>> {
        Box::pin(hang(self.load, self.files.load(key)))
    }

    fn claim<'a>(&'a self, key: &'a StoreKey) -> BoxFuture<'a, Result<Claim>> {
        Box::pin(hang(self.claim, self.files.claim(key)))
    }

    fn save<'a>(
        &'a self,
        key: &'a StoreKey,
        entry: &'a StoreEntry,
        lease: Option<&'a Lease>,
    ) -> BoxFuture<'a, Result<Saved>> {
        Box::pin(hang(self.save, self.files.save(key, entry, lease)))
    }

    fn remove<'a>(&'a self, key: &'a StoreKey) -> BoxFuture<'a, Result<()>> {
        self.files.remove(key)
    }
}

#[tokio::test(start_paused = true)]
async fn store_that_hangs_costs_two_seconds_an_operation_and_no_token() {
    for (load, save, claim, at_most) in [
        (false, true, false, Duration::from_millis(100)),
        (true, false, false, 3 * SECOND),
        (false, false, true, 3 * SECOND),
        (true, true, true, 5 * SECOND),
    ] {
        let world = store_world::World::new();
        let hanging = Hanging {
            files: world.files(),
            load,
            save,
            claim,
        };
        let provider = world.with(world.source.clone(), hanging);
        let start = world.clock.monotonic();
        assert_eq!(shown(&provider.token().await.unwrap()), "token-1");
        let took = world.clock.monotonic() - start;
        assert!(took <= at_most, "{took:?} {load} {save} {claim}");
        provider.saved().await;
        let start = world.clock.monotonic();
        assert_eq!(shown(&provider.token().await.unwrap()), "token-1");
        assert_eq!(world.clock.monotonic(), start);
    }
}

#[tokio::test(start_paused = true)]
async fn second_store_is_asked_after_the_first_and_both_get_the_token() {
    let world = store_world::World::new();
    let host = FileStore::new(world.folder.path().join("host"));
    let shared = FileStore::new(world.folder.path().join("shared"));
    let provider = |host: &FileStore| {
        TokenProvider::builder(world.source.clone())
            .store(host.clone())
            .store(shared.clone())
            .runtime(Handle::current())
            .clock(world.clock.clone())
            .build()
    };
    let first = provider(&host);
    assert_eq!(shown(&first.token().await.unwrap()), "token-1");
    first.saved().await;
    // Another host finds the token in the shared store, and keeps it.
    let other = FileStore::new(world.folder.path().join("other"));
    let second = provider(&other);
    assert_eq!(shown(&second.token().await.unwrap()), "token-1");
    second.saved().await;
    for store in [&host, &shared, &other] {
        let entry = store.read(world.source.key()).unwrap();
        assert_eq!(shown(&entry.token.unwrap().token), "token-1");
    }
    assert_eq!(world.source.asked(), 1);
}

/// A store as on a network: its lease has a fence and runs out, and it may have a later entry than the one to save.
#[derive(Debug, Default)]
struct Remote {
    renewals: Arc<AtomicUsize>,
    released: Arc<AtomicUsize>,
    newer: Option<StoreEntry>,
}

impl TokenStore for Remote {
    fn load<'a>(&'a self, _: &'a StoreKey) -> BoxFuture<'a, Result<StoreEntry>> {
        Box::pin(async { Ok(StoreEntry::default()) })
    }

    fn claim<'a>(&'a self, _: &'a StoreKey) -> BoxFuture<'a, Result<Claim>> {
        let lease = Lease::new(()).with_fence(7).with_renewal(3 * SECOND);
        Box::pin(async { Ok(Claim::Won(lease)) })
    }

    fn save<'a>(
        &'a self,
        _: &'a StoreKey,
        _: &'a StoreEntry,
        lease: Option<&'a Lease>,
    ) -> BoxFuture<'a, Result<Saved>> {
        assert_eq!(lease.map(Lease::fence), Some(7));
        let newer = self.newer.clone().map(Box::new);
        Box::pin(async { Ok(newer.map_or(Saved::Stored, Saved::Newer)) })
    }

    fn remove<'a>(&'a self, _: &'a StoreKey) -> BoxFuture<'a, Result<()>> {
        Box::pin(async { Ok(()) })
    }

    fn renew<'a>(&'a self, _: &'a StoreKey, _: &'a Lease) -> BoxFuture<'a, Result<()>> {
        self.renewals.fetch_add(1, Ordering::SeqCst);
        Box::pin(async { Ok(()) })
    }

    fn release<'a>(&'a self, _: &'a StoreKey, _: Lease) -> BoxFuture<'a, Result<()>> {
        self.released.fetch_add(1, Ordering::SeqCst);
        Box::pin(async { Ok(()) })
    }
}

#[tokio::test(start_paused = true)]
async fn lease_is_renewed_while_the_request_runs_and_given_back() {
    let world = store_world::World::new();
    world.source.takes(10 * SECOND);
    let remote = Remote::default();
    let (renewals, released) = (Arc::clone(&remote.renewals), Arc::clone(&remote.released));
    let provider = world.with(world.source.clone(), remote);
    assert_eq!(shown(&provider.token().await.unwrap()), "token-1");
    provider.saved().await;
    assert_eq!(renewals.load(Ordering::SeqCst), 3);
    assert_eq!(released.load(Ordering::SeqCst), 1);
}

#[tokio::test(start_paused = true)]
async fn later_token_that_a_store_hands_over_is_used() {
    let world = store_world::World::new();
    // Another process has stored a token that lives longer.
    world
        .source
        .answers(crate::virtual_time::Answer::Token(2 * DAY));
    let other = world.process();
    other.token().await.unwrap();
    other.saved().await;
    let newer = world.files().read(world.source.key()).unwrap();
    world
        .source
        .answers(crate::virtual_time::Answer::Token(DAY));
    let remote = Remote {
        newer: Some(newer),
        ..Remote::default()
    };
    let provider = world.with(world.source.clone(), remote);
    provider.token().await.unwrap();
    provider.saved().await;
    assert_eq!(shown(&provider.token().await.unwrap()), "token-1");
}

#[tokio::test(start_paused = true)]
async fn earlier_ending_token_that_a_store_hands_over_is_not_used() {
    let world = store_world::World::new();
    world
        .source
        .answers(crate::virtual_time::Answer::Token(2 * HOUR));
    let other = world.process();
    other.token().await.unwrap();
    other.saved().await;
    let older = world.files().read(world.source.key()).unwrap();
    world
        .source
        .answers(crate::virtual_time::Answer::Token(DAY));
    let remote = Remote {
        newer: Some(older),
        ..Remote::default()
    };
    let provider = world.with(world.source.clone(), remote);
    provider.token().await.unwrap();
    provider.saved().await;
    assert_eq!(shown(&provider.token().await.unwrap()), "token-2");
}

#[tokio::test(start_paused = true)]
async fn stored_token_does_not_replace_a_longer_one_when_a_refresh_fails() {
    let world = store_world::World::new();
    let provider = world.process();
    provider.token().await.unwrap();
    provider.saved().await;
    wait(23 * HOUR + 30 * MINUTE).await;
    let mut entry = world.files().read(world.source.key()).unwrap();
    let stored = entry.token.as_mut().unwrap();
    stored.token = AccessToken::new(Secret::new("other")).unwrap();
    stored.expires_at -= 10 * MINUTE;
    stored.refresh_at = stored.expires_at - 30 * MINUTE;
    world.files().write(world.source.key(), &entry).unwrap();
    world.source.fails(Problem::ConnectionFailed);
    assert!(provider.refresh_due().await.outcome.is_some());
    assert_eq!(shown(&provider.token().await.unwrap()), "token-1");
}
