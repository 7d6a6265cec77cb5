//! The checks of `ims doctor` on the token that IMS issued.

use std::time::Duration;

use serde_json::json;

use crate::doctor_report::{Report, claims, doctor, examine, examine_oauth, issued, token_of};
use crate::support::World;

#[test]
fn contradictory_lifetime_is_a_warning() {
    let token = token_of(&claims());
    let contradictory = |report: &Report, certainty: &str| {
        let expected = [("lifetime", "warning", "lifetime-contradictory", certainty)];
        assert_eq!(report.findings(), expected, "{}", report.run.stdout);
    };
    let seconds = examine(&issued(&token, &json!(86_399)));
    contradictory(&seconds, "certain");
    assert_eq!(
        seconds.summary("lifetime"),
        "expires_in 86399 was taken for seconds"
    );
    assert_eq!(
        seconds.evidence("lifetime")[1],
        "taken for seconds: 23 h 59 min"
    );
    let millis = examine_oauth(&issued(&token, &json!(86_399_998)));
    contradictory(&millis, "certain");
    assert_eq!(
        millis.evidence("lifetime")[2],
        "the endpoint counts in seconds"
    );
    contradictory(&examine(&issued(&token, &json!("soon"))), "certain");
    contradictory(&examine(&issued(&token, &json!(3_600_000))), "certain");
    // An opaque token does not decide; 86 s are hardly meant.
    contradictory(&examine(&issued("opaque-TOKEN", &json!(86_399))), "likely");
    let good = examine(&issued("opaque-TOKEN", &json!(86_399_998)));
    assert_eq!(good.findings(), []);
    assert_eq!(
        good.summary("token-claims"),
        "the token is opaque: it has no claims that can be read"
    );
    let short = examine(&issued("opaque-TOKEN", &json!(59_998)));
    assert_eq!(short.findings(), []);
}

#[test]
fn token_that_ends_before_the_job_is_a_warning() {
    let hour = Duration::from_secs(3600);
    let world = World::with(|builder| builder.token_lifetime(hour));
    let verdict = |job: &str| {
        let report = Report::of(doctor(&world, "service_token.json", &["--for", job]));
        let check = report.check("lifetime");
        (check["verdict"].clone(), check["summary"].clone())
    };
    let summary = "the token is valid for 59 min 59 s, and the job takes 6 h 0 min";
    assert_eq!(verdict("6h"), (json!("warning"), json!(summary)));
    assert_eq!(verdict("30m").0, "ok");
}

#[test]
fn token_of_another_client_or_type_is_a_problem() {
    for (name, value, problem) in [
        ("client_id", "another", "token-of-other-client"),
        ("type", "refresh_token", "token-of-other-type"),
    ] {
        let mut claims = claims();
        claims[name] = json!(value);
        let report = examine(&issued(&token_of(&claims), &json!(86_399_998)));
        let expected = [("token-claims", "problem", problem, "certain")];
        assert_eq!(report.findings(), expected, "{name}");
    }
}

#[test]
fn scope_that_is_not_granted_is_a_problem() {
    let mut claims = claims();
    claims["scope"] = json!("AdobeID,other");
    let report = examine_oauth(&issued(&token_of(&claims), &json!(86_399)));
    let expected = [("granted-scopes", "problem", "scopes-not-granted", "certain")];
    assert_eq!(report.findings(), expected);
    assert_eq!(
        report.summary("granted-scopes"),
        "IMS did not grant the scope openid"
    );
    claims.as_object_mut().unwrap().remove("scope");
    let silent = examine_oauth(&issued(&token_of(&claims), &json!(86_399)));
    assert_eq!(silent.findings(), []);
    assert_eq!(
        silent.summary("granted-scopes"),
        "the token does not list its scopes"
    );
}
