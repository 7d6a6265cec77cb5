//! The secrets and tokens of a profile: their places, and the servers that receive them.

use std::fs;

use serde_json::json;

use crate::api::{Api, DONE};
use crate::profile_world::{READABLE, Setting};
use crate::support::{CLIENT_ID, LASTING_TOKEN, OLD_TOKEN, PASSPHRASE, fixture, open_to_everybody};

#[test]
fn secrets_of_a_profile_are_sent_to_its_service_and_adobe_only() {
    let setting = Setting::new();
    for (flags, variable) in [
        (&["--url", "https://evil.example"][..], ""),
        (&[], "https://evil.example"),
    ] {
        let arguments = [&["token", "-p", "aem"], flags].concat();
        let run = setting.ims(&arguments).env("IMS_URL", variable).run();
        run.assert_failed(3, "identity-service-not-named");
        assert!(
            run.stderr.contains("are not sent to https://evil.example"),
            "{run:?}"
        );
        assert!(
            run.stderr
                .contains("environment = \"https://evil.example\" in [profiles.aem]"),
            "{run:?}"
        );
    }
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
fn profile_with_an_environment_is_bound_to_it() {
    let setting = Setting::new();
    let own = setting.world.emulator.url();
    let other = adobe_ims_emulator::Emulator::builder().start().unwrap();
    let place = format!("{}:12:18", setting.path().display());
    for (named, shown) in [
        ("prod", "https://ims-na1.adobelogin.com"),
        ("stage", "https://ims-na1-stg1.adobelogin.com"),
        (other.url(), other.url()),
        ("https://evil.example", "https://evil.example"),
    ] {
        let refused = |origin: &str| {
            format!(
                "ims: {origin}: the secrets of the profile api are not sent to {shown}: its `environment` is {own} [profile-bound]\n\
                 hint: For {shown} use another profile, or change `environment` at {place}.\n\
                 hint: Leave out the flag or the variable that the message names, or use another profile.\n"
            )
        };
        for command in [
            &["token", "-p", "api"][..],
            &["curl", "-p", "api", own],
            &["whoami", "-p", "api"],
            &["logout", "api"],
        ] {
            let flags = [command, &["--url", named]].concat();
            setting.ims(&flags).run().assert(3, "", &refused("--url"));
            let run = setting.ims(command).env("IMS_URL", named).run();
            run.assert(3, "", &refused("IMS_URL"));
        }
        // The flag of a command that runs another one has an exit code of its own.
        let exec = ["exec", "-p", "api", "--url", named, "--", "true"];
        setting.ims(&exec).run().assert(125, "", &refused("--url"));
        let show = ["config", "show", "-p", "api", "--url", named];
        let run = setting.ims(&show).run();
        let note = refused("--url")
            .lines()
            .next()
            .unwrap()
            .replacen("ims: ", "ims: note: ", 1);
        assert_eq!((run.code, run.stderr), (0, format!("{note}\n")));
    }
    assert_eq!(setting.world.emulator.tokens_minted(), 0);
    assert_eq!(other.tokens_minted(), 0);
    // The same service is no other one, however it is written, and a flag counts more than a variable.
    for named in [own.to_owned(), format!("{own}/")] {
        let run = setting
            .ims(&["token", "-p", "api", "--url", &named])
            .env("IMS_URL", "prod")
            .run_for_a_secret();
        assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    }
    // `[defaults]` names the service of a profile that names none.
    let name_in_defaults = |defaults: &str| {
        let text = fs::read_to_string(setting.path()).unwrap();
        let unnamed = text.replace(&format!("environment    = \"{own}\"\n"), "");
        setting.configure(&unnamed.replace("[defaults]", &format!("[defaults]\n{defaults}")));
    };
    name_in_defaults("environment = \"https://ims.example\"");
    let run = setting
        .ims(&[
            "token",
            "-p",
            "api",
            "--url",
            "https://ims.example",
            "--cached-only",
        ])
        .run();
    run.assert_failed(7, "not-cached");
    let run = setting
        .ims(&[
            "token",
            "-p",
            "api",
            "--url",
            "https://evil.example",
            "--cached-only",
        ])
        .run();
    run.assert_failed(3, "identity-service-not-named");
    // A profile without `environment` takes any known service, as its document does.
    let token = setting.token(&["-p", "aem", "--url", own]);
    assert_eq!(token["profile"], "aem");
}

#[test]
fn allow_host_adds_nothing_to_the_targets_of_a_profile() {
    let api = Api::answering([DONE, DONE]);
    let other = "http://127.0.0.1:9";
    let setting = Setting::with(&format!("targets = [\"{}\"]", api.url));
    let hint = "hint: the profile api sends its tokens to its `targets` only; if you trust this host with them, add it to `targets` in [profiles.api]\n";
    for (place, url) in [
        (other, format!("{other}/x")),
        ("https://evil.example", "https://evil.example/x".to_owned()),
        // It is refused also where the request goes to one of the targets.
        ("https://evil.example", format!("{}/x", api.url)),
    ] {
        let run = setting
            .ims(&["curl", "-p", "api", "--allow-host", place, &url])
            .run();
        run.assert(
            3,
            "",
            &format!(
                "ims: --allow-host {place} adds to the `targets` of the profile api [profile-bound]\n{hint}\
                 hint: Leave out the flag or the variable that the message names, or use another profile.\n"
            ),
        );
    }
    // A target adds nothing, and a profile without targets takes others.
    let path = format!("{}/x", api.url);
    for profile in ["api", "aem"] {
        setting
            .ims(&["curl", "-p", profile, "--allow-host", &api.url, &path])
            .run()
            .assert(0, "done\n", "");
    }
    assert_eq!(api.asked().len(), 2);
}

#[test]
fn incomplete_profile_stops_only_what_uses_it() {
    let setting = Setting::with(
        "[profiles.later]\ntype = \"document\"\n[profiles.typo]\ntype = \"static\"\ntokn = \"SECRET?%&=ü\"\n",
    );
    let text = fs::read_to_string(setting.path()).unwrap();
    setting.configure(&text.replace("version = 1", "version = 1\ndefault_profile = \"later\""));
    let place = setting.path().display().to_string();
    let lacks = format!("{place}:18:11: [profiles.later] lacks `credentials` [profile-incomplete]");
    let typo = format!("{place}:22:1: there is no key `tokn` here [configuration-invalid]");

    assert_eq!(
        setting.token(&["-c", "service_token.json"])["client_id"],
        CLIENT_ID
    );
    assert_eq!(setting.token(&["-p", "api"])["profile"], "api");
    let run = setting
        .ims(&["token"])
        .env("IMS_ACCESS_TOKEN", LASTING_TOKEN);
    assert_eq!(run.run_for_a_secret().code, 0);
    let document = setting.world.path("service_token.json");
    let run = setting
        .ims(&["token", "--ca-file", "ca.pem"])
        .env("IMS_CREDENTIALS", document);
    assert_eq!(run.run_for_a_secret().code, 0);
    setting
        .ims(&["cache", "clear"])
        .run()
        .assert(0, "2 tokens deleted\n", "");

    let list = setting.ims(&["profile", "list"]).run();
    assert_eq!(list.code, 0, "{list:?}");
    assert_eq!(
        list.stderr,
        format!("ims: note: {lacks}\nims: note: {typo}\n")
    );
    for arguments in [
        &["token"][..],
        &["token", "-p", "later"],
        &["profile", "show"],
    ] {
        let run = setting.ims(arguments).run();
        run.assert(
            3,
            "",
            &format!("ims: {lacks}\nhint: Add the key that the message names.\n"),
        );
    }
    let check = setting.ims(&["config", "check"]).run();
    check.assert(
        8,
        &format!("{lacks}\n{typo}\naem: readable\napi: readable\n"),
        READABLE,
    );

    let path = setting.path();
    setting.ims(&["profile", "use", "api"]).run().assert(
        0,
        &format!("api is the default profile ({})\n", path.display()),
        "",
    );
    for name in ["later", "typo"] {
        setting.ims(&["profile", "remove", name]).run().assert(
            0,
            &format!("{name} is removed ({})\n", path.display()),
            "",
        );
    }
    assert_eq!(setting.token(&[])["profile"], "api");
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

    let old = setting.world.write("home/ims/old", "outdated\n");
    open_to_everybody(&old);
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
