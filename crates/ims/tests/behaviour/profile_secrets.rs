//! The secrets and tokens of a profile: their places, and the servers that receive them.

use std::fs;

use serde_json::json;

use crate::api::{Api, DONE};
use crate::profile_world::Setting;
use crate::support::{OLD_TOKEN, PASSPHRASE, fixture};

#[test]
fn secrets_of_a_profile_are_sent_to_its_service_and_adobe_only() {
    let setting = Setting::new();
    for (flags, variable) in [
        (&["--url", "https://evil.example"][..], ""),
        (&[], "https://evil.example"),
    ] {
        let arguments = [&["token", "-p", "api"], flags].concat();
        let run = setting.ims(&arguments).env("IMS_URL", variable).run();
        run.assert_failed(3, "identity-service-not-named");
        assert!(
            run.stderr.contains("are not sent to https://evil.example"),
            "{run:?}"
        );
        assert!(
            run.stderr
                .contains("environment = \"https://evil.example\" in [profiles.api]"),
            "{run:?}"
        );
    }
    let own = setting.world.emulator.url();
    assert_eq!(
        setting.token(&["-p", "api", "--url", own])["profile"],
        "api"
    );
    // The caller who names both a document and a host is responsible for both.
    let run = setting
        .ims(&[
            "token",
            "-c",
            "service_token.json",
            "--url",
            "https://ims.invalid",
        ])
        .run();
    assert_ne!(run.code, 3, "{run:?}");
}

#[test]
fn token_is_sent_to_the_targets_of_its_profile_only() {
    let api = Api::answering([DONE, DONE]);
    let setting = Setting::with(&format!("targets = [\"{}\"]", api.url));
    let path = format!("{}/x", api.url);
    setting
        .ims(&["curl", "-p", "api", &path])
        .run()
        .assert(0, "done\n", "");
    for url in [
        "https://author-p1-e2.adobeaemcloud.com/x",
        "http://127.0.0.1:9/x",
    ] {
        let run = setting.ims(&["curl", "-p", "api", url]).run();
        run.assert_failed(3, "host-not-allowed");
        assert!(
            run.stderr
                .contains("the profile api sends its tokens to its `targets` only"),
            "{run:?}"
        );
    }
    // Unless the profile has targets, this machine is allowed as Adobe's hosts are.
    let run = setting.ims(&["curl", "-p", "aem", &path]).run();
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(api.asked().len(), 2);
}

#[test]
fn token_of_another_environment_is_refused() {
    let setting = Setting::with(
        "[profiles.stage]\ntype = \"static\"\ntoken = { env = \"T\" }\nenvironment = \"stage\"\n[profiles.free]\ntype = \"static\"\ntoken = { env = \"T\" }\n",
    );
    // as: ims-na1
    let run = setting
        .ims(&["token", "-p", "stage"])
        .env("T", OLD_TOKEN)
        .run();
    run.assert_failed(3, "environment-mismatch");
    // as: ims-na1-stg1, 100 years
    let stage = concat!(
        "eyJhbGciOiJSUzI1NiJ9.eyJhcyI6Imltcy1uYTEtc3RnMSIsImNyZWF0ZWRfYXQiOiIxNjAwMDAwMDAwMDAwIiwi",
        "ZXhwaXJlc19pbiI6IjMxNTU3NjAwMDAwMDAifQ.c2ln"
    );
    let run = setting
        .ims(&["curl", "-p", "free", "https://platform.adobe.io/x"])
        .env("T", stage)
        .run();
    run.assert_failed(3, "environment-mismatch");
    let run = setting
        .ims(&["token", "-p", "stage"])
        .env("T", stage)
        .run_for_a_secret();
    assert_eq!((run.code, run.stdout.trim()), (0, stage));
}

#[test]
fn child_does_not_inherit_the_secret_of_the_profile() {
    let setting = Setting::new();
    let script = "echo \"[$IMS_TEST_SECRET]\"";
    let run = setting
        .ims(&["exec", "-p", "api", "--", "sh", "-c", script])
        .run();
    run.assert(0, "[]\n", "");
}

#[test]
fn secrets_are_fetched_from_their_places_when_needed() {
    let client = |secrets: &str| {
        format!(
            "client_id = \"oauth!+ID\"\nclient_secrets = {secrets}\nscopes = \"openid AdobeID\"\n"
        )
    };
    let setting = Setting::new();
    let url = setting.world.emulator.url();
    let counter = setting.world.path("counter");
    let script = format!("echo x >> {}; echo 'SECRET?%&=ü'", counter.display());
    setting.add(&format!(
        "[profiles.command]\ntype = \"oauth-s2s\"\nenvironment = \"{url}\"\n{}\n[profiles.files]\ntype = \"oauth-s2s\"\nenvironment = \"{url}\"\n{}",
        client(&format!("{{ command = [\"sh\", \"-c\", \"{script}\"] }}")),
        client("[{ file = \"old\" }, { systemd_credential = \"new\" }]"),
    ));
    let first = setting.token(&["-p", "command"]);
    let second = setting.token(&["-p", "command"]);
    assert_eq!(
        (&first["source"], &second["source"]),
        (&json!("ims"), &json!("cache"))
    );
    assert_eq!(fs::read_to_string(&counter).unwrap(), "x\n");

    setting.world.write("home/ims/old", "outdated\n");
    setting.world.write("home/new", "SECRET?%&=ü\n");
    let files = || {
        let folder = setting.world.path("home");
        setting
            .ims(&["token", "-p", "files", "-o", "json", "--force"])
            .env("CREDENTIALS_DIRECTORY", folder)
            .run_for_a_secret()
    };
    let run = files();
    assert_eq!(run.code, 0, "{}", run.stderr);
    let old = setting.world.path("home/ims/old");
    let exposed =
        format!("ims: note: {old:?} holds a secret, and other users can read it: chmod 600");
    assert!(run.stderr.contains(&exposed), "{}", run.stderr);
    fs::remove_file(old).unwrap();
    let run = setting.ims(&["token", "-p", "files"]).run();
    run.assert_failed(3, "secret-unavailable");
    let run = setting
        .ims(&["token", "-p", "api"])
        .env("IMS_TEST_SECRET", "")
        .run();
    run.assert_failed(3, "secret-unavailable");
    assert!(
        run.stderr
            .contains("the environment variable IMS_TEST_SECRET is not set"),
        "{run:?}"
    );
}

#[test]
fn encrypted_key_opens_with_the_passphrase_of_the_profile() {
    let setting = Setting::new();
    let mut document = setting.world.document();
    setting
        .world
        .write("locked.pem", fixture("legacy-aes256.pem"));
    document["integration"]["privateKey"] = json!("locked.pem");
    document["integration"]["publicKey"] = json!(null);
    setting.world.write("locked.json", document.to_string());
    let place = setting.world.path("locked.json");
    setting.add(&format!(
        "[profiles.locked]\ntype = \"document\"\ncredentials = {{ file = \"{}\" }}\npassphrase = {{ env = \"PASS\" }}",
        place.display()
    ));
    let run = setting
        .ims(&["token", "-p", "locked"])
        .env("PASS", "wrong")
        .run();
    assert!(run.stderr.contains("[key-passphrase-wrong]"), "{run:?}");
    // The key opens, but it is not the key of the account.
    let run = setting
        .ims(&["token", "-p", "locked"])
        .env("PASS", PASSPHRASE)
        .run();
    assert_eq!(run.code, 4, "{run:?}");
    assert!(run.stderr.contains("[signature-not-bound]"), "{run:?}");
}

#[test]
fn plain_secret_requires_a_private_file() {
    let setting = Setting::with("[profiles.clear]\ntype = \"static\"\ntoken = \"SECRET?%&=ü\"");
    let run = setting.ims(&["token", "-p", "clear"]).run_for_a_secret();
    assert_eq!(run.code, 3, "not visible ASCII: {run:?}");
    setting.mode(0o644);
    let run = setting.ims(&["token", "-p", "api"]).run();
    run.assert_failed(3, "configuration-exposed");
    let hint = format!("hint: chmod 600 {}", setting.path().display());
    assert!(run.stderr.contains(&hint), "{run:?}");
}
