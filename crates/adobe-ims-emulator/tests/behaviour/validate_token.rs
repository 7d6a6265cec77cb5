//! `/ims/validate_token`.

use std::time::Duration;

use adobe_ims_emulator::Emulator;
use http::Request;
use serde_json::Value;

use crate::support::{
    AssertionSigner, CLIENT_ID, FORM, TestResponse, decode, emulator, form, get, multipart, post,
    send,
};

const PATH: &str = "/ims/validate_token/v1";

fn validate(emulator: &Emulator, kind: &str, client_id: &str, token: &str) -> TestResponse {
    let fields = [("type", kind), ("client_id", client_id), ("token", token)];
    post(emulator, PATH, FORM, form(&fields))
}

fn assert_no(response: &TestResponse, reason: &str) {
    let expected = format!(r#"{{"valid":false,"reason":"{reason}"}}"#);
    assert_eq!((response.status, &response.text), (200, &expected));
}

#[test]
fn token_is_valid_until_it_expires() {
    let emulator = emulator();
    let token = AssertionSigner::of(&emulator).token(&emulator);
    let response = validate(&emulator, "access_token", CLIENT_ID, &token);
    assert_eq!(response.status, 200);
    assert_eq!(response.json["valid"], true);
    assert_eq!(response.json.get("reason"), None);
    let mut claims = decode(&token).1;
    claims.as_object_mut().unwrap().remove("scope").unwrap();
    assert_eq!(response.json["token"], claims);

    emulator.clock().advance(Duration::from_millis(86_399_999));
    let response = validate(&emulator, "access_token", CLIENT_ID, &token);
    assert_eq!(response.json["valid"], true);
    emulator.clock().advance(Duration::from_millis(1));
    assert_no(
        &validate(&emulator, "access_token", CLIENT_ID, &token),
        "expired",
    );
}

#[test]
fn every_published_request_form_is_accepted() {
    let emulator = emulator();
    let token = AssertionSigner::of(&emulator).token(&emulator);
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
        for response in [
            post(&emulator, path, FORM, &whole),
            send(&emulator, bearer, without.as_bytes()),
            get(&emulator, &format!("{path}?{whole}")),
        ] {
            assert_eq!(response.json["valid"], true, "{path}: {}", response.text);
        }
    }
    let response = send(&emulator, Request::put(PATH), b"");
    assert_eq!(response.status, 405);
    assert_eq!(response.headers["allow"], "GET, POST");
}

#[test]
fn invalid_token_has_reason() {
    let emulator = emulator();
    let signer = AssertionSigner::of(&emulator);
    let token = signer.token(&emulator);
    let (signed, _) = token.rsplit_once('.').unwrap();
    let other = signer.sign(&signer.claims());
    for forged in [
        "x",
        "x.y.z",
        &format!("{signed}.c2ln"),
        &format!("{token}A"),
        &other,
    ] {
        let response = validate(&emulator, "access_token", CLIENT_ID, forged);
        assert_no(&response, "bad_signature");
    }
    let stranger = validate(&emulator, "access_token", "client! ID", &token);
    assert_no(&stranger, "bad_client_id");
    for kind in ["refresh_token", "device_token", "service_token"] {
        assert_no(&validate(&emulator, kind, CLIENT_ID, &token), "bad_type");
    }
}

#[test]
fn missing_parameter_is_bad_request() {
    let emulator = emulator();
    let token = AssertionSigner::of(&emulator).token(&emulator);
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
        let response = validate(&emulator, kind, client_id, token);
        assert_eq!(response.error(), (400, "bad_request", text));
        assert_eq!(response.json.get("valid"), None::<&Value>);
    }
}
