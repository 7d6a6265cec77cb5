//! `ims exec` withholds the secrets of the credentials, whatever the variable is called.

use adobe_ims_emulator::Account;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::profile_world::Setting;
use crate::sign_in_world::{self, JANE};
use crate::support::{CLIENT_ID, CLIENT_SECRET, Ims, PASSPHRASE, World, fixture};

const PATH: &str = "/usr/bin:/bin";

/// Returns the names of the variables that the child inherits, of those whose names begin with `X_`.
#[track_caller]
fn inherited(call: Ims) -> Vec<String> {
    let run = call.env("PATH", PATH).run_for_a_secret();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{run:?}");
    let names = run.stdout.lines().filter_map(|line| line.split_once('='));
    let mut names: Vec<_> = names
        .filter(|(name, _)| name.starts_with("X_"))
        .map(|(name, _)| name.to_owned())
        .collect();
    names.sort();
    names
}

fn exec(flags: &[&str]) -> Ims {
    Ims::new(["exec"].iter().chain(flags).chain(&["--", "env"]))
}

/// Sets variables that hold secrets under other names, and harmless ones.
fn with_copies(call: Ims, secrets: &[(&str, &str)]) -> Ims {
    let call = call
        .env("X_HARMLESS", "staging")
        .env("X_CLIENT", CLIENT_ID)
        .env("X_EMPTY", "")
        .env("X_URL", "https://author-p1-e2.adobeaemcloud.com");
    secrets
        .iter()
        .fold(call, |call, (name, value)| call.env(name, value))
}

const HARMLESS: [&str; 4] = ["X_CLIENT", "X_EMPTY", "X_HARMLESS", "X_URL"];

#[test]
fn secrets_of_a_document_are_withheld_under_any_name() {
    let world = World::new();
    let document = world.emulator.credentials_json();
    let json = world.document();
    let key = json["integration"]["privateKey"].as_str().unwrap();
    let account = &json["integration"]["technicalAccount"];
    let basic = format!("{CLIENT_ID}:{CLIENT_SECRET}");
    let compact = serde_json::to_string(&json).unwrap();
    let copies = [
        ("X_SECRET", CLIENT_SECRET),
        ("X_QUOTED", &format!("'{CLIENT_SECRET}'")),
        (
            "X_IN_URL",
            "https://x.example/?secret=SECRET%3F%25%26%3D%C3%BC",
        ),
        ("X_BASIC", &format!("Basic {}", STANDARD.encode(basic))),
        ("X_KEY", key),
        (
            "X_KEY_IN_ONE_LINE",
            &key.replace("\r\n", "\\n").replace('\n', "\\n"),
        ),
        ("X_KEY_BASE64", &STANDARD.encode(key)),
        ("X_DOCUMENT", &document),
        ("X_COMPACT", &compact),
        ("X_DOCUMENT_BASE64", &STANDARD.encode(&document)),
        ("X_ACCOUNT", &account.to_string()),
    ];
    let flags = ["-c", "service_token.json", "--ca-file", "ca.pem"];
    let call = || {
        with_copies(exec(&flags), &copies)
            .in_folder(world.folder.path())
            .env("IMS_CACHE_DIR", world.path("cache"))
    };
    // The second token is from the cache, for which no secret is needed.
    for _ in 0..2 {
        assert_eq!(inherited(call()), HARMLESS);
    }
    assert_eq!(world.emulator.tokens_minted(), 1);
    let flags = ["-v"].iter().chain(&flags).copied().collect::<Vec<_>>();
    let run = with_copies(exec(&flags), &copies[..1])
        .in_folder(world.folder.path())
        .env("PATH", PATH)
        .run_for_a_secret();
    assert!(
        run.stderr.contains(
            "the command does not inherit \"X_SECRET\", which holds a secret of the credentials\n"
        ),
        "{run:?}"
    );
}

#[test]
fn passphrase_and_encrypted_key_are_withheld() {
    let account = Account::new()
        .client_id("second")
        .client_secret("other?secret")
        .private_key(fixture("pkcs1.pem"));
    let world = World::with(|builder| builder.account(account));
    let second = world.emulator.accounts().into_iter();
    let second = second
        .into_iter()
        .find(|it| it.client_id() == "second")
        .unwrap();
    let encrypted = fixture("legacy-aes256.pem");
    let mut document = world.document();
    let integration = &mut document["integration"];
    integration["technicalAccount"] = json!({"clientId": "second", "clientSecret": "other?secret"});
    integration["id"] = json!(second.technical_account_id());
    integration["org"] = json!(second.organization());
    integration["publicKey"] = Value::Null;
    integration["privateKey"] = json!(encrypted);
    world.write("encrypted.json", document.to_string());
    world.write("passphrase", format!("{PASSPHRASE}\n"));
    let copies = [
        ("X_PASSPHRASE", PASSPHRASE),
        ("X_ENCRYPTED", encrypted.as_str()),
        // The same key without a passphrase.
        ("X_CLEAR", &fixture("pkcs8.pem").replace('\n', "\\n")),
    ];
    let flags = [
        "-c",
        "encrypted.json",
        "--passphrase-file",
        "passphrase",
        "--ca-file",
        "ca.pem",
    ];
    for _ in 0..2 {
        let call = with_copies(exec(&flags), &copies)
            .env("IMS_CACHE_DIR", world.path("cache"))
            .in_folder(world.folder.path());
        assert_eq!(inherited(call), HARMLESS);
    }
    assert_eq!(world.emulator.tokens_minted(), 1);
}

#[test]
fn secrets_in_fields_and_files_are_withheld() {
    let setting = Setting::new();
    let url = setting.world.emulator.url();
    setting
        .world
        .write("secret", format!("[\"{CLIENT_SECRET}\", \"old-secret-1\"]"));
    let flags = [
        "--client-id",
        "oauth!+ID",
        "--client-secret-file",
        "secret",
        "--scope",
        "openid",
        "--url",
        url,
        "--ca-file",
        "ca.pem",
    ];
    let copies = [("X_SECRET", CLIENT_SECRET), ("X_OLD", "old-secret-1")];
    let call = with_copies(exec(&flags), &copies).in_folder(setting.world.folder.path());
    assert_eq!(inherited(call), HARMLESS);
    // In a variable of the command itself the secret is withheld, and so is its copy.
    let flags = [
        "--client-id",
        "oauth!+ID",
        "--scope",
        "openid",
        "--url",
        url,
        "--ca-file",
        "ca.pem",
    ];
    let call = with_copies(exec(&flags), &copies[..1])
        .env("IMS_CLIENT_SECRET", CLIENT_SECRET)
        .in_folder(setting.world.folder.path());
    assert_eq!(inherited(call), HARMLESS);
    // A path is no secret.
    let call = with_copies(exec(&flags), &[("X_FILE", "secret")])
        .env("IMS_CLIENT_SECRET_FILE", "secret")
        .in_folder(setting.world.folder.path());
    assert_eq!(
        inherited(call),
        ["X_CLIENT", "X_EMPTY", "X_FILE", "X_HARMLESS", "X_URL"]
    );
}

#[test]
fn secrets_of_a_profile_are_withheld_also_with_a_cached_token() {
    let setting = Setting::new();
    for profile in ["api", "api", "aem", "aem"] {
        let call = setting.ims(&["exec", "-p", profile, "--", "env"]);
        let call = with_copies(call, &[("X_SECRET", CLIENT_SECRET)]);
        assert_eq!(inherited(call), HARMLESS, "{profile}");
    }
    assert_eq!(setting.world.emulator.tokens_minted(), 2);
}

#[test]
fn refresh_token_of_a_session_is_withheld() {
    let world = sign_in_world::world();
    sign_in_world::sign_in(&world, "me", JANE);
    let folder = world.path("state/ims/sessions");
    let sessions = std::fs::read_dir(folder)
        .unwrap()
        .map(|it| it.unwrap().path());
    let texts: Vec<_> = sessions
        .filter_map(|path| std::fs::read_to_string(path).ok())
        .collect();
    let refresh = texts
        .iter()
        .flat_map(|text| text.split(['"', ' ', '\n', '=']))
        .find(|word| word.starts_with("eyJ"))
        .unwrap();
    let call = sign_in_world::with_profiles(&world, &["exec", "-q", "-p", "me", "--", "env"]);
    let call = with_copies(call, &[("X_REFRESH", refresh)]);
    assert_eq!(inherited(call), HARMLESS);
}

#[test]
fn unusual_variables_do_not_stop_exec() {
    use std::os::unix::ffi::OsStrExt;
    let world = World::new();
    let mut bytes = b"\xff\xfe".to_vec();
    bytes.extend(CLIENT_SECRET.as_bytes());
    let call = exec(&["-c", "service_token.json", "--ca-file", "ca.pem"])
        .in_folder(world.folder.path())
        .env("X_BINARY", std::ffi::OsStr::from_bytes(&bytes))
        .env("X_OTHER", std::ffi::OsStr::from_bytes(b"a\xff"))
        .env("X_LONG", "MII".repeat(20_000))
        .env("X_DEEP", "[".repeat(20_000))
        .env("PATH", PATH);
    let output = call.output();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success());
    for (name, is_inherited) in [
        ("X_BINARY", false),
        ("X_OTHER", true),
        ("X_LONG", true),
        ("X_DEEP", true),
    ] {
        assert_eq!(text.contains(&format!("{name}=")), is_inherited, "{name}");
    }
}
