//! Token providers on a virtual clock: the tokens that callers get, and the number of fetches.

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::SeqCst;
use std::time::Duration;

use adobe_ims::provider::{Invalidation, RefreshPolicy, TokenOptions};
use adobe_ims::source::{FetchedToken, source_fn};
use adobe_ims::{AccessToken, Clock, Problem, Secret, TokenProvider};
use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderValue};

use crate::provider_world::{World, all, settle, shown, ten_thousand, throttled};
use crate::virtual_time::{Answer, DAY, HOUR, MINUTE, SECOND, wait};

#[tokio::test(start_paused = true)]
async fn fresh_token_is_fetched_once_and_then_reused() {
    let world = World::new();
    assert_eq!(
        world.source.asked(),
        0,
        "nothing is asked before it is needed"
    );
    for _ in 0..5 {
        assert_eq!(world.token().await, "token-1");
    }
    wait(22 * HOUR).await;
    assert_eq!(world.token().await, "token-1");
    assert_eq!(world.source.asked(), 1);
}

#[tokio::test(start_paused = true)]
async fn refresh_with_hanging_source_ends_at_the_deadline() {
    let world = World::new();
    world.source.answers(Answer::Hangs);
    for (outcome, after) in ten_thousand(&world.provider).await {
        assert_eq!(outcome.unwrap_err().problem(), Problem::DeadlineExceeded);
        assert!(after <= 15 * SECOND, "{after:?}");
    }
    // The first attempt leaves time for the others.
    assert_eq!(world.source.asked(), 3);
}

#[tokio::test(start_paused = true)]
async fn caller_in_advisory_window_does_not_wait() {
    let world = World::new();
    world.token().await;
    wait(23 * HOUR + 30 * MINUTE).await;
    let start = tokio::time::Instant::now();
    let served = all(100, || {
        let provider = world.provider.clone();
        Box::pin(async move { shown(&provider.token().await.unwrap()) })
    })
    .await;
    assert!(served.iter().all(|token| token == "token-1"), "{served:?}");
    assert_eq!(start.elapsed(), Duration::ZERO);
    wait(SECOND).await;
    assert_eq!(world.token().await, "token-2");
    assert_eq!(world.source.asked(), 2);
}

#[tokio::test(start_paused = true)]
async fn many_reports_of_one_rejected_token_cause_one_refresh() {
    let world = World::new();
    let old = world.provider.token().await.unwrap();
    let served = all(50, || {
        let (provider, old) = (world.provider.clone(), Arc::clone(&old));
        Box::pin(async move {
            assert_eq!(provider.invalidate(&old), Invalidation::Accepted);
            shown(&provider.token().await.unwrap())
        })
    })
    .await;
    assert!(served.iter().all(|token| token == "token-2"), "{served:?}");
    wait(SECOND).await;
    assert_eq!(world.token().await, "token-2");
    wait(SECOND).await;
    assert_eq!(world.source.asked(), 2);
}

#[tokio::test(start_paused = true)]
async fn client_that_is_always_rejected_does_not_fetch_in_a_loop() {
    let world = World::new();
    let start = tokio::time::Instant::now();
    while start.elapsed() < 5 * MINUTE {
        let token = world.provider.token().await.unwrap();
        world.provider.invalidate(&token);
        wait(SECOND).await;
    }
    assert!(world.source.asked() <= 11, "{}", world.source.asked());
}

#[tokio::test(start_paused = true)]
async fn rejected_token_is_not_served_after_a_failed_refresh() {
    let world = World::new();
    let mut reader = world.provider.reader();
    let old = world.provider.token().await.unwrap();
    assert_eq!(shown(reader.token().unwrap()), "token-1");
    world.source.fails(Problem::TlsUntrusted);
    world.provider.invalidate(&old);
    assert!(reader.token().is_none());
    let error = world.provider.token().await.unwrap_err();
    assert_eq!(error.problem(), Problem::TlsUntrusted);
}

#[tokio::test(start_paused = true)]
async fn refresh_that_started_before_the_rejection_is_repeated() {
    let world = World::new();
    let old = world.provider.token().await.unwrap();
    wait(23 * HOUR + 30 * MINUTE).await;
    assert_eq!(world.token().await, "token-1");
    settle().await;
    assert_eq!(world.provider.invalidate(&old), Invalidation::Accepted);
    assert_eq!(world.token().await, "token-2", "what was under way");
    // IMS may have issued it before the rejection: the provider serves it, and refreshes once more.
    assert_eq!(world.token().await, "token-2");
    wait(SECOND).await;
    assert_eq!(world.token().await, "token-3");
    wait(SECOND).await;
    assert_eq!(
        (world.token().await.as_str(), world.source.asked()),
        ("token-3", 3)
    );
}

#[tokio::test(start_paused = true)]
async fn transient_failure_is_retried_within_the_refresh() {
    let world = World::new();
    world.source.fails(Problem::ConnectionFailed);
    assert!(world.provider.token().await.is_err());
    assert_eq!(world.source.asked(), 3);
    let pauses: Vec<_> = world.source.asked_at();
    assert!(pauses.windows(2).all(|two| two[1] > two[0]), "{pauses:?}");
    assert!(world.clock.monotonic() <= 15 * SECOND);
}

#[tokio::test(start_paused = true)]
async fn short_retry_after_is_waited_for() {
    let world = World::new();
    world.source.answers(Answer::Fails(throttled(3)));
    assert!(world.provider.token().await.is_err());
    let asked = world.source.asked_at();
    assert_eq!(asked.len(), 3);
    assert!(asked.windows(2).all(|two| two[1] - two[0] >= 3 * SECOND));
}

#[tokio::test(start_paused = true)]
async fn min_ttl_of_a_caller_is_respected() {
    let world = World::new();
    world.token().await;
    wait(13 * HOUR).await;
    let need = TokenOptions::min_ttl(12 * HOUR);
    let served = all(50, || {
        let (provider, need) = (world.provider.clone(), need.clone());
        Box::pin(async move { shown(&provider.token_for(&need).await.unwrap()) })
    })
    .await;
    assert!(served.iter().all(|token| token == "token-2"), "{served:?}");
    assert_eq!(world.source.asked(), 2);
    let error = world
        .provider
        .token_for(&TokenOptions::min_ttl(2 * DAY))
        .await;
    assert_eq!(error.unwrap_err().problem(), Problem::TokenShortLived);
    assert_eq!(
        world.source.asked(),
        2,
        "a life that nobody has is not asked for"
    );
}

#[tokio::test(start_paused = true)]
async fn caller_times_out_alone_and_cancellation_does_not_stop_the_refresh() {
    let world = World::new();
    world.source.takes(10 * SECOND);
    let provider = world.provider.clone();
    let first = tokio::spawn(async move { provider.token().await });
    settle().await;
    let patient = world.provider.clone();
    let patient = tokio::spawn(async move { patient.token().await });
    let hasty = TokenOptions::default().timeout(SECOND);
    let error = world.provider.token_for(&hasty).await.unwrap_err();
    assert_eq!(error.problem(), Problem::DeadlineExceeded);
    assert_eq!(world.clock.monotonic(), Duration::from_millis(1001));
    first.abort();
    assert_eq!(shown(&patient.await.unwrap().unwrap()), "token-1");
    assert_eq!(world.source.asked(), 1);
}

#[tokio::test(start_paused = true)]
async fn caller_that_times_out_in_the_mandatory_window_gets_the_old_token() {
    let world = World::new();
    world.token().await;
    wait(DAY - 30 * SECOND).await;
    world.source.takes(10 * SECOND);
    let hasty = TokenOptions::default().timeout(SECOND);
    let token = world.provider.token_for(&hasty).await.unwrap();
    assert_eq!(shown(&token), "token-1");
}

#[tokio::test(start_paused = true)]
async fn refresh_due_refreshes_when_the_token_is_due() {
    let world = World::new();
    let first = world.provider.refresh_due().await;
    assert!(first.outcome.unwrap().is_ok());
    let end = world.clock.monotonic() + 10 * DAY;
    let mut next = first.next;
    while world.clock.monotonic() < end {
        wait(next).await;
        // The host refreshes when the token is due. No caller in between waits.
        let refreshed = world.provider.refresh_due().await;
        assert!(refreshed.outcome.unwrap().is_ok());
        next = refreshed.next;
        assert!(next > 22 * HOUR, "{next:?}");
    }
    assert_eq!(world.source.asked(), 12);
    world.source.fails(Problem::ServerError);
    wait(next).await;
    let refreshed = world.provider.refresh_due().await;
    assert!(refreshed.outcome.is_some_and(|outcome| outcome.is_err()));
    assert!(
        (SECOND..MINUTE).contains(&refreshed.next),
        "{:?}",
        refreshed.next
    );
    assert!(world.provider.refresh_due().await.outcome.is_none(), "held");
}

#[tokio::test(start_paused = true)]
async fn reader_sets_or_removes_the_authorization_header() {
    let world = World::new();
    let mut reader = world.provider.reader();
    let mut headers = HeaderMap::new();
    headers.append(AUTHORIZATION, HeaderValue::from_static("Bearer smuggled"));
    headers.append(AUTHORIZATION, HeaderValue::from_static("Basic smuggled"));
    assert!(!reader.authorize(&mut headers));
    assert!(headers.is_empty());
    reader.wait().await.unwrap();
    headers.append(AUTHORIZATION, HeaderValue::from_static("Bearer smuggled"));
    assert!(reader.clone().authorize(&mut headers));
    let values: Vec<_> = headers.get_all(AUTHORIZATION).iter().collect();
    assert_eq!(values, ["Bearer token-1"]);
    assert!(values[0].is_sensitive());
    wait(23 * HOUR + 30 * MINUTE).await;
    assert!(reader.authorize(&mut headers), "due, and still good");
    wait(SECOND).await;
    assert!(reader.authorize(&mut headers));
    assert_eq!(headers[AUTHORIZATION], "Bearer token-2");
}

#[test]
fn callers_on_different_runtimes_share_a_token_after_a_runtime_ends() {
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    let (entered, enter) = std::sync::mpsc::channel();
    let (release, released) = tokio::sync::watch::channel(false);
    let provider = TokenProvider::new(source_fn(move || {
        let call = counted.fetch_add(1, SeqCst);
        let entered = entered.clone();
        let mut released = released.clone();
        async move {
            entered.send(call).unwrap();
            // The runtime of the first caller is shut down meanwhile.
            released.wait_for(|released| *released).await.unwrap();
            let token = AccessToken::new(Secret::new("token"))?;
            Ok(FetchedToken::new(token))
        }
    }));
    let runtime = || {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap()
    };
    let first = runtime();
    let waiting = provider.clone();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let ended = std::thread::spawn(move || {
        first.block_on(async {
            tokio::select! {
                _ = waiting.token() => panic!("it has no token yet"),
                _ = stopped => {}
            }
        });
    });
    assert_eq!(enter.recv().unwrap(), 0);
    let others: Vec<_> = (0..4)
        .map(|_| {
            let provider = provider.clone();
            std::thread::spawn(move || runtime().block_on(provider.token()).unwrap())
        })
        .collect();
    stop.send(()).unwrap();
    ended.join().unwrap();
    release.send_replace(true);
    for other in others {
        assert_eq!(shown(&other.join().unwrap()), "token");
    }
    assert_eq!(calls.load(SeqCst), 1);
}

#[test]
fn blocking_provider_works_without_a_runtime() {
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    let provider = TokenProvider::new(source_fn(move || {
        counted.fetch_add(1, SeqCst);
        async {
            wait(Duration::from_millis(1)).await;
            let token = AccessToken::new(Secret::new("token"))?;
            Ok(FetchedToken::new(token))
        }
    }));
    let callers: Vec<_> = (0..50)
        .map(|_| {
            let provider = provider.blocking();
            std::thread::spawn(move || shown(&provider.token().unwrap()))
        })
        .collect();
    for caller in callers {
        assert_eq!(caller.join().unwrap(), "token");
    }
    assert_eq!(calls.load(SeqCst), 1);
    // The blocking provider also works on the only thread of a runtime.
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.unwrap().block_on(async {
        let again = TokenProvider::new(source_fn(|| async {
            let token = AccessToken::new(Secret::new("another"))?;
            Ok(FetchedToken::new(token))
        }));
        assert_eq!(shown(&again.blocking().token().unwrap()), "another");
    });
    let mut policy = RefreshPolicy::default();
    policy.caller_timeout = Duration::from_millis(1);
    let never = TokenProvider::builder(source_fn(|| async {
        std::future::pending::<()>().await;
        unreachable!()
    }))
    .policy(policy)
    .build();
    let error = never.blocking().token().unwrap_err();
    assert_eq!(error.problem(), Problem::DeadlineExceeded);
}

#[tokio::test(start_paused = true)]
async fn debug_shows_no_secret() {
    let world = World::new();
    world.token().await;
    let mut reader = world.provider.reader();
    reader.token();
    let shown = format!(
        "{:?} {reader:?} {:?}",
        world.provider,
        world.provider.blocking()
    );
    assert!(!shown.contains("token-1"), "{shown}");
}
