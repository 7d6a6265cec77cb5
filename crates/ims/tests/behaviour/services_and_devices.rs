//! Permanent codes, devices and audiences from flags.

use adobe_ims_emulator::{GrantType, SignIn};
use serde_json::{Value, json};

use crate::sign_in_world::{CONFIDENTIAL, JANE, PUBLIC, SERVICE_CODE, at_emulator, world};
use crate::support::{CLIENT_SECRET, Ims, Run, World};

fn token(world: &World, more: &[&str]) -> Ims {
    let before = [
        "token",
        "--client-id",
        CONFIDENTIAL,
        "--client-secret-file",
        "secret",
        "-o",
        "json",
    ];
    let all: Vec<_> = before.iter().chain(more).copied().collect();
    at_emulator(world, &all)
}

#[track_caller]
fn answer_json(run: &Run) -> Value {
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{run:?}");
    serde_json::from_str(&run.stdout).unwrap()
}

#[test]
fn service_uses_its_permanent_code() {
    let world = world();
    let code = world.write("code", format!("{SERVICE_CODE}\n"));
    let code = code.to_str().unwrap();
    let first = answer_json(&token(&world, &["--code-file", code]).run_for_a_secret());
    assert_eq!(
        (&first["source"], &first["client_id"]),
        (&json!("ims"), &json!(CONFIDENTIAL))
    );
    // The key and the metascopes of other variables are ignored.
    let again = token(&world, &["--code-file", "-"])
        .env("IMS_METASCOPES", "ent_aem_cloud_api")
        .env("IMS_PRIVATE_KEY", "no key")
        .stdin(SERVICE_CODE)
        .run_for_a_secret();
    let again = answer_json(&again);
    assert_eq!(again["source"], "cache");
    assert_eq!(again["access_token"], first["access_token"]);
    let other = world.write("other", "another");
    let run = token(&world, &["--code-file", other.to_str().unwrap()]).run();
    run.assert_failed_as_json(4, "code-refused");
}

#[test]
fn device_uses_its_token() {
    let world = world();
    let sign_in = SignIn::new(CONFIDENTIAL, JANE);
    let device = world.emulator.device_token(&sign_in, "my device").unwrap();
    world.write("device", &device);
    let flags = [
        "--device-id",
        "my device",
        "--device-token-file",
        "device",
        "--scope",
        "openid,AdobeID",
    ];
    let first = answer_json(&token(&world, &flags).run_for_a_secret());
    assert_eq!(
        (&first["source"], &first["scopes"]),
        (&json!("ims"), &json!(["openid", "AdobeID"]))
    );
    assert_eq!(
        answer_json(&token(&world, &flags).run_for_a_secret())["source"],
        "cache"
    );
    assert_eq!(world.emulator.tokens_minted_by(GrantType::Device), 1);
    let other = [
        "--device-id",
        "other",
        "--device-token-file",
        "device",
        "--scope",
        "openid",
    ];
    token(&world, &other)
        .run()
        .assert_failed_as_json(4, "device-refused");
}

#[test]
fn contradictory_flags_are_refused() {
    let world = world();
    world.write("code", SERVICE_CODE);
    world.write(
        "ready.json",
        json!({"accessToken": crate::support::LASTING_TOKEN}).to_string(),
    );
    for more in [
        &[
            "--code-file",
            "code",
            "--device-id",
            "x",
            "--device-token-file",
            "y",
        ][..],
        &["--code-file", "code", "--metascope", "x"],
        &["--device-id", "x"],
        &["--device-token-file", "x"],
        &["--code-file", "code", "-c", "service_token.json"],
        &["--code-file", "code", "-p", "me"],
        &["--code-file", "-", "-c", "-"],
        &["--code-file", "code", "--token-version", "v2"],
        &["-c", "service_token.json", "--token-version", "v4"],
        &["-c", "service_token.json", "--token-version", "v1"],
        &["-c", "ready.json", "--resource", "urn:x"],
    ] {
        let run = token(&world, more).run();
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{more:?} {run:?}");
    }
    let for_audience = ["token", "-c", "service_token.json", "--resource", "urn:x"];
    let account = at_emulator(&world, &for_audience);
    let inspected = at_emulator(&world, &["inspect", "-o", "json"])
        .stdin(account.run_for_a_secret().stdout)
        .run();
    assert_eq!(answer_json(&inspected)["claims"]["aud"], json!(["urn:x"]));
    let public = ["token", "--client-id", PUBLIC, "--code-file", "code"];
    at_emulator(&world, &public)
        .run()
        .assert_failed(3, "client-secret-missing");
    let nobody = at_emulator(&world, &["token", "--code-file", "code"]).run();
    nobody.assert_failed(3, "credentials-incomplete");
}

#[test]
fn token_for_an_audience_is_separate() {
    let world = world();
    let client = &world.emulator.oauth_clients()[0];
    world.write("own-secret", client.client_secret());
    world.write(
        "oauth.json",
        world
            .emulator
            .oauth_credentials_json_of(client.client_id())
            .unwrap(),
    );
    let call = |more: &[&str]| {
        let before = ["token", "-c", "oauth.json", "-o", "json"];
        let all: Vec<_> = before.iter().chain(more).copied().collect();
        answer_json(&at_emulator(&world, &all).run_for_a_secret())
    };
    let plain = call(&[]);
    let one = call(&["--resource", "urn:a", "--resource", "urn:b"]);
    let same = call(&["--resource", "urn:b", "--resource", "urn:a"]);
    assert_eq!(
        (&plain["source"], &one["source"], &same["source"]),
        (&json!("ims"), &json!("ims"), &json!("cache"))
    );
    assert_eq!(one["access_token"], same["access_token"]);
    assert_eq!(call(&[])["access_token"], plain["access_token"]);
    assert_eq!(
        world
            .emulator
            .tokens_minted_by(GrantType::ClientCredentials),
        2
    );
    assert_ne!(client.client_secret(), CLIENT_SECRET);
    for version in ["v2", "v3", "v4"] {
        let asked = call(&["--token-version", version, "--no-cache"]);
        assert!(asked["expires_in"].as_u64() > Some(86_000), "{asked}");
    }
}
