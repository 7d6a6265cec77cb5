//! The promises of a provider at their edges: outages, runtimes that stand still, panics. `store_promises` has those about stores.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use adobe_ims::cache::{StoreEntry, StoredFailure};
use adobe_ims::provider::{Event, Invalidation, RefreshPolicy, TokenOptions};
use adobe_ims::source::{FetchedToken, StaticTokenSource, source_fn};
use adobe_ims::{AccessToken, Clock, Error, ManualClock, Problem, Result, Secret, TokenProvider};
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::Notify;
use tokio::time::Instant;

use crate::provider_world::{World, shown};
use crate::store_world;
use crate::virtual_time::{DAY, HOUR, MINUTE, SECOND, Source, VirtualClock, wait};

fn token(number: usize, clock: &ManualClock, lifetime: Duration) -> FetchedToken {
    let token = AccessToken::new(Secret::new(format!("token-{number}"))).unwrap();
    FetchedToken::new(token.with_expiry(clock.now() + lifetime))
}

/// A provider of numbered tokens that live a day, by a clock that the test sets, on the library's own thread.
fn counting(clock: &ManualClock) -> (TokenProvider, Arc<AtomicUsize>) {
    let fetches = Arc::new(AtomicUsize::new(0));
    let (counted, at) = (Arc::clone(&fetches), clock.clone());
    let source = source_fn(move || {
        let number = counted.fetch_add(1, Ordering::SeqCst) + 1;
        let token = token(number, &at, DAY);
        async move { Ok(token) }
    });
    let provider = TokenProvider::builder(source).clock(clock.clone());
    (provider.seed(7).build(), fetches)
}

fn current_thread() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

fn clock() -> ManualClock {
    ManualClock::at_unix(1_800_000_000)
}

#[tokio::test(start_paused = true)]
async fn stored_failure_of_a_clock_that_was_ahead_is_not_shared() {
    let world = store_world::World::new();
    let files = world.files();
    let ahead = world.clock.now() + 3 * HOUR;
    let mut entry = StoreEntry::default();
    entry.failure = Some(StoredFailure::new(
        world.source.key(),
        ahead,
        ahead,
        Error::new(Problem::ConnectionFailed, "the network was down"),
    ));
    files.write(world.source.key(), &entry).unwrap();
    assert_eq!(shown(&world.process().token().await.unwrap()), "token-1");
}

#[tokio::test(start_paused = true)]
async fn valid_stored_token_bridges_an_outage_for_every_process() {
    let world = store_world::World::new();
    let first = world.process();
    first.token().await.unwrap();
    first.saved().await;
    wait(DAY - 30 * SECOND).await;
    world.source.fails(Problem::ConnectionFailed);
    let mut processes = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let process = world.process();
        processes.spawn(async move { process.token().await.map(|token| shown(&token)) });
    }
    for token in processes.join_all().await {
        assert_eq!(token.unwrap(), "token-1");
    }
}

#[tokio::test(start_paused = true)]
async fn forced_callers_in_a_loop_do_not_flood_a_source_that_refuses() {
    let world = World::new();
    world.source.fails(Problem::ClientSecretWrong);
    let forced = TokenOptions::default().force_refresh();
    for _ in 0..1_000 {
        let error = world.provider.token_for(&forced).await.unwrap_err();
        assert_eq!(error.problem(), Problem::ClientSecretWrong);
    }
    assert_eq!(world.source.asked(), 1);
}

#[tokio::test(start_paused = true)]
async fn forced_caller_that_demands_too_long_a_life_costs_one_request() {
    let world = World::new();
    let mut forced = TokenOptions::min_ttl(2 * DAY).force_refresh();
    forced.timeout = Some(MINUTE);
    let error = world.provider.token_for(&forced).await.unwrap_err();
    assert_eq!(error.problem(), Problem::TokenShortLived);
    assert_eq!(world.source.asked(), 1);
}

#[tokio::test(start_paused = true)]
async fn forced_caller_never_gets_the_stored_token() {
    let world = store_world::World::new();
    let first = world.process();
    first.token().await.unwrap();
    first.saved().await;
    let second = world.process();
    let unforced = second.clone();
    let joined = tokio::spawn(async move { unforced.token().await });
    let forced = TokenOptions::default().force_refresh();
    assert_eq!(shown(&second.token_for(&forced).await.unwrap()), "token-2");
    joined.await.unwrap().unwrap();
}

#[tokio::test(start_paused = true)]
async fn source_that_panics_is_held_like_one_that_fails() {
    let fetches = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&fetches);
    let source = source_fn(move || {
        counted.fetch_add(1, Ordering::SeqCst);
        async { panic!("SECRET?%&=ü") }
    });
    let provider = TokenProvider::builder(source)
        .runtime(Handle::current())
        .clock(VirtualClock::new())
        .seed(7)
        .build();
    for _ in 0..1_000 {
        let error = provider.token().await.unwrap_err();
        assert_eq!(error.problem(), Problem::SourceFailed);
        assert!(!format!("{error:?} {}", error.report()).contains("SECRET"));
    }
    assert_eq!(fetches.load(Ordering::SeqCst), 1);
    assert!(provider.refresh_due().await.next > Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn listener_that_panics_loses_no_token() {
    let clock = VirtualClock::new();
    let source = Source::new(&clock);
    let provider = TokenProvider::builder(source.clone())
        .runtime(Handle::current())
        .clock(clock)
        .on_event(|event: &Event<'_>| panic!("{event:?}"))
        .build();
    assert_eq!(shown(&provider.token().await.unwrap()), "token-1");
    assert_eq!(shown(&provider.token().await.unwrap()), "token-1");
    assert_eq!(source.asked(), 1);
}

#[tokio::test(start_paused = true)]
async fn host_that_always_answers_401_costs_a_few_tokens_and_delays_nobody_else() {
    let world = World::new();
    let mut waits = 0;
    for _ in 0..3_600 {
        let token = world.provider.token().await.unwrap();
        let _: Invalidation = world.provider.invalidate(&token);
        let start = world.clock.monotonic();
        world.provider.token().await.unwrap();
        waits += usize::from(world.clock.monotonic() > start);
        wait(SECOND).await;
    }
    assert!(world.source.asked() <= 10, "{}", world.source.asked());
    assert_eq!(waits, 1, "the first rejection withdraws the token");
}

#[test]
fn refresh_goes_on_while_the_runtime_of_the_caller_stands_still() {
    let clock = clock();
    let (provider, fetches) = counting(&clock);
    let runtime = current_thread();
    let first = runtime.block_on(provider.token()).unwrap();
    clock.advance(23 * HOUR + 30 * MINUTE);
    let old = runtime.block_on(provider.token()).unwrap();
    assert_eq!(shown(&old), shown(&first));
    // Nobody polls the runtime from here on.
    provider.blocking().saved();
    assert_eq!(fetches.load(Ordering::SeqCst), 2);
    let new = runtime.block_on(provider.token()).unwrap();
    assert_eq!(shown(&new), "token-2");
}

#[test]
fn blocking_caller_does_not_wait_for_the_runtime_of_another() {
    let clock = clock();
    let (gate, at) = (Arc::new(Notify::new()), clock.clone());
    let opened = Arc::clone(&gate);
    let source = source_fn(move || {
        let (gate, token) = (Arc::clone(&gate), token(1, &at, DAY));
        async move {
            gate.notified().await;
            Ok(token)
        }
    });
    let provider = TokenProvider::builder(source).clock(clock).build();
    let runtime = current_thread();
    let mut stalled = Box::pin(async { provider.token().await });
    let _guard = runtime.enter();
    let mut context = Context::from_waker(Waker::noop());
    assert!(stalled.as_mut().poll(&mut context).is_pending());
    // Nobody polls the first caller. The refresh that it started goes on.
    opened.notify_one();
    assert_eq!(shown(&provider.blocking().token().unwrap()), "token-1");
}

#[test]
fn runtime_without_a_timer_and_unlimited_deadlines_work() {
    let clock = clock();
    let fetches = source_fn({
        let clock = clock.clone();
        move || {
            let token = token(1, &clock, DAY);
            async move { Ok(token) }
        }
    });
    let mut policy = RefreshPolicy::default();
    policy.deadline = Duration::MAX;
    policy.caller_timeout = Duration::MAX;
    let provider = TokenProvider::builder(fetches).clock(clock).policy(policy);
    let provider = provider.build();
    let bare = Builder::new_current_thread().build().unwrap();
    assert_eq!(shown(&bare.block_on(provider.token()).unwrap()), "token-1");
}

#[test]
fn caller_times_out_without_a_timer_of_its_own() {
    let provider = TokenProvider::new(source_fn(std::future::pending));
    let bare = Builder::new_current_thread().build().unwrap();
    let options = TokenOptions::default().timeout(Duration::from_millis(1));
    let error = bare.block_on(provider.token_for(&options)).unwrap_err();
    assert_eq!(error.problem(), Problem::DeadlineExceeded);
}

/// Returns the token of a call that is polled again only after the token of its refresh has expired.
async fn polled_late(
    world: &World,
    call: impl Future<Output = Result<Arc<AccessToken>>>,
) -> String {
    let mut late = pin!(call);
    let mut context = Context::from_waker(Waker::noop());
    assert!(late.as_mut().poll(&mut context).is_pending());
    // The refresh ends, and the machine sleeps past the end of its token.
    wait(SECOND).await;
    world.clock.set_ahead(DAY + HOUR);
    shown(&late.await.unwrap())
}

#[tokio::test(start_paused = true)]
async fn caller_that_is_polled_late_gets_no_expired_token() {
    let world = World::new();
    assert_eq!(polled_late(&world, world.provider.token()).await, "token-2");
    let world = World::new();
    let forced = TokenOptions::min_ttl(MINUTE).force_refresh();
    let call = world.provider.token_for(&forced);
    assert_eq!(polled_late(&world, call).await, "token-2");
}

#[tokio::test(start_paused = true)]
async fn token_that_is_just_good_enough_bridges_a_failed_refresh() {
    let world = World::new();
    world.source.takes(Duration::ZERO);
    assert_eq!(world.token().await, "token-1");
    wait(DAY - 30 * SECOND).await;
    world.source.fails(Problem::ClientSecretWrong);
    let options = TokenOptions::min_ttl(30 * SECOND);
    let token = world.provider.token_for(&options).await.unwrap();
    assert_eq!(shown(&token), "token-1");
    assert_eq!(world.source.asked(), 2);
}

#[tokio::test(start_paused = true)]
async fn last_attempt_has_the_rest_of_the_deadline() {
    for attempts in 1..=3 {
        let mut policy = RefreshPolicy::default();
        policy.attempts = attempts;
        policy.deadline = 20 * SECOND;
        let provider = TokenProvider::builder(source_fn(std::future::pending))
            .runtime(Handle::current())
            .policy(policy.clone())
            .seed(7)
            .build();
        let start = Instant::now();
        let error = provider.token().await.unwrap_err();
        assert_eq!(error.problem(), Problem::DeadlineExceeded);
        assert_eq!(start.elapsed(), policy.deadline, "{attempts} attempts");
    }
}

#[tokio::test(start_paused = true)]
async fn reader_starts_the_first_refresh_and_one_after_a_rejection() {
    let world = World::new();
    let mut reader = world.provider.reader();
    assert!(reader.token().is_none());
    wait(SECOND).await;
    let token = reader.token().unwrap().clone();
    assert_eq!(shown(&token), "token-1");
    assert_eq!(world.provider.invalidate(&token), Invalidation::Accepted);
    assert!(reader.token().is_none());
    wait(SECOND).await;
    assert_eq!(shown(reader.token().unwrap()), "token-2");
}

#[tokio::test(start_paused = true)]
async fn token_that_cannot_be_replaced_is_an_error_after_a_rejection() {
    let clock = VirtualClock::new();
    let token = AccessToken::new(Secret::new("pasted")).unwrap();
    let source = StaticTokenSource::new(token.with_expiry(clock.now() + DAY));
    let provider = TokenProvider::builder(source.with_clock(clock.clone()))
        .runtime(Handle::current())
        .clock(clock)
        .build();
    let token = provider.token().await.unwrap();
    assert_eq!(provider.invalidate(&token), Invalidation::Accepted);
    let error = provider.token().await.unwrap_err();
    assert_eq!(error.problem(), Problem::TokenNotReplaced);
}

#[test]
fn poll_is_pending_until_the_library_has_the_token() {
    // The future of a caller needs no runtime at all.
    let clock = clock();
    let (provider, _) = counting(&clock);
    provider.blocking().token().unwrap();
    let mut ready = pin!(provider.token());
    let mut context = Context::from_waker(Waker::noop());
    let polled = ready.as_mut().poll(&mut context);
    assert!(matches!(polled, Poll::Ready(Ok(_))));
}
