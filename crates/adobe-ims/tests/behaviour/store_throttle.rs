//! A response 429 with `Retry-After` holds for every process that shares the store.

use adobe_ims::cache::{MemoryStore, StoredFailure, TokenStore};
use adobe_ims::provider::TokenOptions;
use adobe_ims::{Clock, Error, Problem, TokenProvider};

use crate::provider_world::throttled;
use crate::store_world::{World, shown, token};
use crate::virtual_time::{Answer, DAY, HOUR, MINUTE, SECOND, Source, wait};

/// A world in which a process got 429 with this `Retry-After`.
async fn world_throttled_for(seconds: u64) -> World {
    let world = World::new();
    world.source.answers(Answer::Fails(throttled(seconds)));
    let process = world.process();
    process.token().await.unwrap_err();
    process.saved().await;
    assert_eq!(world.source.asked(), 1);
    world.source.answers(Answer::Token(DAY));
    world.events();
    world
}

async fn refused(world: &World) -> Error {
    let asked = world.source.asked();
    let error = world.process().token().await.unwrap_err();
    assert_eq!(error.problem(), Problem::Throttled);
    assert_eq!(world.source.asked(), asked, "no request");
    error
}

#[tokio::test(start_paused = true)]
async fn three_hundred_later_processes_send_no_request_before_the_end_of_the_throttle() {
    let world = world_throttled_for(120).await;
    let end = world.clock.now() + 120 * SECOND;
    for _ in 0..300 {
        refused(&world).await;
        wait(SECOND / 3).await;
    }
    let error = refused(&world).await;
    let left = end.duration_since(world.clock.now()).unwrap();
    let told = error.server().unwrap().retry_after.unwrap();
    assert!(told <= left && left < told + SECOND, "{told:?} {left:?}");
    let message = error.to_string();
    assert!(
        message.starts_with("IMS answered 429 on 2027-01-15T08:0")
            && message.contains(" and wants no request until 2027-01-15T08:0")
            && message.contains("; try again in "),
        "{message}"
    );
    wait(left).await;
    assert_eq!(token(&world.process()).await, "token-2");
}

#[tokio::test(start_paused = true)]
async fn process_that_was_told_of_a_throttle_asks_again_at_its_end() {
    let world = world_throttled_for(60).await;
    wait(50 * SECOND).await;
    let process = world.process();
    process.token().await.unwrap_err();
    wait(9 * SECOND).await;
    process.token().await.unwrap_err();
    wait(SECOND).await;
    assert_eq!(token(&process).await, "token-2");
}

#[tokio::test(start_paused = true)]
async fn valid_token_is_served_during_a_throttle() {
    let world = World::new();
    token(&world.process()).await;
    // In the advisory window, then in the mandatory one.
    for left in [30 * MINUTE, 30 * SECOND] {
        let expiry = world.process().token().await.unwrap().expires_at().unwrap();
        wait(expiry.duration_since(world.clock.now()).unwrap() - left).await;
        world.source.answers(Answer::Fails(throttled(300)));
        world.process().refresh_due().await;
        let asked = world.source.asked();
        let process = world.process();
        assert_eq!(shown(&process.token().await.unwrap()), "token-1");
        process.saved().await;
        assert_eq!(shown(&world.process().token().await.unwrap()), "token-1");
        assert_eq!(world.source.asked(), asked, "{left:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn forced_caller_and_changed_secret_ask_during_a_throttle() {
    let world = world_throttled_for(300).await;
    let other = Source::with_secret(&world.clock, "another?%&=ü");
    let process = world.with(other.clone(), world.files());
    process.token().await.unwrap();
    assert_eq!(other.asked(), 1);

    let world = world_throttled_for(300).await;
    let forced = TokenOptions::default().force_refresh();
    let process = world.process();
    let fetched = process.token_for(&forced).await.unwrap();
    assert_eq!(shown(&fetched), "token-2");
    process.saved().await;
    // The token ends the throttle, also for those who need another one.
    process.invalidate(&fetched);
    assert_eq!(token(&process).await, "token-3");
}

#[tokio::test(start_paused = true)]
async fn throttle_counts_more_than_a_failure_at_the_same_time() {
    let world = world_throttled_for(300).await;
    let key = world.source.key();
    let mut entry = world.files().read(key).unwrap();
    let now = world.clock.now();
    let other = Error::new(Problem::ConnectionFailed, "the network was down");
    entry.failure = Some(StoredFailure::new(key, now, now, other));
    world.files().write(key, &entry).unwrap();
    refused(&world).await;
}

#[tokio::test(start_paused = true)]
async fn throttle_dated_in_the_future_is_ignored() {
    let world = world_throttled_for(300).await;
    refused(&world).await;
    world.clock.set_back(HOUR);
    assert_eq!(token(&world.process()).await, "token-2");
}

#[tokio::test(start_paused = true)]
async fn throttle_holds_ten_minutes_at_most() {
    let world = world_throttled_for(86_400).await;
    wait(10 * MINUTE - SECOND).await;
    let error = refused(&world).await;
    assert!(error.to_string().ends_with("; try again in 1 s"), "{error}");
    wait(SECOND).await;
    assert_eq!(token(&world.process()).await, "token-2");
}

#[tokio::test(start_paused = true)]
async fn other_failures_hold_only_for_those_who_waited_and_do_not_end_a_throttle() {
    let world = world_throttled_for(300).await;
    world.source.fails(Problem::ConnectionFailed);
    let forced = TokenOptions::default().force_refresh();
    let process = world.process();
    let error = process.token_for(&forced).await.unwrap_err();
    assert_eq!(error.problem(), Problem::ConnectionFailed);
    process.saved().await;
    refused(&world).await;
    wait(300 * SECOND).await;
    let asked = world.source.asked();
    let error = world.process().token().await.unwrap_err();
    assert_eq!(error.problem(), Problem::ConnectionFailed);
    assert!(world.source.asked() > asked);
    world.source.answers(Answer::Token(DAY));
    assert!(token(&world.process()).await.starts_with("token-"));
}

#[tokio::test(start_paused = true)]
async fn throttle_without_retry_after_is_not_kept() {
    let world = World::new();
    world.source.answers(Answer::Fails(throttled(0)));
    let process = world.process();
    process.token().await.unwrap_err();
    process.saved().await;
    let asked = world.source.asked();
    world.source.answers(Answer::Token(DAY));
    let next = format!("token-{}", asked + 1);
    assert_eq!(token(&world.process()).await, next);
}

#[tokio::test(start_paused = true)]
async fn token_of_a_second_store_is_used_during_a_throttle_of_the_first() {
    let world = world_throttled_for(300).await;
    let shared = MemoryStore::new();
    let both = || {
        TokenProvider::builder(world.source.clone())
            .store(world.files())
            .store(shared.clone())
            .runtime(tokio::runtime::Handle::current())
            .clock(world.clock.clone())
            .build()
    };
    let error = both().token().await.unwrap_err();
    assert_eq!(error.problem(), Problem::Throttled);
    assert_eq!(world.source.asked(), 1);
    // Another host, which was not throttled, brings a token.
    token(&world.with(world.source.clone(), shared.clone())).await;
    assert_eq!(token(&both()).await, "token-2");
    assert_eq!(world.source.asked(), 2);
    // The first store has the token now, and no throttle.
    assert_eq!(token(&world.process()).await, "token-2");
    let entry = world.files().read(world.source.key()).unwrap();
    assert!(entry.throttle.is_none());
}

#[tokio::test(start_paused = true)]
async fn store_in_memory_keeps_a_throttle_too() {
    let world = World::new();
    let store = MemoryStore::new();
    let process = || world.with(world.source.clone(), store.clone());
    world.source.answers(Answer::Fails(throttled(60)));
    let first = process();
    first.token().await.unwrap_err();
    first.saved().await;
    process().token().await.unwrap_err();
    assert_eq!(world.source.asked(), 1);
    let entry = store.load(world.source.key()).await.unwrap();
    let throttle = entry.throttle.unwrap();
    assert_eq!(throttle.until, throttle.at + 60 * SECOND);
    let left = throttle.remaining(world.source.key(), throttle.at);
    assert_eq!(left, Some(60 * SECOND));
}
