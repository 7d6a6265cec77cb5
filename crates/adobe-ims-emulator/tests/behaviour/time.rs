//! Virtual time and lifetimes over HTTP.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use adobe_ims_emulator::{Clock, Emulator};
use http::Request;
use serde_json::{Value, json};
use x509_cert::der::Decode as _;

use crate::support::{
    AssertionSigner, FORM, NOW, TestResponse, der, emulator, form, get, hostile_account, now, post,
    send,
};

const CLOCK: &str = "/_emu/clock";

/// A time long before every real clock, so that nothing counts as valid by real time.
const PAST: u64 = 1_000_000_000;
const PAST_TEXT: &str = "2001-09-09T01:46:40.000Z";

pub(crate) fn patch(emulator: &Emulator, path: &str, body: &Value) -> TestResponse {
    send(emulator, Request::patch(path), body.to_string().as_bytes())
}

fn advance(emulator: &Emulator, seconds: f64) -> TestResponse {
    let body = json!({ "seconds": seconds }).to_string();
    post(emulator, "/_emu/clock/advance", "application/json", body)
}

fn running() -> Emulator {
    let builder = Emulator::builder().account(hostile_account());
    builder.start().unwrap()
}

fn outcome(emulator: &Emulator, exp: u64) -> u16 {
    let signer = AssertionSigner::of(emulator);
    let claims = signer.claims_with("exp", json!(exp));
    signer.exchange(emulator, &claims).status
}

fn is_valid(emulator: &Emulator, token: &str) -> bool {
    let pairs = [
        ("type", "access_token"),
        ("client_id", crate::support::CLIENT_ID),
        ("token", token),
    ];
    let response = post(emulator, "/ims/validate_token/v1", FORM, form(&pairs));
    assert_eq!(response.status, 200, "{}", response.text);
    response.json["valid"].as_bool().unwrap()
}

fn seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).unwrap().as_secs()
}

#[test]
fn clock_is_read_and_changed() {
    let emulator = emulator();
    let start = json!({
        "now": "2027-01-15T08:00:00.000Z", "frozen": true, "rate": 1.0, "offset_seconds": 0,
    });
    assert_eq!(get(&emulator, CLOCK).json, start);
    let moved = patch(
        &emulator,
        CLOCK,
        &json!({"now": PAST_TEXT, "rate": 60, "offset_seconds": -90}),
    );
    let expected = json!({"now": PAST_TEXT, "frozen": true, "rate": 60.0, "offset_seconds": -90});
    assert_eq!(
        (moved.status, &moved.json),
        (200, &expected),
        "{}",
        moved.text
    );
    assert_eq!(moved.headers["date"], "Sun, 09 Sep 2001 01:45:10 GMT");
    assert_eq!(
        advance(&emulator, 1.5).json["now"],
        "2001-09-09T01:46:41.500Z"
    );
    assert_eq!(
        emulator.clock().now(),
        UNIX_EPOCH + Duration::from_millis(PAST * 1000 + 1500)
    );
    assert_eq!(
        (emulator.clock().rate(), emulator.clock().date_offset()),
        (60.0, -90)
    );

    let released = patch(
        &emulator,
        CLOCK,
        &json!({"frozen": false, "now": "2027-01-15T09:00:00+01:00"}),
    );
    assert_eq!(released.json["frozen"], false);
    assert!(emulator.clock().now() >= now() && !emulator.clock().is_frozen());
    emulator.clock().freeze();
    assert_eq!(get(&emulator, CLOCK).json["frozen"], true);
}

#[test]
fn fast_clock_runs_ahead_of_real_time() {
    let emulator = running();
    patch(&emulator, CLOCK, &json!({"rate": 1_000_000}));
    let before = emulator.clock().now();
    let real = Clock::system();
    let start = real.now();
    while real.now() < start + Duration::from_millis(2) {}
    let elapsed = emulator.clock().now().duration_since(before).unwrap();
    assert!(elapsed >= Duration::from_secs(2000), "{elapsed:?}");
}

#[test]
fn tokens_end_by_virtual_time() {
    let emulator = emulator();
    let token = AssertionSigner::of(&emulator).token(&emulator);
    assert!(is_valid(&emulator, &token));
    advance(&emulator, 86_399.0);
    assert!(is_valid(&emulator, &token));
    advance(&emulator, 1.0);
    assert!(!is_valid(&emulator, &token));
    patch(&emulator, CLOCK, &json!({"now": "2027-01-15T08:00:00Z"}));
    assert!(is_valid(&emulator, &token));
}

#[test]
fn assertion_is_good_by_virtual_or_by_real_time() {
    let emulator = running();
    let real = seconds(Clock::system().now());
    assert_eq!(outcome(&emulator, real + 300), 200);
    assert_eq!(outcome(&emulator, real - 300), 400);
    // A client that signs by real time is an hour too late by the clock.
    advance(&emulator, 3600.0);
    assert_eq!(outcome(&emulator, real + 300), 200);
    patch(&emulator, CLOCK, &json!({"now": PAST_TEXT, "frozen": true}));
    assert_eq!(outcome(&emulator, PAST + 300), 200);
    assert_eq!(outcome(&emulator, PAST - 300), 400);
    assert_eq!(outcome(&emulator, real + 300), 200);
}

#[test]
fn certificate_of_account_ends_by_virtual_time() {
    let emulator = running();
    let real = seconds(Clock::system().now());
    advance(&emulator, 364.0 * 86_400.0);
    assert_eq!(outcome(&emulator, real + 300), 200);
    advance(&emulator, 3.0 * 86_400.0);
    assert_eq!(outcome(&emulator, real + 300), 400);
}

#[test]
fn certificate_of_token_key_is_valid_by_virtual_time() {
    let emulator = emulator();
    let certificate = || get(&emulator, "/keys/prod/emulator-key-at-1.cer").text;
    let first = certificate();
    advance(&emulator, 364.0 * 86_400.0);
    assert_eq!(certificate(), first);
    advance(&emulator, 2.0 * 86_400.0);
    let second = certificate();
    assert_ne!(second, first);
    let parsed = x509_cert::Certificate::from_der(&der(&second)).unwrap();
    let validity = parsed.tbs_certificate().validity();
    let not_before = validity.not_before.to_unix_duration();
    assert_eq!(not_before.as_secs(), NOW + 366 * 86_400);
    patch(&emulator, CLOCK, &json!({"now": PAST_TEXT}));
    assert_ne!(certificate(), second);
}

#[test]
fn wrong_change_of_clock_is_refused_without_effect() {
    let emulator = emulator();
    for (body, expected) in [
        (
            json!({"now": "tomorrow"}),
            "a wrong value at now: it has to be a time by RFC 3339",
        ),
        (json!({"now": "1969-12-31T23:59:59Z"}), "at now"),
        (json!({"now": "9999-01-01T00:00:00Z"}), "years 1970 to 9998"),
        (
            json!({"now": 1_800_000_000}),
            "at now: invalid type: integer",
        ),
        (json!({"frozen": "yes"}), "at frozen"),
        (json!({"rate": 0}), "at rate: it has to be a number above 0"),
        (json!({"rate": -1}), "frozen to true"),
        (json!({"rate": 1e7}), "1000000"),
        (json!({"offset_seconds": 0.5}), "at offset_seconds"),
        (
            json!({"offset": 5}),
            "unknown field `offset`, expected one of `now`, `frozen`, `rate`, `offset_seconds`",
        ),
        (json!({"now": PAST_TEXT, "rate": 0}), "at rate"),
        (json!([]), "a wrong value"),
    ] {
        let response = patch(&emulator, CLOCK, &body);
        let (status, error, description) = response.error();
        assert_eq!((status, error), (400, "invalid_request"), "{body}");
        assert!(description.contains(expected), "{body}: {description}");
    }
    for seconds in [json!(-1), json!("1"), Value::Null] {
        let body = json!({ "seconds": seconds }).to_string();
        let response = post(&emulator, "/_emu/clock/advance", FORM, body);
        assert!(
            response.error().2.contains("at seconds"),
            "{}",
            response.text
        );
    }
    let advanced = post(&emulator, "/_emu/clock/advance", FORM, "seconds=60");
    assert!(
        advanced
            .error()
            .2
            .contains("The body is a form (application/x-www-form-urlencoded). Send a JSON object")
    );
    let empty = post(&emulator, "/_emu/clock/advance", FORM, " ");
    assert_eq!(empty.error().2, "The body is empty. Send a JSON object.");
    assert_eq!(emulator.clock().now(), now());
    assert_eq!(
        advance(&emulator, 1e18).json["now"],
        "9998-12-31T23:59:59.000Z"
    );
}

#[test]
fn lifetimes_count_for_new_tokens() {
    let emulator = emulator();
    let start = json!({
        "access_token_seconds": 86_400.0, "refresh_token_seconds": 1_209_600.0,
        "code_seconds": 600.0, "device_token_seconds": 1_209_600.0,
        "consented_token_seconds": 3_600.0, "promise_token_seconds": 14_400.0,
        "promised_access_token_seconds": 300.0,
    });
    let path = "/_emu/lifetimes";
    assert_eq!(get(&emulator, path).json, start);
    let signer = AssertionSigner::of(&emulator);
    let long = signer.token(&emulator);
    let changed = patch(
        &emulator,
        path,
        &json!({"access_token_seconds": 60, "code_seconds": 1.5}),
    );
    assert_eq!(changed.json["access_token_seconds"], 60.0);
    assert_eq!(changed.json["code_seconds"], 1.5);
    assert_eq!(
        changed.json["refresh_token_seconds"],
        start["refresh_token_seconds"]
    );
    let response = signer.exchange(&emulator, &signer.claims_with("exp", json!(NOW + 300)));
    assert_eq!(response.json["expires_in"], 59_998);
    let short = response.json["access_token"].as_str().unwrap();
    advance(&emulator, 61.0);
    assert!(!is_valid(&emulator, short) && is_valid(&emulator, &long));

    emulator.set_token_lifetime(Duration::from_secs(5));
    emulator.set_refresh_token_lifetime(Duration::from_secs(6));
    emulator.set_code_lifetime(Duration::from_secs(7));
    emulator.set_device_token_lifetime(Duration::from_secs(8));
    emulator.set_consented_token_lifetime(Duration::from_secs(9));
    emulator.set_promise_token_lifetime(Duration::from_secs(10));
    emulator.set_promised_access_token_lifetime(Duration::from_secs(11));
    let expected = json!({
        "access_token_seconds": 5.0, "refresh_token_seconds": 6.0,
        "code_seconds": 7.0, "device_token_seconds": 8.0, "consented_token_seconds": 9.0,
        "promise_token_seconds": 10.0, "promised_access_token_seconds": 11.0,
    });
    for wrong in [json!(-1), json!(1e12), json!("60"), json!([])] {
        let body = json!({"code_seconds": 1, "refresh_token_seconds": wrong});
        let response = patch(&emulator, path, &body);
        assert!(
            response.error().2.contains("at refresh_token_seconds"),
            "{}",
            response.text
        );
    }
    assert_eq!(get(&emulator, path).json, expected);
}
