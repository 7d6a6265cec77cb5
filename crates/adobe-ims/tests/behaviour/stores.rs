//! Stores: they share tokens between providers and processes, and their errors fail no request.

use std::fs;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use adobe_ims::cache::{Claim, MemoryStore, TokenStore};
use adobe_ims::provider::{Event, TokenOptions};
use adobe_ims::{Clock, Error, Problem, TokenProvider};

use crate::store_world::{World, shown, token};
use crate::virtual_time::{Answer, DAY, HOUR, MINUTE, SECOND, Source, wait};

#[tokio::test(start_paused = true)]
async fn second_process_loads_the_token_of_the_first() {
    let world = World::new();
    assert_eq!(token(&world.process()).await, "token-1");
    let second = world.process();
    let adopted = second.token().await.unwrap();
    assert_eq!(shown(&adopted), "token-1");
    assert_eq!(world.source.asked(), 1);
    assert_eq!(world.events(), ["fetched", "loaded"]);
    // Both processes see the same expiry and refresh at the same time.
    let left = adopted.remaining(world.clock.now()).unwrap();
    assert!(left > DAY - SECOND, "{left:?}");
    wait(22 * HOUR).await;
    assert_eq!(token(&second).await, "token-1");
    wait(HOUR + 59 * MINUTE + 30 * SECOND).await;
    assert_eq!(token(&second).await, "token-2");
}

#[tokio::test(start_paused = true)]
async fn two_processes_share_one_refresh() {
    let world = World::new();
    let processes: Vec<_> = (0..20).map(|_| world.process()).collect();
    let calls: Vec<_> = processes
        .iter()
        .cloned()
        .map(|provider| tokio::spawn(async move { token(&provider).await }))
        .collect();
    for call in calls {
        assert_eq!(call.await.unwrap(), "token-1");
    }
    assert_eq!(world.source.asked(), 1);
    // In the advisory window one process refreshes and the others load its token.
    wait(23 * HOUR + 30 * MINUTE).await;
    for process in &processes {
        assert_eq!(token(process).await, "token-1");
    }
    wait(SECOND).await;
    for process in &processes {
        assert_eq!(token(process).await, "token-2");
    }
    assert_eq!(world.source.asked(), 2);
}

#[tokio::test(start_paused = true)]
async fn processes_that_wait_share_a_failure() {
    let world = World::new();
    world.source.fails(Problem::ClientSecretWrong);
    let calls: Vec<_> = (0..20)
        .map(|_| world.process())
        .map(|provider| tokio::spawn(async move { provider.token().await }))
        .collect();
    for call in calls {
        let error = call.await.unwrap().unwrap_err();
        assert_eq!(error.problem(), Problem::ClientSecretWrong);
        assert_eq!(error.to_string(), "the source fails");
    }
    assert_eq!(world.source.asked(), 1);
    // A later refresh sends a request: the cause may have been fixed.
    wait(SECOND).await;
    world.source.answers(Answer::Token(DAY));
    assert_eq!(token(&world.process()).await, "token-2");
}

#[tokio::test(start_paused = true)]
async fn stopped_lock_holder_costs_others_half_of_the_deadline_and_is_named() {
    let world = World::new();
    let lease = world.files().claim(world.source.key()).await.unwrap();
    assert!(matches!(lease, Claim::Won(_)));
    let held = world.files().claim(world.source.key()).await.unwrap();
    assert!(matches!(held, Claim::Held { .. }));
    let told = Arc::new(Mutex::new(Vec::new()));
    let tell = Arc::clone(&told);
    let provider = TokenProvider::builder(world.source.clone())
        .store(world.files())
        .runtime(tokio::runtime::Handle::current())
        .clock(world.clock.clone())
        .on_event(move |event| {
            if let Event::Store(error) = event {
                tell.lock().unwrap().push(Error::clone(error));
            }
        })
        .build();
    assert_eq!(token(&provider).await, "token-1");
    let took = world.clock.monotonic();
    assert!((7500..8000).contains(&took.as_millis()), "{took:?}");
    let told = told.lock().unwrap();
    let [error] = told.as_slice() else {
        panic!("one report: {told:?}");
    };
    assert_eq!(error.problem(), Problem::StoreBusy);
    assert_eq!(
        error.to_string(),
        format!(
            "process {} has been refreshing the token for 7 s and has not finished; this process requests a token itself",
            std::process::id()
        )
    );
    assert!(error.hints().any(|hint| hint.contains("stopped")));
    drop(lease);
}

#[tokio::test(start_paused = true)]
async fn caller_that_gives_up_while_another_process_refreshes_is_told_which() {
    let world = World::new();
    let lease = world.files().claim(world.source.key()).await.unwrap();
    let options = TokenOptions::default().timeout(2 * SECOND);
    let error = world.process().token_for(&options).await.unwrap_err();
    assert_eq!(error.problem(), Problem::DeadlineExceeded);
    let holder = format!("process {} has the right", std::process::id());
    assert!(
        error.hints().any(|hint| hint.starts_with(&holder)),
        "{error:?}"
    );
    assert_eq!(world.source.asked(), 0);
    drop(lease);
}

#[tokio::test(start_paused = true)]
async fn stored_token_is_served_during_the_refresh_of_another_process_until_its_last_minute() {
    for (left, served) in [(61 * SECOND, "token-1"), (MINUTE, "token-2")] {
        let world = World::new();
        let first = world.process();
        let expiry = first.token().await.unwrap().expires_at().unwrap();
        first.saved().await;
        let lease = world.files().claim(world.source.key()).await.unwrap();
        wait(expiry.duration_since(world.clock.now()).unwrap() - left).await;
        assert_eq!(token(&world.process()).await, served, "{left:?}");
        drop(lease);
    }
}

#[tokio::test(start_paused = true)]
async fn stored_token_is_refreshed_at_its_stored_time() {
    let world = World::new();
    token(&world.process()).await;
    let key = world.source.key();
    let mut entry = world.files().read(key).unwrap();
    let stored = entry.token.as_mut().unwrap();
    stored.refresh_at = stored.obtained_at + HOUR;
    world.files().write(key, &entry).unwrap();
    wait(HOUR - SECOND).await;
    world.process().refresh_due().await;
    assert_eq!(world.source.asked(), 1);
    wait(SECOND).await;
    world.process().refresh_due().await;
    assert_eq!(world.source.asked(), 2);
}

#[tokio::test(start_paused = true)]
async fn lock_file_with_any_content_is_a_lock_without_a_name() {
    let world = World::new();
    let lease = world.files().claim(world.source.key()).await.unwrap();
    let lock = world
        .path()
        .join(format!("{}.lock", world.source.key().id()));
    for content in [
        "",
        "0\n",
        "12",
        "-1\n",
        "1 2\n",
        "99999999999\n",
        "\u{1b}[2J\n",
        "root\n",
    ] {
        fs::write(&lock, content).unwrap();
        let held = world.files().claim(world.source.key()).await.unwrap();
        assert!(
            matches!(held, Claim::Held { holder: None, .. }),
            "{content:?} {held:?}"
        );
    }
    drop(lease);
}

#[tokio::test(start_paused = true)]
async fn one_process_refreshes_in_the_advisory_window_and_the_others_do_not_wait() {
    let world = World::new();
    token(&world.process()).await;
    wait(23 * HOUR + 30 * MINUTE).await;
    world.source.takes(10 * SECOND);
    let refreshing = world.process();
    let refreshing = tokio::spawn(async move {
        let token = token(&refreshing).await;
        refreshing.saved().await;
        token
    });
    wait(Duration::from_millis(1)).await;
    let start = world.clock.monotonic();
    assert_eq!(token(&world.process()).await, "token-1");
    assert_eq!(world.clock.monotonic(), start);
    assert_eq!(refreshing.await.unwrap(), "token-2");
    // If that refresh fails, the stored token is still used.
    wait(23 * HOUR + 30 * MINUTE).await;
    world.source.fails(Problem::TlsUntrusted);
    world.events();
    assert_eq!(token(&world.process()).await, "token-2");
    assert_eq!(world.events(), ["failed: tls-untrusted"]);
}

#[tokio::test(start_paused = true)]
async fn rejected_token_is_not_loaded_from_the_store() {
    let world = World::new();
    let (one, other) = (world.process(), world.process());
    let rejected = one.token().await.unwrap();
    one.saved().await;
    one.invalidate(&rejected);
    assert_eq!(token(&one).await, "token-2");
    // The other process still holds the first token. After its 401 it loads the second one.
    let same = other.token().await.unwrap();
    other.saved().await;
    assert_eq!(shown(&same), "token-2");
    wait(MINUTE).await;
    other.invalidate(&same);
    assert_eq!(token(&other).await, "token-3");
    one.invalidate(&one.token().await.unwrap());
    assert_eq!(token(&one).await, "token-3", "adopted, not minted");
    assert_eq!(world.source.asked(), 3);
}

#[tokio::test(start_paused = true)]
async fn stored_token_with_too_little_time_left_is_not_loaded() {
    let world = World::new();
    token(&world.process()).await;
    wait(13 * HOUR).await;
    let need = TokenOptions::min_ttl(12 * HOUR);
    let demanding = world.process();
    let long = demanding.token_for(&need).await.unwrap();
    assert_eq!(shown(&long), "token-2");
    demanding.saved().await;
    let forced = TokenOptions::default().force_refresh();
    let forcing = world.process();
    let new = forcing.token_for(&forced).await.unwrap();
    assert_eq!(shown(&new), "token-3");
    forcing.saved().await;
    assert_eq!(token(&world.process()).await, "token-3");
}

#[tokio::test(start_paused = true)]
async fn stored_token_is_not_used_after_the_clock_is_set_back() {
    let world = World::new();
    token(&world.process()).await;
    world.clock.set_back(DAY);
    // The age of the stored token is unknown now.
    assert_eq!(token(&world.process()).await, "token-2");
    assert_eq!(token(&world.process()).await, "token-2");
}

#[tokio::test(start_paused = true)]
async fn token_of_an_old_secret_is_not_used_and_the_change_is_reported() {
    let world = World::new();
    token(&world.process()).await;
    world.events();
    let rotated = Source::with_secret(&world.clock, "another SECRET?%&=ü");
    rotated.fails(Problem::ClientSecretWrong);
    let provider = world.with(rotated.clone(), world.files());
    assert!(provider.token().await.is_err());
    assert_eq!(
        world.events(),
        ["secrets changed", "failed: client-secret-wrong"]
    );
    // A failure with one secret is not shared with processes that use another one.
    assert_eq!(token(&world.process()).await, "token-1");
    wait(SECOND).await;
    rotated.answers(Answer::Token(DAY));
    assert_eq!(token(&world.with(rotated, world.files())).await, "token-2");
}

#[tokio::test(start_paused = true)]
async fn memory_store_is_shared_within_a_program() {
    let world = World::new();
    let store = MemoryStore::new();
    let one = world.with(world.source.clone(), store.clone());
    let other = world.with(world.source.clone(), store.clone());
    let (a, b) = tokio::join!(token(&one), token(&other));
    assert_eq!((a.as_str(), b.as_str()), ("token-1", "token-1"));
    store.remove(world.source.key()).await.unwrap();
    let third = world.with(world.source.clone(), store);
    assert_eq!(token(&third).await, "token-2");
}
