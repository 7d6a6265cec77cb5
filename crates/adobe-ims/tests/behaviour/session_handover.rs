//! Callers that give up while the refresh token is exchanged: what comes then is stored and used.

use std::fs;
use std::pin::pin;
use std::time::Duration;

use adobe_ims::provider::TokenOptions;
use adobe_ims::source::TokenSource;
use adobe_ims::{Problem, TokenProvider};
use tokio::time::timeout;

use crate::provider_world::settle;
use crate::rotating_ims::Fault;
use crate::session_world::{FIRST, World};
use crate::virtual_time::{HOUR, MINUTE, SECOND, wait};

/// A time within the request.
const MIDWAY: Duration = Duration::from_millis(30);

#[tokio::test(start_paused = true)]
async fn token_of_a_cancelled_caller_goes_to_the_next_one() {
    let world = World::new().await;
    let source = world.source();
    let given_up = timeout(MIDWAY, source.fetch()).await;
    assert!(given_up.is_err());
    drop(source);
    wait(SECOND).await;
    assert_eq!(world.refresh_token(), "refresh-1");
    assert_eq!(world.fetch().await.unwrap(), "access-1");
    assert_eq!(world.ims.received(), [FIRST]);
    // It goes to one caller.
    assert_eq!(world.fetch().await.unwrap(), "access-2");
    assert_eq!(world.ims.received(), [FIRST, "refresh-1"]);
}

#[tokio::test(start_paused = true)]
async fn slow_exchange_outlives_the_callers_of_a_provider() {
    let world = World::new().await;
    world.ims.takes(25 * SECOND);
    let provider = TokenProvider::builder(world.source())
        .runtime(tokio::runtime::Handle::current())
        .clock(world.clock.clone())
        .build();
    let hurried = TokenOptions::default().timeout(SECOND);
    let error = provider.token_for(&hurried).await.unwrap_err();
    assert_eq!(error.problem(), Problem::DeadlineExceeded);
    drop(provider);
    wait(MINUTE).await;
    world.ims.takes(SECOND);
    let provider = TokenProvider::builder(world.source())
        .runtime(tokio::runtime::Handle::current())
        .clock(world.clock.clone())
        .build();
    let token = provider.token().await.unwrap();
    assert_eq!(token.as_secret().expose(), "access-1");
    assert_eq!(world.ims.received(), [FIRST]);
    assert_eq!(world.refresh_token(), "refresh-1");
}

#[tokio::test(start_paused = true)]
async fn token_of_a_caller_that_stands_still_goes_to_the_next_one() {
    let world = World::new().await;
    let source = world.source();
    let mut still = pin!(source.fetch());
    assert!(timeout(MIDWAY, &mut still).await.is_err());
    assert_eq!(world.ims.received(), [FIRST]);
    // Nobody polls it. It holds the session for no longer than the handover takes.
    wait(2 * SECOND).await;
    assert_eq!(world.fetch().await.unwrap(), "access-1");
    assert_eq!(world.ims.received(), [FIRST]);
    let token = still.await.unwrap().token;
    assert_eq!(token.as_secret().expose(), "access-1");
    assert_eq!(world.fetch().await.unwrap(), "access-2");
}

#[tokio::test(start_paused = true)]
async fn token_that_a_caller_took_is_not_kept() {
    let world = World::new().await;
    assert_eq!(world.fetch().await.unwrap(), "access-1");
    let session = fs::read_to_string(world.file()).unwrap();
    assert!(!session.contains("access_unclaimed"), "{session}");
    assert_eq!(world.fetch().await.unwrap(), "access-2");
}

#[tokio::test(start_paused = true)]
async fn token_that_nobody_took_is_not_used_when_it_is_old() {
    let world = World::new().await;
    let source = world.source();
    assert!(timeout(MIDWAY, source.fetch()).await.is_err());
    wait(HOUR - 299 * SECOND).await;
    assert_eq!(world.fetch().await.unwrap(), "access-2");
}

#[tokio::test(start_paused = true)]
async fn error_that_nobody_heard_leaves_the_session_as_it_is() {
    let world = World::new().await;
    world.ims.takes(SECOND);
    world.ims.accept("another");
    let source = world.source();
    assert!(timeout(MIDWAY, source.fetch()).await.is_err());
    wait(2 * SECOND).await;
    assert_eq!(world.refresh_token(), FIRST);
    assert_eq!(world.problem().await, Problem::SignInAgain);
    assert_eq!(world.ims.received(), [FIRST], "the refusal was noted");
}

#[tokio::test(start_paused = true)]
async fn refresh_token_is_written_as_soon_as_the_folder_is_usable_again() {
    for (outage, is_saved) in [(8 * SECOND, true), (MINUTE, false)] {
        let world = World::new().await;
        world.ims.takes(SECOND);
        let source = world.source();
        let fetch = tokio::spawn(async move { source.fetch().await });
        wait(MIDWAY).await;
        let aside = world.folder.path().join("aside");
        fs::rename(world.path(), &aside).unwrap();
        fs::write(world.path(), "a file in the way").unwrap();
        wait(outage).await;
        fs::remove_file(world.path()).unwrap();
        fs::rename(&aside, world.path()).unwrap();
        let outcome = fetch.await.unwrap().map_err(|error| error.problem());
        let outcome = outcome.map(|fetched| fetched.token.as_secret().expose().to_owned());
        let (expected, refresh_token) = if is_saved {
            (Ok("access-1".to_owned()), "refresh-1")
        } else {
            (Err(Problem::SessionUnusable), FIRST)
        };
        assert_eq!(outcome, expected);
        assert_eq!(world.refresh_token(), refresh_token);
    }
}

#[tokio::test(start_paused = true)]
async fn provider_reports_a_session_that_stays_busy_as_such() {
    let world = World::new().await;
    world.ims.set_fault(Fault::NoResponse);
    let source = world.source();
    let stuck = tokio::spawn(async move { source.fetch().await });
    settle().await;
    let provider = TokenProvider::builder(world.source())
        .runtime(tokio::runtime::Handle::current())
        .clock(world.clock.clone())
        .build();
    let error = provider.token().await.unwrap_err();
    assert_eq!(error.problem(), Problem::SessionBusy);
    let process = std::process::id();
    let message = format!("process {process} has been using the session for 10 s");
    assert_eq!(error.to_string(), message);
    let source = world.source().lock_timeout(Duration::from_secs(3));
    let error = source.fetch().await.unwrap_err();
    let message = format!("process {process} has been using the session for 3 s");
    assert_eq!(error.to_string(), message);
    stuck.abort();
}

#[test]
fn source_without_a_runtime_is_an_error() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let world = runtime.block_on(World::new());
    drop(runtime);
    let source = world.source();
    let mut fetch = source.fetch();
    let context = &mut core::task::Context::from_waker(core::task::Waker::noop());
    let core::task::Poll::Ready(outcome) = fetch.as_mut().poll(context) else {
        panic!("it waits for nobody");
    };
    assert_eq!(outcome.unwrap_err().problem(), Problem::RefreshInterrupted);
}
