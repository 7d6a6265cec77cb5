//! `ims doctor --migrate`: one token of each side, and a GET with each.

use adobe_ims_emulator::{AemTier, GrantType};
use serde_json::{Value, json};

use crate::api::{Api, DONE, REFUSED};
use crate::migration_world::{Report, folder, oauth, online, service_credentials, world};
use crate::support::Ims;

#[test]
fn tokens_are_compared() {
    let world = world(|account| account);
    let report = Report::of(online(&world, &[]));
    let check = report.check("migrate-tokens");
    let summary = "both get a token; the unit of expires_in changes";
    assert_eq!(check["summary"], summary, "{check:#}");
    let rows: Vec<_> = check["evidence"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it.as_str().unwrap())
        .collect();
    let [lifetime, client, user, organization, kind, ..] = rows[..] else {
        panic!("{rows:?}");
    };
    assert!(lifetime.starts_with("expires_in: old 86399"), "{lifetime}");
    assert!(lifetime.ends_with(" (seconds)"), "{lifetime}");
    assert_eq!(client, "client id: old cm-p1-e2-integration-0, new new!+ID");
    assert!(user.starts_with("user id: old "), "{user}");
    assert_eq!(organization, "organisation: neither token names it");
    assert_eq!(kind, "type: access_token in both");
    assert_eq!(world.emulator.tokens_minted(), 2);
    let target = report.check("migrate-target");
    assert_eq!(target["verdict"], "skipped");
    assert_eq!(report.run.code, 0);
}

#[test]
fn target_is_called_with_both_tokens() {
    let world = world(|account| account);
    let emulator = &world.emulator;
    let target = format!("{}/content/dam.json", emulator.url());
    let report = Report::of(online(&world, &["--target", &target]));
    let check = report.check("migrate-target");
    assert_eq!(check["summary"], "the old token gets 200, the new one 403");
    assert_eq!(check["problem"], "aem-client-not-allowed");
    assert_eq!(check["certainty"], "certain");
    assert_eq!(report.run.code, 8);
    emulator.allow_client("new!+ID", [AemTier::Author]);
    let report = Report::of(online(&world, &["--target", &target]));
    let check = report.check("migrate-target");
    assert_eq!(check["summary"], "both tokens get 200");
    assert_eq!(report.run.code, 0);
}

#[test]
fn client_that_is_not_allowed_gets_its_file() {
    let world = world(|account| account);
    let body =
        "IMS Client ID not allowlisted. Allowlist the Client ID using the Configuration Pipeline.";
    let refusal = format!(
        "HTTP/1.1 403 Forbidden\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let api = Api::answering([DONE.to_owned(), refusal]);
    let target = format!("{}/adobe/folders?token=SECRET", api.url);
    let report = Report::of(online(&world, &["--target", &target]));
    let check = report.check("migrate-target");
    assert_eq!(check["problem"], "aem-client-not-allowed");
    assert!(
        check["fix"][0]
            .as_str()
            .unwrap()
            .ends_with("          - \"new!+ID\""),
        "{check:#}"
    );
    assert!(!report.run.stdout.contains("token=SECRET"));
    let asked = api.asked();
    let keys = ["x-api-key: cm-p1-e2-integration-0", "x-api-key: new!+id"];
    for (asked, key) in asked.iter().zip(keys) {
        assert_eq!(asked.head[0], "GET /adobe/folders?token=SECRET HTTP/1.1");
        let found = asked.head.iter().any(|line| line.eq_ignore_ascii_case(key));
        assert!(found, "{:?}", asked.head);
    }
    assert!(asked[0].token.expose() != asked[1].token.expose());
}

#[test]
fn other_hosts_do_not_get_the_tokens() {
    let world = world(|account| account);
    let target = ["--target", "https://api.example.com/"];
    let report = Report::of(online(&world, &target));
    let check = report.check("migrate-target");
    assert_eq!(check["problem"], "host-not-allowed");
    assert_eq!(check["summary"], "the target may not get the tokens");
}

#[test]
fn account_that_was_migrated_gets_no_token() {
    let world = world(|account| account.grants([GrantType::ClientCredentials]));
    let report = Report::of(online(&world, &[]));
    let check = report.check("migrate-tokens");
    assert_eq!(check["verdict"], "warning", "{check:#}");
    let summary = "IMS issued a token for the new ones only";
    assert_eq!(check["summary"], summary);
    assert!(
        check["evidence"][0]
            .as_str()
            .unwrap()
            .ends_with("[client-migrated]")
    );
}

#[test]
fn refusal_of_the_new_credentials_is_a_problem() {
    let world = world(|account| account);
    let mut document: Value =
        serde_json::from_str(&world.emulator.oauth_credentials_json_of("new!+ID").unwrap())
            .unwrap();
    document["CLIENT_SECRETS"] = json!(["WRONG"]);
    world.write("oauth.json", document.to_string());
    let report = Report::of(online(&world, &[]));
    let check = report.check("migrate-tokens");
    assert_eq!(check["problem"], "client-secret-wrong");
    assert_eq!(report.check("migrate-target")["verdict"], "skipped");
    assert_eq!(report.run.code, 8);
}

#[test]
fn unreachable_identity_service_is_one_problem() {
    let folder = folder(&service_credentials(), &oauth());
    let arguments = [
        "doctor",
        "-c",
        "service_token.json",
        "--migrate",
        "oauth.json",
    ];
    let call = Ims::new(arguments.iter().chain(&["--url", "http://127.0.0.1:1"]));
    let report = Report::of(call.in_folder(folder.path()));
    let problems = report.findings();
    let problems: Vec<_> = problems.iter().filter(|it| it.1 == "problem").collect();
    assert_eq!(
        problems,
        [&("migrate-tokens", "problem", "nothing-listens")]
    );
}

#[test]
fn account_of_the_token_counts_where_the_document_names_none() {
    let world = world(|account| account);
    let mut document: Value =
        serde_json::from_str(&world.emulator.oauth_credentials_json_of("new!+ID").unwrap())
            .unwrap();
    let fields = document.as_object_mut().unwrap();
    fields.remove("TECHNICAL_ACCOUNT_ID");
    fields.remove("TECHNICAL_ACCOUNT_EMAIL");
    world.write("oauth.json", document.to_string());
    let report = Report::of(online(&world, &[]));
    assert_eq!(report.check("migrate-account")["verdict"], "warning");
    let report = Report::of(online(&world, &["--offline"]));
    let account = report.check("migrate-account");
    assert_eq!(
        account["summary"],
        "the new document names no technical account"
    );
}

#[test]
fn converted_client_gets_both_tokens_and_keeps_its_account() {
    let world =
        world(|account| account.grants([GrantType::JwtExchange, GrantType::ClientCredentials]));
    let old: Value = serde_json::from_str(
        &world
            .emulator
            .credentials_json_of("cm-p1-e2-integration-0")
            .unwrap(),
    )
    .unwrap();
    let integration = &old["integration"];
    let new = json!({
        "CLIENT_SECRETS": [integration["technicalAccount"]["clientSecret"]],
        "CLIENT_ID": integration["technicalAccount"]["clientId"],
        "ORG_ID": integration["org"],
        "SCOPES": ["openid", "AdobeID"],
        "TECHNICAL_ACCOUNT_ID": integration["id"],
    });
    world.write("oauth.json", new.to_string());
    let report = Report::of(online(&world, &[]));
    assert_eq!(report.check("migrate-client")["verdict"], "ok");
    let seen = report.check("migrate-client")["evidence"][1].as_str();
    assert_eq!(seen, Some("the client secret stays, too"));
    assert_eq!(report.check("migrate-account")["verdict"], "ok");
    let tokens = report.check("migrate-tokens");
    assert!(
        tokens["evidence"][2]
            .as_str()
            .unwrap()
            .ends_with("@techacct.adobe.com in both")
    );
}

#[test]
fn first_target_of_a_profile_is_called() {
    let world = world(|account| account);
    let api = Api::answering([DONE, REFUSED]);
    let configuration = format!(
        "version = 1\n[profiles.prod]\ntype = \"document\"\ncredentials = {{ file = \"service_token.json\" }}\n\
         environment = {:?}\nca_files = [\"ca.pem\"]\ntargets = [{:?}]\n",
        world.emulator.url(),
        api.url
    );
    world.write("config.toml", configuration);
    let arguments = ["doctor", "-p", "prod", "--migrate", "oauth.json"];
    let call = Ims::new(arguments).in_folder(world.folder.path());
    let report = Report::of(call.env("IMS_CONFIG", world.path("config.toml")));
    let check = report.check("migrate-target");
    assert_eq!(check["summary"], "the old token gets 200, the new one 401");
    assert_eq!(check["verdict"], "problem");
    assert_eq!(api.asked().len(), 2);
    assert_eq!(report.steps()[0], "problems");
}
