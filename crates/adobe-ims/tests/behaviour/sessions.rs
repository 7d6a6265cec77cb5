//! The source of a session: it exchanges each refresh token once and loses none without need.

use std::time::Duration;

use adobe_ims::cache::FileStore;
use adobe_ims::credentials::UserCredentials;
use adobe_ims::session::SessionSource;
use adobe_ims::session::UserSession;
use adobe_ims::source::TokenSource;
use adobe_ims::{Clock, ErrorClass, Problem, TokenProvider};
use serde_json::json;

use crate::canned::token_with;
use crate::provider_world::{all, settle};
use crate::rotating_ims::Fault;
use crate::session_world::{FIRST, World, granted};
use crate::support::{CLIENT_ID, ORGANIZATION};
use crate::virtual_time::{DAY, HOUR, SECOND, VirtualClock, wait};

#[tokio::test(start_paused = true)]
async fn each_refresh_token_is_exchanged_once_and_the_next_is_stored() {
    let world = World::new().await;
    for number in 1..=3 {
        assert_eq!(world.fetch().await.unwrap(), format!("access-{number}"));
        assert_eq!(world.refresh_token(), format!("refresh-{number}"));
    }
    assert_eq!(world.ims.received(), [FIRST, "refresh-1", "refresh-2"]);
}

#[tokio::test(start_paused = true)]
async fn first_caller_gets_the_access_token_of_the_sign_in() {
    let world = World::empty();
    let granted = granted(&world).await;
    let user = world.user();
    let now = world.clock.now();
    user.start(&granted, &["openid".to_owned()], now)
        .await
        .unwrap();
    let tokens = all(2, || {
        let source = world.source();
        Box::pin(async move { source.fetch().await.unwrap().token })
    })
    .await;
    let mut tokens: Vec<_> = tokens
        .iter()
        .map(|token| token.as_secret().expose())
        .collect();
    tokens.sort_unstable();
    assert_eq!(tokens, ["access-1", "access-2"]);
    assert_eq!(world.ims.received(), [FIRST, "refresh-1"]);
}

#[tokio::test(start_paused = true)]
async fn access_token_of_the_sign_in_is_not_used_if_it_is_old_or_has_other_scopes() {
    for (age, scopes) in [
        (HOUR - 299 * SECOND, vec![]),
        (SECOND, vec!["openid".to_owned()]),
    ] {
        let world = World::empty();
        let granted = granted(&world).await;
        let user = world.user();
        user.start(&granted, &[], world.clock.now()).await.unwrap();
        wait(age).await;
        let user = UserSession::new(
            UserCredentials::new(user.client().clone(), "me ü", scopes),
            user.sessions().clone(),
        );
        let source = SessionSource::new(world.ims(), user).unwrap();
        let token = source.fetch().await.unwrap().token;
        assert_eq!(token.as_secret().expose(), "access-2");
    }
}

#[tokio::test(start_paused = true)]
async fn naming_all_scopes_of_the_sign_in_equals_naming_none() {
    let names = |names: [&str; 2]| names.map(str::to_owned).to_vec();
    let (asked, turned) = (names(["openid", "AdobeID"]), names(["AdobeID", "openid"]));
    for wanted in [Vec::new(), asked.clone(), turned] {
        let world = World::empty();
        let granted = granted(&world).await;
        let user = world.user();
        let now = world.clock.now();
        user.start(&granted, &asked, now).await.unwrap();
        let (client, sessions) = (user.client().clone(), user.sessions().clone());
        let user = UserSession::new(UserCredentials::new(client, "me ü", wanted), sessions);
        let source = SessionSource::new(world.ims(), user).unwrap();
        let token = source.fetch().await.unwrap().token;
        assert_eq!(
            token.as_secret().expose(),
            "access-1",
            "that of the sign-in"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn access_token_of_the_last_exchange_is_not_returned_as_a_new_one() {
    let world = World::empty();
    let error = world.user().take_initial_token().await.unwrap_err();
    assert_eq!(error.problem(), Problem::NotSignedIn);
    let granted = granted(&world).await;
    let user = world.user();
    user.start(&granted, &[], world.clock.now()).await.unwrap();
    for _ in 0..2 {
        user.take_initial_token().await.unwrap();
    }
    assert_eq!(world.fetch().await.unwrap(), "access-2");
}

#[tokio::test(start_paused = true)]
async fn of_twenty_callers_one_exchanges_and_the_others_take_its_token() {
    let world = World::new().await;
    for round in 1..=3 {
        let tokens = all(20, || {
            let source = world.source();
            Box::pin(async move { source.fetch().await.unwrap().token })
        })
        .await;
        let obtained_at = world.user().session().unwrap().obtained_at;
        for token in tokens {
            assert_eq!(token.as_secret().expose(), format!("access-{round}"));
            assert_eq!(token.expires_at(), Some(obtained_at + HOUR));
            assert_eq!(token.headers().api_key().unwrap(), CLIENT_ID);
            assert_eq!(token.organization_id(), Some(ORGANIZATION));
        }
        assert_eq!(world.ims.received().len(), round);
    }
}

#[tokio::test(start_paused = true)]
async fn providers_with_a_shared_store_exchange_once_a_day() {
    let world = World::new().await;
    for _ in 0..20 {
        let provider = TokenProvider::builder(world.source())
            .store(FileStore::new(world.folder.path().join("tokens")))
            .runtime(tokio::runtime::Handle::current())
            .clock(world.clock.clone())
            .build();
        let token = provider.token().await.unwrap();
        assert_eq!(token.as_secret().expose(), "access-1");
        wait(Duration::from_secs(100)).await;
    }
    assert_eq!(world.ims.received().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn refusal_after_a_lost_response_has_a_hint() {
    let world = World::new().await;
    world.ims.set_fault(Fault::ResponseLost);
    let uncertain = world.fetch().await.unwrap_err();
    assert_eq!(uncertain.problem(), Problem::ConnectionFailed);
    let asked_at = world.user().session().unwrap().signed_in_at;
    let when = adobe_ims::internal::time::display(asked_at);
    let hint = format!("the response to a request of {when} did not arrive");
    assert!(
        uncertain.hints().next().unwrap().starts_with(&hint),
        "{uncertain:?}"
    );
    world.ims.set_fault(Fault::Unavailable);
    let again = world.fetch().await.unwrap_err();
    assert_eq!(again.problem(), Problem::ServerError);
    assert!(
        again.hints().next().unwrap().starts_with(&hint),
        "{again:?}"
    );
    world.ims.set_fault(Fault::None);
    // The source sends the same refresh token again: it cannot know that IMS has used it up.
    let error = world.fetch().await.unwrap_err();
    assert_eq!(world.ims.received(), [FIRST, FIRST]);
    assert_eq!(
        (error.problem(), error.class()),
        (Problem::SignInAgain, ErrorClass::Refused)
    );
    assert!(!error.is_transient());
    let lost = format!("the response to a request of {when} was lost");
    assert!(
        error.hints().next().unwrap().starts_with(&lost),
        "{error:?}"
    );
    // The next failure says as much, without a request.
    let second = world.fetch().await.unwrap_err();
    assert_eq!(second.problem(), Problem::SignInAgain);
    let message = format!("IMS refused the sign-in \"me ü\" on {when}: {error}");
    assert_eq!(second.to_string(), message);
    assert_eq!(second.server(), error.server().cloned().as_ref());
    let hints = |error: &adobe_ims::Error| error.hints().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(hints(&second), hints(&error));
    assert_eq!(world.ims.received().len(), 2);
    // After the next sign-in the source works again.
    world.ims.accept("anew");
    world.sign_in("anew").await;
    assert_eq!(world.fetch().await.unwrap(), "access-3");
}

#[tokio::test(start_paused = true)]
async fn request_that_never_arrived_does_no_harm() {
    let world = World::new().await;
    world.ims.set_fault(Fault::RequestLost);
    assert_eq!(world.problem().await, Problem::ConnectionFailed);
    world.ims.set_fault(Fault::Unavailable);
    assert_eq!(world.problem().await, Problem::ServerError);
    world.ims.set_fault(Fault::None);
    assert_eq!(world.fetch().await.unwrap(), "access-1");
    // The session holds no trace of it: a later refusal has no hint about a lost response.
    world.ims.accept("another");
    let error = world.fetch().await.unwrap_err();
    assert!(
        error.hints().all(|hint| !hint.contains("was lost")),
        "{error:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn refused_refresh_token_is_not_sent_for_an_hour_or_until_the_next_sign_in() {
    let world = World::new().await;
    world.ims.accept("another");
    assert_eq!(world.problem().await, Problem::SignInAgain);
    assert!(world.user().session().unwrap().refused_at().is_some());
    let others = all(20, || {
        let source = world.source();
        Box::pin(async move { source.fetch().await.unwrap_err().problem() })
    })
    .await;
    assert_eq!(others, [Problem::SignInAgain; 20]);
    wait(HOUR - SECOND).await;
    assert_eq!(world.problem().await, Problem::SignInAgain);
    assert_eq!(world.ims.received().len(), 1, "no request was sent");
    let refused_at = world.user().session().unwrap().refused_at().unwrap();
    let left = (refused_at + HOUR).duration_since(world.clock.now());
    wait(left.unwrap()).await;
    world.ims.accept(FIRST);
    assert_eq!(world.fetch().await.unwrap(), "access-2");
    assert!(world.user().session().unwrap().refused_at().is_none());
    let content = std::fs::read_to_string(world.file()).unwrap();
    assert!(!content.contains("\nrefus"), "{content}");
}

#[tokio::test(start_paused = true)]
async fn paused_exchanges_of_a_source_begin_after_the_pause() {
    let world = World::new().await;
    let source = world.source();
    let paused = source.exchanges().pause().await;
    let fetched = tokio::spawn(async move { source.fetch().await.map(|_| ()) });
    wait(SECOND).await;
    assert_eq!(world.ims.received().len(), 0);
    drop(paused);
    fetched.await.unwrap().unwrap();
    assert_eq!(world.ims.received().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn clock_that_is_set_back_neither_ends_a_session_nor_prolongs_a_refusal() {
    let world = World::new().await;
    assert_eq!(world.fetch().await.unwrap(), "access-1");
    world.clock.set_back(30 * DAY);
    assert_eq!(world.fetch().await.unwrap(), "access-2", "not the old one");
    world.ims.accept("another");
    assert_eq!(world.problem().await, Problem::SignInAgain);
    world.clock.set_back(SECOND);
    assert_eq!(world.problem().await, Problem::SignInAgain);
    assert_eq!(
        world.ims.received().len(),
        4,
        "a refusal in the future does not count"
    );
    world.ims.accept("refresh-2");
    world.clock.set_back(SECOND);
    assert_eq!(world.fetch().await.unwrap(), "access-5");
    assert!(world.user().session().unwrap().refused_at().is_none());
}

#[test]
fn killed_process_releases_the_lock() {
    let runtime = || {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .start_paused(true)
            .build()
            .unwrap()
    };
    let dying = runtime();
    let world = dying.block_on(async {
        let world = World::new().await;
        world.ims.set_fault(Fault::NoResponse);
        let stuck = tokio::time::timeout(SECOND, world.fetch()).await;
        assert!(stuck.is_err());
        world
    });
    drop(dying);
    world.ims.set_fault(Fault::None);
    let (path, ims) = (world.path(), world.ims.clone());
    let error = runtime().block_on(async move {
        let world = World {
            clock: VirtualClock::new(),
            ims,
            folder: world.folder,
        };
        assert_eq!(world.path(), path);
        world.fetch().await.unwrap_err()
    });
    assert_eq!(error.problem(), Problem::SignInAgain);
    assert!(error.hints().next().unwrap().contains("was lost"));
}

#[tokio::test(start_paused = true)]
async fn stated_expiry_ends_the_session_to_the_second() {
    let world = World::new().await;
    let millis = |time: std::time::SystemTime| {
        let since = time.duration_since(std::time::UNIX_EPOCH).unwrap();
        since.as_millis().to_string()
    };
    let end = world.clock.now() + 14 * DAY;
    let claims = json!({
        "rtea": millis(end), "created_at": millis(world.clock.now()), "expires_in": "86400000",
        "user_id": "person@AdobeID",
    });
    world
        .ims
        .add_fields(json!({"access_token": token_with(claims)}));
    world.fetch().await.unwrap();
    assert_eq!(world.user().session().unwrap().expires_at(), end);
    world.ims.add_fields(json!({}));
    world
        .clock
        .set_ahead(end.duration_since(world.clock.now()).unwrap());
    let error = world.fetch().await.unwrap_err();
    assert_eq!(error.problem(), Problem::SignInAgain);
    assert!(
        error.to_string().contains("ended on 2027-01-29T08:00:00Z"),
        "{error}"
    );
    assert_eq!(world.ims.received().len(), 1, "no request was sent");
    world.clock.set_back(SECOND);
    world.fetch().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn default_expiry_does_not_prevent_a_request() {
    let world = World::new().await;
    let session = world.user().session().unwrap();
    assert_eq!(session.expires_at(), session.obtained_at + 14 * DAY);
    wait(20 * DAY).await;
    assert_eq!(world.fetch().await.unwrap(), "access-1");
}

#[tokio::test(start_paused = true)]
async fn refresh_token_stays_if_the_response_has_no_next_one() {
    let world = World::new().await;
    world.ims.add_fields(json!({"refresh_token": null}));
    world.fetch().await.unwrap();
    assert_eq!(world.refresh_token(), FIRST);
    world.ims.accept(FIRST);
    assert_eq!(world.fetch().await.unwrap(), "access-2");
}

#[tokio::test(start_paused = true)]
async fn next_refresh_token_is_stored_even_if_the_access_token_is_unusable() {
    let world = World::new().await;
    for useless in [json!({"expires_in": 0}), json!({"access_token": "a b"})] {
        world.ims.add_fields(useless);
        let error = world.fetch().await.unwrap_err();
        let expected = [Problem::TokenDeadOnArrival, Problem::AnswerWithoutToken];
        assert!(expected.contains(&error.problem()), "{error:?}");
        world.ims.add_fields(json!({}));
        world.fetch().await.unwrap();
    }
    assert_eq!(world.ims.received().len(), 4);
    assert_eq!(world.refresh_token(), "refresh-4");
}

#[tokio::test(start_paused = true)]
async fn lock_that_is_never_released_is_an_error_and_nothing_is_sent() {
    let world = World::new().await;
    world.ims.set_fault(Fault::NoResponse);
    let source = world.source();
    let stuck = tokio::spawn(async move { source.fetch().await });
    settle().await;
    let error = world.fetch().await.unwrap_err();
    assert_eq!(error.problem(), Problem::SessionBusy);
    assert!(!error.is_transient(), "it has waited for long already");
    assert_eq!(world.ims.received().len(), 1);
    stuck.abort();
}
