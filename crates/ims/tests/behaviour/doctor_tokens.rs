//! The check of `ims doctor` of given tokens.

use std::time::UNIX_EPOCH;

use serde_json::json;

use crate::doctor_offline::Report;
use crate::doctor_report::token_of;
use crate::support::{CLIENT_ID, Ims, LASTING_TOKEN, OLD_TOKEN, write_private};

const HOUR: u64 = 3600;

/// Returns an access token of production that was created just now.
pub(crate) fn lasting(hours: u64) -> String {
    let now = UNIX_EPOCH.elapsed().unwrap().as_millis();
    token_of(&json!({
        "type": "access_token",
        "client_id": CLIENT_ID,
        "as": "ims-na1",
        "scope": "openid,AdobeID",
        "created_at": now.to_string(),
        "expires_in": (hours * HOUR * 1000).to_string(),
    }))
}

pub(crate) fn doctor(more: &[&str]) -> Ims {
    Ims::new(["doctor", "--offline"].iter().chain(more))
}

#[track_caller]
pub(crate) fn of_token(token: &str, more: &[&str]) -> Report {
    Report::of(doctor(more).env("IMS_ACCESS_TOKEN", token))
}

#[test]
fn good_token_is_decoded() {
    let report = of_token(&lasting(24), &[]);
    assert_eq!(report.findings(), Vec::<String>::new());
    let check = report.check("given-token");
    assert_eq!(check["verdict"], "ok");
    let summary = check["summary"].as_str().unwrap();
    let start = "the token in IMS_ACCESS_TOKEN is an access token for 23 h 59 min";
    assert_eq!(summary, start);
    let evidence = report.evidence("given-token");
    assert_eq!(
        evidence[..4],
        [
            "kind: \"access_token\"",
            "client: \"client!+ID\"",
            "environment: \"ims-na1\"",
            "scopes: \"openid,AdobeID\"",
        ]
    );
    assert!(evidence[4].starts_with("created: 20"));
    assert!(evidence[5].ends_with(" (in 23 h 59 min)"), "{evidence:?}");
}

#[test]
fn token_that_is_of_no_use_is_the_only_problem() {
    let cut = |length: usize| LASTING_TOKEN[..length].to_owned();
    let assertion = token_of(
        &json!({"aud": "https://ims-na1.adobelogin.com/c/x", "iss": "x@AdobeOrg", "sub": "y@techacct.adobe.com", "exp": 1}),
    );
    for (token, finding) in [
        (OLD_TOKEN.to_owned(), "problem certain token-expired"),
        (cut(40), "problem likely token-truncated"),
        (cut(100), "problem likely token-truncated"),
        (
            LASTING_TOKEN.replace(".c2ln", ""),
            "problem likely token-truncated",
        ),
        (
            LASTING_TOKEN.replace(".c2ln", "."),
            "problem likely token-truncated",
        ),
        (
            LASTING_TOKEN.replace(".c2ln", &format!(".{}", "A".repeat(300))),
            "problem likely token-truncated",
        ),
        (
            token_of(&json!({"type": "refresh_token"})),
            "problem certain token-wrong-kind",
        ),
        (
            token_of(&json!({"type": "id_token", "exp": 1})),
            "problem certain token-wrong-kind",
        ),
        (assertion, "problem certain token-is-assertion"),
        ("OPAQUE?%&=".to_owned(), "problem likely token-unreadable"),
        ("null".to_owned(), "problem certain value-invalid"),
        ("${TOKEN}".to_owned(), "problem certain value-invalid"),
    ] {
        let report = of_token(&token, &[]);
        assert_eq!(
            report.findings(),
            [format!("given-token {finding}")],
            "{finding}"
        );
    }
}

#[test]
fn text_around_a_token_is_left_out_and_named() {
    for (text, expected) in [
        (
            format!("Bearer {LASTING_TOKEN}"),
            "`Bearer` stands before the token, and was left out",
        ),
        (
            format!("\"{LASTING_TOKEN}\""),
            "quotes or other characters stand around the token, and were left out",
        ),
        (
            json!({"access_token": LASTING_TOKEN}).to_string(),
            "the token is inside of JSON, and was taken out of it",
        ),
    ] {
        let report = of_token(&text, &[]);
        assert_eq!(report.findings(), Vec::<String>::new());
        assert_eq!(report.evidence("given-token").last(), Some(&expected));
    }
}

#[test]
fn token_of_another_environment_than_the_named_one_is_a_problem() {
    let stage = "https://ims-na1-stg1.adobelogin.com";
    let report = of_token(&lasting(24), &["--url", stage]);
    assert_eq!(
        report.findings(),
        ["given-token problem certain environment-mismatch"]
    );
    let report = of_token(&lasting(24), &["--url", "https://ims-na1.adobelogin.com"]);
    assert_eq!(report.findings(), Vec::<String>::new());
}

#[test]
fn token_of_a_local_development_document_is_checked() {
    let folder = tempfile::tempdir().unwrap();
    let document = json!({"ok": true, "statusCode": 200, "accessToken": OLD_TOKEN});
    write_private(&folder.path().join("token.json"), document.to_string());
    let report = Report::of(doctor(&["-c", "token.json"]).in_folder(folder.path()));
    assert_eq!(
        report.findings(),
        ["given-token problem certain token-expired"]
    );
    let summary = "the token in the credentials expired on 2020-09-14T12:26:40Z";
    report.assert_check("given-token", "problem", summary);
}
