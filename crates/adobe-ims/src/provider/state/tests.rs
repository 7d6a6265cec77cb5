//! The scenarios of `tests/scenarios/refresh.json`, and the properties of any order of events.

use std::time::SystemTime;

use proptest::prelude::*;
use serde::Deserialize;

use super::*;
use crate::error::{Problem, ServerResponse};
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

fn new_token(now: Moment, lifetime: Duration, jitter: f64) -> TokenAge {
    TokenAge::new(
        now,
        Duration::ZERO,
        lifetime,
        Windows::new(lifetime, jitter),
    )
}

fn error(problem: Problem, retry_after: Option<u64>) -> Error {
    let server = ServerResponse {
        retry_after: retry_after.map(seconds),
        ..ServerResponse::default()
    };
    Error::new(problem, "it failed").with_server(server)
}

fn start() -> Moment {
    Moment::now(&ManualClock::at_unix(START))
}

#[test]
fn older_of_two_ages_leaves_less_time() {
    let now = start();
    let of_age = |age| TokenAge {
        initial_age: seconds(age),
        ..new_token(now, seconds(100), 0.0)
    };
    let (young, old) = (of_age(10), of_age(20));
    assert_eq!(young.or_older(old, now).remaining(now), seconds(80));
    assert_eq!(old.or_older(young, now).remaining(now), seconds(80));
}

#[test]
fn token_at_its_advisory_window_is_not_as_good_as_a_new_one() {
    let now = start();
    let token = new_token(now, seconds(100), 0.0);
    let advisory = token.windows.advisory;
    let decide = |age| {
        let mut state = RefreshState::default();
        state.record_success(TokenAge {
            initial_age: age,
            ..token
        });
        state.decide(now, seconds(1000))
    };
    assert_eq!(decide(advisory - seconds(1)), Decision::TooShort);
    assert_eq!(decide(advisory), Decision::Refresh);
}

#[test]
fn decisions_match_the_scenarios() {
    let text = include_str!("../../../tests/scenarios/refresh.json");
    let table: Scenarios = serde_json::from_str(text).unwrap();
    assert!(table.scenarios.len() > 10);
    for scenario in table.scenarios {
        play(&scenario);
    }
}

fn play(scenario: &Scenario) {
    let clock = ManualClock::at_unix(START);
    let mut state = RefreshState::default();
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
            clock.set(if by < 0 {
                clock.now() - distance
            } else {
                clock.now() + distance
            });
        }
        let now = Moment::now(&clock);
        if let Some(length) = step.fetched {
            state.record_success(new_token(now, seconds(length), scenario.jitter));
        }
        if let Some(id) = &step.failed {
            let problem = Problem::from_id(id).expect(&context);
            state.record_failure(now, &error(problem, step.retry_after), step.random);
        }
        if let Some(expected) = &step.invalidate {
            let actual = match state.invalidate(now, &RefreshPolicy::default()) {
                Invalidation::Accepted => "accepted",
                Invalidation::Superseded => "superseded",
                Invalidation::TooSoon => "too-soon",
            };
            assert_eq!(actual, expected, "{context}");
        }
        if let Some(expected) = &step.ask {
            let actual = match state.decide(now, seconds(step.min_ttl)) {
                Decision::Serve => "serve",
                Decision::ServeAndRefresh => "serve-and-refresh",
                Decision::Refresh => "refresh",
                Decision::Fail => "fail",
                Decision::TooShort => "too-short",
            };
            assert_eq!(actual, expected, "{context}");
        }
    }
}

#[derive(Clone, Debug)]
enum Event {
    Pass(u64),
    Sleep(u64),
    Set(u64),
    Fetch(u64),
    Fail(bool, f64),
    Invalidate,
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        (0u64..200_000).prop_map(Event::Pass),
        (0u64..60).prop_map(Event::Pass),
        (0u64..200_000).prop_map(Event::Sleep),
        (0u64..2 * START).prop_map(Event::Set),
        (1u64..200_000).prop_map(Event::Fetch),
        (any::<bool>(), 0.0..1.0).prop_map(|(refused, random)| Event::Fail(refused, random)),
        Just(Event::Invalidate),
    ]
}

proptest! {
    #[test]
    fn properties_hold_for_any_order_of_events(events in proptest::collection::vec(event(), 1..60), min_ttl in 0u64..100_000) {
        let clock = ManualClock::at_unix(START);
        let mut state = RefreshState::default();
        // The expected state by a clock that nobody can set.
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
                Event::Fetch(length) => {
                    state.record_success(new_token(now, seconds(length), 0.5));
                    (end, rejected) = (Some(awake + seconds(length)), false);
                }
                Event::Fail(refused, random) => {
                    let problem = if refused {
                        Problem::ClientSecretWrong
                    } else {
                        Problem::ConnectionFailed
                    };
                    state.record_failure(now, &error(problem, None), random);
                }
                Event::Invalidate => {
                    let accepted = state.invalidate(now, &RefreshPolicy::default());
                    rejected |= accepted == Invalidation::Accepted && state.is_rejected();
                }
            }
            let now = Moment::now(&clock);
            let decision = state.decide(now, Duration::ZERO);
            let serves = matches!(decision, Decision::Serve | Decision::ServeAndRefresh);
            // The state never serves an expired or rejected token.
            if serves {
                prop_assert!(end.is_some_and(|end| awake < end));
                prop_assert!(!rejected);
            }
            // There is no refresh during a hold, and every hold ends.
            let refreshes = matches!(decision, Decision::Refresh | Decision::ServeAndRefresh);
            if let Some(left) = state.hold_remaining(now) {
                prop_assert!(!refreshes);
                prop_assert!(left <= seconds(300));
            }
            // A served token lives at least min_ttl.
            if state.decide(now, seconds(min_ttl)) == Decision::Serve {
                prop_assert!(state.usable(now).is_some_and(|token| token.remaining(now) >= seconds(min_ttl)));
            }
            // A refresh is due exactly when the decision starts one.
            prop_assert_eq!(state.due_in(now).is_zero(), refreshes);
        }
    }
}
