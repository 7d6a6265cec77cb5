//! Proofs about the requests of the journal.

use adobe_ims_emulator::{Emulator, Fault, FaultStep, RequestFilter};
use http::Request;
use serde_json::{Value, json};

use crate::support::{
    AssertionSigner, CLIENT_ID, FORM, TestResponse, emulator, frozen_builder, get, hostile_account,
    post, send,
};

const PATH: &str = "/_emu/verify";

fn verify(emulator: &Emulator, body: &Value) -> TestResponse {
    post(emulator, PATH, FORM, body.to_string())
}

/// Returns an emulator that answered three exchanges, one of them wrong, and one request to AEM.
fn used() -> Emulator {
    let emulator = emulator();
    let signer = AssertionSigner::of(&emulator);
    for _ in 0..2 {
        signer.exchange(&emulator, &signer.claims());
    }
    post(&emulator, "/ims/exchange/jwt", FORM, "client_id=x");
    get(&emulator, "/content/dam.json");
    emulator
}

#[test]
fn number_of_requests_is_verified() {
    let emulator = used();
    for (body, status, count) in [
        (json!({"exactly": 4}), 200, 4),
        (json!({"exactly": 3}), 409, 4),
        (json!({"path": "/ims/*", "exactly": 3}), 200, 3),
        (
            json!({"path": "/ims/exchange/jwt/", "at_least": 3, "at_most": 3}),
            200,
            3,
        ),
        (json!({"path": "/ims/exchange", "at_most": 0}), 200, 0),
        (json!({"path": "/ims/*", "at_most": 2}), 409, 3),
        (json!({"path": "/ims/*", "at_least": 4}), 409, 3),
        (json!({"client_id": CLIENT_ID, "exactly": 2}), 200, 2),
        (json!({"grant": "jwt_exchange", "exactly": 3}), 200, 3),
        (
            json!({"grant": "jwt_exchange", "status": 400, "exactly": 1}),
            200,
            1,
        ),
        (json!({"since": 3, "exactly": 1}), 200, 1),
        (json!({"since": u64::MAX, "exactly": 0}), 200, 0),
        (json!({"path": "/nothing", "at_least": 1}), 409, 0),
    ] {
        let response = verify(&emulator, &body);
        assert_eq!(response.status, status, "{body}: {}", response.text);
        assert_eq!(response.json["count"], count, "{body}");
    }
    // The remote control does not count.
    assert_eq!(
        verify(&emulator, &json!({"path": "/_emu/*", "exactly": 0})).status,
        200
    );
}

#[test]
fn failed_verification_shows_the_requests_instead() {
    let emulator = used();
    let response = verify(
        &emulator,
        &json!({"path": "/ims/exchange/*", "status": 200, "at_most": 1}),
    );
    let (status, error, description) = response.error();
    assert_eq!((status, error), (409, "verification_failed"));
    let seen = format!(
        "The journal has 2 such requests; wanted are at most 1. It has: 1 × GET /content/dam.json with 401; \
         2 × POST /ims/exchange/jwt (jwt_exchange) of {CLIENT_ID} with 200; \
         1 × POST /ims/exchange/jwt (jwt_exchange) of x with 400."
    );
    assert_eq!(description, seen);
    let requests = response.json["requests"].as_array().unwrap();
    let numbers: Vec<&Value> = requests.iter().map(|request| &request["seq"]).collect();
    assert_eq!(numbers, [1, 2]);
    assert_eq!(
        response.json["seen"][1],
        json!({
            "method": "POST", "path": "/ims/exchange/jwt", "client_id": CLIENT_ID,
            "grant": "jwt_exchange", "status": 200, "count": 2,
        })
    );
    let fresh = emulator_with_fault();
    let none = verify(&fresh, &json!({"exactly": 1})).json["error_description"].clone();
    assert_eq!(
        none,
        "The journal has 0 such requests; wanted are exactly 1. It has no requests at all."
    );
    get(&fresh, "/ims/keys");
    let silent = verify(&fresh, &json!({"at_least": 2, "at_most": 3}));
    assert!(
        silent
            .error()
            .2
            .contains("wanted are from 2 to 3. It has: 1 × GET /ims/keys without a response.")
    );
}

fn emulator_with_fault() -> Emulator {
    let emulator = emulator();
    emulator
        .add_fault(Fault::new([FaultStep::reset()]))
        .unwrap();
    emulator
}

#[test]
fn forgotten_requests_prove_no_upper_limit() {
    let builder = frozen_builder().account(hostile_account());
    let emulator = builder.journal_size(2000).start().unwrap();
    for _ in 0..100 {
        get(&emulator, "/ims/keys");
    }
    let kept = emulator.requests().len() as u64;
    assert!(kept < 100);
    let at_most = verify(&emulator, &json!({"path": "/ims/keys", "at_most": 100}));
    let first = emulator.requests()[0].seq;
    assert!(
        at_most
            .error()
            .2
            .contains(&format!("forgotten the requests before number {first}")),
        "{}",
        at_most.text
    );
    assert_eq!(verify(&emulator, &json!({"at_least": 100})).status, 409);
    assert_eq!(verify(&emulator, &json!({"at_least": kept})).status, 200);
    assert_eq!(
        verify(&emulator, &json!({"at_most": 1})).json["count"],
        kept
    );
    assert_eq!(
        verify(&emulator, &json!({"since": first - 1, "exactly": kept})).status,
        200
    );
    let clear = send(&emulator, Request::delete("/_emu/requests"), b"");
    assert_eq!(clear.status, 204);
    assert_eq!(verify(&emulator, &json!({"exactly": 0})).status, 200);
}

#[test]
fn verification_that_asks_nothing_is_refused() {
    let emulator = emulator();
    for (body, expected) in [
        (
            json!({"path": "/ims/*"}),
            "it has none of at_least, at_most and exactly",
        ),
        (json!({"exactly": 1, "at_most": 2}), "at exactly"),
        (
            json!({"at_least": 2, "at_most": 1}),
            "at at_most: it is less than at_least",
        ),
        (json!({"exactly": -1}), "at exactly"),
        (
            json!({"exactly": 1, "method": "GET"}),
            "unknown field `method`",
        ),
    ] {
        let response = verify(&emulator, &body);
        assert_eq!(response.status, 400, "{body}");
        assert!(
            response.error().2.contains(expected),
            "{body}: {}",
            response.text
        );
    }
}

#[test]
fn handle_verifies_with_ranges() {
    let emulator = used();
    let exchanges = RequestFilter::new()
        .path("/ims/exchange/*")
        .grant("jwt_exchange");
    assert_eq!(emulator.verify(&exchanges, 3..=3).unwrap(), 3);
    assert_eq!(emulator.verify(&exchanges, 1..).unwrap(), 3);
    assert_eq!(emulator.verify(&exchanges, ..).unwrap(), 3);
    let good = exchanges.clone().status(200).client_id(CLIENT_ID).since(1);
    assert_eq!(emulator.requests_matching(&good).len(), 1);
    let error = emulator.verify(&good, 2..4).unwrap_err();
    assert_eq!((error.count, error.requests.len()), (1, 1));
    assert!(
        error
            .to_string()
            .starts_with("The journal has 1 such requests; wanted are from 2 to 3.")
    );
}
