//! The simulated IMS: it answers, is slow, hangs, fails, panics or sends bad tokens.

use std::future::pending;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use adobe_ims::cache::{Grant, StoreKey};
use adobe_ims::source::{FetchedToken, TokenSource};
use adobe_ims::{BoxFuture, Environment, Error, Problem, Result, Secret};

use crate::clocks::wall;
use crate::model::{self, TokenRecord};
use crate::throttle::throttled;
use crate::world::{World, wait};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ImsMode {
    Quick,
    Slow,
    Hangs,
    Down,
    Refuses,
    Throttles,
    Panics,
    IssuesDeadTokens,
    IssuesShortTokens,
    /// Issues the last token again.
    Repeats,
    /// Any of the others, drawn for each request.
    Changes,
}

pub(crate) const MODES: [ImsMode; 11] = [
    ImsMode::Quick,
    ImsMode::Slow,
    ImsMode::Hangs,
    ImsMode::Down,
    ImsMode::Refuses,
    ImsMode::Throttles,
    ImsMode::Panics,
    ImsMode::IssuesDeadTokens,
    ImsMode::IssuesShortTokens,
    ImsMode::Repeats,
    ImsMode::Changes,
];

/// The source of one provider.
pub(crate) struct SimulatedSource {
    world: Arc<World>,
    provider: usize,
    key: StoreKey,
}

impl SimulatedSource {
    pub(crate) fn new(world: &Arc<World>, provider: usize) -> Self {
        let environment = Environment::production();
        let secret = Secret::new("s8e-simulated");
        Self {
            world: Arc::clone(world),
            provider,
            key: StoreKey::new(
                &environment,
                "client",
                Grant::ClientCredentials,
                &[],
                "",
                &[&secret],
            ),
        }
    }

    async fn answer(&self, mode: ImsMode) -> Result<FetchedToken> {
        let mut request = Request::start(&self.world, self.provider);
        let latency = match mode {
            ImsMode::Slow => 500..14_000,
            ImsMode::Down | ImsMode::Panics | ImsMode::Refuses => 0..400,
            _ => 5..300,
        };
        wait(self.world.span(latency)).await;
        let fails = |problem| Err(Error::new(problem, "the simulated IMS fails"));
        request.ended = true;
        match mode {
            ImsMode::Hangs => {
                request.ended = false;
                pending().await
            }
            ImsMode::Down => fails(Problem::ConnectionFailed),
            ImsMode::Refuses => fails(Problem::ClientSecretWrong),
            ImsMode::Throttles => Err(throttled(self.world.span(0..900_000)).await),
            ImsMode::Panics => resume_unwind(Box::new("the simulated source panics")),
            _ => Ok(self.issue(mode)),
        }
    }

    fn issue(&self, mode: ImsMode) -> FetchedToken {
        let truth = self.world.truth();
        let life = match mode {
            ImsMode::IssuesDeadTokens => Duration::ZERO,
            ImsMode::IssuesShortTokens => self.world.span(1..120_000),
            _ => Duration::from_secs([86_400, 86_400, 3_600, 600][self.world.below(4)]),
        };
        let obtained_at = self.world.moment_of(self.provider).wall;
        let mut state = self.world.lock();
        let host = state.providers[self.provider].host;
        let ahead = state.ahead[host];
        let last = state.tokens.last().map(|token| token.expires_at);
        let is_repeated = mode == ImsMode::Repeats && last.is_some_and(|expiry| expiry > truth);
        let expires_at = last.filter(|_| is_repeated).unwrap_or(truth + life);
        if is_repeated {
            let record = state.tokens.last_mut().unwrap();
            record.ahead = record.ahead.max(ahead);
            record.arrived_at = truth;
        } else {
            state.tokens.push(TokenRecord {
                expires_at,
                ahead,
                arrived_at: truth,
                obtained_at,
            });
        }
        let number = state.tokens.len() - 1;
        let provider = &mut state.providers[self.provider];
        if expires_at > truth && !provider.withdrawn.contains(&number) {
            provider.arriving.push(number);
        }
        drop(state);
        let left = (expires_at - truth).as_secs_f64();
        let provider = self.provider;
        self.world.log(format!(
            "IMS issues token {number} to provider {provider}, which lives {left:.3} s"
        ));
        let wall_expiry = SystemTime::UNIX_EPOCH + wall(expires_at, ahead);
        FetchedToken::new(model::token(number).with_expiry(wall_expiry))
    }
}

impl TokenSource for SimulatedSource {
    fn fetch(&self) -> BoxFuture<'_, Result<FetchedToken>> {
        let mode = {
            let mut state = self.world.lock();
            match state.ims {
                ImsMode::Changes => MODES[state.random.usize(0..MODES.len() - 1)],
                mode => mode,
            }
        };
        if mode == ImsMode::Panics && self.world.chance(50) {
            drop(Request::start(&self.world, self.provider));
            resume_unwind(Box::new("the simulated source panics at once"));
        }
        Box::pin(self.answer(mode))
    }

    fn store_key(&self) -> Option<&StoreKey> {
        Some(&self.key)
    }
}

/// A request in flight. It ends with its drop.
struct Request {
    world: Arc<World>,
    provider: usize,
    ended: bool,
}

impl Request {
    fn start(world: &Arc<World>, provider: usize) -> Self {
        world.request_starts(provider);
        Self {
            world: Arc::clone(world),
            provider,
            ended: false,
        }
    }
}

impl Drop for Request {
    fn drop(&mut self) {
        let end = if self.ended {
            "is answered"
        } else {
            "is dropped"
        };
        self.world
            .log(format!("request of provider {} {end}", self.provider));
        self.world.lock().providers[self.provider].in_flight -= 1;
        // The scheduler looks at once whether the token landed.
        self.world.notify.notify_one();
    }
}
