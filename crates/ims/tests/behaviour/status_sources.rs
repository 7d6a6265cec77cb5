//! `ims status`: where it looks, and what it leaves alone.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use serde_json::{Value, json};

use crate::profile_world::Setting;
use crate::sign_in_world::{JANE, sign_in, with_profiles, world};
use crate::status_world::{Home, Report, days_ago, in_days};
use crate::support::CLIENT_ID;

#[test]
fn what_is_not_at_hand_is_not_read() {
    let home = Home::new("");
    let pipe = home.path("pipe");
    let made = Command::new("mkfifo").arg(&pipe).status().unwrap();
    assert!(made.success());
    let text = format!(
        "version = 1\n[profiles.piped]\ntype = \"document\"\ncredentials = {{ file = {pipe:?} }}\n[profiles.ring]\ntype = \"static\"\ntoken = {{ keyring = \"ims/dev\" }}\n"
    );
    home.configure(&text);
    let run = home.ims(&["status"]).run();
    let report = Report::of(&run, &home);
    assert_eq!(
        report.table,
        [
            "profile  kind      token",
            "piped    document  not read",
            "ring     static    not read",
        ]
    );
    assert_eq!(
        report.remarks,
        [
            "- piped: not read: credentials (the file \"HOME/pipe\" is a pipe or a device)",
            "- ring: not read: token (the keyring entry \"ims/dev\" is not opened)",
        ]
    );
}

#[test]
fn cache_knows_what_a_program_printed_before() {
    let world = Setting::with("");
    let document = world.world.path("service_token.json");
    let url = world.world.emulator.url();
    let script = world.world.write(
        "secret.sh",
        format!("#!/bin/sh\necho x >> runs\ncat {document:?}\n"),
    );
    fs::set_permissions(&script, PermissionsExt::from_mode(0o700)).unwrap();
    world.add(&format!(
        "[profiles.vault]\ntype = \"document\"\nenvironment = {url:?}\ncredentials = {{ command = [{script:?}] }}\n"
    ));
    let token = world.token(&["-p", "vault"]);
    assert_eq!(token["profile"], "vault");
    let run = world.ims(&["status", "-p", "vault", "-o", "json"]).run();
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    let vault = &report["credentials"][0];
    assert_eq!(
        (&vault["kind"], &vault["client_id"], &vault["environment"]),
        (&json!("jwt"), &json!(CLIENT_ID), &json!(url))
    );
    assert_eq!(vault["token"]["state"], "valid");
    assert_eq!(vault["not_read"][0]["key"], "credentials");
    assert!(
        vault["certificate"]["expires_in"].as_u64() > Some(360 * 86_400),
        "{vault}"
    );
    let runs = fs::read_to_string(world.world.path("runs")).unwrap();
    assert_eq!(runs, "x\n");
}

#[test]
fn problem_of_a_profile_leaves_the_rest_of_it_readable() {
    let home = Home::new("");
    home.document("author.json", in_days(300));
    home.configure(
        "version = 1\ndefault_profile = \"gone\"\n[profiles.bound]\ntype = \"document\"\nenvironment = \"stage\"\ncredentials = { file = \"../../author.json\" }\n[profiles.secret]\ntype = \"oauth-s2s\"\nclient_id = \"client!+ID\"\nscopes = [\"openid\"]\nclient_secrets = { env = \"NOT_SET\" }\n[profiles.\"\\u001b[2J\"]\n",
    );
    let run = home.ims(&["status"]).env("IMS_URL", "prod").run();
    let report = Report::of(&run, &home);
    assert_eq!(
        report.summary,
        "3 profiles; there is no default. With a problem: bound, secret, (no valid name)."
    );
    assert_eq!(
        report.table,
        [
            "   profile          kind       IMS    client                  token  certificate",
            "!  bound            jwt        stage  cm-p12345-e…egration-0  none   300 days",
            "!  secret           oauth-s2s  prod   client!+ID",
            "!  (no valid name)",
        ]
    );
    assert_eq!(
        report.remarks,
        [
            "! bound: IMS_URL: the secrets of the profile bound are not sent to https://ims-na1.adobelogin.com: its `environment` is https://ims-na1-stg1.adobelogin.com [profile-bound]; `ims doctor -p bound` says more",
            "! secret: the environment variable NOT_SET is not set or empty [secret-unavailable]; `ims doctor -p secret` says more",
            "! (no valid name): HOME/.config/ims/config.toml:12:11: this cannot be the name of a profile: letters, digits, `.`, `_` and `-`, 64 at most [configuration-invalid]",
            "! HOME/.config/ims/config.toml:2:19: `default_profile`: there is no profile \"gone\" [profile-unknown]",
        ]
    );
    // A wrong variable is a failure of every call.
    let run = home.ims(&["status"]).env("IMS_URL", "nonsense").run();
    run.assert_failed(3, "endpoint-invalid");
    let run = home.ims(&["status"]).env("IMS_CACHE", "of").run();
    run.assert_failed(3, "variable-invalid");
}

#[test]
fn encrypted_cache_is_read_with_its_key() {
    let world = Setting::new();
    let key = world
        .world
        .write("key", "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=");
    let arguments = ["-p", "api", "--cache-key-file", key.to_str().unwrap()];
    world.token(&arguments);
    let state = |more: &[&str]| {
        let run = world.ims(&[&["status", "-o", "json"], more].concat()).run();
        let report: Value = serde_json::from_str(&run.stdout).unwrap();
        report["credentials"][0]["token"]["state"].clone()
    };
    assert_eq!(state(&arguments), "valid");
    assert_eq!(state(&["-p", "api"]), "none");
    world.add("[profiles.apart]\ntype = \"static\"\ntoken = { env = \"IMS_TEST_SECRET\" }\n");
    let run = world
        .ims(&["status", "-p", "api", "-o", "json"])
        .env("IMS_CACHE", "off")
        .run();
    assert!(run.stdout.contains("\"state\":\"no-cache\""), "{run:?}");
}

#[test]
fn sign_in_is_shown_until_it_ends() {
    let world = world();
    sign_in(&world, "me", JANE);
    let status = || {
        let run = with_profiles(&world, &["status", "-p", "me", "-o", "json"]).run();
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{run:?}");
        let report: Value = serde_json::from_str(&run.stdout).unwrap();
        report["credentials"][0].clone()
    };
    let me = status();
    assert_eq!(me["sign_in"]["state"], "signed-in");
    assert_eq!(me["sign_in"]["user_id"], "JANE@AdobeID");
    assert_eq!(me["token"]["state"], "valid");
    assert_eq!(me["environment"], world.emulator.url());
    let run = with_profiles(&world, &["logout", "me", "-q"]).run();
    run.assert(0, "", "");
    let me = status();
    assert_eq!(
        (&me["sign_in"]["state"], &me["token"]["state"]),
        (&json!("nobody"), &json!("none"))
    );
}

#[test]
fn session_without_profile_is_shown() {
    let home = Home::new("version = 1\n");
    home.sign_in("public!+ID", "former", days_ago(1));
    let run = home.ims(&["status"]).run();
    let report = Report::of(&run, &home);
    assert_eq!(
        report.remarks,
        [
            "- a session belongs to no profile: former, of client \"public!+ID\" at https://ims-na1.adobelogin.com, until TIME; to end it, add a profile former of type user-pkce for this client, then run `ims logout former`"
        ]
    );
    let report = home.json(&[]);
    let orphan = &report["orphaned_sessions"][0];
    assert_eq!(
        (&orphan["name"], &orphan["client_id"]),
        (&json!("former"), &json!("public!+ID"))
    );
}
