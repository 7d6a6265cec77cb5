//! `--profile` and the settings of the configuration.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use serde_json::{Value, json};

use crate::profile_world::{ORGANIZATION, Setting};
use crate::support::{CLIENT_ID, CLIENT_SECRET, Ims, LASTING_TOKEN};

#[test]
fn each_profile_has_its_own_cached_token() {
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
fn default_profile_is_used_without_other_credentials() {
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
    // A named document takes precedence over the profile; the defaults apply to it, too.
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
        run.stderr.contains(
            "IMS_ACCESS_TOKEN names the credentials; the profile that IMS_PROFILE names is not used"
        ),
        "{run:?}"
    );
    let run = setting
        .ims(&["token", "-p", "api", "-o", "json"])
        .env("IMS_ACCESS_TOKEN", LASTING_TOKEN)
        .run_for_a_secret();
    assert!(run.stdout.contains("\"profile\":\"api\""), "{}", run.stderr);
}

#[test]
fn unknown_profile_is_reported() {
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
fn mistake_in_the_configuration_is_reported_with_its_place() {
    let setting = Setting::new();
    setting.add("[profiles.x]\ntype = \"oauth-s2s\"\nclient_secret = \"SECRET?%&=ü\"");
    let run = setting.ims(&["token", "-p", "x"]).run();
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
    let run = setting.ims(&["token", "-p", "x", "-o", "json"]).run();
    let told: Value = serde_json::from_str(&run.stderr).unwrap();
    assert_eq!(
        (&told["id"], &told["exit_code"]),
        (&json!("configuration-invalid"), &json!(3))
    );
    // A configuration in the current directory is not read.
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
    // The shown settings are those that are used.
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
fn unreadable_home_causes_a_note() {
    let setting = Setting::new();
    let home = setting.world.path("home");
    fs::set_permissions(&home, fs::Permissions::from_mode(0o000)).unwrap();
    // root may read every folder and finds the configuration.
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
fn credentials_in_fields_override_or_exclude_a_profile() {
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
    // Variables of other programs have the lowest rank; imscli's spelling ranks below IMS_PROFILE.
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
fn defaults_apply_to_every_command() {
    let setting = Setting::new();
    let token = setting.token(&["-p", "api"])["access_token"].clone();
    setting.world.write("token", token.as_str().unwrap());
    let url = setting.world.emulator.url();
    // Only the defaults name the CA of the emulator.
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
    // A disabled cache stores nothing.
    setting.configure(&text.replace("[defaults]", "[defaults]\ncache = false"));
    for _ in 0..2 {
        assert_eq!(setting.token(&["-p", "api"])["source"], "ims");
    }
}

#[test]
fn whoami_accepts_a_profile() {
    let setting = Setting::new();
    let run = setting.ims(&["whoami", "-p", "api", "-o", "json"]).run();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{run:?}");
    // The request to IMS contains the token of the profile.
    assert_eq!(setting.token(&["-p", "api"])["source"], "cache");
}
