//! The scenario that an emulator plays at its start.

use std::time::Duration;

use adobe_ims_emulator::{Emulator, EmulatorBuilder, StartError};
use serde_json::{Value, json};

use crate::support::{frozen_builder, get};

fn with(builder: EmulatorBuilder, scenario: &Value) -> Emulator {
    builder.scenario(scenario.to_string()).start().unwrap()
}

#[test]
fn scenario_is_played_at_the_start() {
    let emulator = with(
        frozen_builder(),
        &json!([
            {"method": "POST", "path": "/_emu/clients",
             "body": {"client_id": "client!+ID", "client_secret": "SECRET?%&=ü"}},
            {"method": "PUT", "path": "/_emu/aem/dam/a%20b.xdp", "body": "<template>ü</template>"},
            {"method": "PATCH", "path": "/_emu/lifetimes", "body": {"access_token_seconds": 90}},
            {"method": "POST", "path": "/_emu/faults", "body": {"then": [{"status": 503}]}},
            {"method": "POST", "path": "/_emu/clock/advance", "body": {"seconds": 86400}},
            {"method": "POST", "path": "/_emu/snapshots"},
            {"method": "GET", "path": "/_emu/health", "body": null},
        ]),
    );
    let clients = emulator.oauth_clients();
    let client = clients.iter().find(|it| it.client_id() == "client!+ID");
    assert_eq!(client.unwrap().client_secret(), "SECRET?%&=ü");
    assert_eq!(
        emulator.aem_file("a b.xdp").unwrap(),
        "<template>ü</template>"
    );
    let lifetimes = get(&emulator, "/_emu/lifetimes").json;
    assert_eq!(lifetimes["access_token_seconds"], 90.0);
    assert_eq!(get(&emulator, "/ims/keys").status, 503);
    let later = crate::support::now() + Duration::from_secs(86_400);
    assert_eq!(emulator.clock().now(), later);
    assert!(emulator.restore("snapshot-1"));
}

#[test]
fn reset_leads_to_the_state_after_the_scenario() {
    let emulator = with(
        Emulator::builder(),
        &json!([
            {"method": "POST", "path": "/_emu/people", "body": {"email": "jane@example.com"}},
            {"method": "POST", "path": "/_emu/faults",
             "body": {"when": {"times": 1}, "then": [{"status": 503}]}},
        ]),
    );
    let jane = emulator.person("jane@example.com").unwrap();
    for _ in 0..2 {
        assert_eq!(get(&emulator, "/ims/keys").status, 503);
        assert_eq!(get(&emulator, "/ims/keys").status, 200);
        emulator.clear_faults();
        emulator.reset();
        assert_eq!(emulator.person("jane@example.com"), Some(jane.clone()));
    }
}

#[test]
fn wrong_scenario_is_an_error_that_names_the_entry() {
    let person =
        json!({"method": "POST", "path": "/_emu/people", "body": {"email": "a@b.example"}});
    for (scenario, message) in [
        (
            "",
            "it is no JSON: EOF while parsing a value at line 1 column 0",
        ),
        (
            "[",
            "it is no JSON: EOF while parsing a list at line 1 column 1",
        ),
        (
            "[] []",
            "it goes on after its JSON: trailing characters at line 1 column 4",
        ),
        (
            "{}",
            "it is no list of requests with method, path and body: invalid type: map, expected a \
             sequence at line 1 column 0",
        ),
        (
            r#"[{"method": "GET", "path": "/_emu/", "boddy": 1}]"#,
            "entry [0].boddy: unknown field `boddy`, expected one of `method`, `path`, `body` at \
             line 1 column 44",
        ),
        (
            r#"[{"method": "GET"}]"#,
            "entry [0]: missing field `path` at line 1 column 18",
        ),
        (
            r#"[{"method": "GET", "path": "/_emu/nothing"}]"#,
            "entry [0] (GET /_emu/nothing): 404: The remote control has nothing at /_emu/nothing. \
             GET /_emu/ lists what it has.",
        ),
        (
            r#"[{"method": "GET", "path": "/ims/keys"}]"#,
            "entry [0] (GET /ims/keys): a scenario has requests to the remote control only, whose \
             paths begin with /_emu/",
        ),
        (
            r#"[{"method": "GET", "path": "http://example.com/_emu/health"}]"#,
            "entry [0] (GET http://example.com/_emu/health): a scenario has requests to the remote \
             control only, whose paths begin with /_emu/",
        ),
        (
            r#"[{"method": "G T", "path": "/_emu/"}]"#,
            "entry [0] (G T /_emu/): the method is no method of HTTP",
        ),
        (
            r#"[{"method": "GET", "path": "/_emu/a b"}]"#,
            "entry [0] (GET /_emu/a b): the path is no path of HTTP: invalid uri character",
        ),
        (
            &json!([person, person]).to_string(),
            "entry [1] (POST /_emu/people): 409: The request cannot be carried out: another person \
             has the user id or e-mail address a@b.example.",
        ),
    ] {
        let error = Emulator::builder().scenario(scenario).start().unwrap_err();
        let StartError::Scenario(error) = error else {
            panic!("{error:?}");
        };
        assert_eq!(error.to_string(), message, "{scenario}");
    }
    let deep = format!(
        "[{{\"method\":\"GET\",\"path\":\"/\",\"body\":{}",
        "[".repeat(100_000)
    );
    assert!(Emulator::builder().scenario(deep).start().is_err());
}
