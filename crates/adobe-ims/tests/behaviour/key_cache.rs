//! Keys of IMS that are kept: when IMS is asked, and when it is not.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use adobe_ims::BoxFuture;
use adobe_ims::crypto::Crypto;
use adobe_ims::transport::{Body, Transport};
use adobe_ims::verify::{KeyCache, Rejection, VerifyOptions};
use adobe_ims::{Clock, Environment, Error, ImsClient, ManualClock, Problem, Secret};
use http::{Request, Response};
use serde_json::{Value, json};

use crate::canned::{Canned, NOW};
use crate::provider_world::{all, settle};
use crate::signed_tokens::{KID, claims, jwk, key_set, signed};
use crate::virtual_time::{VirtualClock, wait};

const MINUTE: Duration = Duration::from_secs(60);

fn old_keys() -> Value {
    key_set(&[jwk(Some("old"), "other.pem")])
}

fn new_keys() -> Value {
    key_set(&[jwk(Some("old"), "other.pem"), jwk(Some(KID), "pkcs1.pem")])
}

fn of_the_old() -> Secret {
    signed(Some("old"), &lasting(), "other.pem")
}

fn of_the_new() -> Secret {
    signed(Some(KID), &lasting(), "pkcs1.pem")
}

fn lasting() -> Value {
    claims(json!({"expires_in": "864000000"}))
}

fn answer(keys: &Value) -> Canned {
    Canned::new(200, &[], keys.to_string())
}

fn failure() -> Canned {
    Canned::new(503, &[], "")
}

fn cache(transport: impl Transport + 'static, clock: impl Clock + 'static) -> KeyCache {
    let ims = ImsClient::new(transport).with_clock(clock);
    let crypto = Crypto::ring();
    KeyCache::new(ims, Environment::stage(), crypto)
}

/// Whether a token is good, or why not, or what is wrong with the keys.
async fn check(cache: &KeyCache, token: &Secret) -> Result<Option<Rejection>, Problem> {
    let verdict = cache.verify(token, &VerifyOptions::any_token()).await;
    verdict.map(Result::err).map_err(|error| error.problem())
}

#[tokio::test]
async fn keys_are_asked_for_once_as_long_as_they_are_good() {
    let clock = ManualClock::at_unix(NOW);
    let canned = answer(&old_keys()).then(answer(&old_keys()));
    let cache = cache(canned.clone(), clock.clone());
    assert!(canned.requests().is_empty());
    for _ in 0..3 {
        assert_eq!(check(&cache, &of_the_old()).await, Ok(None));
    }
    let request = canned.request();
    assert_eq!(request.method(), "GET");
    assert_eq!(
        request.uri(),
        "https://ims-na1-stg1.adobelogin.com/ims/keys"
    );
    assert!(!request.headers().contains_key("authorization"));
    clock.advance(60 * MINUTE - Duration::from_millis(1));
    assert_eq!(check(&cache.clone(), &of_the_old()).await, Ok(None));
    assert!(canned.requests().is_empty());
    clock.advance(Duration::from_millis(1));
    assert_eq!(check(&cache, &of_the_old()).await, Ok(None));
    assert_eq!(canned.requests().len(), 1);
}

#[tokio::test]
async fn the_answer_says_how_long_within_bounds() {
    for (said, minutes) in [
        ("max-age=1800", 30),
        ("max-age=1", 5),
        ("public, max-age=99999999", 24 * 60),
        ("no-store", 60),
    ] {
        let clock = ManualClock::at_unix(NOW);
        let headers = [("cache-control", said)];
        let canned = Canned::new(200, &headers, old_keys().to_string()).then(answer(&old_keys()));
        let cache = cache(canned.clone(), clock.clone());
        cache.keys().await.unwrap();
        clock.advance(minutes * MINUTE - Duration::from_secs(1));
        cache.keys().await.unwrap();
        assert_eq!(canned.requests().len(), 1, "{said}");
        clock.advance(Duration::from_secs(1));
        cache.keys().await.unwrap();
        assert_eq!(canned.requests().len(), 1, "{said}");
    }
}

#[tokio::test]
async fn a_key_that_is_not_known_is_asked_for_once_a_minute() {
    let clock = ManualClock::at_unix(NOW);
    let canned = answer(&old_keys())
        .then(answer(&old_keys()))
        .then(answer(&new_keys()));
    let cache = cache(canned.clone(), clock.clone());
    assert_eq!(check(&cache, &of_the_old()).await, Ok(None));
    clock.advance(MINUTE - Duration::from_millis(1));
    let unknown = Ok(Some(Rejection::UnknownKey));
    for _ in 0..10 {
        assert_eq!(check(&cache, &of_the_new()).await, unknown);
    }
    assert_eq!(canned.requests().len(), 1, "the first is a moment ago");
    clock.advance(Duration::from_millis(1));
    for number in 0..10 {
        let forged = signed(Some(&format!("forged-{number}")), &lasting(), "rsa3072.pem");
        assert_eq!(check(&cache, &forged).await, unknown);
        assert_eq!(check(&cache, &of_the_new()).await, unknown);
    }
    assert_eq!(canned.requests().len(), 1, "a flood is one request");
    clock.advance(MINUTE);
    assert_eq!(check(&cache, &of_the_new()).await, Ok(None));
    assert_eq!(check(&cache, &of_the_old()).await, Ok(None));
    assert_eq!(canned.requests().len(), 1);
    // A wrong signature of a known key is no reason to ask.
    clock.advance(2 * MINUTE);
    let forged = signed(Some(KID), &lasting(), "other.pem");
    let wrong = Ok(Some(Rejection::SignatureWrong));
    assert_eq!(check(&cache, &forged).await, wrong);
    assert!(canned.requests().is_empty());
}

#[tokio::test]
async fn a_failure_keeps_the_old_keys_for_a_day() {
    let clock = ManualClock::at_unix(NOW);
    let mut canned = answer(&old_keys());
    for _ in 0..2 {
        canned = canned.then(failure());
    }
    canned = canned.then(Canned::new(200, &[], "{}")).then(failure());
    let cache = cache(canned.clone(), clock.clone());
    cache.keys().await.unwrap();
    // For a key that is not known.
    clock.advance(MINUTE);
    let unknown = Ok(Some(Rejection::UnknownKey));
    assert_eq!(check(&cache, &of_the_new()).await, unknown);
    assert_eq!(check(&cache, &of_the_old()).await, Ok(None));
    assert_eq!(canned.requests().len(), 2);
    // For keys that have grown old, once a minute.
    for asked in [1, 1] {
        clock.advance(60 * MINUTE);
        for _ in 0..3 {
            assert_eq!(check(&cache, &of_the_old()).await, Ok(None));
        }
        assert_eq!(canned.requests().len(), asked);
    }
    clock.advance(24 * 60 * MINUTE);
    for _ in 0..3 {
        let gone = check(&cache, &of_the_old()).await;
        assert_eq!(gone, Err(Problem::ServerError), "a failure is held, too");
    }
    assert_eq!(canned.requests().len(), 1);
}

/// Answers after a second on the virtual clock, and counts.
#[derive(Clone, Debug)]
struct Slow {
    asked: Arc<AtomicUsize>,
    answer: Result<Value, Error>,
}

impl Slow {
    fn new(answer: Result<Value, Error>) -> Self {
        let asked = Arc::default();
        Self { asked, answer }
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

impl Transport for Slow {
    fn send(&self, _: Request<Body>) -> BoxFuture<'_, adobe_ims::Result<Response<Body>>> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        Box::pin(async {
            wait(Duration::from_secs(1)).await;
            let body = self.answer.clone()?.to_string();
            Ok(Response::new(body.into_bytes().into()))
        })
    }
}

async fn many(cache: &KeyCache, token: &Secret) -> Vec<Result<Option<Rejection>, Problem>> {
    all(200, || {
        let (cache, token) = (cache.clone(), token.clone());
        Box::pin(async move { check(&cache, &token).await })
    })
    .await
}

#[tokio::test(start_paused = true)]
async fn many_who_ask_at_once_are_one_request_and_one_failure() {
    let slow = Slow::new(Ok(old_keys()));
    let cache_of_it = cache(slow.clone(), VirtualClock::new());
    for outcome in many(&cache_of_it, &of_the_old()).await {
        assert_eq!(outcome, Ok(None));
    }
    assert_eq!(slow.asked(), 1);
    wait(MINUTE).await;
    for outcome in many(&cache_of_it, &of_the_new()).await {
        assert_eq!(outcome, Ok(Some(Rejection::UnknownKey)));
    }
    assert_eq!(slow.asked(), 2);

    let down = Slow::new(Err(Error::new(Problem::ConnectionFailed, "down")));
    let cache_of_it = cache(down.clone(), VirtualClock::new());
    for outcome in many(&cache_of_it, &of_the_old()).await {
        assert_eq!(outcome, Err(Problem::ConnectionFailed));
    }
    assert_eq!(down.asked(), 1);
}

#[tokio::test(start_paused = true)]
async fn old_keys_do_while_newer_ones_are_asked_for() {
    let slow = Slow::new(Ok(old_keys()));
    let clock = VirtualClock::new();
    let cache = cache(slow.clone(), clock.clone());
    cache.keys().await.unwrap();
    wait(60 * MINUTE).await;
    let asking = cache.clone();
    let asking = tokio::spawn(async move { asking.keys().await.map(drop) });
    settle().await;
    assert_eq!(slow.asked(), 2);
    let before = clock.monotonic();
    assert_eq!(check(&cache, &of_the_old()).await, Ok(None));
    assert_eq!(clock.monotonic(), before, "nobody waits");
    asking.await.unwrap().unwrap();
    assert_eq!(slow.asked(), 2);
}

#[tokio::test(start_paused = true)]
async fn who_goes_away_while_asking_leaves_the_turn_to_others() {
    let slow = Slow::new(Ok(old_keys()));
    let cache = cache(slow.clone(), VirtualClock::new());
    for gone in 1..=3 {
        let given_up = tokio::time::timeout(Duration::from_millis(10), cache.keys()).await;
        assert!(given_up.is_err());
        assert_eq!(slow.asked(), gone);
    }
    assert_eq!(check(&cache, &of_the_old()).await, Ok(None));
    assert_eq!(slow.asked(), 4);
    // Where there are keys, a caller who goes away is no way to ask more often.
    wait(MINUTE).await;
    let strange = of_the_new();
    for _ in 0..5 {
        let asked = check(&cache, &strange);
        let _ = tokio::time::timeout(Duration::from_millis(10), asked).await;
    }
    assert_eq!(slow.asked(), 5);
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_was_given_up_does_not_leave_the_failure_of_the_one_before() {
    let down = Slow::new(Err(Error::new(Problem::ConnectionFailed, "down")));
    let cache = cache(down.clone(), VirtualClock::new());
    let failed = Err(Problem::ConnectionFailed);
    assert_eq!(check(&cache, &of_the_old()).await, failed);
    wait(MINUTE).await;
    let given_up = tokio::time::timeout(Duration::from_millis(10), cache.keys()).await;
    assert!(given_up.is_err());
    assert_eq!(check(&cache, &of_the_old()).await, failed);
    assert_eq!(down.asked(), 3);
    assert_eq!(check(&cache, &of_the_old()).await, failed);
    assert_eq!(down.asked(), 3);
}
