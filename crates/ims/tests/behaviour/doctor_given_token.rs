//! `ims doctor` where no token is requested: for a token that is given, and for a person who signed in.

use std::fs;

use serde_json::{Value, json};

use crate::doctor_report::Report;
use crate::sign_in_world::{
    ALL_SCOPES, JANE, PUBLIC, at_emulator, sessions, sign_in, token, tokens, tokens_for,
    with_profiles, world,
};
use crate::support::{CLIENT_ID, Ims, LASTING_TOKEN, World, answering, http, write_private};

/// Examines the token in `IMS_ACCESS_TOKEN` at this service.
#[track_caller]
fn given(token: &str, url: &str) -> Report {
    let call = Ims::new(["doctor", "--url", url]).env("IMS_ACCESS_TOKEN", token);
    Report::of(call)
}

fn verdict(body: &Value) -> String {
    http("200 OK", "", &body.to_string())
}

#[test]
fn given_token_is_validated_and_not_exchanged() {
    let world = world();
    let person = tokens_for(&world, PUBLIC, ALL_SCOPES);
    let before = world.emulator.tokens_minted();
    let call = at_emulator(&world, &["doctor"]).env("IMS_ACCESS_TOKEN", &person.access_token);
    let report = Report::of(call);
    assert_eq!(report.findings(), [], "{}", report.run.stdout);
    assert_eq!(
        report.summary("exchange"),
        "IMS says that the token is valid; none was requested"
    );
    let endpoint = format!(
        "{}/ims/validate_token/v1 answered 200",
        world.emulator.url()
    );
    assert_eq!(report.evidence("exchange")[0], endpoint);
    assert_eq!(
        report.with_verdict("skipped"),
        ["lifetime", "granted-scopes"]
    );
    assert_eq!(
        report.summary("product-contexts"),
        "the profile of the account lists 1 product context"
    );
    let product = "dma_aem_cloud of FEDCBA9876543210FEDCBA98@AdobeOrg";
    assert_eq!(report.evidence("product-contexts"), [product]);
    assert_eq!(world.emulator.tokens_minted(), before);
    // A token without the scope shows no products.
    let plain = tokens(&world, PUBLIC);
    let call = at_emulator(&world, &["doctor"]).env("IMS_ACCESS_TOKEN", &plain.access_token);
    let report = Report::of(call);
    assert!(
        report
            .summary("product-contexts")
            .contains("without the scope")
    );
}

#[test]
fn token_that_is_not_valid_is_a_problem() {
    let invalid = answering(verdict(&json!({"valid": false, "reason": "bad_signature"})));
    let report = given(LASTING_TOKEN, &invalid);
    let expected = [("exchange", "problem", "token-refused", "certain")];
    assert_eq!(report.findings(), expected, "{}", report.run.stdout);
    assert_eq!(
        report.summary("exchange"),
        "IMS says that the token is not valid: bad_signature"
    );
    let page = answering(http("404 Not Found", "", "<html><title>none</title>"));
    let unknown = given(LASTING_TOKEN, &page);
    let expected = [("exchange", "warning", "answer-not-json", "certain")];
    assert_eq!(unknown.findings(), expected, "the token may be good");
    assert!(unknown.with_verdict("ok").contains(&"token-claims"));
}

#[test]
fn profile_that_ims_does_not_return_is_no_problem() {
    // The server answers the request for the profile with a list.
    let valid = answering(verdict(&json!({"valid": true, "token": {}})));
    let report = given(LASTING_TOKEN, &valid);
    assert_eq!(report.findings(), []);
    assert_eq!(report.check("product-contexts")["verdict"], "skipped");
}

#[test]
fn way_to_ims_is_no_problem_for_a_token_that_works_without_it() {
    let report = given(LASTING_TOKEN, "http://127.0.0.1:1");
    let expected = [("connection", "warning", "nothing-listens", "certain")];
    assert_eq!(report.findings(), expected);
}

#[test]
fn token_without_issuer_is_sent_to_a_named_service_only() {
    let call = Ims::new(["doctor"]).env("IMS_ACCESS_TOKEN", LASTING_TOKEN);
    let report = Report::of(call);
    assert_eq!(report.with_verdict("skipped").len(), 10);
    assert_eq!(
        report.summary("route"),
        "the token does not say who issued it, and --url names no identity service"
    );
    let opaque = given("opaque-TOKEN", "http://127.0.0.1:1");
    assert_eq!(opaque.check("exchange")["verdict"], "skipped");
}

#[test]
fn local_development_token_is_validated() {
    let world = World::new();
    let document = json!({"ok": true, "statusCode": 200, "accessToken": LASTING_TOKEN});
    world.write("token.json", document.to_string());
    let url = answering(verdict(
        &json!({"valid": true, "token": {"client_id": CLIENT_ID}}),
    ));
    let call = Ims::new(["doctor", "-c", "token.json", "--url", &url]);
    let report = Report::of(call.in_folder(world.folder.path()));
    assert_eq!(report.findings(), [], "{}", report.run.stdout);
    assert!(
        report
            .summary("exchange")
            .starts_with("IMS says that the token is valid")
    );
}

#[test]
fn sign_in_is_looked_at_and_not_spent() {
    let world = world();
    let examine = || Report::of(with_profiles(&world, &["doctor", "-p", "me"]));
    let before = examine();
    let expected = [("exchange", "problem", "not-signed-in", "certain")];
    assert_eq!(before.findings(), expected, "{}", before.run.stdout);
    assert!(
        before
            .fixes("exchange")
            .contains(&"`ims login me` signs a person in")
    );

    sign_in(&world, "me", JANE);
    let session = || {
        let file = fs::read_dir(world.path("state/ims/sessions")).unwrap();
        let file = file.map(|it| it.unwrap().path());
        let mut sessions = file.filter(|it| it.extension().is_some_and(|it| it == "session"));
        fs::read(sessions.next().unwrap()).unwrap()
    };
    let stored = session();
    let minted = world.emulator.tokens_minted();
    let report = examine();
    assert_eq!(report.findings(), [], "{}", report.run.stdout);
    assert_eq!(
        report.summary("exchange"),
        "an exchange would spend the refresh token of the sign-in"
    );
    let seen = report.evidence("exchange");
    assert!(
        seen[0].starts_with("the sign-in is good until 20"),
        "{seen:?}"
    );
    assert_eq!(
        (session(), world.emulator.tokens_minted()),
        (stored, minted)
    );

    // The access token of the cache is used.
    token(&world, "me");
    let report = examine();
    assert_eq!(
        report.evidence("exchange")[1],
        "the cache has an access token of it"
    );
    assert!(
        report.with_verdict("ok").contains(&"granted-scopes"),
        "{}",
        report.run.stdout
    );
    assert_eq!(sessions(&world), 1);
}

#[test]
fn damaged_session_is_left_alone() {
    let world = world();
    sign_in(&world, "me", JANE);
    let folder = world.path("state/ims/sessions");
    let files = fs::read_dir(&folder).unwrap().map(|it| it.unwrap().path());
    let session = files.filter(|it| it.extension().is_some_and(|it| it == "session"));
    let session = session.last().unwrap();
    write_private(&session, "damaged");
    let report = Report::of(with_profiles(&world, &["doctor", "-p", "me"]));
    let expected = [("exchange", "problem", "session-set-aside", "likely")];
    assert_eq!(report.findings(), expected, "{}", report.run.stdout);
    assert_eq!(fs::read(&session).unwrap(), b"damaged");
}
