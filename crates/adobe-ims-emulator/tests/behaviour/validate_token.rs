//! Questions about tokens.

use std::time::Duration;

use adobe_ims_emulator::Emulator;
use http::Request;
use serde_json::Value;

use crate::support::{
    Answer, CLIENT_ID, Customer, FORM, decode, emulator, form, get, multipart, post, send,
};

const PATH: &str = "/ims/validate_token/v1";

fn ask(emulator: &Emulator, kind: &str, client_id: &str, token: &str) -> Answer {
    let fields = [("type", kind), ("client_id", client_id), ("token", token)];
    post(emulator, PATH, FORM, form(&fields))
}

fn assert_no(answer: &Answer, reason: &str) {
    let expected = format!(r#"{{"valid":false,"reason":"{reason}"}}"#);
    assert_eq!((answer.status, &answer.text), (200, &expected));
}

#[test]
fn a_good_token_is_valid_until_it_expires() {
    let emulator = emulator();
    let token = Customer::of(&emulator).token(&emulator);
    let answer = ask(&emulator, "access_token", CLIENT_ID, &token);
    assert_eq!(answer.status, 200);
    assert_eq!(answer.json["valid"], true);
    assert_eq!(answer.json.get("reason"), None);
    let mut claims = decode(&token).1;
    claims.as_object_mut().unwrap().remove("scope").unwrap();
    assert_eq!(answer.json["token"], claims);

    emulator.clock().advance(Duration::from_millis(86_399_999));
    let answer = ask(&emulator, "access_token", CLIENT_ID, &token);
    assert_eq!(answer.json["valid"], true);
    emulator.clock().advance(Duration::from_millis(1));
    assert_no(
        &ask(&emulator, "access_token", CLIENT_ID, &token),
        "expired",
    );
}

#[test]
fn every_published_way_to_ask_is_taken() {
    let emulator = emulator();
    let token = Customer::of(&emulator).token(&emulator);
    let fields = [
        ("type", "access_token"),
        ("client_id", CLIENT_ID),
        ("token", token.as_str()),
    ];
    let whole = form(&fields);
    let without = multipart("b", "\r\n", &fields[..2]);
    let multipart_type = "multipart/form-data; boundary=b";
    for path in [
        PATH,
        "/ims/validate_token/v1/",
        "/ims/validate_token",
        "//ims/validate_token/v1",
    ] {
        let bearer = Request::post(path)
            .header("content-type", multipart_type)
            .header("authorization", format!("Bearer {token}"));
        for answer in [
            post(&emulator, path, FORM, &whole),
            send(&emulator, bearer, without.as_bytes()),
            get(&emulator, &format!("{path}?{whole}")),
        ] {
            assert_eq!(answer.json["valid"], true, "{path}: {}", answer.text);
        }
    }
    let answer = send(&emulator, Request::put(PATH), b"");
    assert_eq!(answer.status, 405);
    assert_eq!(answer.headers["allow"], "GET, POST");
}

#[test]
fn what_is_wrong_has_a_reason() {
    let emulator = emulator();
    let customer = Customer::of(&emulator);
    let token = customer.token(&emulator);
    let (signed, _) = token.rsplit_once('.').unwrap();
    let other = customer.sign(&customer.claims());
    for forged in [
        "x",
        "x.y.z",
        &format!("{signed}.c2ln"),
        &format!("{token}A"),
        &other,
    ] {
        let answer = ask(&emulator, "access_token", CLIENT_ID, forged);
        assert_no(&answer, "bad_signature");
    }
    let stranger = ask(&emulator, "access_token", "client! ID", &token);
    assert_no(&stranger, "bad_client_id");
    for kind in ["refresh_token", "device_token", "service_token"] {
        assert_no(&ask(&emulator, kind, CLIENT_ID, &token), "bad_type");
    }
}

#[test]
fn half_a_question_is_a_bad_request() {
    let emulator = emulator();
    let token = Customer::of(&emulator).token(&emulator);
    for (kind, client_id, token, text) in [
        ("", CLIENT_ID, &*token, "The parameter type is missing."),
        (
            "access_token",
            "",
            &token,
            "The parameter client_id is missing.",
        ),
        (
            "access_token",
            CLIENT_ID,
            "",
            "The parameter token is missing.",
        ),
        ("assertion", CLIENT_ID, &token, "The type is not known."),
    ] {
        let answer = ask(&emulator, kind, client_id, token);
        assert_eq!(answer.refusal(), (400, "bad_request", text));
        assert_eq!(answer.json.get("valid"), None::<&Value>);
    }
}
