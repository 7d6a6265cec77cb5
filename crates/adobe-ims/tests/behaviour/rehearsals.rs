//! Well-known failures of token caches, on a virtual clock. Those of stores are in `stores`.

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::SeqCst;
use std::time::Duration;

use adobe_ims::provider::{Invalidation, TokenOptions};
use adobe_ims::source::{FetchedToken, JwtSource, source_fn};
use adobe_ims::{AccessToken, Clock, ImsClient, Problem, Secret, TokenProvider};

use crate::provider_world::{Always, World, all, shown, ten_thousand, throttled};
use crate::virtual_time::{Answer, DAY, HOUR, MINUTE, SECOND, VirtualClock, wait};

#[tokio::test(start_paused = true)]
async fn callers_at_cold_start_share_one_request() {
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
async fn callers_during_an_outage_share_one_failure() {
    let world = World::new();
    world.source.fails(Problem::TlsUntrusted);
    for (outcome, after) in ten_thousand(&world.provider).await {
        assert_eq!(outcome.unwrap_err().problem(), Problem::TlsUntrusted);
        assert!(after <= Duration::from_millis(51), "{after:?}");
    }
    assert_eq!(world.source.asked(), 1);
    // The failure is held: the next callers get it without a request and without waiting.
    for (outcome, after) in ten_thousand(&world.provider).await {
        let error = outcome.unwrap_err();
        assert!(error.hints().any(|hint| hint.contains("next attempt")));
        assert_eq!(after, Duration::ZERO);
    }
    assert_eq!(world.source.asked(), 1);
    // One failing refresh per hold, for any number of callers.
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
async fn valid_token_is_served_after_a_failed_refresh() {
    let world = World::new();
    world.token().await;
    world.source.fails(Problem::ServerError);
    // During an outage of 59 minutes in the last hour all callers get the token.
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
async fn expired_token_is_not_served_during_an_outage() {
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
async fn refresh_continues_after_a_permanent_error() {
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
async fn late_401_keeps_the_new_token() {
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
async fn early_invalidation_does_not_block_later_refreshes() {
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
    assert_eq!(world.source.asked(), 1, "the pause is kept");
    world.source.answers(Answer::Token(DAY));
    wait(MINUTE + SECOND).await;
    assert_eq!(world.token().await, "token-2");
}

#[tokio::test(start_paused = true)]
async fn hostile_expires_in_is_bounded() {
    for body in [
        r#"{"access_token":"opaque","expires_in":-1}"#,
        r#"{"access_token":"opaque","expires_in":-9223372036854775808}"#,
        r#"{"access_token":"opaque","expires_in":18446744073709551615}"#,
        r#"{"access_token":"opaque","expires_in":1e300}"#,
        r#"{"access_token":"opaque","expires_in":86399998.5}"#,
        r#"{"access_token":"opaque","expires_in":"86399998"}"#,
        r#"{"access_token":"opaque","expires_in":"soon"}"#,
        r#"{"access_token":"opaque","expires_in":null}"#,
        r#"{"access_token":"opaque","expires_in":[86399998]}"#,
        r#"{"access_token":"opaque","expires_in":86399998000}"#,
        r#"{"access_token":"opaque","expires_in":86400}"#,
        r#"{"access_token":"opaque"}"#,
    ] {
        let clock = VirtualClock::new();
        let ims = ImsClient::new(Always(200, String::new(), body)).with_clock(clock.clone());
        let source = JwtSource::new(ims, crate::support::account());
        let provider = TokenProvider::builder(source)
            .runtime(tokio::runtime::Handle::current())
            .clock(clock.clone())
            .build();
        let token = provider.token().await.unwrap();
        let remaining = token.remaining(clock.now()).unwrap();
        assert!(
            (MINUTE..=2 * DAY).contains(&remaining),
            "{remaining:?}: {body}"
        );
        // It is refreshed earlier, and a limited number of times.
        let next = provider.refresh_due().await.next;
        assert!((30 * SECOND..remaining).contains(&next), "{next:?}: {body}");
    }
}

#[tokio::test(start_paused = true)]
async fn concurrent_callers_spend_a_refresh_token_once() {
    // A credential that each refresh spends and replaces, like a refresh token. Spending it twice ends it.
    let valid = Arc::new(AtomicUsize::new(0));
    let spent_twice = Arc::new(AtomicUsize::new(0));
    let clock = VirtualClock::new();
    let source = {
        let (valid, spent_twice, clock) = (valid.clone(), spent_twice.clone(), clock.clone());
        source_fn(move || {
            let (valid, spent_twice, clock) = (valid.clone(), spent_twice.clone(), clock.clone());
            async move {
                let current = valid.load(SeqCst);
                wait(SECOND).await;
                if valid
                    .compare_exchange(current, current + 1, SeqCst, SeqCst)
                    .is_err()
                {
                    spent_twice.fetch_add(1, SeqCst);
                }
                let token = AccessToken::new(Secret::new(format!("token-{current}")))?;
                Ok(FetchedToken::new(token.with_expiry(clock.now() + HOUR)))
            }
        })
    };
    let provider = TokenProvider::builder(source)
        .runtime(tokio::runtime::Handle::current())
        .clock(clock)
        .build();
    for _ in 0..500 {
        let callers = all(20, || {
            let provider = provider.clone();
            Box::pin(async move { provider.token().await.is_ok() })
        });
        let hasty = TokenOptions::default().timeout(Duration::from_millis(1));
        let hasty = provider.token_for(&hasty);
        let (served, _) = tokio::join!(callers, hasty);
        assert!(served.iter().all(|served| *served));
        wait(MINUTE).await;
    }
    assert!(valid.load(SeqCst) >= 8, "the token was refreshed");
    assert_eq!(spent_twice.load(SeqCst), 0);
}

#[tokio::test(start_paused = true)]
async fn token_is_refreshed_after_a_suspend_past_its_expiry() {
    let world = World::new();
    let mut reader = world.provider.reader();
    world.token().await;
    assert!(reader.token().is_some());
    world.clock.set_ahead(2 * DAY);
    assert!(reader.token().is_none());
    assert_eq!(world.token().await, "token-2");
}

#[tokio::test(start_paused = true)]
async fn token_is_refreshed_although_the_clock_was_set_back() {
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
async fn expired_response_is_an_error() {
    let world = World::new();
    world.source.answers(Answer::Token(Duration::ZERO));
    let error = world.provider.token().await.unwrap_err();
    assert_eq!(error.problem(), Problem::TokenDeadOnArrival);
    assert_eq!(world.source.asked(), 1);
    let _ = world.provider.token().await;
    assert_eq!(world.source.asked(), 1, "no further request");
}
