//! The token provider on a virtual clock: what callers get, and how often the source is asked. Each
//! failure that is known from elsewhere is rehearsed by name.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use adobe_ims::provider::{Invalidation, Need, RefreshPolicy, source_fn};
use adobe_ims::{AccessToken, Clock, Error, Problem, Result, Secret, TokenProvider};
use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderValue};
use tokio::task::JoinSet;

use crate::virtual_time::{Answer, DAY, HOUR, MINUTE, SECOND, Source, VirtualClock, wait};

struct World {
    clock: VirtualClock,
    source: Source,
    provider: TokenProvider,
}

impl World {
    fn new() -> Self {
        let clock = VirtualClock::new();
        let source = Source::new(&clock);
        let provider = TokenProvider::builder(source.clone())
            .clock(clock.clone())
            .seed(7)
            .build();
        Self {
            clock,
            source,
            provider,
        }
    }

    async fn token(&self) -> String {
        shown(&self.provider.token().await.unwrap())
    }
}

fn shown(token: &AccessToken) -> String {
    token.as_secret().expose().to_owned()
}

/// Lets what was spawned come to where it waits.
async fn settle() {
    wait(Duration::from_millis(1)).await;
}

async fn all<T: Send + 'static>(
    count: usize,
    call: impl Fn() -> std::pin::Pin<Box<dyn Future<Output = T> + Send>>,
) -> Vec<T> {
    let mut calls = JoinSet::new();
    for _ in 0..count {
        calls.spawn(call());
    }
    calls.join_all().await
}

async fn ten_thousand(provider: &TokenProvider) -> Vec<(Result<Arc<AccessToken>>, Duration)> {
    let start = tokio::time::Instant::now();
    all(10_000, || {
        let provider = provider.clone();
        Box::pin(async move {
            let token = provider.token().await;
            (token, start.elapsed())
        })
    })
    .await
}

#[tokio::test(start_paused = true)]
async fn a_token_is_asked_for_once_and_read_from_then_on() {
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
async fn herd_at_cold_start() {
    let world = World::new();
    let served = ten_thousand(&world.provider).await;
    assert_eq!(served.len(), 10_000);
    for (token, after) in served {
        assert_eq!(shown(&token.unwrap()), "token-1");
        assert!(after <= Duration::from_millis(51), "{after:?}");
    }
    assert_eq!(world.source.asked(), 1);
}

#[tokio::test(start_paused = true)]
async fn herd_while_ims_is_down() {
    let world = World::new();
    world.source.fails(Problem::TlsUntrusted);
    for (outcome, after) in ten_thousand(&world.provider).await {
        assert_eq!(outcome.unwrap_err().problem(), Problem::TlsUntrusted);
        assert!(after <= Duration::from_millis(51), "{after:?}");
    }
    assert_eq!(world.source.asked(), 1);
    // Held: the next herd costs nothing and waits for nothing.
    for (outcome, after) in ten_thousand(&world.provider).await {
        let error = outcome.unwrap_err();
        assert!(error.hints().any(|hint| hint.contains("next attempt")));
        assert_eq!(after, Duration::ZERO);
    }
    assert_eq!(world.source.asked(), 1);
    // One failing refresh per hold, however many ask however often.
    let start = tokio::time::Instant::now();
    while start.elapsed() < MINUTE {
        let _ = world.provider.token().await;
        wait(Duration::from_millis(100)).await;
    }
    let holds: Vec<_> = world.source.asked_at();
    assert!((10..=50).contains(&holds.len()), "{holds:?}");
    assert!(holds.windows(2).all(|pair| pair[1] - pair[0] >= SECOND));
}

#[tokio::test(start_paused = true)]
async fn a_source_that_hangs_ends_within_the_deadline() {
    let world = World::new();
    world.source.answers(Answer::Hangs);
    for (outcome, after) in ten_thousand(&world.provider).await {
        assert_eq!(outcome.unwrap_err().problem(), Problem::DeadlineExceeded);
        assert!(after <= 15 * SECOND, "{after:?}");
    }
    assert_eq!(world.source.asked(), 1);
}

#[tokio::test(start_paused = true)]
async fn nobody_waits_for_a_planned_refresh() {
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
async fn good_token_is_not_thrown_away_on_failed_refresh() {
    let world = World::new();
    world.token().await;
    world.source.fails(Problem::ServerError);
    // An outage of the last hour but a minute: nobody notices.
    wait(23 * HOUR).await;
    let end = world.clock.monotonic() + 59 * MINUTE;
    while world.clock.monotonic() < end {
        assert_eq!(world.token().await, "token-1");
        wait(7 * SECOND).await;
    }
    world.source.answers(Answer::Token(DAY));
    wait(30 * SECOND).await;
    assert_eq!(world.token().await.split('-').next(), Some("token"));
    wait(SECOND).await;
    assert_ne!(world.token().await, "token-1");
}

#[tokio::test(start_paused = true)]
async fn never_past_expiry_while_ims_is_down() {
    let world = World::new();
    world.token().await;
    world.source.fails(Problem::ConnectionFailed);
    wait(DAY - 10 * SECOND).await;
    assert_eq!(world.token().await, "token-1", "its last seconds");
    wait(10 * SECOND).await;
    let error = world.provider.token().await.unwrap_err();
    assert_eq!(error.problem(), Problem::ConnectionFailed);
    let mut reader = world.provider.reader();
    assert!(reader.token().is_none());
}

#[tokio::test(start_paused = true)]
async fn one_misjudged_error_does_not_end_refreshing() {
    let world = World::new();
    world.source.fails(Problem::ClientSecretWrong);
    assert!(world.provider.token().await.is_err());
    wait(10 * SECOND).await;
    assert!(world.provider.token().await.is_err());
    assert_eq!(world.source.asked(), 1, "a refusal holds longer");
    world.source.answers(Answer::Token(DAY));
    wait(MINUTE).await;
    assert_eq!(world.token().await, "token-2");
}

#[tokio::test(start_paused = true)]
async fn late_401_does_not_evict_the_new_token() {
    let world = World::new();
    let old = world.provider.token().await.unwrap();
    assert_eq!(world.provider.invalidate(&old), Invalidation::Accepted);
    let new = world.provider.token().await.unwrap();
    assert_eq!(shown(&new), "token-2");
    wait(HOUR).await;
    assert_eq!(world.provider.invalidate(&old), Invalidation::Superseded);
    assert_eq!(world.token().await, "token-2");
    assert_eq!(world.source.asked(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_401_that_many_come_back_with_is_followed_by_one_refresh() {
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
async fn whoever_is_never_let_in_does_not_mint_in_a_loop() {
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
async fn a_rejected_token_is_not_served_even_if_its_replacement_fails() {
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
async fn a_refresh_that_began_before_the_401_is_followed_by_another() {
    let world = World::new();
    let old = world.provider.token().await.unwrap();
    wait(23 * HOUR + 30 * MINUTE).await;
    assert_eq!(world.token().await, "token-1");
    settle().await;
    assert_eq!(world.provider.invalidate(&old), Invalidation::Accepted);
    assert_eq!(world.token().await, "token-2", "what was under way");
    // It may have been minted before the event: it is served, and replaced once more.
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
async fn own_throttle_does_not_lock_us_out() {
    let world = World::new();
    let day = 86_400;
    world.source.answers(Answer::Fails(throttled(day)));
    assert_eq!(
        world.provider.token().await.unwrap_err().problem(),
        Problem::Throttled
    );
    assert_eq!(
        world.source.asked(),
        1,
        "not asked again within the refresh"
    );
    wait(4 * MINUTE).await;
    assert!(world.provider.token().await.is_err());
    assert_eq!(world.source.asked(), 1, "obeyed for a while");
    world.source.answers(Answer::Token(DAY));
    wait(MINUTE + SECOND).await;
    assert_eq!(world.token().await, "token-2");
}

/// An error as the client makes it of a 429.
fn throttled(seconds: u64) -> Error {
    use adobe_ims::transport::Sending;
    use adobe_ims::{Body, ImsClient, Transport};
    use http::{Request, Response};

    #[derive(Debug)]
    struct Busy(u64);

    impl Transport for Busy {
        fn send(&self, _: Request<Body>) -> Sending<'_> {
            let answer = Response::builder()
                .status(429)
                .header("retry-after", self.0)
                .body(Body::default());
            Box::pin(async { Ok(answer.unwrap()) })
        }
    }

    let account = crate::support::account();
    let asked = ImsClient::new(Busy(seconds));
    let mut asked = Box::pin(async move { asked.token(&account).await.unwrap_err() });
    let waker = std::task::Waker::noop();
    match asked
        .as_mut()
        .poll(&mut std::task::Context::from_waker(waker))
    {
        std::task::Poll::Ready(error) => error,
        std::task::Poll::Pending => panic!("this transport answers at once"),
    }
}

#[tokio::test(start_paused = true)]
async fn transient_failures_are_tried_again_within_the_refresh() {
    let world = World::new();
    world.source.fails(Problem::ConnectionFailed);
    assert!(world.provider.token().await.is_err());
    assert_eq!(world.source.asked(), 3);
    let pauses: Vec<_> = world.source.asked_at();
    assert!(pauses.windows(2).all(|two| two[1] > two[0]), "{pauses:?}");
    assert!(world.clock.monotonic() <= 15 * SECOND);
}

#[tokio::test(start_paused = true)]
async fn a_short_retry_after_is_waited_for() {
    let world = World::new();
    world.source.answers(Answer::Fails(throttled(3)));
    assert!(world.provider.token().await.is_err());
    let asked = world.source.asked_at();
    assert_eq!(asked.len(), 3);
    assert!(asked.windows(2).all(|two| two[1] - two[0] >= 3 * SECOND));
}

#[tokio::test(start_paused = true)]
async fn laptop_slept_past_expiry() {
    let world = World::new();
    let mut reader = world.provider.reader();
    world.token().await;
    assert!(reader.token().is_some());
    world.clock.set_ahead(2 * DAY);
    assert!(reader.token().is_none());
    assert_eq!(world.token().await, "token-2");
}

#[tokio::test(start_paused = true)]
async fn clock_set_back_a_day() {
    let world = World::new();
    world.token().await;
    world.clock.set_back(DAY);
    assert_eq!(world.token().await, "token-1");
    wait(23 * HOUR + 59 * MINUTE + 30 * SECOND).await;
    world.token().await;
    wait(SECOND).await;
    assert_eq!(world.token().await, "token-2");
    assert_eq!(world.source.asked(), 2);
}

#[tokio::test(start_paused = true)]
async fn response_already_expired() {
    let world = World::new();
    world.source.answers(Answer::Token(Duration::ZERO));
    let error = world.provider.token().await.unwrap_err();
    assert_eq!(error.problem(), Problem::TokenDeadOnArrival);
    assert_eq!(world.source.asked(), 1);
    let _ = world.provider.token().await;
    assert_eq!(world.source.asked(), 1, "no spinning");
}

#[tokio::test(start_paused = true)]
async fn a_caller_may_need_the_token_for_longer() {
    let world = World::new();
    world.token().await;
    wait(13 * HOUR).await;
    let need = Need::min_ttl(12 * HOUR);
    let served = all(50, || {
        let (provider, need) = (world.provider.clone(), need.clone());
        Box::pin(async move { shown(&provider.token_for(&need).await.unwrap()) })
    })
    .await;
    assert!(served.iter().all(|token| token == "token-2"), "{served:?}");
    assert_eq!(world.source.asked(), 2);
    let error = world.provider.token_for(&Need::min_ttl(2 * DAY)).await;
    assert_eq!(error.unwrap_err().problem(), Problem::TokenShortLived);
    assert_eq!(
        world.source.asked(),
        2,
        "a life that nobody has is not asked for"
    );
}

#[tokio::test(start_paused = true)]
async fn each_caller_has_a_deadline_and_a_cancelled_one_harms_nobody() {
    let world = World::new();
    world.source.takes(10 * SECOND);
    let provider = world.provider.clone();
    let first = tokio::spawn(async move { provider.token().await });
    settle().await;
    let patient = world.provider.clone();
    let patient = tokio::spawn(async move { patient.token().await });
    let hasty = Need::default().patience(SECOND);
    let error = world.provider.token_for(&hasty).await.unwrap_err();
    assert_eq!(error.problem(), Problem::DeadlineExceeded);
    assert_eq!(world.clock.monotonic(), Duration::from_millis(1001));
    first.abort();
    assert_eq!(shown(&patient.await.unwrap().unwrap()), "token-1");
    assert_eq!(world.source.asked(), 1);
}

#[tokio::test(start_paused = true)]
async fn in_its_last_minute_the_old_token_is_what_an_impatient_caller_gets() {
    let world = World::new();
    world.token().await;
    wait(DAY - 30 * SECOND).await;
    world.source.takes(10 * SECOND);
    let hasty = Need::default().patience(SECOND);
    let token = world.provider.token_for(&hasty).await.unwrap();
    assert_eq!(shown(&token), "token-1");
}

#[tokio::test(start_paused = true)]
async fn a_host_can_drive_the_refresh() {
    let world = World::new();
    let first = world.provider.refresh_due().await;
    assert!(first.outcome.unwrap().is_ok());
    let end = world.clock.monotonic() + 10 * DAY;
    let mut next = first.next;
    while world.clock.monotonic() < end {
        wait(next).await;
        // It comes when it is due, and nobody who asks in between waits.
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
async fn a_reader_sets_the_header_and_takes_away_what_was_there() {
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
fn callers_may_sit_on_different_runtimes_and_runtimes_may_end() {
    let calls = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    let (entered, enter) = std::sync::mpsc::channel();
    let provider = TokenProvider::new(source_fn(move || {
        let call = counted.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        let entered = entered.clone();
        async move {
            entered.send(call).unwrap();
            if call == 0 {
                // The runtime of the first caller is shut down meanwhile.
                std::future::pending::<()>().await;
            }
            let token = AccessToken::ready(Secret::new("token"))?;
            Ok(adobe_ims::provider::Minted::new(token))
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
    for other in others {
        assert_eq!(shown(&other.join().unwrap()), "token");
    }
    assert_eq!(calls.load(std::sync::atomic::Ordering::SeqCst), 2);
}

#[test]
fn programs_without_a_runtime_have_a_blocking_provider() {
    let calls = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    let provider = TokenProvider::new(source_fn(move || {
        counted.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        async {
            wait(Duration::from_millis(1)).await;
            let token = AccessToken::ready(Secret::new("token"))?;
            Ok(adobe_ims::provider::Minted::new(token))
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
    assert_eq!(calls.load(std::sync::atomic::Ordering::SeqCst), 1);
    // Also from the only thread of a runtime, which it blocks.
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.unwrap().block_on(async {
        let again = TokenProvider::new(source_fn(|| async {
            let token = AccessToken::ready(Secret::new("another"))?;
            Ok(adobe_ims::provider::Minted::new(token))
        }));
        assert_eq!(shown(&again.blocking().token().unwrap()), "another");
    });
    let mut policy = RefreshPolicy::default();
    policy.patience = Duration::from_millis(1);
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
async fn nothing_secret_shows() {
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
