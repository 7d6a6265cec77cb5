//! `ims whoami`, `ims orgs` and `ims admin`, against the emulator.

use adobe_ims_emulator::identities::{Group, Organization, ProductContext};
use adobe_ims_emulator::{Account, EmulatorBuilder, OauthClient, Person};
use serde_json::{Value, json};

use crate::support::{CLIENT_SECRET, Ims, LASTING_TOKEN, OLD_TOKEN, World, answering};

const ORGANIZATION: &str = "0123456789ABCDEF01234567@AdobeOrg";
const ACCOUNT: &str = "89ABCDEF0123456789ABCDEF@techacct.adobe.com";
const EMAIL: &str = "11111111-2222-3333-4444-555555555555@techacct.adobe.com";
const OTHER: &str = "other!+ID";
const SERVICE: &str = "service!+ID";
/// `{"iid":"INSTANCE"}`, packed by gzip and `base64`.
const PACKED: &str = "H4sIAAAAAAACA6tWysxMUbJS8vQLDnH0c3ZVqgUAukwNMhIAAAA=";

fn world() -> World {
    World::with(|builder: EmulatorBuilder| {
        let organization = Organization::new(ORGANIZATION)
            .name("Müller & Söhne")
            .country("CH");
        let mut group = Group::new(7, "Editors \u{1b}[31m");
        group.role = "GRP_ADMIN".to_owned();
        let jane = Person::new()
            .user_id("0123456789ABCDEF89ABCDEF@AdobeID")
            .email("jane+ü@example.com")
            .first_name("Jane")
            .last_name("Dü")
            .member_of(organization, [group])
            .product_context(
                ProductContext::new("dma_aem_cloud", ORGANIZATION).fulfillable_data(PACKED),
            );
        let account = Account::new()
            .client_id(OTHER)
            .client_secret(CLIENT_SECRET)
            .technical_account_id(ACCOUNT)
            .email(EMAIL)
            .organization(ORGANIZATION);
        let service = OauthClient::new()
            .client_id(SERVICE)
            .client_secret(CLIENT_SECRET)
            .organization(ORGANIZATION)
            .service_code("permanent");
        builder.account(account).person(jane).oauth_client(service)
    })
}

/// Creates a call with the CA and the credentials of the technical account with the known id.
fn ask(world: &World, command: &[&str], more: &[&str]) -> Ims {
    let document = world.emulator.credentials_json_of(OTHER).unwrap();
    world.write("account.json", document);
    let arguments = ["-c", "account.json", "--ca-file", "ca.pem", "--no-cache"];
    Ims::new(command.iter().chain(&arguments).chain(more)).in_folder(world.folder.path())
}

/// Creates a call with a given token.
fn with_token(world: &World, command: &[&str], more: &[&str]) -> Ims {
    let arguments = ["--ca-file", "ca.pem", "--url", world.emulator.url()];
    Ims::new(command.iter().chain(&arguments).chain(more)).in_folder(world.folder.path())
}

fn token(world: &World) -> String {
    ask(world, &["token"], &[]).run_for_a_secret().stdout
}

const WHO: &str = concat!(
    "user         89ABCDEF0123456789ABCDEF@techacct.adobe.com\n",
    "e-mail       11111111-2222-3333-4444-555555555555@techacct.adobe.com\n",
    "name         other!+ID\n",
    "account type type2\n",
    "country      US\n",
);

#[test]
fn whoami_prints_the_user_for_every_token_source() {
    let world = world();
    ask(&world, &["whoami"], &[]).run().assert(0, WHO, "");
    let token = token(&world);
    world.write("token", format!("Authorization: Bearer {token}"));
    for ims in [
        with_token(&world, &["whoami"], &["token"]),
        with_token(&world, &["whoami"], &["--api-version", "v3", "-"]).stdin(token.clone()),
        with_token(&world, &["whoami"], &[]).stdin(token.clone()),
        with_token(&world, &["whoami"], &[]).env("IMS_ACCESS_TOKEN", token.trim()),
        // Flags take precedence.
        with_token(&world, &["whoami"], &["token"])
            .env("IMS_ACCESS_TOKEN", OLD_TOKEN)
            .env("IMS_CREDENTIALS", "/not/there"),
        with_token(&world, &["whoami"], &["-c", "account.json", "--no-cache"])
            .env("IMS_ACCESS_TOKEN", OLD_TOKEN)
            .stdin(OLD_TOKEN),
        with_token(&world, &["whoami"], &["--no-cache"])
            .env("IMS_CREDENTIALS", "account.json")
            .stdin(OLD_TOKEN),
    ] {
        ims.run().assert(0, WHO, "");
    }
    let run = ask(&world, &["whoami"], &["--userinfo"]).run();
    run.assert(0, &WHO.replace("type2", "ent"), "");
}

#[test]
fn whoami_json_contains_the_raw_answer() {
    let world = world();
    let run = ask(&world, &["whoami"], &["-o", "json"]).run();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{run:?}");
    let answer_json: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(answer_json["schema"], "ims.whoami/1");
    assert_eq!(answer_json["ims_url"], world.emulator.url());
    assert_eq!(answer_json["user_id"], ACCOUNT);
    assert_eq!(answer_json["email"], EMAIL);
    assert_eq!(answer_json["account_type"], "type2");
    assert_eq!(
        (&answer_json["organizations"], &answer_json["products"]),
        (&json!([]), &json!([]))
    );
    assert_eq!(answer_json["answer"]["authId"], ACCOUNT);
    let run = ask(&world, &["whoami"], &["--userinfo", "-o", "json"]).run();
    let answer_json: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(answer_json["user_id"], ACCOUNT);
    assert_eq!(answer_json["organizations"], json!(null));
    assert_eq!(answer_json["answer"]["email_verified"], true);
}

#[test]
fn orgs_are_printed_one_per_line() {
    let world = world();
    let line = "0123456789ABCDEF01234567@AdobeOrg  Müller & Söhne (Enterprise, CH)\n";
    ask(&world, &["orgs"], &[]).run().assert(0, line, "");
    let older = ask(&world, &["orgs"], &["--api-version", "v1"]).run();
    older.assert(0, line, "");
    let run = ask(&world, &["orgs"], &["-o", "json"]).run();
    let answer_json: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(answer_json["schema"], "ims.orgs/1");
    assert_eq!(
        answer_json["organizations"],
        json!([{"id": ORGANIZATION, "name": "Müller & Söhne", "type": "Enterprise", "country": "CH", "groups": []}])
    );
    assert_eq!(answer_json["answer"][0]["orgRef"]["authSrc"], "AdobeOrg");
    let none = answering("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n[]");
    let run = Ims::new(["orgs", "--url", &none])
        .stdin(LASTING_TOKEN)
        .run();
    run.assert(0, "", "ims: note: IMS names no organisation\n");
}

#[test]
fn admin_shows_other_users() {
    let world = world();
    let document = world.emulator.oauth_credentials_json_of(SERVICE).unwrap();
    world.write("service.json", document);
    let jane = [
        "--guid",
        "0123456789ABCDEF89ABCDEF",
        "--auth-src",
        "AdobeID",
    ];
    let admin = |what: &str, more: &[&str]| {
        let url = world.emulator.url();
        let fixed = [
            "-c",
            "service.json",
            "--ca-file",
            "ca.pem",
            "--no-cache",
            "--url",
            url,
        ];
        let arguments = [&["admin", what], &fixed[..], &jane, more].concat();
        Ims::new(arguments).in_folder(world.folder.path()).run()
    };
    let person = format!(
        "user         0123456789ABCDEF89ABCDEF@AdobeID\n\
         e-mail       jane+ü@example.com\n\
         name         Jane Dü\n\
         account type type1\n\
         country      US\n\
         organisation {ORGANIZATION} (GRP_ADMIN)\n\
         product      dma_aem_cloud of {ORGANIZATION}\n"
    );
    admin("profile", &[]).assert(0, &person, "");
    admin("profile", &["--api-version", "v3"]).assert(0, &person, "");
    let orgs = format!(
        "{ORGANIZATION}  Müller & Söhne (Enterprise, CH)\n  Editors \u{fffd}[31m: GRP_ADMIN\n"
    );
    admin("orgs", &[]).assert(0, &orgs, "");
    let answer_json: Value =
        serde_json::from_str(&admin("profile", &["-o", "json"]).stdout).unwrap();
    assert_eq!(answer_json["schema"], "ims.admin.profile/1");
    assert_eq!(answer_json["products"][0]["fulfillable_data"], PACKED);
    let answer_json: Value = serde_json::from_str(&admin("orgs", &["-o", "json"]).stdout).unwrap();
    assert_eq!(answer_json["schema"], "ims.admin.orgs/1");
    assert_eq!(
        answer_json["organizations"][0]["groups"][0]["role"],
        "GRP_ADMIN"
    );
    let token = Ims::new([
        "token",
        "-c",
        "service.json",
        "--ca-file",
        "ca.pem",
        "--no-cache",
    ])
    .env("IMS_URL", world.emulator.url())
    .in_folder(world.folder.path())
    .run_for_a_secret()
    .stdout;
    let given = |more: &[&str]| {
        let arguments = [&["-"], &jane[..], more].concat();
        let ims = with_token(&world, &["admin", "profile"], &arguments);
        ims.stdin(token.clone()).run()
    };
    given(&[]).assert(0, &person, "");
    given(&["--client-id", SERVICE]).assert(0, &person, "");
    given(&["--client-id", "other"]).assert_failed(4, "client-invalid");
    // The token of a technical account is not a token of a service.
    ask(&world, &["admin", "profile"], &jane)
        .run()
        .assert_failed(4, "refused");
}

#[test]
fn products_are_unpacked_on_request() {
    let answer = |data: &str| {
        let body = json!({"userId": "u", "projectedProductContext": [
            {"prodCtx": {"serviceCode": "dma_aem_cloud", "owningEntity": "O", "fulfillable_data": data}},
            {"prodCtx": {"serviceCode": "dma_other"}},
        ]});
        let body = body.to_string();
        answering(format!(
            "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        ))
    };
    let whoami = |data: &str, more: &[&str]| {
        let url = answer(data);
        let arguments = ["whoami", "--url", url.as_str()];
        let arguments = arguments.into_iter().chain(more.iter().copied());
        Ims::new(arguments).stdin(LASTING_TOKEN).run()
    };
    let plain =
        "user         u\norganisation O\nproduct      dma_aem_cloud of O\nproduct      dma_other\n";
    whoami(PACKED, &[]).assert(0, plain, "");
    let unpacked = plain.replace("cloud of O", "cloud of O {\"iid\":\"INSTANCE\"}");
    whoami(PACKED, &["--decode"]).assert(0, &unpacked, "");
    let broken = plain.replace("cloud of O", "cloud of O \"brok\"");
    let note = "ims: note: the fulfillable_data of dma_aem_cloud cannot be unpacked: it is not gzip, or damaged; it is shown as it came\n";
    whoami("brok", &["--decode"]).assert(0, &broken, note);
    let json = whoami(PACKED, &["--decode", "-o", "json"]).stdout;
    let answer_json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(
        answer_json["products"][0]["fulfillable_data"],
        json!({"iid": "INSTANCE"})
    );
    assert_eq!(answer_json["products"][1]["fulfillable_data"], json!(null));
    let context = &answer_json["answer"]["projectedProductContext"][0]["prodCtx"];
    assert_eq!(context["fulfillable_data"], PACKED);
}

#[test]
fn revoked_cached_token_is_replaced() {
    let world = world();
    let cached = |command: &[&str]| {
        let document = world.emulator.credentials_json_of(OTHER).unwrap();
        world.write("account.json", document);
        let arguments = ["-c", "account.json", "--ca-file", "ca.pem"];
        Ims::new(command.iter().chain(&arguments))
            .in_folder(world.folder.path())
            .env("IMS_CACHE_DIR", world.path("cache"))
    };
    let old = cached(&["token"]).run_for_a_secret().stdout;
    let revoke = [
        "revoke",
        "-q",
        "--ca-file",
        "ca.pem",
        "--url",
        world.emulator.url(),
    ];
    Ims::new(revoke)
        .in_folder(world.folder.path())
        .env("IMS_CACHE", "off")
        .stdin(old.clone())
        .run()
        .assert(0, "", "");
    assert_eq!(cached(&["token"]).run_for_a_secret().stdout, old);
    let only = cached(&["whoami", "--cached-only"]).run();
    only.assert_failed(4, "token-refused");
    cached(&["whoami"]).run().assert(0, WHO, "");
    assert_ne!(cached(&["token"]).run_for_a_secret().stdout, old);
    let run = with_token(&world, &["whoami"], &[]).stdin(old).run();
    run.assert_failed(4, "token-refused");
    assert!(
        run.stderr
            .contains("hint: `ims validate` asks IMS about a token"),
        "{run:?}"
    );
}

#[test]
fn token_is_sent_to_known_services_only_and_mistakes_are_reported() {
    let offline = |command: &str, more: &[&str]| {
        Ims::new(["-v", command].iter().chain(more))
            .env("HTTPS_PROXY", "http://127.0.0.1:9")
            .stdin(LASTING_TOKEN)
            .run()
    };
    for command in ["whoami", "orgs"] {
        let run = offline(command, &[]);
        assert_eq!(run.code, 5, "{run:?}");
        let asked = "ims: asking https://ims-na1.adobelogin.com\n";
        assert!(run.stderr.starts_with(asked), "{run:?}");
        let exposed = ["--url", "http://ims-na1.adobelogin.com"];
        offline(command, &exposed).assert_failed(3, "endpoint-insecure");
    }
    for mistake in [
        &["whoami", "--api-version", "v4"][..],
        &["whoami", "--userinfo", "--api-version", "v3"],
        &["whoami", "--userinfo", "--decode"],
        &["whoami", "-c", "x", "y"],
        &["whoami", "--force", "y"],
        &["whoami", "--scope", "x", "y"],
        &["whoami", "--private-key-file", "x", "y"],
        &["whoami", "--passphrase-file", "x", "y"],
        &["orgs", "--api-version", "6"],
        &["admin"],
        &["admin", "profile"],
        &["admin", "profile", "--guid", "x"],
        &[
            "admin",
            "orgs",
            "--guid",
            "x",
            "--auth-src",
            "y",
            "--api-version",
            "v6",
        ],
    ] {
        let run = Ims::new(mistake).stdin(LASTING_TOKEN).run();
        assert_eq!(
            (run.code, run.stdout.as_str()),
            (2, ""),
            "{mistake:?} {run:?}"
        );
    }
    Ims::new(["whoami"])
        .run()
        .assert_failed(3, "token-unreadable");
    let expired = Ims::new(["whoami"])
        .env("IMS_ACCESS_TOKEN", OLD_TOKEN)
        .run();
    expired.assert_failed(7, "token-expired");
}

#[test]
fn unusable_answer_is_a_failure() {
    let json = |status: &str, body: &str| {
        answering(format!(
            "HTTP/1.1 {status}\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        ))
    };
    for (command, url, code, id) in [
        ("whoami", json("200 OK", "[]"), 5, "answer-unexpected"),
        ("orgs", json("200 OK", "{}"), 5, "answer-unexpected"),
        ("whoami", json("200 OK", "<html>"), 5, "answer-not-json"),
        ("whoami", json("503 No", ""), 5, "server-error"),
        ("orgs", json("429 No", ""), 6, "throttled"),
        (
            "orgs",
            json("403 No", r#"{"error":"insufficient_scope"}"#),
            4,
            "token-lacks-scope",
        ),
        (
            "whoami",
            json(
                "401 No",
                r#"{"error":"invalid_token","error_description":"client!+ID"}"#,
            ),
            4,
            "token-refused",
        ),
    ] {
        let run = Ims::new([command, "--url", &url])
            .stdin(LASTING_TOKEN)
            .run();
        run.assert_failed(code, id);
    }
    // A token that the server sends back is not printed.
    let echo = json!({"userId": LASTING_TOKEN, "email": "\u{1b}[31m"}).to_string();
    let run = Ims::new(["whoami", "--url", &json("200 OK", &echo)])
        .stdin(LASTING_TOKEN)
        .run();
    run.assert(
        0,
        "user         [redacted]\ne-mail       \u{fffd}[31m\n",
        "",
    );
}
