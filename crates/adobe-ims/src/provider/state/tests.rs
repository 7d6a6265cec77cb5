//! The scenarios of `tests/scenarios/refresh.json`, and what holds for any order of events.

use std::time::SystemTime;

use proptest::prelude::*;
use serde::Deserialize;

use super::*;
use crate::error::Problem;
use crate::error::ServerResponse;
use crate::util::clock::{Clock, ManualClock};

#[derive(Deserialize)]
struct Scenarios {
    scenarios: Vec<Scenario>,
}

#[derive(Deserialize)]
struct Scenario {
    name: String,
    #[serde(default)]
    jitter: f64,
    steps: Vec<Step>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    at: f64,
    ask: Option<String>,
    #[serde(default)]
    min_ttl: u64,
    fetched: Option<u64>,
    failed: Option<String>,
    #[serde(default)]
    random: f64,
    retry_after: Option<u64>,
    invalidate: Option<String>,
    sleep: Option<u64>,
    set: Option<i64>,
}

const START: u64 = 1_800_000_000;

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn life(now: Moment, length: Duration, jitter: f64) -> TokenAge {
    TokenAge::new(now, Duration::ZERO, length, Windows::of(length, jitter))
}

fn error(problem: Problem, retry_after: Option<u64>) -> Error {
    let answer = ServerResponse {
        retry_after: retry_after.map(seconds),
        ..ServerResponse::default()
    };
    Error::new(problem, "it failed").with_server(answer)
}

#[test]
fn the_scenarios_hold() {
    let text = include_str!("../../../tests/scenarios/refresh.json");
    let table: Scenarios = serde_json::from_str(text).unwrap();
    assert!(table.scenarios.len() > 10);
    for scenario in table.scenarios {
        play(&scenario);
    }
}

fn play(scenario: &Scenario) {
    let clock = ManualClock::at_unix(START);
    let mut slot = RefreshState::default();
    let mut passed = Duration::ZERO;
    for (number, step) in scenario.steps.iter().enumerate() {
        let context = format!("{}, step {}", scenario.name, number + 1);
        let at = Duration::from_secs_f64(step.at);
        clock.advance(at.checked_sub(passed).expect(&context));
        passed = at;
        if let Some(by) = step.sleep {
            clock.sleep(seconds(by));
        }
        if let Some(by) = step.set {
            let distance = seconds(by.unsigned_abs());
            clock.set(match by < 0 {
                true => clock.now() - distance,
                false => clock.now() + distance,
            });
        }
        let now = Moment::now(&clock);
        if let Some(length) = step.fetched {
            slot.renewed(life(now, seconds(length), scenario.jitter));
        }
        if let Some(id) = &step.failed {
            let problem = Problem::from_id(id).expect(&context);
            slot.failed(now, &error(problem, step.retry_after), step.random);
        }
        if let Some(expected) = &step.invalidate {
            let found = match slot.invalidate(now, &RefreshPolicy::default()) {
                Invalidation::Accepted => "accepted",
                Invalidation::Superseded => "superseded",
                Invalidation::TooSoon => "too-soon",
            };
            assert_eq!(found, expected, "{context}");
        }
        if let Some(expected) = &step.ask {
            let found = match slot.decide(now, seconds(step.min_ttl)) {
                Decision::Serve => "serve",
                Decision::ServeAndRefresh => "serve-and-refresh",
                Decision::Refresh => "refresh",
                Decision::Fail => "fail",
                Decision::TooShort => "too-short",
            };
            assert_eq!(found, expected, "{context}");
        }
    }
}

#[derive(Clone, Debug)]
enum Event {
    Pass(u64),
    Sleep(u64),
    Set(u64),
    Mint(u64),
    Fail(bool, f64),
    Invalidate,
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        (0u64..200_000).prop_map(Event::Pass),
        (0u64..60).prop_map(Event::Pass),
        (0u64..200_000).prop_map(Event::Sleep),
        (0u64..2 * START).prop_map(Event::Set),
        (1u64..200_000).prop_map(Event::Mint),
        (any::<bool>(), 0.0..1.0).prop_map(|(refused, random)| Event::Fail(refused, random)),
        Just(Event::Invalidate),
    ]
}

proptest! {
    #[test]
    fn whatever_happens(events in proptest::collection::vec(event(), 1..60), min_ttl in 0u64..100_000) {
        let clock = ManualClock::at_unix(START);
        let mut slot = RefreshState::default();
        // What an onlooker with a clock that nobody can set knows.
        let mut awake = Duration::ZERO;
        let mut end: Option<Duration> = None;
        let mut rejected = false;
        for event in events {
            let now = Moment::now(&clock);
            match event {
                Event::Pass(by) => {
                    clock.advance(seconds(by));
                    awake += seconds(by);
                }
                Event::Sleep(by) => clock.sleep(seconds(by)),
                Event::Set(to) => clock.set(SystemTime::UNIX_EPOCH + seconds(to)),
                Event::Mint(length) => {
                    slot.renewed(life(now, seconds(length), 0.5));
                    (end, rejected) = (Some(awake + seconds(length)), false);
                }
                Event::Fail(refused, random) => {
                    let problem = match refused {
                        true => Problem::ClientSecretWrong,
                        false => Problem::ConnectionFailed,
                    };
                    slot.failed(now, &error(problem, None), random);
                }
                Event::Invalidate => {
                    let accepted = slot.invalidate(now, &RefreshPolicy::default());
                    rejected |= accepted == Invalidation::Accepted;
                }
            }
            let now = Moment::now(&clock);
            let decision = slot.decide(now, Duration::ZERO);
            let serves = matches!(decision, Decision::Serve | Decision::ServeAndRefresh);
            // Never an expired token, nor one that was called invalid.
            if serves {
                prop_assert!(end.is_some_and(|end| awake < end));
                prop_assert!(!rejected);
            }
            // Nobody is asked while the slot is held, and every hold ends.
            let asks = matches!(decision, Decision::Refresh | Decision::ServeAndRefresh);
            if let Some(left) = slot.hold_left(now) {
                prop_assert!(!asks);
                prop_assert!(left <= seconds(300));
            }
            // Whoever needs it for long gets it for long.
            if slot.decide(now, seconds(min_ttl)) == Decision::Serve {
                prop_assert!(slot.servable(now).is_some_and(|life| life.left(now) >= seconds(min_ttl)));
            }
            // The host that drives the refresh comes when it is due, and not before.
            prop_assert_eq!(slot.due_in(now).is_zero(), asks);
        }
    }
}
