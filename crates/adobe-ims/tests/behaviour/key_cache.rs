//! The cache of the keys of IMS: when it sends a request, and when it does not.

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
use crate::provider_world::all;
use crate::signed_tokens::{KID, claims, jwk, key_set, signed};
use crate::virtual_time::{VirtualClock, wait};

pub(crate) const MINUTE: Duration = Duration::from_secs(60);

/// Lets the tasks of the runtime get on.
pub(crate) async fn settle() {
    for _ in 0..10 {
        tokio::task::yield_now().await;
    }
}

pub(crate) fn old_keys() -> Value {
    key_set(&[jwk(Some("old"), "other.pem")])
}

pub(crate) fn new_keys() -> Value {
    key_set(&[jwk(Some("old"), "other.pem"), jwk(Some(KID), "pkcs1.pem")])
}

pub(crate) fn token_of_old_key() -> Secret {
    signed(Some("old"), &long_lived_claims(), "other.pem")
}

pub(crate) fn token_of_new_key() -> Secret {
    signed(Some(KID), &long_lived_claims(), "pkcs1.pem")
}

fn long_lived_claims() -> Value {
    claims(json!({"expires_in": "864000000"}))
}

fn answer(keys: &Value) -> Canned {
    Canned::new(200, &[], keys.to_string())
}

fn failure() -> Canned {
    Canned::new(503, &[], "")
}

pub(crate) fn cache(transport: impl Transport + 'static, clock: impl Clock + 'static) -> KeyCache {
    let ims = ImsClient::new(transport).with_clock(clock);
    let crypto = Crypto::ring();
    KeyCache::new(ims, Environment::stage(), crypto)
}

/// Returns the rejection of a token, `None` for a valid one, or the problem with the keys.
pub(crate) async fn check(cache: &KeyCache, token: &Secret) -> Result<Option<Rejection>, Problem> {
    let verdict = cache.verify(token, &VerifyOptions::any_token()).await;
    verdict.map(Result::err).map_err(|error| error.problem())
}

#[tokio::test]
async fn fresh_keys_are_fetched_once() {
    let clock = ManualClock::at_unix(NOW);
    let canned = answer(&old_keys()).then(answer(&old_keys()));
    let cache = cache(canned.clone(), clock.clone());
    assert!(canned.requests().is_empty());
    for _ in 0..3 {
        assert_eq!(check(&cache, &token_of_old_key()).await, Ok(None));
    }
    let request = canned.request();
    assert_eq!(request.method(), "GET");
    assert_eq!(
        request.uri(),
        "https://ims-na1-stg1.adobelogin.com/ims/keys"
    );
    assert!(!request.headers().contains_key("authorization"));
    clock.advance(60 * MINUTE - Duration::from_millis(1));
    assert_eq!(check(&cache.clone(), &token_of_old_key()).await, Ok(None));
    assert!(canned.requests().is_empty());
    clock.advance(Duration::from_millis(1));
    assert_eq!(check(&cache, &token_of_old_key()).await, Ok(None));
    settle().await;
    assert_eq!(canned.requests().len(), 1);
}

#[tokio::test]
async fn max_age_of_the_response_is_clamped() {
    for (header, minutes) in [
        ("max-age=1800", 30),
        ("max-age=1", 5),
        ("public, max-age=99999999", 24 * 60),
        ("no-store", 60),
    ] {
        let clock = ManualClock::at_unix(NOW);
        let headers = [("cache-control", header)];
        let canned = Canned::new(200, &headers, old_keys().to_string()).then(answer(&old_keys()));
        let cache = cache(canned.clone(), clock.clone());
        cache.keys().await.unwrap();
        clock.advance(minutes * MINUTE - Duration::from_secs(1));
        cache.keys().await.unwrap();
        assert_eq!(canned.requests().len(), 1, "{header}");
        clock.advance(Duration::from_secs(1));
        cache.keys().await.unwrap();
        settle().await;
        assert_eq!(canned.requests().len(), 1, "{header}");
    }
}

#[tokio::test]
async fn unknown_key_is_fetched_once_a_minute() {
    let clock = ManualClock::at_unix(NOW);
    let canned = answer(&old_keys())
        .then(answer(&old_keys()))
        .then(answer(&new_keys()));
    let cache = cache(canned.clone(), clock.clone());
    assert_eq!(check(&cache, &token_of_old_key()).await, Ok(None));
    clock.advance(MINUTE - Duration::from_millis(1));
    let unknown = Ok(Some(Rejection::UnknownKey));
    for _ in 0..10 {
        assert_eq!(check(&cache, &token_of_new_key()).await, unknown);
    }
    assert_eq!(canned.requests().len(), 1, "the first is a moment ago");
    clock.advance(Duration::from_millis(1));
    for number in 0..10 {
        let forged = signed(
            Some(&format!("forged-{number}")),
            &long_lived_claims(),
            "rsa3072.pem",
        );
        assert_eq!(check(&cache, &forged).await, unknown);
        assert_eq!(check(&cache, &token_of_new_key()).await, unknown);
    }
    assert_eq!(canned.requests().len(), 1, "a flood is one request");
    clock.advance(MINUTE);
    assert_eq!(check(&cache, &token_of_new_key()).await, Ok(None));
    assert_eq!(check(&cache, &token_of_old_key()).await, Ok(None));
    assert_eq!(canned.requests().len(), 1);
    // A wrong signature of a known key sends no request.
    clock.advance(2 * MINUTE);
    let forged = signed(Some(KID), &long_lived_claims(), "other.pem");
    let wrong = Ok(Some(Rejection::SignatureWrong));
    assert_eq!(check(&cache, &forged).await, wrong);
    assert!(canned.requests().is_empty());
}

#[tokio::test]
async fn stale_keys_are_used_for_a_day_after_a_failure() {
    let clock = ManualClock::at_unix(NOW);
    let mut canned = answer(&old_keys());
    for _ in 0..2 {
        canned = canned.then(failure());
    }
    canned = canned.then(Canned::new(200, &[], "{}")).then(failure());
    let cache = cache(canned.clone(), clock.clone());
    cache.keys().await.unwrap();
    // For an unknown key.
    clock.advance(MINUTE);
    let unknown = Ok(Some(Rejection::UnknownKey));
    assert_eq!(check(&cache, &token_of_new_key()).await, unknown);
    assert_eq!(check(&cache, &token_of_old_key()).await, Ok(None));
    assert_eq!(canned.requests().len(), 2);
    // For stale keys, once in each pause.
    for requests in [1, 1] {
        clock.advance(60 * MINUTE);
        for _ in 0..3 {
            assert_eq!(check(&cache, &token_of_old_key()).await, Ok(None));
            settle().await;
        }
        assert_eq!(canned.requests().len(), requests);
    }
    clock.advance(24 * 60 * MINUTE);
    for _ in 0..3 {
        let gone = check(&cache, &token_of_old_key()).await;
        assert_eq!(gone, Err(Problem::ServerError), "a failure is held, too");
    }
    assert_eq!(canned.requests().len(), 1);
}

/// Answers after a second on the virtual clock, and counts the requests.
#[derive(Clone, Debug)]
pub(crate) struct Slow {
    requests: Arc<AtomicUsize>,
    answer: Result<Value, Error>,
}

impl Slow {
    pub(crate) fn new(answer: Result<Value, Error>) -> Self {
        let requests = Arc::default();
        Self { requests, answer }
    }

    pub(crate) fn requests(&self) -> usize {
        self.requests.load(Ordering::Relaxed)
    }
}

impl Transport for Slow {
    fn send(&self, _: Request<Body>) -> BoxFuture<'_, adobe_ims::Result<Response<Body>>> {
        self.requests.fetch_add(1, Ordering::Relaxed);
        Box::pin(async {
            wait(Duration::from_secs(1)).await;
            let body = self.answer.clone()?.to_string();
            Ok(Response::new(body.into_bytes().into()))
        })
    }
}

pub(crate) async fn many(
    cache: &KeyCache,
    token: &Secret,
) -> Vec<Result<Option<Rejection>, Problem>> {
    all(200, || {
        let (cache, token) = (cache.clone(), token.clone());
        Box::pin(async move { check(&cache, &token).await })
    })
    .await
}

#[tokio::test(start_paused = true)]
async fn concurrent_callers_share_one_request_and_one_failure() {
    let slow = Slow::new(Ok(old_keys()));
    let slow_cache = cache(slow.clone(), VirtualClock::new());
    for outcome in many(&slow_cache, &token_of_old_key()).await {
        assert_eq!(outcome, Ok(None));
    }
    assert_eq!(slow.requests(), 1);
    wait(MINUTE).await;
    for outcome in many(&slow_cache, &token_of_new_key()).await {
        assert_eq!(outcome, Ok(Some(Rejection::UnknownKey)));
    }
    assert_eq!(slow.requests(), 2);

    let down = Slow::new(Err(Error::new(Problem::ConnectionFailed, "down")));
    let slow_cache = cache(down.clone(), VirtualClock::new());
    for outcome in many(&slow_cache, &token_of_old_key()).await {
        assert_eq!(outcome, Err(Problem::ConnectionFailed));
    }
    assert_eq!(down.requests(), 1);
}

#[tokio::test(start_paused = true)]
async fn stale_keys_are_returned_during_a_request() {
    let slow = Slow::new(Ok(old_keys()));
    let clock = VirtualClock::new();
    let cache = cache(slow.clone(), clock.clone());
    cache.keys().await.unwrap();
    wait(60 * MINUTE).await;
    let asking = cache.clone();
    let asking = tokio::spawn(async move { asking.keys().await.map(drop) });
    settle().await;
    assert_eq!(slow.requests(), 2);
    let before = clock.monotonic();
    assert_eq!(check(&cache, &token_of_old_key()).await, Ok(None));
    assert_eq!(clock.monotonic(), before, "nobody waits");
    asking.await.unwrap().unwrap();
    assert_eq!(slow.requests(), 2);
}
