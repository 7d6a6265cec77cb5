//! The checks of `ims doctor` at the identity service: the trial exchange and the clock.

use std::time::{Duration, SystemTime};

use adobe_ims_emulator::{Clock, GrantType, OauthClient, SignIn};
use serde_json::{Value, json};

use crate::doctor_offline;
use crate::doctor_report::{Report, claims, doctor, examine, issued, token_of};
use crate::fields::text;
use crate::sign_in_world::{CONFIDENTIAL, JANE, SERVICE_CODE, at_emulator, world};
use crate::support::{CLIENT_ID, CLIENT_SECRET, Ims, World, answering, fixture, http};

const STAGE: [&str; 10] = [
    "route",
    "connection",
    "tls",
    "clock",
    "exchange",
    "throttling",
    "lifetime",
    "token-claims",
    "granted-scopes",
    "product-contexts",
];

#[test]
fn good_technical_account_passes_every_check() {
    let world = World::new();
    let report = Report::of(doctor(&world, "service_token.json", &[]));
    assert_eq!((report.run.code, report.run.stderr.as_str()), (0, ""));
    assert_eq!(report.findings(), []);
    assert_eq!(report.with_verdict("skipped"), ["granted-scopes"]);
    let skipped = ["granted-scopes"];
    let ok: Vec<_> = STAGE.iter().filter(|id| !skipped.contains(id)).collect();
    assert_eq!(
        report.with_verdict("ok"),
        ok.into_iter().copied().collect::<Vec<_>>()
    );
    assert_eq!(report.summary("exchange"), "IMS issued an access token");
    let seen = report.evidence("exchange");
    let endpoint = format!("{}/ims/exchange/jwt answered 200", world.emulator.url());
    assert_eq!(seen[0], endpoint);
    assert!(seen[1].starts_with("x-debug-id: emulator-"), "{seen:?}");
    let seen = report.evidence("lifetime");
    assert!(
        seen[0].starts_with("expires_in of the answer: 8639999"),
        "{seen:?}"
    );
    assert_eq!(seen[1], "taken for milliseconds: 23 h 59 min");
    assert_eq!(seen[2], "the endpoint counts in milliseconds");
    assert!(seen[3].contains("lifetime 1 day 0 h"), "{seen:?}");
    let seen = report.evidence("token-claims");
    assert!(seen.contains(&"type: access_token"), "{seen:?}");
    assert!(
        seen.contains(&format!("client_id: {CLIENT_ID}").as_str()),
        "{seen:?}"
    );
    assert_eq!(world.emulator.tokens_minted(), 1);
}

#[test]
fn nothing_is_stored() {
    let world = World::new();
    let home = world.path("home");
    let call = doctor(&world, "service_token.json", &[]).env("IMS_CACHE_DIR", &home);
    assert_eq!(Report::of(call).findings(), []);
    assert!(!home.exists());
    // A token in the cache is neither used nor replaced.
    let token = |world: &World| {
        let call = world.token("service_token.json", &[]);
        call.env("IMS_CACHE_DIR", &home).run_for_a_secret().stdout
    };
    let cached = token(&world);
    let call = doctor(&world, "service_token.json", &[]).env("IMS_CACHE_DIR", &home);
    assert_eq!(Report::of(call).findings(), []);
    assert_eq!(world.emulator.tokens_minted(), 3);
    assert_eq!(token(&world), cached);
    assert_eq!(world.emulator.tokens_minted(), 3);
}

#[test]
fn good_oauth_client_passes_every_check() {
    let client = OauthClient::new()
        .client_id("oauth!+ID")
        .client_secret(CLIENT_SECRET)
        .scopes(["openid", "AdobeID"]);
    let world = World::with(|builder| builder.oauth_client(client));
    let document = world
        .emulator
        .oauth_credentials_json_of("oauth!+ID")
        .unwrap();
    world.write("oauth.json", document);
    let url = world.emulator.url();
    let report = Report::of(doctor(&world, "oauth.json", &["--url", url]));
    assert_eq!(report.findings(), [], "{}", report.run.stdout);
    assert_eq!(report.with_verdict("skipped"), ["product-contexts"]);
    assert_eq!(
        report.evidence("lifetime")[..2],
        [
            "expires_in of the answer: 86399",
            "taken for seconds: 23 h 59 min"
        ]
    );
    let seen = report.evidence("granted-scopes");
    assert_eq!(
        seen,
        ["requested: openid, AdobeID", "granted: openid, AdobeID"]
    );
}

#[test]
fn permanent_code_and_device_are_tried() {
    let world = world();
    let code = world.write("code", SERVICE_CODE);
    let sign_in = SignIn::new(CONFIDENTIAL, JANE);
    world.write(
        "device",
        world.emulator.device_token(&sign_in, "mine").unwrap(),
    );
    let client = [
        "doctor",
        "--client-id",
        CONFIDENTIAL,
        "--client-secret-file",
        "secret",
    ];
    let with = |more: &[&str]| {
        let arguments: Vec<_> = client.iter().chain(more).copied().collect();
        Report::of(at_emulator(&world, &arguments))
    };
    let by_code = with(&["--code-file", code.to_str().unwrap()]);
    assert_eq!(by_code.findings(), [], "{}", by_code.run.stdout);
    let flags = [
        "--device-id",
        "mine",
        "--device-token-file",
        "device",
        "--scope",
        "openid,AdobeID",
    ];
    let by_device = with(&flags);
    assert_eq!(by_device.findings(), [], "{}", by_device.run.stdout);
    assert_eq!(
        by_device.summary("granted-scopes"),
        "the token lists all scopes that were requested"
    );
    assert_eq!(world.emulator.tokens_minted_by(GrantType::Device), 1);
    world.write("code", "another");
    let refused = with(&["--code-file", code.to_str().unwrap()]);
    assert_eq!(
        refused.findings(),
        [("exchange", "problem", "code-refused", "likely")]
    );
}

#[test]
fn refusal_is_translated() {
    let json = |status: &str, code: &str, description: &str| {
        let body = json!({"error": code, "error_description": description});
        http(status, "x-debug-id: debug-1\r\n", &body.to_string())
    };
    let bad = |code: &str, description: &str| json("400 Bad Request", code, description);
    for (answer, problem, certainty) in [
        (
            bad("invalid_client", "invalid client_secret parameter"),
            "client-secret-wrong",
            "certain",
        ),
        (
            bad("invalid_client", "invalid client_id parameter"),
            "client-unknown",
            "certain",
        ),
        (bad("invalid_client", ""), "client-invalid", "likely"),
        (
            bad("unauthorized_client", ""),
            "grant-not-allowed",
            "certain",
        ),
        (
            bad(
                "invalid_token",
                "Could not match JWT signature to any of the bindings",
            ),
            "signature-not-bound",
            "certain",
        ),
        (
            bad(
                "invalid_scope",
                "The metascopes in the JWT are not a subset of the metascopes in the binding.",
            ),
            "metascope-not-bound",
            "certain",
        ),
        (
            bad(
                "invalid_token",
                "The JWT token must contain a valid claims for audience",
            ),
            "metascope-not-bound",
            "likely",
        ),
        (bad("invalid_scope", ""), "scope-invalid", "certain"),
        (
            bad(
                "invalid_token",
                "JWT token is incorrectly formatted, and can not be decoded.",
            ),
            "assertion-malformed",
            "certain",
        ),
        (bad("bad_request", ""), "identity-malformed", "likely"),
        (bad("something_else", "new"), "refused", "likely"),
        (
            json(
                "500 Internal Server Error",
                "internal_error",
                "Please try again later",
            ),
            "client-migrated",
            "likely",
        ),
        (
            http("503 Service Unavailable", "", "<html>"),
            "server-error",
            "likely",
        ),
        (
            http("200 OK", "", "<html><title>Portal</title>"),
            "answer-not-json",
            "certain",
        ),
        (
            http("403 Forbidden", "", "<html>"),
            "answer-not-json",
            "certain",
        ),
        (
            http("302 Found", "Location: https://portal.example/\r\n", ""),
            "answer-redirect",
            "certain",
        ),
        (http("200 OK", "", ""), "answer-empty", "certain"),
        (
            http("200 OK", "", "{\"access"),
            "answer-truncated",
            "certain",
        ),
        (http("200 OK", "", "{}"), "answer-without-token", "certain"),
    ] {
        let report = examine(&answer);
        assert_eq!(
            report.findings(),
            [("exchange", "problem", problem, certainty)],
            "{answer}"
        );
        assert_eq!(report.run.code, 8);
        let good = report.with_verdict("ok");
        assert_eq!(good, ["route", "connection", "throttling"], "{answer}");
    }
    let report = examine(&bad("invalid_client", "invalid client_secret parameter"));
    assert_eq!(
        report.summary("exchange"),
        "IMS refused (400 Bad Request): invalid_client, \"invalid client_secret parameter\""
    );
    let seen = report.evidence("exchange");
    assert!(
        seen[0].ends_with("/ims/exchange/jwt answered 400"),
        "{seen:?}"
    );
    assert_eq!(seen[1], "x-debug-id: debug-1");
    let migrated = examine(&json("500 no", "internal_error", "Please try again later"));
    assert_eq!(
        migrated.causes("exchange"),
        ["client-migrated", "internal-error"]
    );
}

#[test]
fn echoed_secrets_are_not_shown() {
    let echo = format!("{CLIENT_SECRET} SECRET%3F%25%26%3D%C3%BC");
    let body = json!({"error": "x", "error_description": echo});
    let report = examine(&http("400 no", "", &body.to_string()));
    assert!(report.summary("exchange").contains("[redacted] [redacted]"));
    let mut claims = claims();
    claims["scope"] = json!(format!("openid,{CLIENT_SECRET}"));
    let report = examine(&issued(&token_of(&claims), &json!(86_399_998)));
    assert!(
        report
            .evidence("token-claims")
            .contains(&"scope: openid, [redacted]")
    );
}

#[test]
fn broken_key_is_reported_once() {
    let world = World::new();
    let mut document = world.document();
    document["integration"]["privateKey"] = json!(fixture("pkcs1.pem"));
    world.write("key.json", document.to_string());
    let report = Report::of(doctor(&world, "key.json", &[]));
    assert_eq!(report.run.code, 8);
    let whole: Value = serde_json::from_str(&report.run.stdout).unwrap();
    let checks = whole["checks"].as_array().unwrap().iter();
    let problems: Vec<_> = checks
        .filter(|check| check["verdict"] == "problem")
        .map(|check| check["problem"].as_str().unwrap())
        .collect();
    assert_eq!(problems, ["certificate-key-mismatch"]);
    // The way to IMS is examined all the same.
    assert_eq!(
        report.with_verdict("ok"),
        ["route", "connection", "tls", "clock"]
    );
    assert_eq!(world.emulator.tokens_minted(), 0);
}

#[test]
fn key_that_cannot_be_used_is_reported_once_however_certain_its_cause_is() {
    let world = World::new();
    let mut document = world.document();
    let key = text(&document["integration"], "privateKey");
    document["integration"]["privateKey"] = json!(key[..200]);
    world.write("cut.json", document.to_string());
    let report = Report::of(doctor(&world, "cut.json", &[]));
    assert_eq!(report.run.code, 8);
    assert_eq!(report.findings(), []);
    let reason = "the problem of the check `private-key` comes first";
    assert_eq!(report.summary("exchange"), reason);
    // Only IMS can confirm that Adobe has ended the credentials. It is not asked, because nothing can be signed.
    world.write("cut.pem", &key[..200]);
    let account = &document["integration"];
    let ended = json!({
        "API_KEY": CLIENT_ID, "CLIENT_SECRET": CLIENT_SECRET, "ORG_ID": account["org"],
        "TECHNICAL_ACCOUNT_ID": account["id"], "PUBLIC_KEYS_WITH_EXPIRY": {},
        "METASCOPES": "ent_aem_cloud_api",
    });
    world.write("ended.json", ended.to_string());
    let url = world.emulator.url();
    let more = ["--private-key-file", "cut.pem", "--url", url];
    let report = Report::of(doctor(&world, "ended.json", &more));
    assert_eq!(report.findings(), []);
    assert_eq!(report.summary("exchange"), reason);
    assert_eq!(world.emulator.tokens_minted(), 0);
}

/// Returns a clock that differs from that of this machine by these seconds.
fn clock_off_by(offset: i64) -> Clock {
    let now = SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs();
    let time = now.checked_add_signed(offset).unwrap();
    Clock::at(SystemTime::UNIX_EPOCH + Duration::from_secs(time))
}

#[test]
fn wrong_clock_is_found_and_named() {
    for (offset, words) in [(720, "behind that of"), (-720, "ahead of that of")] {
        let world = World::with(|builder| builder.clock(clock_off_by(offset)));
        let report = Report::of(doctor(&world, "service_token.json", &[]));
        let expected = [("clock", "warning", "clock-wrong", "certain")];
        assert_eq!(
            report.findings(),
            expected,
            "{offset} {}",
            report.run.stdout
        );
        assert!(
            report.summary("clock").contains(words),
            "{}",
            report.summary("clock")
        );
        assert!(report.with_verdict("ok").contains(&"exchange"));
    }
    // IMS refuses although the second assertion is dated by its own clock.
    let body = json!({"error": "invalid_token", "error_description": "JWT has expired"});
    let date = "Date: Thu, 01 Jan 2099 00:00:00 GMT\r\n";
    let refusing = http("400 no", date, &body.to_string());
    let report = examine(&refusing);
    assert_eq!(
        report.findings(),
        [("clock", "problem", "clock-wrong", "certain")]
    );
    assert_eq!(report.check("exchange")["verdict"], "skipped");
    assert!(report.evidence("exchange")[0].contains("JWT has expired"));
    // Without a date nobody knows.
    let undated = examine(&refusing.replace(date, ""));
    assert_eq!(
        undated.findings(),
        [("exchange", "problem", "assertion-expired", "certain")]
    );
    assert_eq!(undated.check("clock")["verdict"], "skipped");
}

#[test]
fn certificate_is_compared_with_the_date_of_ims_if_the_clock_of_this_machine_is_wrong() {
    let more_than_a_year = 370 * 86_400;
    for offset in [-more_than_a_year, more_than_a_year] {
        let world = World::with(|builder| builder.clock(clock_off_by(offset)));
        // The certificate is valid for a year by the clock of IMS, and not by that of this machine.
        let call = doctor(&world, "service_token.json", &[]);
        let report = doctor_offline::Report::of(call);
        assert_eq!(report.findings(), ["clock warning certain clock-wrong"]);
        let certificate = report.check("certificate-validity");
        assert_eq!(certificate["verdict"], "ok");
        let seen = &report.evidence("certificate-validity")[0];
        assert!(
            seen.starts_with("compared with the date of IMS ("),
            "{seen}"
        );
        assert_eq!(report.check("exchange")["verdict"], "ok");
    }
    // A refusal for the certificate is explained by the date of IMS as well.
    let body = json!({"error": "invalid_token", "error_description": "Could not match JWT signature to any of the bindings"});
    let world = World::new();
    for (date, cause) in [
        ("Thu, 01 Jan 2099 00:00:00 GMT", "certificate-expired"),
        ("Wed, 01 Jan 2020 00:00:00 GMT", "certificate-not-yet-valid"),
    ] {
        let refusing = http("400 no", &format!("Date: {date}\r\n"), &body.to_string());
        let url = answering(refusing);
        let call = doctor(&world, "service_token.json", &["--url", &url]);
        assert_eq!(
            doctor_offline::Report::of(call).findings(),
            [
                format!("certificate-validity problem likely {cause}"),
                "clock warning certain clock-wrong".to_owned(),
                format!("exchange problem likely {cause}"),
            ]
        );
    }
}

#[test]
fn second_secret_that_is_accepted_is_a_warning() {
    let client = OauthClient::new()
        .client_id("oauth!+ID")
        .client_secret(CLIENT_SECRET)
        .scopes(["openid"]);
    let world = World::with(|builder| builder.oauth_client(client));
    let document = world
        .emulator
        .oauth_credentials_json_of("oauth!+ID")
        .unwrap();
    let mut document: Value = serde_json::from_str(&document).unwrap();
    document["CLIENT_SECRETS"] = json!(["deleted", CLIENT_SECRET]);
    world.write("oauth.json", document.to_string());
    let url = world.emulator.url();
    let report = Report::of(doctor(&world, "oauth.json", &["--url", url]));
    let expected = [("exchange", "warning", "client-secret-outdated", "certain")];
    assert_eq!(report.findings(), expected, "{}", report.run.stdout);
}

#[test]
fn without_credentials_the_named_service_is_examined() {
    let world = World::new();
    let named = Ims::new([
        "doctor",
        "--url",
        world.emulator.url(),
        "--ca-file",
        "ca.pem",
    ]);
    let report = Report::of(named.in_folder(world.folder.path()));
    assert_eq!(
        report.with_verdict("ok"),
        ["route", "connection", "tls", "clock"]
    );
    assert_eq!(report.findings(), []);
    let nothing = Report::of(Ims::new(["doctor"]));
    assert_eq!(nothing.with_verdict("skipped"), STAGE);
}
