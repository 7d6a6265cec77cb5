//! Faults over HTTP: which requests get them, and what the responses are.

use adobe_ims_emulator::Emulator;
use serde_json::{Value, json};

use crate::support::{AssertionSigner, CLIENT_ID, FORM, TestResponse, emulator, form, get, post};

pub(crate) const PATH: &str = "/_emu/faults";
const EXCHANGE: &str = "/ims/exchange/jwt";

/// Adds a fault, and returns the response.
pub(crate) fn add(emulator: &Emulator, fault: &Value) -> TestResponse {
    let response = post(emulator, PATH, "application/json", fault.to_string());
    assert_eq!(response.status, 201, "{}", response.text);
    response
}

/// Returns an emulator with one fault for every request.
fn with_steps(steps: &Value) -> Emulator {
    let emulator = emulator();
    add(&emulator, &json!({ "then": steps }));
    emulator
}

pub(crate) fn status_of(emulator: &Emulator, path: &str) -> u16 {
    get(emulator, path).status
}

fn exchange(emulator: &Emulator) -> TestResponse {
    let signer = AssertionSigner::of(emulator);
    signer.exchange(emulator, &signer.claims())
}

#[test]
fn steps_answer_as_asked() {
    for (step, status, content_type, body) in [
        (json!({"status": 503}), 503, "", ""),
        (
            json!({"status": 799, "body": "x"}),
            799,
            "text/plain;charset=UTF-8",
            "x",
        ),
        (
            json!({"body": "a\r\n ü"}),
            200,
            "text/plain;charset=UTF-8",
            "a\r\n ü",
        ),
        (
            json!({"body": {"b": [1, null]}}),
            200,
            "application/json;charset=UTF-8",
            r#"{"b":[1,null]}"#,
        ),
        (
            json!({"body": null}),
            200,
            "application/json;charset=UTF-8",
            "null",
        ),
        (
            json!({"body": "{", "headers": {"Content-Type": "application/json"}}),
            200,
            "application/json",
            "{",
        ),
        (
            json!({"body": "{", "headers": {"Content-Type": null}}),
            200,
            "",
            "{",
        ),
        (json!({"empty": true}), 200, "", ""),
        (json!({"empty": true, "status": 500}), 500, "", ""),
        (json!({"status": 204}), 204, "", ""),
        (
            json!({"ims_error": "internal_error"}),
            500,
            "application/json;charset=UTF-8",
            r#"{"error_description":"Please try again later","error":"internal_error"}"#,
        ),
        (
            json!({"ims_error": "invalid_client", "status": 401}),
            401,
            "application/json;charset=UTF-8",
            r#"{"error_description":"invalid client_id parameter","error":"invalid_client"}"#,
        ),
    ] {
        let emulator = with_steps(&json!([step]));
        let response = exchange(&emulator);
        assert_eq!(response.status, status, "{step}");
        assert_eq!(response.text, body, "{step}");
        let actual = response
            .headers
            .get("content-type")
            .map(|value| value.to_str().unwrap());
        assert_eq!(actual.unwrap_or_default(), content_type, "{step}");
        assert!(
            response.headers["x-debug-id"]
                .to_str()
                .unwrap()
                .starts_with("emulator-")
        );
        assert_eq!(emulator.tokens_minted(), 0, "{step}");
    }
}

#[test]
fn pages_come_in_place_of_the_answer() {
    for (page, status) in [("login", 200), ("blocked", 403), ("maintenance", 503)] {
        let emulator = with_steps(&json!([{ "html": page }]));
        let response = exchange(&emulator);
        assert_eq!(response.status, status, "{page}");
        assert_eq!(response.headers["content-type"], "text/html;charset=UTF-8");
        assert!(
            response.text.starts_with("<!DOCTYPE html>") && response.text.ends_with("</html>\n")
        );
        assert_eq!(
            response.headers.contains_key("retry-after"),
            page == "maintenance"
        );
    }
}

#[test]
fn headers_change_the_usual_response() {
    let emulator = with_steps(&json!([
        {"headers": {"Set-Cookie": ["a=1", "b=2"], "Date": "yesterday", "cache-control": null}},
    ]));
    let response = exchange(&emulator);
    assert_eq!(response.json["token_type"], "bearer");
    let cookies: Vec<_> = response.headers.get_all("set-cookie").iter().collect();
    assert_eq!(cookies, ["a=1", "b=2"]);
    assert_eq!(response.headers["date"], "yesterday");
    assert!(!response.headers.contains_key("cache-control"));
}

#[test]
fn expires_in_is_any_json() {
    for value in [
        json!("86400"),
        json!(null),
        json!(-1),
        json!(1.5),
        json!({"a": [true]}),
        json!(u64::MAX),
    ] {
        let emulator = with_steps(&json!([{ "expires_in": value }]));
        let response = exchange(&emulator);
        assert_eq!(response.status, 200);
        assert_eq!(response.json["expires_in"], value, "{}", response.text);
        assert!(
            response
                .text
                .ends_with(&format!(",\"expires_in\":{value}}}")),
            "{}",
            response.text
        );
        assert!(response.json["access_token"].is_string());
        assert_eq!(emulator.tokens_minted(), 1);
        // Other responses stay as they are.
        let wrong = post(&emulator, EXCHANGE, FORM, "client_id=x");
        assert_eq!(wrong.error().1, "invalid_client");
    }
}

#[test]
fn errors_have_the_words_that_the_emulator_has() {
    let real = emulator();
    let signer = AssertionSigner::of(&real);
    let mut other = signer.claims();
    other["iss"] = json!("0123456789ABCDEF01234567@AdobeOrg");
    let id = real.oauth_clients()[0].client_id().to_owned();
    let secret = real.oauth_clients()[0].client_secret().to_owned();
    let oauth = |pairs: &[(&str, &str)]| {
        let mut all = vec![("client_id", &*id), ("client_secret", &*secret)];
        all.extend(pairs);
        post(&real, "/ims/token/v3", FORM, form(&all))
    };
    for (code, usual) in [
        ("invalid_client", post(&real, EXCHANGE, FORM, "client_id=x")),
        ("invalid_token", signer.exchange(&real, &other)),
        (
            "invalid_scope",
            oauth(&[("grant_type", "client_credentials"), ("scope", "x")]),
        ),
        ("unsupported_grant_type", oauth(&[("grant_type", "x")])),
        (
            "internal_error",
            post(
                &real,
                EXCHANGE,
                FORM,
                form(&[("client_id", &*id), ("client_secret", &*secret)]),
            ),
        ),
        ("not_found", get(&real, "/ims/nothing")),
    ] {
        let emulator = with_steps(&json!([{ "ims_error": code }]));
        let fault = exchange(&emulator);
        assert_eq!(
            (fault.status, &fault.text),
            (usual.status, &usual.text),
            "{code}"
        );
    }
}

#[test]
fn steps_are_taken_in_turn_and_the_last_is_repeated() {
    let emulator = with_steps(&json!([{"status": 500}, {"pass": true}, {"status": 503}]));
    let statuses: Vec<u16> = (0..5).map(|_| status_of(&emulator, "/ims/keys")).collect();
    assert_eq!(statuses, [500, 200, 503, 503, 503]);
}

#[test]
fn fault_begins_after_some_requests_and_ends() {
    let emulator = emulator();
    let fault =
        json!({"when": {"path": "/ims/keys", "after": 2, "times": 3}, "then": [{"status": 500}]});
    let added = add(&emulator, &fault);
    assert_eq!(added.json["id"], "fault-1");
    let statuses: Vec<u16> = (0..7).map(|_| status_of(&emulator, "/ims/keys/")).collect();
    assert_eq!(statuses, [200, 200, 500, 500, 500, 200, 200]);
    assert_eq!(status_of(&emulator, "/content/dam.json"), 401);
    let list = get(&emulator, PATH).json;
    assert_eq!(list["faults"][0]["acted"], 3);
    assert_eq!(list["faults"][0]["matched"], 5);
}

#[test]
fn conditions_choose_requests() {
    let request = |when: Value| {
        let emulator = emulator();
        add(&emulator, &json!({"when": when, "then": [{"status": 500}]}));
        exchange(&emulator).status
    };
    for (when, expected) in [
        (json!({}), 500),
        (json!({"path": "/ims/exchange/jwt"}), 500),
        (json!({"path": "/ims/exchange/jwt/"}), 500),
        (json!({"path": "/ims/exchange"}), 200),
        (json!({"path": "/ims/ex*"}), 500),
        (json!({"path": "*"}), 500),
        (json!({"path": "/ims/token*"}), 200),
        (json!({"method": "post"}), 500),
        (json!({"method": "GET"}), 200),
        (json!({"client_id": CLIENT_ID}), 500),
        (json!({"client_id": "x"}), 200),
        (json!({"grant": "jwt_exchange"}), 500),
        (json!({"grant": "client_credentials"}), 200),
        (
            json!({"path": "/ims/*", "grant": "jwt_exchange", "client_id": "x"}),
            200,
        ),
        (json!({"probability": 1}), 500),
        (json!({"probability": 0}), 200),
        (json!({"times": 0}), 200),
    ] {
        assert_eq!(request(when.clone()), expected, "{when}");
    }
}

#[test]
fn first_fault_that_matches_acts() {
    let emulator = emulator();
    add(
        &emulator,
        &json!({"when": {"times": 1}, "then": [{"status": 500}]}),
    );
    add(
        &emulator,
        &json!({"when": {"after": 1}, "then": [{"status": 502}]}),
    );
    add(&emulator, &json!({"then": [{"status": 503}]}));
    let statuses: Vec<u16> = (0..4).map(|_| status_of(&emulator, "/ims/keys")).collect();
    assert_eq!(statuses, [500, 503, 502, 502]);
}

#[test]
fn probability_is_repeatable_by_seed_and_spends_nothing_when_it_misses() {
    let run = |seed: u64| -> Vec<u16> {
        let emulator = emulator();
        let when = json!({"probability": 0.5, "seed": seed, "times": 20});
        add(
            &emulator,
            &json!({"when": when, "then": [{"status": 500}, {"status": 501}]}),
        );
        add(&emulator, &json!({"then": [{"status": 599}]}));
        (0..200)
            .map(|_| status_of(&emulator, "/ims/keys"))
            .collect()
    };
    let statuses = run(7);
    assert_eq!(statuses, run(7));
    assert_ne!(statuses, run(8));
    let count = |status: u16| statuses.iter().filter(|own| **own == status).count();
    assert_eq!((count(500), count(501), count(599)), (1, 19, 180));
    let last = statuses.iter().rposition(|status| *status == 501).unwrap();
    assert!(
        (25..80).contains(&last),
        "half of the requests get it: {last}"
    );
}

#[test]
fn remote_control_gets_no_fault() {
    let emulator = with_steps(&json!([{"reset": true}]));
    for path in ["/_emu/health", "/_emu/requests", "/_emu/clock", PATH] {
        assert_eq!(status_of(&emulator, path), 200, "{path}");
    }
    let response = get(&emulator, "/ims/keys");
    assert_eq!(response.error().1, "no_response");
}

#[test]
fn journal_names_the_fault() {
    let emulator = with_steps(&json!([
        {"status": 503}, {"pass": true}, {"reset": true}, {"hang": true}, {"expires_in": 1},
    ]));
    for _ in 0..5 {
        exchange(&emulator);
    }
    let requests = get(&emulator, "/_emu/requests").json;
    let seen: Vec<(&Value, &Value)> = requests["requests"]
        .as_array()
        .unwrap()
        .iter()
        .map(|request| (&request["status"], &request["fault"]))
        .collect();
    let fault = json!("fault-1");
    let null = Value::Null;
    let expected = [
        (&json!(503), &fault),
        (&json!(200), &null),
        (&null, &fault),
        (&null, &fault),
        (&json!(200), &fault),
    ];
    assert_eq!(seen, expected);
    assert_eq!(emulator.requests()[2].status, None);
    assert_eq!(
        get(&emulator, "/_emu/requests?status=503").json["requests"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}
