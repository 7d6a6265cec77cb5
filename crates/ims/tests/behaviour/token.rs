//! `ims token` against the emulator.

use std::time::{Duration, SystemTime};

use adobe_ims_emulator::Clock;
use serde_json::{Value, json};

use crate::support::{
    CLIENT_ID, Ims, LASTING_TOKEN, OLD_TOKEN, PASSPHRASE, World, answering, fixture,
};

#[test]
fn only_the_token_is_printed() {
    let world = World::new();
    let run = world.token("service_token.json", &[]).run_for_a_secret();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let token = run.stdout.strip_suffix('\n').unwrap();
    assert_eq!(token.split('.').count(), 3);
    assert!(!token.contains(char::is_whitespace));
    assert_eq!(world.emulator.tokens_minted(), 1);
}

#[test]
fn document_is_read_from_every_source() {
    let world = World::new();
    let document = world.emulator.credentials_json();
    let ca = world.path("ca.pem");
    let bare = world.document()["integration"].to_string();
    let calls = [
        Ims::new(["token", "-c", "-"]).stdin(document.clone()),
        Ims::new(["token", "--credentials", "-"]).stdin(bare),
        Ims::new(["token"]).env("IMS_CREDENTIALS", world.path("service_token.json")),
        Ims::new(["token"]).env("IMS_CREDENTIALS", document),
        Ims::new(["token", "-c", "service_token.json"])
            .in_folder(world.folder.path())
            .env("IMS_CREDENTIALS", "/not/there")
            .env("IMS_ACCESS_TOKEN", "not this one"),
    ];
    for (index, call) in calls.into_iter().enumerate() {
        let run = call.env("IMS_CA_FILE", &ca).run_for_a_secret();
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{index}");
        assert!(run.stdout.starts_with("eyJ"), "{index}");
    }
}

#[test]
fn json_contains_the_expiry_in_three_forms() {
    let world = World::new();
    let run = world
        .token("service_token.json", &["-o", "json"])
        .run_for_a_secret();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    assert_eq!(run.stdout.lines().count(), 1);
    let token: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(token["schema"], "ims.token/1");
    assert_eq!(token["token_type"], "bearer");
    assert_eq!(token["client_id"], CLIENT_ID);
    assert_eq!(token["source"], "ims");
    assert_eq!(token["ims_url"], world.emulator.url());
    assert_eq!(token["org_id"], world.document()["integration"]["org"]);
    let left = token["expires_in"].as_u64().unwrap();
    assert!((86_300..86_400).contains(&left), "{left}");
    let end = token["expires_at_unix"].as_u64().unwrap();
    let end = SystemTime::UNIX_EPOCH + Duration::from_secs(end);
    assert_eq!(
        token["expires_at"],
        json!(adobe_ims::internal::time::rfc3339(end))
    );
}

#[test]
fn header_is_printed_for_curl() {
    let world = World::new();
    let run = world
        .token("service_token.json", &["-o", "header"])
        .run_for_a_secret();
    assert_eq!(run.code, 0);
    assert!(
        run.stdout.starts_with("Authorization: Bearer eyJ"),
        "{}",
        run.stdout
    );
}

#[test]
fn url_flag_changes_server_and_assertion() {
    let world = World::new();
    // The emulator refuses an assertion for stage, which the document names. With --url the imsEndpoint of the
    // document is ignored, so it need not even be valid.
    for endpoint in ["ims-na1-stg1.adobelogin.com", "no address"] {
        let mut document = world.document();
        document["integration"]["imsEndpoint"] = json!(endpoint);
        world.write("stage.json", document.to_string());
        let url = world.emulator.url();
        for url in [
            url,
            &url.replace("127.0.0.1", "localhost"),
            &format!("{url}/ims/exchange/jwt/"),
        ] {
            let run = world
                .token("stage.json", &["--url", url])
                .run_for_a_secret();
            assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{url}");
        }
        let call = world
            .token("stage.json", &[])
            .env("IMS_URL", format!("{url}/"));
        assert_eq!(call.run_for_a_secret().code, 0);
    }
}

#[test]
fn prod_and_stage_name_services_of_adobe() {
    let world = World::new();
    // The proxy keeps the request from leaving the machine.
    let asked = |change: &dyn Fn(Ims) -> Ims| {
        let proxy = answering("HTTP/1.1 407 no\r\nContent-Length: 0\r\n\r\n");
        change(world.token("service_token.json", &["-v", "--retries", "0"]))
            .env("HTTPS_PROXY", proxy)
            .run()
    };
    for (name, host) in [
        ("prod", "ims-na1.adobelogin.com"),
        ("stage", "ims-na1-stg1.adobelogin.com"),
    ] {
        let run = asked(&|ims| ims.env("IMS_URL", name));
        run.assert(5, "", &run.stderr);
        let detail = format!("ims: asking https://{host} as client");
        assert!(run.stderr.contains(&detail), "{run:?}");
    }
    let run = asked(&|ims| ims.env("IMS_URL", "stag"));
    run.assert_failed(3, "endpoint-invalid");
    let run = Ims::new(["validate", "--url", "stag", "--client-id", "x"])
        .stdin(LASTING_TOKEN)
        .run();
    run.assert_failed(3, "endpoint-invalid");
}

#[test]
fn plain_http_works_on_loopback() {
    let world = World::with(|builder| builder.tls(false));
    let run = Ims::new([
        "token",
        "-c",
        "service_token.json",
        "--url",
        world.emulator.url(),
    ])
    .in_folder(world.folder.path())
    .run_for_a_secret();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
}

#[test]
fn verbose_output_contains_no_secret() {
    let world = World::new();
    let run = world
        .token("service_token.json", &["-v"])
        .run_for_a_secret();
    assert_eq!(run.code, 0);
    let lines: Vec<_> = run.stderr.lines().collect();
    let asking = format!(
        "ims: asking {} as client \"client!+ID\" for ent_aem_cloud_api",
        world.emulator.url()
    );
    assert_eq!(lines[0], asking);
    assert!(
        lines[1].starts_with("ims: IMS answered 200, expires_in 86399998, x-debug-id emulator-")
    );
    assert_eq!(lines.len(), 2);
}

#[test]
fn expiring_certificate_causes_a_warning() {
    let world = World::new();
    let mut document = world.document();
    document["integration"]["certificateExpirationDate"] = json!("2020-01-02T03:04:05.000Z");
    world.write("old.json", document.to_string());
    let run = world.token("old.json", &[]).run_for_a_secret();
    assert_eq!(run.code, 0);
    assert_eq!(
        run.stderr,
        "ims: note: the certificate of these credentials expired on 2020-01-02T03:04:05Z; \
         IMS refuses it unless another certificate is attached\n"
    );
    assert_eq!(
        world
            .token("old.json", &["--quiet"])
            .run_for_a_secret()
            .stderr,
        ""
    );
    document["integration"]["publicKey"] =
        json!("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----");
    document["integration"]["certificateExpirationDate"] = json!(null);
    world.write("unreadable.json", document.to_string());
    assert_eq!(
        world
            .token("unreadable.json", &[])
            .run_for_a_secret()
            .stderr,
        "ims: note: publicKey was not compared with the private key: the certificate is not X.509\n"
    );
}

#[test]
fn encrypted_key_and_key_file_are_used() {
    let world = World::with(|builder| {
        builder.account(
            adobe_ims_emulator::Account::new()
                .client_id("second")
                .certificate(fixture("certificate.pem"))
                .client_secret("other"),
        )
    });
    let second = world
        .emulator
        .accounts()
        .into_iter()
        .find(|one| one.client_id() == "second")
        .unwrap();
    let mut document = world.document();
    let integration = &mut document["integration"];
    integration["technicalAccount"] = json!({"clientId": "second", "clientSecret": "other"});
    integration["id"] = json!(second.technical_account_id());
    integration["org"] = json!(second.organization());
    integration["publicKey"] = json!(null);
    integration["privateKey"] = json!(fixture("legacy-aes256.pem"));
    world.write("locked.json", document.to_string());
    world.write("passphrase", format!("{PASSPHRASE}\r\n"));
    world.write("wrong", "wrong");
    world.write("mark", format!("\u{feff}{PASSPHRASE}"));
    let utf16 = format!("\u{feff}{PASSPHRASE}\r\n")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect::<Vec<_>>();
    world.write("utf16", utf16);
    world.write("latin1", b"PASSPHRASE?%&=\xfc");
    for passphrase in ["mark", "utf16"] {
        let run = world
            .token("locked.json", &["--passphrase-file", passphrase])
            .run_for_a_secret();
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{passphrase}");
    }
    let run = world
        .token("locked.json", &["--passphrase-file", "latin1"])
        .run();
    run.assert_failed(3, "passphrase-unreadable");

    world
        .token("locked.json", &[])
        .run()
        .assert_failed(3, "key-encrypted");
    world
        .token("locked.json", &["--passphrase-file", "wrong"])
        .run()
        .assert_failed(3, "key-passphrase-wrong");
    let run = world
        .token("locked.json", &["--passphrase-file", "passphrase"])
        .run_for_a_secret();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let run = world
        .token("locked.json", &[])
        .env("IMS_PASSPHRASE_FILE", "passphrase")
        .run_for_a_secret();
    assert_eq!(run.code, 0, "{run:?}");

    document["integration"]["privateKey"] = json!("pkcs8.pem");
    world.write("by-path.json", document.to_string());
    world.write("pkcs8.pem", fixture("pkcs8.pem"));
    // The path starts at the document, not at the folder that the command runs in.
    let run = Ims::new([
        "token".as_ref(),
        "-c".as_ref(),
        world.path("by-path.json").as_os_str(),
    ])
    .env("IMS_CA_FILE", world.path("ca.pem"))
    .in_folder(std::path::Path::new("/"))
    .run_for_a_secret();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
}

#[test]
fn given_token_is_printed_offline() {
    let world = World::new();
    let token = world
        .token("service_token.json", &[])
        .run_for_a_secret()
        .stdout;
    let local = json!({"ok": true, "statusCode": 200, "accessToken": token.trim()}).to_string();
    let run = Ims::new(["token", "-c", "-"])
        .stdin(local.clone())
        .run_for_a_secret();
    assert_eq!(
        (run.code, run.stdout.as_str(), run.stderr.as_str()),
        (0, token.as_str(), "")
    );
    let run = Ims::new(["token"])
        .env("IMS_ACCESS_TOKEN", &token)
        .run_for_a_secret();
    assert_eq!(
        (run.code, run.stdout.as_str(), run.stderr.as_str()),
        (0, token.as_str(), "")
    );
    let run = Ims::new(["token", "-c", "-", "-o", "json"])
        .stdin(local)
        .run_for_a_secret();
    let found: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(
        (&found["source"], &found["client_id"]),
        (&json!("ready"), &json!(CLIENT_ID))
    );
    assert_eq!(world.emulator.tokens_minted(), 1);

    let opaque = Ims::new(["token"]).env("IMS_ACCESS_TOKEN", "opaque").run();
    opaque.assert(0, "opaque\n", "");
}

#[test]
fn expired_given_token_is_refused() {
    let local = json!({"accessToken": OLD_TOKEN}).to_string();
    let run = Ims::new(["token", "-c", "-"]).stdin(local).run();
    run.assert_failed(7, "token-expired");
    let first = "ims: the access token expired on 2020-09-14T12:26:40Z [token-expired]";
    assert_eq!(run.stderr.lines().next(), Some(first));
    Ims::new(["token"])
        .env("IMS_ACCESS_TOKEN", OLD_TOKEN)
        .run()
        .assert_failed(7, "token-expired");
}

#[test]
fn token_of_a_server_with_a_wrong_clock_is_accepted() {
    let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(1_600_000_000);
    let world = World::with(|builder| builder.clock(Clock::at(long_ago)));
    // The times in the token are compared with the clock of the server that issued it.
    let run = world
        .token("service_token.json", &["-o", "json"])
        .run_for_a_secret();
    assert_eq!(run.code, 0, "{run:?}");
    let token: Value = serde_json::from_str(&run.stdout).unwrap();
    assert!(
        (86_300..86_400).contains(&token["expires_in"].as_u64().unwrap()),
        "{token}"
    );
}
