//! `ims profile` and `ims config`.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::profile_world::READABLE;
use crate::support::{CLIENT_ID, CLIENT_SECRET, Ims, World};

const OAUTH: &str = r#"{"CLIENT_ID":"client!+ID","CLIENT_SECRETS":["SECRET?%&=ü"],"SCOPES":["openid"],"ORG_ID":"0123456789ABCDEF01234567@AdobeOrg"}"#;

fn home() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn ims(home: &TempDir, arguments: &[&str]) -> Ims {
    Ims::new(arguments)
        .env("HOME", home.path())
        .in_folder(home.path())
}

fn config(home: &TempDir) -> std::path::PathBuf {
    home.path().join(".config/ims/config.toml")
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[track_caller]
fn json_of(run: Ims) -> Value {
    let run = run.run();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    serde_json::from_str(&run.stdout).unwrap()
}

#[test]
fn path_in_the_home_directory_is_kept() {
    let home = home();
    let token = ["--type", "static", "--token", "file:~/keys/token"];
    let run = ims(&home, &[&["profile", "add", "t"][..], &token].concat()).run();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let shown = json_of(ims(&home, &["profile", "show", "t", "--output", "json"]));
    let place = home.path().join("keys/token");
    assert_eq!(shown["secrets"][0]["place"], format!("the file {place:?}"));
}

#[test]
fn profile_is_added_shown_and_removed() {
    let home = home();
    let path = config(&home);
    ims(&home, &["profile", "list"]).run().assert(0, "", "");
    let add = [
        "profile",
        "add",
        "api",
        "--type",
        "oauth-s2s",
        "--client-id",
        CLIENT_ID,
        "--client-secret",
        "file:new",
        "--client-secret",
        "command:pass show old",
        "--scope",
        "openid,AdobeID",
        "--scope",
        "b",
        "--environment",
        "stage",
        "--target",
        "https://author-p1-e2.adobeaemcloud.com",
        "--default",
    ];
    ims(&home, &add).run().assert(
        0,
        &format!(
            "api is added, as the default profile ({})\n",
            path.display()
        ),
        "",
    );
    assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
    let text = fs::read_to_string(&path).unwrap();
    let new = home.path().join("new");
    let expected = format!(
        r#"version = 1
default_profile = "api"

[profiles.api]
type = "oauth-s2s"
client_id = "client!+ID"
client_secrets = [{{ file = "{}" }}, {{ command = ["pass", "show", "old"] }}]
scopes = ["openid", "AdobeID", "b"]
environment = "stage"
targets = ["https://author-p1-e2.adobeaemcloud.com"]
"#,
        new.display()
    );
    assert_eq!(text, expected);
    ims(&home, &add).run().assert_failed(3, "profile-exists");

    let told = json_of(ims(&home, &["profile", "list", "-o", "json"]));
    assert_eq!(told["schema"], "ims.profiles/1");
    let profile = &told["profiles"][0];
    assert_eq!(
        (&profile["name"], &profile["default"]),
        (&json!("api"), &json!(true))
    );
    assert_eq!(profile["secrets"][1]["place"], "the command \"pass\"");
    assert_eq!(
        json_of(ims(&home, &["profile", "show", "-o", "json"])),
        *profile
    );
    let run = ims(&home, &["profile", "show", "api"]).run();
    assert!(
        run.stdout
            .contains("environment     https://ims-na1-stg1.adobelogin.com\n"),
        "{}",
        run.stdout
    );
    let run = ims(&home, &["profile", "list"]).run();
    run.assert(
        0,
        "   profile  type       environment  credentials  targets\n\
         *  api      oauth-s2s  stage        client!+ID   author-p1-e2.adobeaemcloud.com\n",
        "",
    );

    let run = ims(&home, &["profile", "remove", "api"]).run();
    run.assert(
        0,
        &format!("api is removed ({})\n", path.display()),
        "ims: note: it was the default profile; there is none now\n",
    );
    let run = ims(&home, &["profile", "remove", "api"]).run();
    run.assert_failed(3, "profile-unknown");
    ims(&home, &["profile", "show"])
        .run()
        .assert_failed(2, "usage");
}

#[test]
fn secret_on_the_command_line_is_refused_and_not_repeated() {
    let home = home();
    for flag in [
        "--client-secret",
        "--private-key",
        "--token",
        "--credentials",
        "--passphrase",
        "--code",
    ] {
        for secret in [CLIENT_SECRET, "p8e-SECRET?%&=ü", "env:SECRET?%&=ü"] {
            let run = ims(
                &home,
                &["profile", "add", "x", "--type", "static", flag, secret],
            )
            .run();
            run.assert_failed(2, "usage");
        }
    }
    let run = ims(
        &home,
        &["profile", "add", "x", "--type", "jwt", "--client-id", "x"],
    )
    .run();
    run.assert_failed(3, "profile-incomplete");
    assert!(
        run.stderr
            .starts_with("ims: the profile was not added: [profiles.x] lacks `org_id`"),
        "{run:?}"
    );
    let run = ims(
        &home,
        &[
            "profile", "add", "..", "--type", "static", "--token", "env:T",
        ],
    )
    .run();
    run.assert_failed(3, "configuration-invalid");
    assert!(!config(&home).exists());
}

#[test]
fn document_is_referenced_or_copied_privately() {
    let home = home();
    fs::write(home.path().join("service.json"), OAUTH).unwrap();
    ims(&home, &["profile", "import", "service.json"])
        .run()
        .assert(
            0,
            &format!(
                "service is added, as the default profile ({})\n",
                config(&home).display()
            ),
            "",
        );
    let text = fs::read_to_string(config(&home)).unwrap();
    let place = home.path().join("service.json");
    assert!(
        text.contains(&format!(
            "credentials = {{ file = \"{}\" }}",
            place.display()
        )),
        "{text}"
    );
    let run = ims(&home, &["profile", "import", "service.json"]).run();
    run.assert_failed(3, "profile-exists");

    let run = ims(
        &home,
        &["profile", "import", "-", "--name", "copied", "--copy"],
    )
    .stdin(OAUTH)
    .run();
    run.assert(
        0,
        &format!("copied is added ({})\n", config(&home).display()),
        "",
    );
    let shown = json_of(ims(&home, &["profile", "show", "-o", "json"]));
    assert_eq!(shown["name"], "service");
    let copy = home.path().join(".config/ims/credentials/copied.json");
    assert_eq!(fs::read_to_string(&copy).unwrap(), OAUTH);
    assert_eq!((mode(&copy), mode(copy.parent().unwrap())), (0o600, 0o700));
    for (arguments, code, id) in [
        (&["profile", "import", "-", "--name", "x"][..], 2, "usage"),
        (&["profile", "import", "-", "--copy"], 2, "usage"),
        (&["profile", "import", "none.json"], 3, "file-unreadable"),
    ] {
        ims(&home, arguments)
            .stdin(OAUTH)
            .run()
            .assert_failed(code, id);
    }
    let run = ims(&home, &["profile", "import", "-", "--name", "x", "--copy"])
        .stdin("{\"SECRET?%&=ü\":1}")
        .run();
    run.assert_failed(3, "document-unknown");
    let run = ims(&home, &["config", "check"]).run();
    run.assert(
        0,
        "service: readable\ncopied: readable\n",
        &format!(
            "ims: note: service: {place:?} holds a secret, and other users can read it: chmod 600\n{READABLE}"
        ),
    );
}

#[test]
fn context_of_an_aio_configuration_is_selected() {
    let home = home();
    let context = |id: &str| json!({"client_id": id, "client_secrets": [CLIENT_SECRET], "scopes": ["openid"], "ims_org_id": "0123456789ABCDEF01234567@AdobeOrg", "technical_account_id": "89ABCDEF0123456701234567@techacct.adobe.com", "technical_account_email": "a@techacct.adobe.com"});
    let aio = json!({"ims": {"contexts": {"one": context("one!+ID"), "two": context("two!+ID")}}});
    fs::write(home.path().join("aio"), aio.to_string()).unwrap();
    let run = ims(&home, &["profile", "import", "aio"]).run();
    run.assert_failed(3, "context-ambiguous");
    assert!(
        run.stderr.contains("hint: name one of them with --context"),
        "{run:?}"
    );
    let run = ims(&home, &["profile", "import", "aio", "--context", "two"]).run();
    assert_eq!(run.code, 0, "{run:?}");
    let told = json_of(ims(&home, &["profile", "show", "two", "-o", "json"]));
    let place = format!("the file {:?}", home.path().join("aio"));
    assert_eq!(
        told["secrets"][0],
        json!({"key": "credentials", "place": place})
    );
    let run = ims(&home, &["config", "check"]).run();
    assert_eq!((run.code, run.stdout.as_str()), (0, "two: readable\n"));

    let variables = "AIO_ims_contexts_One_client__id=client!+ID\nAIO_ims_contexts_One_client__secrets=[\"SECRET?%&=ü\"]\nAIO_ims_contexts_One_scopes=[\"openid\"]\n";
    fs::write(home.path().join("project.env"), variables).unwrap();
    let run = ims(&home, &["profile", "import", "project.env", "--copy"]).run();
    assert_eq!(run.code, 0, "{run:?}");
    let run = ims(&home, &["config", "check"]).run();
    assert_eq!(
        (run.code, run.stdout.as_str()),
        (0, "two: readable\nproject: readable\n")
    );
}

#[test]
fn imscli_yaml_is_imported_with_secrets_in_files() {
    let world = World::new();
    let home = home();
    let yaml = |more: &str| {
        format!(
            "# mine\nclientID: client!+ID\nclientSecret: 'SECRET?%&=ü'\norganization: 0123456789ABCDEF01234567@AdobeOrg\nport: 8888\n{more}"
        )
    };
    fs::write(
        home.path().join("imscli.yaml"),
        yaml("scopes:\n  - openid\n  - AdobeID\n"),
    )
    .unwrap();
    let run = ims(
        &home,
        &[
            "profile",
            "import",
            "imscli.yaml",
            "--name",
            "cli",
            "--default",
        ],
    )
    .run();
    assert_eq!(
        (run.code, run.stderr.as_str()),
        (0, "ims: note: a profile has no place for: port\n"),
        "{run:?}"
    );
    let secret = home
        .path()
        .join(".config/ims/credentials/cli.client-secret");
    assert_eq!(fs::read_to_string(&secret).unwrap(), CLIENT_SECRET);
    assert_eq!(mode(&secret), 0o600);
    let told = json_of(ims(&home, &["profile", "show", "cli", "-o", "json"]));
    assert_eq!(
        (&told["type"], &told["client_id"]),
        (&json!("oauth-s2s"), &json!(CLIENT_ID))
    );
    assert_eq!(told["scopes"], json!(["openid", "AdobeID"]));
    assert!(
        !fs::read_to_string(config(&home))
            .unwrap()
            .contains("SECRET")
    );

    // An invalid profile leaves no files.
    fs::write(home.path().join("jwt.yml"), yaml("privateKey: key.pem\n")).unwrap();
    let run = ims(&home, &["profile", "import", "jwt.yml"]).run();
    assert!(
        run.stderr
            .contains("[profiles.jwt] lacks `metascopes` [profile-incomplete]"),
        "{run:?}"
    );
    assert_eq!(fs::read_dir(secret.parent().unwrap()).unwrap().count(), 1);

    // The same account as in the document of the emulator's account.
    let document = world.document();
    let integration = &document["integration"];
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    fs::write(
        home.path().join("key.pem"),
        text(&integration["privateKey"]),
    )
    .unwrap();
    let more = format!(
        "privateKey: key.pem\nmetascopes: [{}]\naccount: {}\nurl: {}\n",
        text(&integration["metascopes"]),
        text(&integration["id"]),
        world.emulator.url(),
    );
    let organization = text(&integration["org"]);
    let jwt = yaml(&more).replace("0123456789ABCDEF01234567@AdobeOrg", &organization);
    fs::set_permissions(
        home.path().join("key.pem"),
        fs::Permissions::from_mode(0o600),
    )
    .unwrap();
    fs::write(home.path().join("jwt.yml"), jwt).unwrap();
    let run = ims(&home, &["profile", "import", "jwt.yml"]).run();
    assert_eq!(run.code, 0, "{run:?}");
    let ca = world.path("ca.pem");
    let run = ims(
        &home,
        &["token", "-p", "jwt", "--ca-file", ca.to_str().unwrap()],
    )
    .run_for_a_secret();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    assert_eq!(world.emulator.tokens_minted(), 1);

    fs::write(
        home.path().join("bad.yaml"),
        "clientSecret: &SECRET?%&=ü x\n",
    )
    .unwrap();
    let run = ims(&home, &["profile", "import", "bad.yaml"]).run();
    run.assert_failed(3, "document-unknown");
}

#[test]
fn config_path_and_check_report_the_file() {
    let home = home();
    let path = config(&home);
    ims(&home, &["config", "path"])
        .run()
        .assert(0, &format!("{}\n", path.display()), "");
    ims(&home, &["config", "check"])
        .run()
        .assert_failed(3, "profile-unknown");
    let run = ims(&home, &["config", "show"]).run();
    assert_eq!(run.code, 0, "{run:?}");
    let first = format!("{} (not there)\n", path.display());
    assert!(run.stdout.starts_with(&first), "{run:?}");
    let other = home.path().join("other.toml");
    fs::write(
        &other,
        "version = 1\n[profiles.a]\ntype = \"static\"\ntoken = { env = \"A\" }\n[profiles.b]\ntype = \"static\"\ntoken = { env = \"B\" }\n",
    )
    .unwrap();
    let run = ims(&home, &["config", "check", "--config", "other.toml"])
        .env("A", "token")
        .run();
    run.assert(
        8,
        "a: readable\nb: the profile b: the environment variable B is not set or empty [secret-unavailable]\n",
        READABLE,
    );
    let run = ims(&home, &["config", "path"])
        .env("IMS_CONFIG", &other)
        .run();
    run.assert(0, &format!("{}\n", other.display()), "");
    fs::write(&other, "version = 1\nnonsense = 'SECRET?%&=ü'\n").unwrap();
    let run = ims(&home, &["config", "check"])
        .env("IMS_CONFIG", &other)
        .run();
    run.assert_failed(3, "configuration-invalid");
    let run = ims(&home, &["profile", "use", "a"])
        .env("IMS_CONFIG", &other)
        .run();
    run.assert_failed(3, "configuration-invalid");
}
