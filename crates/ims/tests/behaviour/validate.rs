//! `ims validate`, against the emulator.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::support::{CLIENT_ID, Ims, LASTING_TOKEN, OLD_TOKEN, World, answering};

fn validate(world: &World, more: &[&str]) -> Ims {
    let arguments = ["validate", "--ca-file", "ca.pem", "--url"];
    let arguments = arguments.iter().copied().chain([world.emulator.url()]);
    Ims::new(arguments.chain(more.iter().copied())).in_folder(world.folder.path())
}

fn token(world: &World) -> String {
    let run = world.token("service_token.json", &["--no-cache"]);
    run.run_for_a_secret().stdout
}

#[test]
fn valid_token_ends_with_0_from_every_source() {
    let world = World::new();
    let token = token(&world);
    world.write("token", format!("Authorization: Bearer {token}"));
    for ims in [
        validate(&world, &["token"]),
        validate(&world, &["-"]).stdin(token.clone()),
        validate(&world, &[]).stdin(token.clone()),
        validate(&world, &[]).env("IMS_ACCESS_TOKEN", token.trim()),
        validate(&world, &["token"]).env("IMS_ACCESS_TOKEN", OLD_TOKEN),
    ] {
        let run = ims.run();
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{run:?}");
        let when = run.stdout.strip_prefix("valid until 20").unwrap();
        assert_eq!(when.len(), "26-01-01T00:00:00Z\n".len(), "{when:?}");
    }
    let run = validate(&world, &["token", "-o", "json"]).run();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let answer_json: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(answer_json["schema"], "ims.validate/1");
    assert_eq!(
        (&answer_json["valid"], &answer_json["reason"]),
        (&json!(true), &json!(null))
    );
    assert_eq!(answer_json["client_id"], CLIENT_ID);
    assert_eq!(answer_json["ims_url"], world.emulator.url());
    assert!((86_300..=86_400).contains(&answer_json["expires_in"].as_u64().unwrap()));
}

#[test]
fn invalid_token_ends_with_7() {
    let world = World::new();
    let token = token(&world);
    let not = |arguments: &[&str], token: &str, stdout: &str| {
        validate(&world, arguments)
            .stdin(token)
            .run()
            .assert(7, stdout, "");
    };
    not(&[], OLD_TOKEN, "not valid: bad_signature\n");
    not(
        &["--client-id", "other"],
        &token,
        "not valid: bad_client_id\n",
    );
    not(
        &["--client-id", CLIENT_ID],
        "opaque",
        "not valid: bad_signature\n",
    );
    not(
        &["-o", "json"],
        OLD_TOKEN,
        &format!(
            "{{\"schema\":\"ims.validate/1\",\"valid\":false,\"reason\":\"bad_signature\",\"ims_url\":{:?},\
             \"client_id\":null,\"user_id\":null,\"expires_at\":null,\"expires_at_unix\":null,\"expires_in\":null}}\n",
            world.emulator.url()
        ),
    );
}

#[test]
fn token_is_sent_to_known_services_only() {
    // The proxy does not exist, so that a request would fail.
    let offline = |token: &str, more: &[&str]| {
        Ims::new(["-v", "validate"].iter().chain(more))
            .env("HTTPS_PROXY", "http://127.0.0.1:9")
            .stdin(token)
            .run()
    };
    let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let token = |claims: Value| format!("{}.{}.c2ln", part(json!({"alg": "RS256"})), part(claims));
    for (name, host) in [
        (json!("ims-na1"), "ims-na1.adobelogin.com"),
        (json!("ims-na1-stg1"), "ims-na1-stg1.adobelogin.com"),
        (json!(null), "ims-na1.adobelogin.com"),
    ] {
        let run = offline(&token(json!({"client_id": CLIENT_ID, "as": name})), &[]);
        assert_eq!(run.code, 5, "{run:?}");
        let asked = format!("ims: asking https://{host} as client \"client!+ID\"\n");
        assert!(run.stderr.contains(&asked), "{run:?}");
    }
    for name in ["evil.example/", "evil", "IMS-NA1", ""] {
        let token = token(json!({"client_id": CLIENT_ID, "as": name}));
        offline(&token, &[]).assert_failed(2, "usage");
    }
    offline("opaque", &[]).assert_failed(2, "usage");
    let exposed = ["--url", "http://ims-na1.adobelogin.com"];
    offline(LASTING_TOKEN, &exposed).assert_failed(3, "endpoint-insecure");
    for nothing in ["", "SECRET?%&=ü", "{}"] {
        offline(nothing, &[]).assert_failed(3, "token-unreadable");
    }
}

#[test]
fn unusable_answer_is_neither_valid_nor_invalid() {
    for (answer, code, id) in [
        (
            "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}",
            5,
            "answer-without-verdict",
        ),
        (
            "HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\n<html>",
            5,
            "answer-not-json",
        ),
        (
            "HTTP/1.1 503 No\r\ncontent-length: 0\r\n\r\n",
            5,
            "server-error",
        ),
        (
            "HTTP/1.1 429 No\r\ncontent-length: 0\r\n\r\n",
            6,
            "throttled",
        ),
        (
            "HTTP/1.1 400 No\r\ncontent-length: 23\r\n\r\n{\"error\":\"bad_request\"}",
            4,
            "refused",
        ),
    ] {
        Ims::new(["validate", "--url", &answering(answer)])
            .stdin(LASTING_TOKEN)
            .run()
            .assert_failed(code, id);
    }
}

#[test]
fn document_instead_of_a_token_is_recognised() {
    let world = World::new();
    let document = world.path("service_token.json");
    for command in ["validate", "revoke", "whoami"] {
        let run = Ims::new([command.as_ref(), document.as_os_str()]).run();
        run.assert_failed(3, "token-unreadable");
        assert!(
            run.stderr
                .contains("hint: For credentials, pipe the token in: ims token -c FILE | ims …"),
            "{run:?}"
        );
    }
}
