//! The settings of IMS by the remote control. What each does is with the tests of its endpoint.

use adobe_ims_emulator::ims_settings::ImsSettings;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::Request;
use serde_json::{Value, json};

use crate::support::{CLIENT_ID, SECRET, TestResponse, emulator, frozen_builder, get, send};

const PATH: &str = "/_emu/settings";

fn patch(emulator: &adobe_ims_emulator::Emulator, body: &Value) -> TestResponse {
    send(emulator, Request::patch(PATH), body.to_string().as_bytes())
}

#[test]
fn settings_are_listed_with_their_defaults() {
    let emulator = emulator();
    let defaults = json!({
        "documented_statuses": false, "signature_error": "invalid_token", "rs384_rs512": false,
        "assertions_within_a_day": false, "seconds_everywhere": false,
        "basic_authentication": true, "refresh_token_reuse": "refuse",
        "public_refresh_tokens": true, "validation_of_other_clients": true,
        "service_tokens": "adobe_service", "short_state": false,
    });
    assert_eq!(get(&emulator, PATH).json, defaults);
    assert_eq!(patch(&emulator, &json!({})).json, defaults);
}

#[test]
fn change_counts_until_reset_and_is_part_of_snapshots() {
    let emulator = emulator();
    let changed = patch(
        &emulator,
        &json!({"documented_statuses": true, "refresh_token_reuse": "accept"}),
    );
    assert_eq!(changed.json["refresh_token_reuse"], "accept");
    assert!(emulator.ims_settings().documented_statuses);
    let snapshot = emulator.snapshot();
    emulator.reset();
    assert_eq!(emulator.ims_settings(), ImsSettings::default());
    assert!(emulator.restore(&snapshot));
    assert!(emulator.ims_settings().documented_statuses);
}

#[test]
fn reset_brings_back_the_settings_of_the_start() {
    let mut settings = ImsSettings::default();
    settings.set("short_state", "true").unwrap();
    let emulator = frozen_builder().ims_settings(settings).start().unwrap();
    patch(&emulator, &json!({"short_state": false}));
    emulator.reset();
    assert_eq!(get(&emulator, PATH).json["short_state"], true);
}

#[test]
fn wrong_name_or_value_changes_nothing_and_lists_what_there_is() {
    let emulator = emulator();
    for (body, place, text) in [
        (
            json!({"documented_status": true}),
            "documented_status",
            "documented_statuses",
        ),
        (
            json!({"refresh_token_reuse": "once"}),
            "refresh_token_reuse",
            "accept, refuse, end_session",
        ),
        (
            json!({"refresh_token_reuse": true}),
            "refresh_token_reuse",
            "not \"true\"",
        ),
        (json!({"rs384_rs512": "true"}), "rs384_rs512", "false, true"),
        (json!({"rs384_rs512": null}), "rs384_rs512", "false, true"),
        (
            json!({"rs384_rs512": {"x": [1]}}),
            "rs384_rs512",
            "false, true",
        ),
    ] {
        let mut body = body;
        body["basic_authentication"] = json!(false);
        let response = patch(&emulator, &body);
        let (status, error, description) = response.error();
        assert_eq!((status, error), (400, "invalid_request"));
        assert!(
            description.contains(&format!("at {place}:")),
            "{description}"
        );
        assert!(description.contains(text), "{description}");
        assert_eq!(emulator.ims_settings(), ImsSettings::default());
    }
    assert_eq!(patch(&emulator, &json!([])).status, 400);
}

#[test]
fn http_basic_does_not_count_with_the_setting() {
    let emulator = emulator();
    let basic = format!("Basic {}", STANDARD.encode(format!("{CLIENT_ID}:{SECRET}")));
    let exchange = || {
        let request = Request::post("/ims/exchange/jwt").header("authorization", &basic);
        send(&emulator, request, b"jwt_token=x")
            .error()
            .1
            .to_owned()
    };
    assert_eq!(exchange(), "invalid_token");
    emulator.change_ims_settings(|settings| settings.basic_authentication = false);
    assert_eq!(exchange(), "invalid_client");
}
