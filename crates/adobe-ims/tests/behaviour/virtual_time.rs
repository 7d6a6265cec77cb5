//! A clock that follows the paused clock of a tokio runtime, and a token source with programmed outcomes.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use adobe_ims::BoxFuture;
use adobe_ims::cache::{Grant, StoreKey};
use adobe_ims::source::{FetchedToken, TokenSource};
use adobe_ims::{AccessToken, Clock, Environment, Error, Problem, Secret};
use tokio::time::Instant;

use crate::support::{CLIENT_ID, CLIENT_SECRET};

pub(crate) const DAY: Duration = Duration::from_secs(86_400);
pub(crate) const HOUR: Duration = Duration::from_secs(3_600);
pub(crate) const MINUTE: Duration = Duration::from_secs(60);
pub(crate) const SECOND: Duration = Duration::from_secs(1);

/// A clock that follows the runtime's clock. Its wall clock can be set.
#[derive(Clone, Debug)]
pub(crate) struct VirtualClock {
    start: Instant,
    wall: Arc<Mutex<SystemTime>>,
}

impl VirtualClock {
    /// Creates a clock. The runtime's clock must be paused.
    pub(crate) fn new() -> Self {
        let wall = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
        Self {
            start: Instant::now(),
            wall: Arc::new(Mutex::new(wall)),
        }
    }

    /// Sets the wall clock ahead, as an administrator or a sleep of the machine does.
    pub(crate) fn set_ahead(&self, by: Duration) {
        *self.wall.lock().unwrap() += by;
    }

    /// Sets the wall clock back.
    pub(crate) fn set_back(&self, by: Duration) {
        *self.wall.lock().unwrap() -= by;
    }
}

impl Clock for VirtualClock {
    fn now(&self) -> SystemTime {
        *self.wall.lock().unwrap() + self.start.elapsed()
    }

    fn monotonic(&self) -> Duration {
        self.start.elapsed()
    }
}

/// The outcome of a fetch.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    Token(Duration),
    Fails(Error),
    /// The fetch never ends.
    Hangs,
}

/// A source that records its fetches.
#[derive(Clone)]
pub(crate) struct Source(Arc<Inner>);

struct Inner {
    clock: VirtualClock,
    latency: Mutex<Duration>,
    answer: Mutex<Answer>,
    asked: Mutex<Vec<Duration>>,
    key: StoreKey,
}

impl Source {
    pub(crate) fn new(clock: &VirtualClock) -> Self {
        Self::with_secret(clock, CLIENT_SECRET)
    }

    pub(crate) fn with_secret(clock: &VirtualClock, secret: &str) -> Self {
        Self(Arc::new(Inner {
            clock: clock.clone(),
            latency: Mutex::new(Duration::from_millis(50)),
            answer: Mutex::new(Answer::Token(DAY)),
            asked: Mutex::default(),
            key: StoreKey::new(
                &Environment::production(),
                CLIENT_ID,
                Grant::Jwt,
                &["ent_aem_cloud_api".to_owned()],
                "subject",
                &[&Secret::new(secret)],
            ),
        }))
    }

    pub(crate) fn answers(&self, answer: Answer) {
        *self.0.answer.lock().unwrap() = answer;
    }

    pub(crate) fn fails(&self, problem: Problem) {
        self.answers(Answer::Fails(Error::new(problem, "the source fails")));
    }

    pub(crate) fn takes(&self, latency: Duration) {
        *self.0.latency.lock().unwrap() = latency;
    }

    /// Returns the number of fetches.
    pub(crate) fn asked(&self) -> usize {
        self.0.asked.lock().unwrap().len()
    }

    /// Returns the times of the fetches on the monotonic clock.
    pub(crate) fn asked_at(&self) -> Vec<Duration> {
        self.0.asked.lock().unwrap().clone()
    }

    pub(crate) fn key(&self) -> &StoreKey {
        &self.0.key
    }
}

impl TokenSource for Source {
    fn fetch(&self) -> BoxFuture<'_, adobe_ims::Result<FetchedToken>> {
        Box::pin(async {
            let number = {
                let mut asked = self.0.asked.lock().unwrap();
                asked.push(self.0.clock.monotonic());
                asked.len()
            };
            let latency = *self.0.latency.lock().unwrap();
            let answer = self.0.answer.lock().unwrap().clone();
            wait(latency).await;
            match answer {
                Answer::Token(life) => Ok(FetchedToken::new(
                    AccessToken::new(Secret::new(format!("token-{number}")))?
                        .with_expiry(self.0.clock.now() + life),
                )),
                Answer::Fails(error) => Err(error),
                Answer::Hangs => std::future::pending().await,
            }
        })
    }

    fn store_key(&self) -> Option<&StoreKey> {
        Some(&self.0.key)
    }
}

/// Lets time pass on the runtime's paused clock.
#[expect(
    clippy::disallowed_methods,
    reason = "the clock is paused: nothing sleeps"
)]
pub(crate) async fn wait(span: Duration) {
    tokio::time::sleep(span).await;
}
