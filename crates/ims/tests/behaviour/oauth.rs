//! OAuth server-to-server credentials, against an IMS of prepared answers and against the emulator.

use std::time::SystemTime;

use adobe_ims::{Clock, SystemClock};
use adobe_ims_emulator::OauthClient;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::api::{Api, DONE, REFUSED};
use crate::support::{CLIENT_ID, CLIENT_SECRET, Ims, World, write_private};

const ORGANIZATION: &str = "0123456789ABCDEF01234567@AdobeOrg";

fn document(secrets: &[&str]) -> String {
    json!({
        "CLIENT_SECRETS": secrets,
        "CLIENT_ID": CLIENT_ID,
        "ORG_ID": ORGANIZATION,
        "SCOPES": ["openid", "AdobeID"],
        "TECHNICAL_ACCOUNT_ID": "89ABCDEF0123456701234567@techacct.adobe.com",
    })
    .to_string()
}

/// Creates a folder with the document, for the cache, too.
fn folder(secrets: &[&str]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    write_private(&folder.path().join("oauth.json"), document(secrets));
    folder
}

/// Creates a call with the document, this IMS and a cache.
fn call(folder: &TempDir, ims: &Api, arguments: &[&str]) -> Ims {
    let [command, more @ ..] = arguments else {
        panic!("a command");
    };
    let identity = ["-c", "oauth.json", "--url", &ims.url];
    Ims::new([*command].iter().chain(&identity).chain(more))
        .env("IMS_CACHE_DIR", folder.path().join("home"))
        .env("PATH", "/usr/bin:/bin")
        .in_folder(folder.path())
}

fn answer(status: &str, body: &Value) -> String {
    let body = body.to_string();
    let length = body.len();
    format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}")
}

/// Creates a token that was issued now.
fn token(scopes: &str) -> String {
    let now = SystemClock.now().duration_since(SystemTime::UNIX_EPOCH);
    let claims = json!({
        "type": "access_token", "client_id": CLIENT_ID, "scope": scopes,
        "created_at": now.unwrap().as_millis().to_string(), "expires_in": "86400000",
    });
    let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.c2ln", part(json!({"alg": "RS256"})), part(claims))
}

fn token_answer(scopes: &str) -> String {
    let body = json!({"access_token": token(scopes), "token_type": "bearer", "expires_in": 86_399});
    answer("200 OK", &body)
}

fn wrong_secret() -> String {
    let description = "invalid client_secret parameter";
    let body = json!({"error": "invalid_client", "error_description": description});
    answer("400 Bad Request", &body)
}

#[test]
fn oauth_token_is_requested_once_and_then_cached() {
    let folder = folder(&[CLIENT_SECRET]);
    let ims = Api::answering([token_answer("AdobeID,openid")]);
    let first = call(&folder, &ims, &["token", "-v"]).run_for_a_secret();
    assert_eq!(first.code, 0, "{first:?}");
    let asking = format!(
        "ims: asking {} as client \"client!+ID\" for AdobeID, openid\n",
        ims.url
    );
    assert!(first.stderr.contains(&asking), "{first:?}");
    assert!(first.stderr.contains("expires_in 86399,"), "{first:?}");
    // No server answers another request.
    let again = call(&folder, &ims, &["token"]).run_for_a_secret();
    again.assert(0, &first.stdout, "");
    let told = call(&folder, &ims, &["token", "-o", "json"]).run_for_a_secret();
    let told: Value = serde_json::from_str(&told.stdout).unwrap();
    assert_eq!(told["source"], "cache");
    assert_eq!(told["client_id"], CLIENT_ID);
    assert_eq!(told["org_id"], ORGANIZATION);
    assert_eq!(told["ims_url"], ims.url);
    assert_eq!(told["scopes"], json!(["AdobeID", "openid"]));
    let left = told["expires_in"].as_u64().unwrap();
    assert!((86_300..86_400).contains(&left), "{left}");
    let run = call(
        &folder,
        &ims,
        &["exec", "--", "sh", "-c", "echo ${#IMS_ACCESS_TOKEN}"],
    )
    .run();
    run.assert(0, &format!("{}\n", first.stdout.trim_end().len()), "");
    let asked = ims.asked_once();
    assert_eq!(asked.head[0], "POST /ims/token/v3 HTTP/1.1");
    assert!(
        asked.text()
            == "client_id=client%21%2BID&client_secret=SECRET%3F%25%26%3D%C3%BC\
                &grant_type=client_credentials&scope=openid%2CAdobeID"
    );
}

#[test]
fn known_document_is_not_parsed_again() {
    let folder = folder(&[CLIENT_SECRET]);
    let ims = Api::answering([token_answer("AdobeID,openid")]);
    call(&folder, &ims, &["token"]).run_for_a_secret();
    let home = std::fs::read_dir(folder.path().join("home/adobe-ims")).unwrap();
    let known = home
        .map(|file| file.unwrap().path())
        .find(|path| path.extension().is_some_and(|it| it == "known"))
        .unwrap();
    let text = std::fs::read_to_string(&known).unwrap();
    assert!(text.contains("\ngrant: client-credentials\n"), "{text}");
    assert!(!text.contains("SECRET"), "{text}");
    // Only the index of the cache knows this for a document without a certificate.
    std::fs::write(&known, text + "certificate_expires_at: 0\n").unwrap();
    let run = call(&folder, &ims, &["token"]).run_for_a_secret();
    assert!(run.stderr.contains("expired on 1970-01-01"), "{run:?}");
}

#[test]
fn second_secret_is_used_if_the_first_is_refused() {
    let folder = folder(&["old", CLIENT_SECRET]);
    let ims = Api::answering([wrong_secret(), token_answer("AdobeID,openid")]);
    let run = call(&folder, &ims, &["token"]).run_for_a_secret();
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(
        run.stderr,
        "ims: note: IMS refused one client secret of the credentials and accepted another; download the credentials again\n"
    );
    let asked = ims.asked();
    assert!(asked[0].text().contains("client_secret=old&"));
    assert!(asked[1].text().contains("client_secret=SECRET%3F"));
}

#[test]
fn refusal_contains_advice() {
    let folder = folder(&[CLIENT_SECRET]);
    let ims = Api::answering([wrong_secret()]);
    let run = call(&folder, &ims, &["token"]).run();
    run.assert_failed(4, "client-secret-wrong");
    let ims = Api::answering([answer(
        "400 Bad Request",
        &json!({"error": "invalid_scope"}),
    )]);
    let run = call(&folder, &ims, &["token"]).run();
    run.assert_failed(4, "scope-invalid");
    assert!(
        run.stderr
            .contains("\nhint: requested scopes: openid, AdobeID\n"),
        "{run:?}"
    );
}

#[test]
fn refused_scopes_are_reported() {
    let folder = folder(&[CLIENT_SECRET]);
    let ims = Api::answering([token_answer("AdobeID")]);
    let run = call(&folder, &ims, &["token"]).run_for_a_secret();
    assert_eq!(run.code, 0);
    assert_eq!(
        run.stderr,
        "ims: note: the token lacks requested scopes: openid\n"
    );
}

#[test]
fn api_that_refuses_the_token_gets_another() {
    let folder = folder(&[CLIENT_SECRET]);
    let ims = Api::answering([
        token_answer("AdobeID,openid"),
        token_answer("openid,AdobeID"),
    ]);
    let api = Api::answering([REFUSED, DONE]);
    call(&folder, &ims, &["token"]).run_for_a_secret();
    let run = call(&folder, &ims, &["curl", &api.url, "--all-headers"]).run();
    assert_eq!((run.code, run.stdout.as_str()), (0, "done\n"), "{run:?}");
    let asked = api.asked();
    assert!(asked[0].token.expose() != asked[1].token.expose());
    assert!(asked[1].head.contains(&"x-api-key: client!+ID".to_owned()));
    assert!(
        asked[1]
            .head
            .contains(&format!("x-gw-ims-org-id: {ORGANIZATION}"))
    );
    assert_eq!(ims.asked().len(), 2);
}

#[test]
fn missing_fields_of_a_document_are_named() {
    let folder = tempfile::tempdir().unwrap();
    write_private(
        &folder.path().join("oauth.json"),
        r#"{"CLIENT_SECRETS": []}"#,
    );
    let run = Ims::new(["token", "-c", "oauth.json"])
        .in_folder(folder.path())
        .run();
    run.assert_failed(3, "document-incomplete");
    assert!(
        run.stderr.contains("CLIENT_ID, CLIENT_SECRETS, SCOPES"),
        "{run:?}"
    );
}

/// The client id of the client; the account of every emulator has the other hostile id.
const OAUTH_CLIENT_ID: &str = "oauth!+ID";

/// An emulator with one such client, whose document is in a file.
fn world() -> World {
    let client = OauthClient::new()
        .client_id(OAUTH_CLIENT_ID)
        .client_secret(CLIENT_SECRET)
        .scopes(["openid", "AdobeID", "read_organizations"]);
    let world = World::with(|builder| builder.oauth_client(client));
    let document = world.emulator.oauth_credentials_json();
    world.write("oauth.json", document);
    world
}

fn at_the_emulator(world: &World, command: &str, more: &[&str]) -> Ims {
    let identity = ["-c", "oauth.json", "--url", world.emulator.url()];
    let trust = ["--ca-file", "ca.pem"];
    Ims::new([command].iter().chain(&identity).chain(&trust).chain(more))
        .in_folder(world.folder.path())
        .env("IMS_CACHE_DIR", world.path("cache"))
}

#[test]
fn emulator_accepts_its_own_document() {
    let world = world();
    let first = at_the_emulator(&world, "token", &["-o", "json"]).run_for_a_secret();
    assert_eq!((first.code, first.stderr.as_str()), (0, ""));
    let told: Value = serde_json::from_str(&first.stdout).unwrap();
    assert_eq!(told["source"], "ims");
    assert_eq!(told["client_id"], OAUTH_CLIENT_ID);
    // Seconds on this endpoint, not the milliseconds of the JWT exchange.
    let left = told["expires_in"].as_u64().unwrap();
    assert!((86_300..=86_400).contains(&left), "{left}");
    let again = at_the_emulator(&world, "token", &["-o", "json"]).run_for_a_secret();
    let told: Value = serde_json::from_str(&again.stdout).unwrap();
    assert_eq!(told["source"], "cache");
    assert_eq!(world.emulator.tokens_minted(), 1);
}

#[test]
fn emulator_refuses_as_ims_does() {
    let world = world();
    let document = world.emulator.oauth_credentials_json();
    let changed = |key: &str, value: Value| {
        let mut document: Value = serde_json::from_str(&document).unwrap();
        document[key] = value;
        world.write("oauth.json", document.to_string());
        at_the_emulator(&world, "token", &[]).run()
    };
    changed("CLIENT_SECRETS", json!(["wrong"])).assert_failed(4, "client-secret-wrong");
    changed("CLIENT_ID", json!("nobody")).assert_failed(4, "client-unknown");
    changed("SCOPES", json!(["openid", "aem.fragments.management"]))
        .assert_failed(4, "scope-invalid");
    let account = world.emulator.accounts()[0].clone();
    let run = {
        let mut document: Value = serde_json::from_str(&document).unwrap();
        document["CLIENT_ID"] = json!(account.client_id());
        document["CLIENT_SECRETS"] = json!([account.client_secret()]);
        world.write("oauth.json", document.to_string());
        at_the_emulator(&world, "token", &[]).run()
    };
    run.assert_failed(4, "grant-not-allowed");
    assert_eq!(world.emulator.tokens_minted(), 0);
}

#[test]
fn second_secret_works_after_the_first_is_removed() {
    let world = world();
    let mut document: Value =
        serde_json::from_str(&world.emulator.oauth_credentials_json()).unwrap();
    document["CLIENT_SECRETS"] = json!(["an-old-one", CLIENT_SECRET]);
    world.write("oauth.json", document.to_string());
    let run = at_the_emulator(&world, "token", &[]).run_for_a_secret();
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(
        run.stderr
            .starts_with("ims: note: IMS refused one client secret")
    );
    assert_eq!(world.emulator.tokens_minted(), 1);
}
