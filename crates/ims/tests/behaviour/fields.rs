//! Credentials in flags and variables, instead of a document or in addition to one.

use adobe_ims_emulator::OauthClient;
use serde_json::{Value, json};

use crate::support::{CLIENT_ID, CLIENT_SECRET, Ims, World};

/// The client id of the client; the account of every emulator has the other hostile id.
pub(crate) const OAUTH_CLIENT_ID: &str = "oauth!+ID";
const PATH: &str = "/usr/bin:/bin";

/// An emulator that knows a technical account and an OAuth client, with the secrets of both in files.
pub(crate) fn world() -> World {
    let client = OauthClient::new()
        .client_id(OAUTH_CLIENT_ID)
        .client_secret(CLIENT_SECRET)
        .scopes(["openid", "AdobeID"]);
    let world = World::with(|builder| builder.oauth_client(client));
    world.write("secret", format!("{CLIENT_SECRET}\r\n"));
    world.write(
        "private.key",
        text(&world.document()["integration"], "privateKey"),
    );
    world.write("jwt.json", console_jwt(&world).to_string());
    world
}

pub(crate) fn text(document: &Value, key: &str) -> String {
    document[key].as_str().unwrap().to_owned()
}

/// Returns the document of the account as the Adobe Developer Console would write it.
fn console_jwt(world: &World) -> Value {
    let document = &world.document()["integration"];
    json!({
        "API_KEY": CLIENT_ID, "CLIENT_SECRET": CLIENT_SECRET, "ORG_ID": document["org"],
        "TECHNICAL_ACCOUNT_ID": document["id"], "PUBLIC_KEYS_WITH_EXPIRY": {},
    })
}

/// Creates a call that trusts the emulator, has a cache, and names no credentials yet.
pub(crate) fn call(world: &World, arguments: &[&str]) -> Ims {
    Ims::new(arguments)
        .in_folder(world.folder.path())
        .env("IMS_URL", world.emulator.url())
        .env("IMS_CA_FILE", "ca.pem")
        .env("IMS_CACHE_DIR", world.path("cache"))
        .env("PATH", PATH)
}

/// Returns the client and the source of the token.
#[track_caller]
pub(crate) fn owner(call: Ims) -> (String, String) {
    let run = call.run_for_a_secret();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{}", run.stderr);
    let told: Value = serde_json::from_str(&run.stdout).unwrap();
    (text(&told, "client_id"), text(&told, "source"))
}

pub(crate) fn is(client: &str, source: &str) -> (String, String) {
    (client.to_owned(), source.to_owned())
}

pub(crate) const JSON: [&str; 3] = ["token", "-o", "json"];

#[test]
fn client_is_named_by_flags_or_variables() {
    let world = world();
    let flags = [
        "--client-id",
        OAUTH_CLIENT_ID,
        "--client-secret-file",
        "secret",
    ];
    let scopes = ["--scope", "openid", "--scope", "[\"AdobeID\"]"];
    let all: Vec<_> = JSON.iter().chain(&flags).chain(&scopes).copied().collect();
    assert_eq!(owner(call(&world, &all)), is(OAUTH_CLIENT_ID, "ims"));
    // The credentials are the same, whichever way they are named.
    let cached = is(OAUTH_CLIENT_ID, "cache");
    assert_eq!(owner(call(&world, &all)), cached);
    let piped: Vec<_> = JSON
        .iter()
        .chain(&["--client-id", OAUTH_CLIENT_ID, "--client-secret-file", "-"])
        .chain(&scopes)
        .copied()
        .collect();
    assert_eq!(owner(call(&world, &piped).stdin(CLIENT_SECRET)), cached);
    let own = |call: Ims| {
        call.env("IMS_CLIENT_ID", OAUTH_CLIENT_ID)
            .env("IMS_SCOPES", "openid AdobeID")
    };
    let secret = own(call(&world, &JSON)).env("IMS_CLIENT_SECRET", CLIENT_SECRET);
    assert_eq!(owner(secret), cached);
    let file = own(call(&world, &JSON)).env("IMS_CLIENT_SECRET_FILE", "secret");
    assert_eq!(owner(file), cached);
    let imscli = call(&world, &JSON)
        .env("IMS_CLIENTID", OAUTH_CLIENT_ID)
        .env("IMS_CLIENTSECRET", CLIENT_SECRET)
        .env("IMS_SCOPES", "openid,AdobeID");
    assert_eq!(owner(imscli), cached);
    assert_eq!(world.emulator.tokens_minted(), 1);
}

#[test]
fn technical_account_is_named_by_flags_or_variables() {
    let world = world();
    let document = &world.document()["integration"];
    let (org, id) = (text(document, "org"), text(document, "id"));
    let flags = [
        "--client-id",
        CLIENT_ID,
        "--client-secret-file",
        "secret",
        "--org",
        &org,
        "--technical-account",
        &id,
        "--metascope",
        "ent_aem_cloud_api",
        "--private-key-file",
        "private.key",
    ];
    let all: Vec<_> = JSON.iter().chain(&flags).copied().collect();
    assert_eq!(owner(call(&world, &all)), is(CLIENT_ID, "ims"));
    // A variable of the other grant is ignored.
    let disturbed = call(&world, &all).env("IMS_SCOPES", "openid");
    assert_eq!(owner(disturbed), is(CLIENT_ID, "cache"));
    let own = |call: Ims| {
        call.env("IMS_CLIENT_ID", CLIENT_ID)
            .env("IMS_CLIENT_SECRET", CLIENT_SECRET)
            .env("IMS_ORG_ID", &org)
            .env("IMS_TECHNICAL_ACCOUNT_ID", &id)
            .env("IMS_METASCOPES", "ent_aem_cloud_api")
    };
    let key = text(document, "privateKey");
    let inline = own(call(&world, &JSON)).env("IMS_PRIVATE_KEY", key);
    assert_eq!(owner(inline).0, CLIENT_ID);
    let file = own(call(&world, &JSON)).env("IMS_PRIVATE_KEY_FILE", "private.key");
    assert_eq!(owner(file).0, CLIENT_ID);
    let imscli = call(&world, &JSON)
        .env("IMS_CLIENTID", CLIENT_ID)
        .env("IMS_CLIENTSECRET", CLIENT_SECRET)
        .env("IMS_ORGANIZATION", &org)
        .env("IMS_ACCOUNT", &id)
        .env("IMS_METASCOPES", "ent_aem_cloud_api")
        .env("IMS_PRIVATEKEY", "private.key");
    assert_eq!(owner(imscli).0, CLIENT_ID);
}

#[test]
fn missing_field_is_named_by_flag_and_variable() {
    let world = world();
    call(&world, &["token", "--client-id", OAUTH_CLIENT_ID])
        .run()
        .assert(
            3,
            "",
            "ims: the credentials are incomplete; missing or empty: --client-secret-file (IMS_CLIENT_SECRET), --scope (IMS_SCOPES) [credentials-incomplete]\n\
             hint: Pass the missing fields. OAuth server-to-server takes client id, client secret and scopes; a technical account takes client id, client secret, organisation, technical account id, metascopes and private key.\n",
        );
    let run = call(&world, &["token"])
        .env("IMS_CLIENT_SECRET", CLIENT_SECRET)
        .run();
    run.assert_failed(3, "credentials-incomplete");
    assert!(
        run.stderr
            .contains("empty: --client-id (IMS_CLIENT_ID), --scope"),
        "{run:?}"
    );
    let run = call(&world, &["token", "--client-id", CLIENT_ID])
        .env("IMS_SCOPES", "openid")
        .env("IMS_METASCOPES", "x")
        .run();
    run.assert_failed(3, "credentials-contradictory");
    assert!(
        run.stderr.contains("--scope excludes IMS_METASCOPES"),
        "{run:?}"
    );
    world.write("empty", " \n");
    world.write("binary", [0xC3, 0x28]);
    for file in ["empty", "binary"] {
        let run = call(
            &world,
            &["token", "--client-id", "x", "--client-secret-file", file],
        )
        .run();
        run.assert_failed(3, "client-secret-unreadable");
    }
    let twice = ["token", "-c", "-", "--client-secret-file", "-"];
    call(&world, &twice).run().assert_failed(2, "usage");
    // A secret instead of its file is not repeated.
    let secret = [
        "token",
        "--client-id",
        "x",
        "--client-secret-file",
        CLIENT_SECRET,
    ];
    call(&world, &secret)
        .run()
        .assert_failed(3, "file-unreadable");
    assert_eq!(world.emulator.tokens_minted(), 0);
}

#[test]
fn document_without_key_is_completed_by_flags() {
    let world = world();
    let token = ["token", "-o", "json", "-c", "jwt.json"];
    let run = call(&world, &token[..1])
        .env("IMS_CREDENTIALS", "jwt.json")
        .run();
    run.assert(
        3,
        "",
        "ims: the credential document is incomplete; missing or empty: METASCOPES, PRIVATE_KEY [document-needs-more]\n\
         hint: the private key is never in such a document: it is the one whose certificate is attached to the credential in the console (`private.key` of the zip that the console once made, or your own)\n\
         hint: the metascopes are those of the APIs of the project, such as ent_aem_cloud_api; the console shows them with the credential\n\
         hint: Adobe has ended JWT credentials of the Adobe Developer Console (since 2026-03-01 all are converted): look there for the OAuth server-to-server credential of this project, and use its download instead\n\
         hint: Pass the missing values separately, or write them into the document under the names in the message.\n\
         hint: in addition to the document: --private-key-file and --metascope (IMS_PRIVATE_KEY_FILE, IMS_METASCOPES), or for scopes --scope (IMS_SCOPES)\n",
    );
    let beside = [
        "--private-key-file",
        "private.key",
        "--metascope",
        "ent_aem_cloud_api",
    ];
    let flags: Vec<_> = token.iter().chain(&beside).copied().collect();
    assert_eq!(owner(call(&world, &flags)), is(CLIENT_ID, "ims"));
    let completed = || {
        call(&world, &token)
            .env("IMS_PRIVATE_KEY_FILE", "private.key")
            .env("IMS_METASCOPES", "ent_aem_cloud_api")
            .env("IMS_SCOPES", "openid")
    };
    assert_eq!(owner(completed()), is(CLIENT_ID, "cache"));
    // The completed document is not remembered as the document alone.
    call(&world, &token)
        .run()
        .assert_failed_as_json(3, "document-needs-more");
    let refused = completed().env("IMS_METASCOPES", "ent_user_sdk").run();
    refused.assert_failed_as_json(4, "metascope-not-bound");
    assert!(
        refused.stderr.contains("Adobe has ended JWT"),
        "{refused:?}"
    );
    // Flags change a complete document, variables do not.
    let whole = ["token", "-o", "json", "-c", "service_token.json"];
    let run = call(&world, &whole).env("IMS_METASCOPES", "ent_user_sdk");
    assert_eq!(owner(run), is(CLIENT_ID, "cache"));
    let other: Vec<_> = whole
        .iter()
        .chain(&["--metascope", "ent_user_sdk"])
        .copied()
        .collect();
    call(&world, &other)
        .run()
        .assert_failed_as_json(4, "metascope-not-bound");
    assert_eq!(owner(call(&world, &whole)), is(CLIENT_ID, "cache"));
}

#[test]
fn named_client_takes_precedence_over_a_given_token() {
    let world = world();
    let flags = [
        "--client-id",
        OAUTH_CLIENT_ID,
        "--client-secret-file",
        "secret",
        "--scope",
        "openid",
    ];
    let named: Vec<_> = JSON.iter().chain(&flags).copied().collect();
    let run = call(&world, &named).env("IMS_ACCESS_TOKEN", "opaque");
    assert_eq!(owner(run), is(OAUTH_CLIENT_ID, "ims"));
    let run = call(&world, &["token"])
        .env("IMS_ACCESS_TOKEN", "opaque")
        .env("IMS_CLIENT_ID", OAUTH_CLIENT_ID);
    run.run().assert(0, "opaque\n", "");
}
