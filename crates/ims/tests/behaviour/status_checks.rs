//! `ims status --check-expiry`: what counts, and the exit code.

use serde_json::{Value, json};

use crate::status_world::{DAY, Home, Report, days_ago, in_days};
use crate::support::{LASTING_TOKEN, OLD_TOKEN};

const DOCUMENT: &str = "version = 1\n[profiles.author]\ntype = \"document\"\ncredentials = { file = \"../../author.json\" }\n";
const STATIC: &str =
    "version = 1\n[profiles.dev]\ntype = \"static\"\ntoken = { env = \"DEV_TOKEN\" }\n";
const PERSON: &str =
    "version = 1\n[profiles.me]\ntype = \"user-pkce\"\nclient_id = \"public!+ID\"\n";

fn check(home: &Home, period: &str) -> (i32, Report) {
    let run = home.ims(&["status", "--check-expiry", period]).run();
    let report = Report::of(&run, home);
    (run.code, report)
}

#[test]
fn certificate_within_the_period_fails_the_check() {
    let home = Home::new(DOCUMENT);
    let document = home.document("author.json", in_days(12));
    // The token of the cache is renewed, so that its end does not count.
    home.cache(&document, 23);
    let (code, report) = check(&home, "12d");
    assert_eq!(code, 0);
    assert_eq!(
        report.summary,
        "1 profile: author. Nothing has ended or ends within 12 days."
    );
    assert_eq!(report.remarks, [""; 0]);
    let (code, report) = check(&home, "2w");
    assert_eq!(code, 8);
    assert_eq!(
        report.summary,
        "1 profile: author. Ending within 14 days: the certificate of author."
    );
    assert_eq!(
        report.remarks,
        [
            "! author: the certificate ends in 12 days 0 h, on TIME; renew it in the console that issued the credentials, and download them again"
        ]
    );

    let report = home.json(&["--check-expiry", "30d"]);
    let check = &report["check"];
    assert_eq!(
        (&check["within"], &check["passed"]),
        (&json!(30 * 86_400), &json!(false))
    );
    let due = &check["due"][0];
    assert_eq!(
        (&due["name"], &due["subject"], &due["ended"]),
        (&json!("author"), &json!("certificate"), &json!(false))
    );
    assert_eq!(
        due["expires_at"],
        report["credentials"][0]["certificate"]["expires_at"]
    );
    let run = home
        .ims(&["status", "--check-expiry", "30d", "-o", "json"])
        .run();
    assert_eq!(run.code, 8);
}

#[test]
fn ended_certificate_fails_every_check() {
    let home = Home::new(DOCUMENT);
    home.document("author.json", days_ago(3));
    let run = home.ims(&["status"]).run();
    assert_eq!(run.code, 0, "{run:?}");
    let (code, report) = check(&home, "1h");
    assert_eq!(code, 8);
    assert_eq!(
        report.summary,
        "1 profile: author. Ended: the certificate of author."
    );
    assert_eq!(
        report.table,
        [
            "   profile  kind  IMS   client                          token  certificate",
            "!  author   jwt   prod  cm-p12345-e67890-integration-0  none   ended",
        ]
    );
    assert_eq!(
        report.remarks,
        [
            "! author: the certificate ended on TIME; renew it in the console that issued the credentials, and download them again"
        ]
    );
}

#[test]
fn token_counts_if_nothing_renews_it() {
    let home = Home::new(STATIC);
    let status = |token: &str, period: &str| {
        let arguments = ["status", "--check-expiry", period];
        let run = home.ims(&arguments).env("DEV_TOKEN", token).run();
        let report = Report::of(&run, &home);
        (run.code, report.summary, report.remarks)
    };
    let (code, summary, remarks) = status(OLD_TOKEN, "1d");
    assert_eq!(
        (code, summary.as_str()),
        (8, "1 profile: dev. Ended: the access token of dev.")
    );
    assert_eq!(
        remarks,
        ["! dev: the access token ended on TIME; replace it: nothing renews it"]
    );
    let (code, summary, remarks) = status(LASTING_TOKEN, "3660d");
    assert_eq!(
        (code, summary.as_str(), remarks.len()),
        (
            0,
            "1 profile: dev. Nothing has ended or ends within 3660 days.",
            0
        )
    );
    // A token that does not state its end cannot be checked, and has no known end.
    let (code, ..) = status("opaque-token-of-another-service", "3660d");
    assert_eq!(code, 0);

    let home = Home::new("version = 1\n");
    let run = home
        .ims(&["status", "--check-expiry", "1d"])
        .env("IMS_ACCESS_TOKEN", OLD_TOKEN)
        .run();
    assert_eq!(run.code, 8, "{run:?}");
}

#[test]
fn sign_in_counts() {
    let home = Home::new(PERSON);
    let (code, report) = check(&home, "30d");
    assert_eq!(
        (code, report.table[1].ends_with("  nobody")),
        (0, true),
        "{report:?}"
    );
    // 14 days after the last use, unless IMS says otherwise.
    home.sign_in("public!+ID", "me", days_ago(1) + DAY / 2);
    assert_eq!(check(&home, "13d").0, 0);
    let (code, report) = check(&home, "30d");
    assert_eq!(code, 8);
    assert_eq!(
        report.remarks,
        ["! me: the sign-in ends in 13 days 11 h, on TIME; `ims login me` signs in again"]
    );
    home.sign_in("public!+ID", "me", days_ago(15));
    let (code, report) = check(&home, "1h");
    assert_eq!(
        (code, report.summary.as_str()),
        (8, "1 profile: me. Ended: the sign-in of me.")
    );
}

#[test]
fn refused_sign_in_has_ended() {
    let home = Home::new(PERSON);
    home.sign_in("public!+ID", "me", days_ago(1));
    assert_eq!(check(&home, "1h").0, 0);
    let sessions = std::fs::read_dir(home.path(".local/state/ims/sessions")).unwrap();
    let mut files = sessions.map(|it| it.unwrap().path());
    let file = files.find(|it| it.extension().is_some_and(|it| it == "session"));
    let file = file.unwrap();
    let text = std::fs::read_to_string(&file).unwrap();
    let refused = "refused_at: 1600000000000\nrefresh_token: ";
    std::fs::write(&file, text.replace("refresh_token: ", refused)).unwrap();
    let (code, report) = check(&home, "1h");
    assert_eq!(code, 8);
    assert_eq!(
        report.remarks,
        ["! me: the sign-in ended on TIME; `ims login me` signs in again"]
    );
    assert_eq!(
        home.json(&[])["credentials"][0]["sign_in"]["state"],
        "ended"
    );
}

#[test]
fn device_token_counts_if_it_states_its_end() {
    let home = Home::new(
        "version = 1\n[profiles.tv]\ntype = \"device\"\nclient_id = \"tv!+ID\"\ndevice_id = \"1\"\ndevice_token = { env = \"DEV_TOKEN\" }\n",
    );
    let arguments = ["status", "--check-expiry", "1d"];
    let run = home.ims(&arguments).env("DEV_TOKEN", OLD_TOKEN).run();
    let report = Report::of(&run, &home);
    assert_eq!(
        (run.code, report.summary.as_str()),
        (8, "1 profile: tv. Ended: the device token of tv.")
    );
    let run = home.ims(&arguments).env("DEV_TOKEN", "opaque").run();
    assert_eq!(run.code, 0, "{run:?}");
}

#[test]
fn check_names_what_it_could_not_check() {
    let home = Home::new(&format!(
        "{DOCUMENT}[profiles.vault]\ntype = \"document\"\ncredentials = {{ command = [\"pass\"] }}\n[profiles.api]\ntype = \"oauth-s2s\"\nclient_id = \"x\"\nscopes = [\"openid\"]\nclient_secrets = {{ command = [\"pass\"] }}\n[profiles.broken]\ntype = \"document\"\n"
    ));
    let run = home.ims(&["status", "--check-expiry", "30d"]).run();
    let report = Report::of(&run, &home);
    assert_eq!(
        (run.code, report.summary.as_str()),
        (
            0,
            "4 profiles; there is no default. Of what was read, nothing has ended or ends within 30 days. With a problem: author, broken. Not checked: author, vault, broken."
        )
    );
    let report = home.json(&["--check-expiry", "30d"]);
    assert_eq!(
        (&report["check"]["passed"], &report["check"]["not_checked"]),
        (&json!(true), &json!(["author", "vault", "broken"]))
    );
}

#[test]
fn check_of_nothing_is_a_failure() {
    let home = Home::new("version = 1\n");
    let run = home.ims(&["status", "--check-expiry", "30d"]).run();
    run.assert_failed(3, "profile-unknown");
    assert!(
        run.stderr.starts_with("ims: there is nothing to check: "),
        "{run:?}"
    );
    let run = home
        .ims(&["status", "--check-expiry", "30d", "-o", "json"])
        .env("XDG_CONFIG_HOME", home.path("none"))
        .run();
    run.assert_failed_as_json(3, "profile-unknown");
    let error: Value = serde_json::from_str(&run.stderr).unwrap();
    let message = error["message"].as_str().unwrap();
    assert!(message.ends_with("does not exist"), "{message}");
}

#[test]
fn period_needs_a_unit() {
    let home = Home::new(STATIC);
    for period in ["30", "30 days", "0d", "-1d", "11000d"] {
        let run = home
            .ims(&["status", &format!("--check-expiry={period}")])
            .run();
        run.assert_failed(2, "usage");
    }
    let run = home.ims(&["status", "--check-expiry", "30"]).run();
    assert!(
        run.stderr.starts_with("ims: the value of --check-expiry is wrong: give a time with its unit, such as 30d, 2w or 12h [usage]\n"),
        "{run:?}"
    );
}
