//! `ims exchange`, against the emulator.

use adobe_ims_emulator::GrantType;
use serde_json::{Value, json};

use crate::sign_in_world::{
    AT_WORK, CONFIDENTIAL, ORGANIZATION, PUBLIC, at_emulator, tokens, with_profiles, world,
};
use crate::support::{CLIENT_SECRET, World};

const CLIENT: [&str; 5] = [
    "exchange",
    "--client-id",
    CONFIDENTIAL,
    "--client-secret-file",
    "secret",
];

/// Returns the claims of the new token.
#[track_caller]
fn claims(world: &World, token: &str, more: &[&str]) -> Value {
    let all: Vec<_> = CLIENT.iter().chain(more).copied().collect();
    let run = at_emulator(world, &all).stdin(token).run_for_a_secret();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{run:?}");
    let run = at_emulator(world, &["inspect", "-o", "json"])
        .stdin(run.stdout)
        .run();
    let answer_json: Value = serde_json::from_str(&run.stdout).unwrap();
    answer_json["claims"].clone()
}

#[test]
fn token_is_exchanged_for_another_profile_of_the_person() {
    let world = world();
    let token = tokens(&world, PUBLIC).access_token;
    for target in [["--to-org", ORGANIZATION], ["--to-user", AT_WORK]] {
        let claims = claims(&world, &token, &target);
        assert_eq!(
            (&claims["user_id"], &claims["client_id"]),
            (&json!(AT_WORK), &json!(CONFIDENTIAL))
        );
    }
    let more = [
        "--to-org",
        ORGANIZATION,
        "--scope",
        "openid",
        "--resource",
        "https://a.example",
        "--resource",
        "urn:b",
    ];
    let claims = claims(&world, &token, &more);
    assert_eq!(claims["scope"], "openid");
    assert_eq!(
        world
            .emulator
            .tokens_minted_by(GrantType::ClusterAtExchange),
        3
    );
}

#[test]
fn token_is_exchanged_to_act_on_behalf_of_the_person() {
    let world = world();
    let token = tokens(&world, PUBLIC).access_token;
    let claims = claims(
        &world,
        &token,
        &["--on-behalf-of", "--scope", "openid,AdobeID"],
    );
    assert_eq!(
        (&claims["user_id"], &claims["act"]["sub"]),
        (&json!("JANE@AdobeID"), &json!(CONFIDENTIAL))
    );
    assert_eq!(world.emulator.tokens_minted_by(GrantType::TokenExchange), 1);
    // With a profile and its scopes, in every output format.
    let arguments = ["exchange", "--on-behalf-of", "-p", "you", "-o", "json"];
    let run = with_profiles(&world, &arguments)
        .env("IMS_ACCESS_TOKEN", &token)
        .run_for_a_secret();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{run:?}");
    let answer_json: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(
        (
            &answer_json["schema"],
            &answer_json["source"],
            &answer_json["profile"],
            &answer_json["client_id"],
            &answer_json["ims_url"]
        ),
        (
            &json!("ims.token/1"),
            &json!("ims"),
            &json!("you"),
            &json!(CONFIDENTIAL),
            &json!(world.emulator.url())
        )
    );
    let arguments = ["exchange", "--on-behalf-of", "-p", "you", "-o", "headers"];
    let run = with_profiles(&world, &arguments)
        .stdin(token)
        .run_for_a_secret();
    assert!(
        run.stdout
            .ends_with(&format!("\nx-api-key: {CONFIDENTIAL}\n")),
        "{run:?}"
    );
}

#[test]
fn invalid_exchange_is_refused() {
    let world = world();
    let token = tokens(&world, PUBLIC).access_token;
    let run = |more: &[&str], token: &str| {
        let all: Vec<_> = CLIENT.iter().chain(more).copied().collect();
        at_emulator(&world, &all).stdin(token).run()
    };
    run(&["--to-org", ORGANIZATION], "opaque").assert_failed(4, "user-token-refused");
    run(&["--on-behalf-of", "--scope", "openid"], "opaque").assert_failed(4, "user-token-refused");
    run(&["--to-user", "NOBODY@AdobeID"], &token).assert_failed(4, "user-token-refused");
    run(&["--to-org", ORGANIZATION, "--scope", "other"], &token).assert_failed(4, "scope-invalid");
    run(&["--on-behalf-of"], &token).assert_failed(2, "usage");
    run(&[], &token).assert_failed(2, "usage");
    run(&["--to-org", "a", "--to-user", "b"], &token).assert_failed(2, "usage");
    run(&["--to-org", ORGANIZATION, "--shell", "fish"], &token).assert_failed(2, "usage");
    run(&["--to-org", ORGANIZATION], "").assert_failed(3, "token-unreadable");
    let public = ["exchange", "--client-id", PUBLIC, "--to-org", ORGANIZATION];
    let failed = at_emulator(&world, &public).stdin(token.clone()).run();
    failed.assert_failed(3, "client-secret-missing");
    // A token of stage is not sent to production.
    let all: Vec<_> = CLIENT
        .iter()
        .chain(&["--to-org", ORGANIZATION])
        .copied()
        .collect();
    let stage = "eyJhbGciOiJSUzI1NiJ9.eyJhcyI6Imltcy1uYTEtc3RnMSJ9.c2ln";
    let failed = at_emulator(&world, &all)
        .env("IMS_URL", "https://ims-na1.adobelogin.com")
        .env("HTTPS_PROXY", "http://127.0.0.1:1")
        .stdin(stage)
        .run();
    failed.assert_failed(3, "environment-mismatch");
    assert_eq!(
        world
            .emulator
            .tokens_minted_by(GrantType::ClusterAtExchange),
        0
    );
}

#[test]
fn client_of_a_document_is_used() {
    let world = world();
    let document = json!({
        "CLIENT_ID": CONFIDENTIAL, "CLIENT_SECRETS": [CLIENT_SECRET], "SCOPES": ["openid", "AdobeID"],
    });
    world.write("oauth.json", document.to_string());
    let config = format!(
        "version = 1\n[defaults]\nca_files = [\"ca.pem\"]\nenvironment = \"{0}\"\n[profiles.api]\ntype = \"document\"\n\
         environment = \"{0}\"\ncredentials = {{ file = \"oauth.json\" }}\n[profiles.aem]\ntype = \"document\"\n\
         credentials = {{ file = \"service_token.json\" }}\n[profiles.token]\ntype = \"static\"\ntoken = {{ env = \"T\" }}\n",
        world.emulator.url()
    );
    world.write("config.toml", config);
    let call = |profile: &str| {
        let arguments = ["exchange", "-q", "--to-org", ORGANIZATION, "-p", profile];
        with_profiles(&world, &arguments)
            .env("T", "opaque")
            .stdin(tokens(&world, PUBLIC).access_token)
    };
    let run = call("api").run_for_a_secret();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{run:?}");
    for profile in ["aem", "token"] {
        let run = call(profile).run();
        run.assert_failed(2, "usage");
        assert!(run.stderr.contains("names no OAuth client"), "{run:?}");
    }
}
