//! `--profile`, and what the configuration says.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use adobe_ims_emulator::OauthClient;
use serde_json::{Value, json};

use crate::api::{Api, DONE};
use crate::support::{
    CLIENT_ID, CLIENT_SECRET, Ims, LASTING_TOKEN, OLD_TOKEN, PASSPHRASE, World, fixture,
};

const ORGANIZATION: &str = "0123456789ABCDEF01234567@AdobeOrg";

/// An emulator with a client and a technical account, and a configuration with profiles of both.
struct Setting {
    world: World,
}

impl Setting {
    fn new() -> Self {
        Self::with("")
    }

    fn with(more: &str) -> Self {
        let client = OauthClient::new()
            .client_id("oauth!+ID")
            .client_secret(CLIENT_SECRET)
            .organization(ORGANIZATION)
            .scopes(["openid", "AdobeID"]);
        let world = World::with(|builder| builder.oauth_client(client));
        let setting = Self { world };
        let closed = fs::Permissions::from_mode(0o600);
        fs::set_permissions(setting.world.path("service_token.json"), closed).unwrap();
        let url = setting.world.emulator.url();
        setting.configure(&format!(
            r#"version = 1
[defaults]
ca_files = ["{}"]
retries  = 0

[profiles.aem]
type        = "document"
credentials = {{ file = "{}" }}

[profiles.api]
type           = "oauth-s2s"
environment    = "{url}"
client_id      = "oauth!+ID"
client_secrets = {{ env = "IMS_TEST_SECRET" }}
scopes         = ["openid", "AdobeID"]
org_id         = "{ORGANIZATION}"
{more}"#,
            setting.world.path("ca.pem").display(),
            setting.world.path("service_token.json").display(),
        ));
        setting
    }

    fn path(&self) -> PathBuf {
        self.world.path("home/ims/config.toml")
    }

    fn configure(&self, text: &str) {
        fs::create_dir_all(self.path().parent().unwrap()).unwrap();
        fs::write(self.path(), text).unwrap();
        self.mode(0o600);
    }

    fn add(&self, text: &str) {
        let before = fs::read_to_string(self.path()).unwrap();
        self.configure(&format!("{before}\n{text}"));
    }

    fn mode(&self, mode: u32) {
        fs::set_permissions(self.path(), fs::Permissions::from_mode(mode)).unwrap();
    }

    /// A call in this home.
    fn ims(&self, arguments: &[&str]) -> Ims {
        Ims::new(arguments)
            .env("XDG_CONFIG_HOME", self.world.path("home"))
            .env("IMS_CACHE_DIR", self.world.path("cache"))
            .env("IMS_TEST_SECRET", CLIENT_SECRET)
            .env("PATH", "/usr/bin:/bin")
            .in_folder(self.world.folder.path())
    }

    #[track_caller]
    fn token(&self, arguments: &[&str]) -> Value {
        let all = ["token", "-o", "json"].iter().chain(arguments);
        let run = self
            .ims(&all.copied().collect::<Vec<_>>())
            .run_for_a_secret();
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{}", run.stderr);
        serde_json::from_str(&run.stdout).unwrap()
    }
}

#[test]
fn each_profile_has_its_token_and_its_place_in_the_cache() {
    let setting = Setting::new();
    let aem = setting.token(&["-p", "aem"]);
    let api = setting.token(&["--profile", "api"]);
    assert_eq!(
        (&aem["profile"], &api["profile"]),
        (&json!("aem"), &json!("api"))
    );
    assert_eq!(
        (&aem["client_id"], &api["client_id"]),
        (&json!(CLIENT_ID), &json!("oauth!+ID"))
    );
    assert_eq!(
        (&aem["source"], &api["source"]),
        (&json!("ims"), &json!("ims"))
    );
    assert_eq!(api["org_id"], ORGANIZATION);
    for name in ["aem", "api"] {
        assert_eq!(setting.token(&["-p", name])["source"], "cache");
    }
    assert_eq!(setting.world.emulator.tokens_minted(), 2);
}

#[test]
fn the_default_profile_is_taken_when_nothing_else_names_credentials() {
    let setting = Setting::new();
    let run = setting.ims(&["token"]).run();
    run.assert_failed(3, "credentials-missing");
    assert!(run.stderr.contains("-p NAME, or IMS_PROFILE"), "{run:?}");
    setting.ims(&["profile", "use", "api"]).run().assert(
        0,
        &format!(
            "api is the default profile ({})\n",
            setting.path().display()
        ),
        "",
    );
    assert_eq!(setting.token(&[])["profile"], "api");
    // A document that is named counts more, and the settings for all hold for it, too.
    let document = setting.token(&["-c", "service_token.json"]);
    assert_eq!(
        (&document["profile"], &document["client_id"]),
        (&Value::Null, &json!(CLIENT_ID))
    );
    let run = setting
        .ims(&["token", "-v"])
        .env("IMS_PROFILE", "aem")
        .run_for_a_secret();
    assert!(
        run.stderr.contains("the profile is aem, by IMS_PROFILE"),
        "{run:?}"
    );
    let run = setting
        .ims(&["token", "-v"])
        .env("IMS_PROFILE", "aem")
        .env("IMS_ACCESS_TOKEN", LASTING_TOKEN)
        .run_for_a_secret();
    assert_eq!(run.stdout.trim(), LASTING_TOKEN);
    assert!(
        run.stderr.contains("IMS_ACCESS_TOKEN names the credentials; the profile that IMS_PROFILE names is passed over"),
        "{run:?}"
    );
    let run = setting
        .ims(&["token", "-p", "api", "-o", "json"])
        .env("IMS_ACCESS_TOKEN", LASTING_TOKEN)
        .run_for_a_secret();
    assert!(run.stdout.contains("\"profile\":\"api\""), "{}", run.stderr);
}

#[test]
fn what_cannot_be_selected_is_told() {
    let setting = Setting::new();
    let run = setting.ims(&["token", "-p", "apj"]).run();
    run.assert_failed(3, "profile-unknown");
    assert!(
        run.stderr.contains("hint: Did you mean \"api\"?"),
        "{run:?}"
    );
    assert!(run.stderr.contains("ims profile list"), "{run:?}");
    let run = setting
        .ims(&["token", "-p", "eyJhbGciOiJSUzI1NiJ9.e30.x"])
        .run();
    run.assert_failed(3, "profile-unknown");
    let run = setting.ims(&["token", "-p", "api", "-c", "x.json"]).run();
    run.assert_failed(2, "usage");
    let run = setting.ims(&["exec", "-p", "apj", "--", "true"]).run();
    run.assert_failed(125, "profile-unknown");
    let run = setting.ims(&["token", "--config", "none.toml"]).run();
    run.assert_failed(3, "file-unreadable");
    let run = setting
        .ims(&["token"])
        .env("IMS_CONFIG", "config.toml")
        .run();
    run.assert_failed(3, "variable-invalid");
    let nowhere = Ims::new(["token", "-p", "api"]).run();
    nowhere.assert_failed(3, "variable-invalid");
}

#[test]
fn a_mistake_in_the_file_is_told_with_its_place_for_every_call() {
    let setting = Setting::new();
    setting.add("[profiles.x]\ntype = \"oauth-s2s\"\nclient_secret = \"SECRET?%&=ü\"");
    let run = setting.ims(&["token", "-c", "service_token.json"]).run();
    run.assert_failed(3, "configuration-invalid");
    let place = format!(
        "ims: {}:20:1: there is no key `client_secret` here",
        setting.path().display()
    );
    assert!(run.stderr.starts_with(&place), "{run:?}\n{place}");
    assert!(
        run.stderr.contains("hint: Did you mean `client_secrets`?"),
        "{run:?}"
    );
    let run = setting.ims(&["token", "-o", "json"]).run();
    let told: Value = serde_json::from_str(&run.stderr).unwrap();
    assert_eq!(
        (&told["id"], &told["exit_code"]),
        (&json!("configuration-invalid"), &json!(3))
    );
    // Not read from here, whoever put it here.
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("config.toml"), "nonsense").unwrap();
    fs::create_dir(folder.path().join("ims")).unwrap();
    fs::write(folder.path().join("ims/config.toml"), "nonsense").unwrap();
    let run = Ims::new(["token"])
        .env("XDG_CONFIG_HOME", ".")
        .env("HOME", "")
        .in_folder(folder.path());
    run.run().assert_failed(3, "credentials-missing");
}

#[test]
fn a_secret_in_the_clear_wants_a_closed_file() {
    let setting = Setting::with("[profiles.clear]\ntype = \"static\"\ntoken = \"SECRET?%&=ü\"");
    let run = setting.ims(&["token", "-p", "clear"]).run_for_a_secret();
    assert_eq!(run.code, 3, "not visible ASCII: {run:?}");
    setting.mode(0o644);
    let run = setting.ims(&["token", "-p", "api"]).run();
    run.assert_failed(3, "configuration-exposed");
    let hint = format!("hint: chmod 600 {}", setting.path().display());
    assert!(run.stderr.contains(&hint), "{run:?}");
}

#[test]
fn flag_then_variable_then_profile_then_defaults() {
    let setting = Setting::with("timeout = \"2s\"\nmin_ttl = \"1h\"");
    let rows = |run: Ims| {
        let run = run.run();
        assert_eq!((run.code, run.stderr.as_str()), (0, ""));
        let told: Value = serde_json::from_str(&run.stdout).unwrap();
        assert_eq!(told["schema"], "ims.config/1");
        let settings = told["settings"].as_array().unwrap().clone();
        let timeout = settings.iter().find(|it| it["name"] == "timeout");
        timeout.unwrap().clone()
    };
    let show = ["config", "show", "-p", "api", "-o", "json"];
    let own = rows(setting.ims(&show));
    assert_eq!(
        (&own["value"], &own["origin"]),
        (&json!("2s"), &json!("profile"))
    );
    let place = format!("{}:17:11", setting.path().display());
    assert_eq!(own["from"], place);
    assert_eq!(
        own["overruled"][0],
        json!({"value": "30s", "origin": "built-in", "from": "built in"})
    );
    let flag = [&show[..], &["--timeout", "4s"]].concat();
    let all = rows(setting.ims(&flag).env("IMS_TIMEOUT", "3s"));
    assert_eq!(
        (&all["value"], &all["from"]),
        (&json!("4s"), &json!("--timeout"))
    );
    assert_eq!(all["overruled"][0]["from"], "IMS_TIMEOUT");
    assert_eq!(all["overruled"][1]["from"], place);

    let run = setting
        .ims(&["config", "show", "-p", "api", "--origin"])
        .run();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    for row in [
        "\nprofile ".to_owned(),
        "timeout ".to_owned(),
        " not 30s ".to_owned(),
        "  --profile\n".to_owned(),
        format!("  {place}\n"),
        "  IMS_RETRIES\n".to_owned(),
    ] {
        assert!(run.stdout.contains(&row), "{row}: {}", run.stdout);
    }
    // What is shown is what counts.
    let run = setting
        .ims(&["token", "-p", "api", "--min-ttl", "24h"])
        .run();
    assert_eq!(run.code, 7, "{run:?}");
    setting.add("[profiles.short]\ntype = \"static\"\ntoken = { file = \"t\" }\nmin_ttl = \"24h\"");
    setting.world.write(
        "home/ims/t",
        setting.token(&["-p", "api"])["access_token"]
            .as_str()
            .unwrap(),
    );
    let closed = fs::Permissions::from_mode(0o600);
    fs::set_permissions(setting.world.path("home/ims/t"), closed).unwrap();
    let run = setting.ims(&["token", "-p", "short"]).run();
    assert_eq!(run.code, 7, "{run:?}");
    assert!(run.stderr.contains("[token-short-lived]"), "{run:?}");
    assert_eq!(
        setting.token(&["-p", "short", "--min-ttl", "1h"])["source"],
        "ready"
    );
}

#[test]
fn secrets_come_from_where_the_profile_says_and_slow_ones_only_when_needed() {
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
fn an_encrypted_key_opens_with_the_passphrase_of_the_profile() {
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
    // The key opens; it is not the one that the account has.
    let run = setting
        .ims(&["token", "-p", "locked"])
        .env("PASS", PASSPHRASE)
        .run();
    assert_eq!(run.code, 4, "{run:?}");
    assert!(run.stderr.contains("[signature-not-bound]"), "{run:?}");
}

#[test]
fn the_secrets_of_a_profile_go_where_it_says_and_to_adobe() {
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
    // A document that is named together with a place is the affair of who names both.
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
fn a_token_goes_to_the_targets_of_its_profile_only() {
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
                .contains("the profile api lets its tokens go to its `targets` only"),
            "{run:?}"
        );
    }
    // Without a profile's word on it, this machine is a place as any of Adobe's.
    let run = setting.ims(&["curl", "-p", "aem", &path]).run();
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(api.asked().len(), 2);
}

#[test]
fn a_token_of_another_environment_is_not_used() {
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
fn a_command_does_not_inherit_the_secret_of_the_profile() {
    let setting = Setting::new();
    let script = "echo \"[$IMS_TEST_SECRET]\"";
    let run = setting
        .ims(&["exec", "-p", "api", "--", "sh", "-c", script])
        .run();
    run.assert(0, "[]\n", "");
}

#[test]
fn a_home_that_cannot_be_entered_costs_a_note() {
    let setting = Setting::new();
    let home = setting.world.path("home");
    fs::set_permissions(&home, fs::Permissions::from_mode(0o000)).unwrap();
    // Whoever may enter everything finds the configuration.
    let is_closed = fs::read_dir(&home).is_err();
    let run = setting
        .ims(&["token", "-c", "service_token.json", "--ca-file", "ca.pem"])
        .run_for_a_secret();
    let named = setting.ims(&["token", "-p", "api"]).run_for_a_secret();
    fs::set_permissions(&home, fs::Permissions::from_mode(0o700)).unwrap();
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(
        run.stderr.contains("ims: note: the configuration "),
        is_closed,
        "{}",
        run.stderr
    );
    assert_eq!(
        named.code,
        if is_closed { 3 } else { 0 },
        "{}",
        named.stderr
    );
}

#[test]
fn credentials_in_fields_come_before_a_profile_or_not_at_all() {
    let setting = Setting::new();
    let run = setting
        .ims(&["token", "-p", "api", "--scope", "openid"])
        .run();
    run.assert_failed(2, "usage");
    setting.ims(&["profile", "use", "aem"]).run();
    let url = setting.world.emulator.url();
    let flags = [
        "token",
        "--client-id",
        "oauth!+ID",
        "--client-secret-file",
        "secret",
        "--scope",
        "openid",
        "--url",
        url,
        "-o",
        "json",
    ];
    setting.world.write("secret", CLIENT_SECRET);
    for run in [
        setting.ims(&flags),
        setting
            .ims(&["token", "--url", url, "-o", "json"])
            .env("IMS_CLIENT_ID", "oauth!+ID")
            .env("IMS_CLIENT_SECRET", CLIENT_SECRET)
            .env("IMS_SCOPES", "openid"),
    ] {
        let run = run.run_for_a_secret();
        assert_eq!((run.code, run.stderr.as_str()), (0, ""));
        let told: Value = serde_json::from_str(&run.stdout).unwrap();
        assert_eq!(
            (&told["profile"], &told["client_id"]),
            (&Value::Null, &json!("oauth!+ID"))
        );
    }
    // The variables of other programs come last, and imscli's spelling after IMS_PROFILE.
    let run = setting
        .ims(&["token", "-o", "json"])
        .env("IMS_OAUTH_S2S", "{\"CLIENT_ID\":\"other\"}")
        .env("IMS_CLIENTID", "other")
        .env("IMS_PROFILE", "api")
        .run_for_a_secret();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    assert!(run.stdout.contains("\"profile\":\"api\""));
}

#[test]
fn the_defaults_hold_for_whoever_asks_ims_and_reads_the_cache() {
    let setting = Setting::new();
    let token = setting.token(&["-p", "api"])["access_token"].clone();
    setting.world.write("token", token.as_str().unwrap());
    let url = setting.world.emulator.url();
    // The CA of the emulator is known from the defaults alone.
    let run = setting.ims(&["validate", "token", "--url", url]).run();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{run:?}");
    let run = setting.ims(&["revoke", "token", "--url", url]).run();
    assert_eq!(run.code, 0, "{run:?}");

    let key = "c2VjcmV0IGtleSBvZiB0aGlydHktdHdvIGJ5dGVzISE=";
    setting.world.write("home/ims/key", key);
    let text = fs::read_to_string(setting.path()).unwrap();
    setting.configure(&text.replace("[defaults]", "[defaults]\ncache_key_file = \"key\""));
    let client = |run: Ims| {
        let run = run.run();
        let told: Value = serde_json::from_str(&run.stdout).unwrap();
        told["tokens"][0]["client_id"].clone()
    };
    setting.token(&["-p", "aem"]);
    assert_eq!(
        client(setting.ims(&["cache", "list", "-o", "json"])),
        CLIENT_ID
    );
    let without = setting.ims(&["cache", "list", "-o", "json"]);
    let other = setting
        .world
        .write("other", "c2VjcmV0IGtleSBvZiB0aGlydHktdHdvIGJ5dGVzPz8=");
    assert_eq!(
        client(without.env("IMS_CACHE_KEY_FILE", other)),
        Value::Null
    );
    // One that is switched off keeps nothing.
    setting.configure(&text.replace("[defaults]", "[defaults]\ncache = false"));
    for _ in 0..2 {
        assert_eq!(setting.token(&["-p", "api"])["source"], "ims");
    }
}

#[test]
fn whoever_asks_who_they_are_may_be_a_profile() {
    let setting = Setting::new();
    let run = setting.ims(&["whoami", "-p", "api", "-o", "json"]).run();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{run:?}");
    // The token that IMS was asked with is the profile's.
    assert_eq!(setting.token(&["-p", "api"])["source"], "cache");
}
