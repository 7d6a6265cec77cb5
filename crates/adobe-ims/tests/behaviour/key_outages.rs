//! The cache of the keys of IMS while IMS fails or hangs, and on runtimes that stand still.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use adobe_ims::BoxFuture;
use adobe_ims::transport::{Body, Transport};
use adobe_ims::verify::Rejection;
use adobe_ims::{Clock, Error, ManualClock, Problem};
use http::{Request, Response};
use serde_json::Value;
use tokio::runtime::{Builder, Runtime};

use crate::canned::NOW;
use crate::key_cache::{
    MINUTE, Slow, cache, check, many, new_keys, old_keys, settle, token_of_new_key,
    token_of_old_key,
};
use crate::virtual_time::{VirtualClock, wait};

/// An IMS whose answers are set by hand. `None` hangs.
#[derive(Clone, Debug)]
struct Manual {
    requests: Arc<AtomicUsize>,
    answer: Arc<Mutex<Option<Result<Value, Error>>>>,
}

impl Manual {
    fn new(answer: Option<Result<Value, Error>>) -> Self {
        Self {
            requests: Arc::default(),
            answer: Arc::new(Mutex::new(answer)),
        }
    }

    fn down() -> Self {
        Self::new(Some(Err(Error::new(Problem::NameUnknown, "no DNS yet"))))
    }

    fn answers(&self, answer: Option<Result<Value, Error>>) {
        *self.answer.lock().unwrap() = answer;
    }

    /// Returns the number of requests since the last call.
    fn requests(&self) -> usize {
        self.requests.swap(0, Ordering::Relaxed)
    }
}

impl Transport for Manual {
    fn send(&self, _: Request<Body>) -> BoxFuture<'_, adobe_ims::Result<Response<Body>>> {
        self.requests.fetch_add(1, Ordering::Relaxed);
        let answer = self.answer.lock().unwrap().clone();
        Box::pin(async {
            match answer {
                Some(answer) => Ok(Response::new(answer?.to_string().into_bytes().into())),
                None => std::future::pending().await,
            }
        })
    }
}

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test]
async fn pauses_after_failures_grow_from_a_second_to_the_cooldown() {
    let clock = ManualClock::at_unix(NOW);
    let ims = Manual::down();
    let cache = cache(ims.clone(), clock.clone());
    for pause in [1, 2, 4, 8, 16, 32, 60, 60] {
        assert_eq!(
            cache.keys().await.unwrap_err().problem(),
            Problem::NameUnknown
        );
        assert_eq!(ims.requests(), 1, "{pause}");
        clock.advance(pause * SECOND - Duration::from_millis(1));
        for _ in 0..3 {
            let error = cache.keys().await.unwrap_err();
            assert_eq!(error.problem(), Problem::NameUnknown);
        }
        assert_eq!(ims.requests(), 0, "{pause}");
        clock.advance(Duration::from_millis(1));
    }
    ims.answers(Some(Ok(old_keys())));
    assert_eq!(check(&cache, &token_of_old_key()).await, Ok(None));
    // A success ends the growth.
    ims.answers(Some(Err(Error::new(Problem::NameUnknown, "no DNS"))));
    clock.advance(60 * MINUTE);
    ims.requests();
    for step in [0, 1, 2, 4] {
        clock.advance(step * SECOND);
        assert_eq!(check(&cache, &token_of_old_key()).await, Ok(None));
        settle().await;
        assert_eq!(ims.requests(), 1, "{step}");
    }
}

#[tokio::test]
async fn pause_counts_from_the_failure_and_not_from_the_request() {
    let clock = ManualClock::at_unix(NOW);
    let slow = Passing(clock.clone(), Arc::default());
    let cache = cache(slow.clone(), clock.clone());
    for requests in [1, 1, 1] {
        cache.keys().await.unwrap_err();
        assert_eq!(slow.1.load(Ordering::Relaxed), requests);
    }
    clock.advance(SECOND);
    cache.keys().await.unwrap_err();
    assert_eq!(slow.1.load(Ordering::Relaxed), 2);
}

/// Fails after half a minute of this clock.
#[derive(Clone, Debug)]
struct Passing(ManualClock, Arc<AtomicUsize>);

impl Transport for Passing {
    fn send(&self, _: Request<Body>) -> BoxFuture<'_, adobe_ims::Result<Response<Body>>> {
        self.1.fetch_add(1, Ordering::Relaxed);
        self.0.advance(30 * SECOND);
        Box::pin(async { Err(Error::new(Problem::DeadlineExceeded, "no answer")) })
    }
}

#[tokio::test(start_paused = true)]
async fn request_goes_on_when_its_caller_gives_up() {
    let slow = Slow::new(Ok(old_keys()));
    let cache = cache(slow.clone(), VirtualClock::new());
    for _ in 0..3 {
        let given_up = tokio::time::timeout(Duration::from_millis(10), cache.keys()).await;
        assert!(given_up.is_err());
    }
    assert_eq!(check(&cache, &token_of_old_key()).await, Ok(None));
    assert_eq!(slow.requests(), 1);
    // An unknown key, too: the next caller waits for the same request.
    wait(MINUTE).await;
    for _ in 0..5 {
        let unknown_token = token_of_new_key();
        let check = check(&cache, &unknown_token);
        let _ = tokio::time::timeout(Duration::from_millis(10), check).await;
    }
    assert_eq!(slow.requests(), 2);
}

#[tokio::test(start_paused = true)]
async fn nobody_waits_for_a_hanging_ims_while_stale_keys_are_usable() {
    let ims = Manual::new(Some(Ok(old_keys())));
    let clock = VirtualClock::new();
    let cache = cache(ims.clone(), clock.clone());
    cache.keys().await.unwrap();
    ims.answers(None);
    wait(60 * MINUTE).await;
    let mut waited = Vec::new();
    let token = token_of_old_key();
    for _ in 0..90 {
        let before = clock.monotonic();
        assert_eq!(check(&cache, &token).await, Ok(None));
        waited.push((clock.monotonic() - before).as_secs());
        wait(SECOND).await;
    }
    // A request counts for 40 s. The caller that starts the next one waits, in case the runtime had stood still.
    let mut expected = vec![0; 90];
    (expected[40], expected[75]) = (5, 5);
    assert_eq!(waited, expected);
    assert_eq!(ims.requests(), 1 + 3);
}

#[tokio::test(start_paused = true)]
async fn caller_with_an_unknown_key_waits_five_seconds_for_a_hanging_ims() {
    let ims = Manual::new(Some(Ok(old_keys())));
    let clock = VirtualClock::new();
    let cache = cache(ims.clone(), clock.clone());
    cache.keys().await.unwrap();
    ims.answers(None);
    wait(MINUTE).await;
    let start = clock.monotonic();
    for outcome in many(&cache, &token_of_new_key()).await {
        assert_eq!(outcome, Ok(Some(Rejection::UnknownKey)));
    }
    assert_eq!(clock.monotonic() - start, 5 * SECOND);
    assert_eq!(check(&cache, &token_of_old_key()).await, Ok(None));
    assert_eq!(clock.monotonic() - start, 5 * SECOND);
    assert_eq!(ims.requests(), 2);
    // The request no longer counts, and the cooldown is over.
    wait(MINUTE).await;
    ims.answers(Some(Ok(new_keys())));
    assert_eq!(check(&cache, &token_of_new_key()).await, Ok(None));
    assert_eq!(ims.requests(), 1);
}

#[tokio::test]
async fn forged_keys_cause_one_request_a_minute_while_ims_fails() {
    let clock = ManualClock::at_unix(NOW);
    let ims = Manual::new(Some(Ok(old_keys())));
    let cache = cache(ims.clone(), clock.clone());
    cache.keys().await.unwrap();
    ims.answers(Some(Err(Error::new(Problem::ConnectionFailed, "down"))));
    ims.requests();
    let forged = token_of_new_key();
    for _ in 0..30 * 60 {
        clock.advance(SECOND);
        let unknown = Ok(Some(Rejection::UnknownKey));
        assert_eq!(check(&cache, &forged).await, unknown);
    }
    assert_eq!(ims.requests(), 30);
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

#[test]
fn request_on_a_runtime_that_stands_still_is_replaced_by_another_caller() {
    let clock = ManualClock::at_unix(NOW);
    let ims = Manual::new(None);
    let cache = cache(ims.clone(), clock.clone());
    // No keys: the request of another runtime counts for ten seconds.
    let still = runtime();
    still.block_on(async {
        let mut asking = pin!(cache.keys());
        assert!(poll_once(&mut asking).await.is_none());
        settle().await;
    });
    assert_eq!(ims.requests(), 1);
    ims.answers(Some(Ok(old_keys())));
    clock.advance(10 * SECOND);
    let other = runtime();
    let outcome = other.block_on(check(&cache, &token_of_old_key()));
    assert_eq!((outcome, ims.requests()), (Ok(None), 1));
    // Stale keys: it counts for forty seconds.
    clock.advance(60 * MINUTE);
    still.block_on(cache.keys()).unwrap();
    for (seconds, requests) in [(39, 0), (1, 1), (0, 0)] {
        clock.advance(seconds * SECOND);
        other.block_on(cache.keys()).unwrap();
        assert_eq!(ims.requests(), requests, "{seconds}");
    }
}

#[test]
fn request_that_ends_with_its_runtime_is_sent_by_the_next_caller() {
    let clock = ManualClock::at_unix(NOW);
    let ims = Manual::new(Some(Ok(old_keys())));
    let cache = cache(ims.clone(), clock.clone());
    let check_once = || runtime().block_on(check(&cache, &token_of_old_key()));
    assert_eq!((check_once(), ims.requests()), (Ok(None), 1));
    // Each call has a runtime of its own, which ends before a request aside is sent.
    clock.advance(60 * MINUTE);
    assert_eq!((check_once(), ims.requests()), (Ok(None), 0));
    assert_eq!((check_once(), ims.requests()), (Ok(None), 0), "a pause");
    clock.advance(SECOND);
    assert_eq!((check_once(), ims.requests()), (Ok(None), 1));
    assert_eq!((check_once(), ims.requests()), (Ok(None), 0), "fresh");
    // Without usable keys the next caller sends one at once.
    clock.advance(26 * 60 * MINUTE);
    ims.answers(None);
    runtime().block_on(async {
        let mut asking = pin!(cache.keys());
        assert!(poll_once(&mut asking).await.is_none());
    });
    ims.answers(Some(Ok(old_keys())));
    assert_eq!((check_once(), ims.requests()), (Ok(None), 1));
}

#[tokio::test]
async fn panic_of_the_transport_is_a_failure_with_a_pause() {
    let clock = ManualClock::at_unix(NOW);
    let cache = cache(Panicking, clock);
    for _ in 0..3 {
        let error = cache.keys().await.unwrap_err();
        assert_eq!(error.problem(), Problem::ConnectionFailed);
    }
}

#[derive(Debug)]
struct Panicking;

impl Transport for Panicking {
    fn send(&self, _: Request<Body>) -> BoxFuture<'_, adobe_ims::Result<Response<Body>>> {
        panic!("the transport of a test")
    }
}

#[test]
fn keys_are_fetched_without_a_runtime_and_without_timers() {
    for answer in [
        Ok(old_keys()),
        Err(Error::new(Problem::NameUnknown, "down")),
    ] {
        let expected = answer
            .clone()
            .map(|_| None)
            .map_err(|error| error.problem());
        let ims = Manual::new(Some(answer));
        let clock = ManualClock::at_unix(NOW);
        let cache = cache(ims.clone(), clock.clone());
        let token = token_of_old_key();
        let mut checking = pin!(check(&cache, &token));
        let mut context = Context::from_waker(Waker::noop());
        let Poll::Ready(outcome) = checking.as_mut().poll(&mut context) else {
            panic!("the transport answers at once");
        };
        assert_eq!((outcome, ims.requests()), (expected, 1));
        clock.advance(2 * 60 * MINUTE);
        let without_timers = Builder::new_current_thread().build().unwrap();
        let outcome = without_timers.block_on(async {
            let outcome = check(&cache, &token).await;
            let unknown = check(&cache, &token_of_new_key()).await;
            assert_eq!(
                unknown,
                expected
                    .as_ref()
                    .map(|_| Some(Rejection::UnknownKey))
                    .map_err(|problem| *problem)
            );
            outcome
        });
        assert_eq!((outcome, ims.requests()), (expected, 1));
    }
}

/// Polls a future once.
async fn poll_once<F: Future>(future: &mut Pin<&mut F>) -> Option<F::Output> {
    poll_fn(|cx| match future.as_mut().poll(cx) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending => Poll::Ready(None),
    })
    .await
}
