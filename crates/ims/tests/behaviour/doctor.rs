//! `ims doctor`: the report as a whole, and the support file.

use std::os::unix::fs::PermissionsExt;

use serde_json::Value;

use crate::support::{CLIENT_ID, CLIENT_SECRET, Ims, World};

#[test]
fn without_credentials_the_doctor_says_how_to_name_them() {
    let run = Ims::new(["doctor", "--offline"]).run();
    assert_eq!((run.code, run.stderr.as_str()), (8, ""));
    let (problem, skipped) = run.stdout.split_once("  skipped ").unwrap();
    let (counts, problem) = problem.split_once('\n').unwrap();
    assert!(counts.starts_with("1 problem, "), "{counts}");
    assert_eq!(
        problem,
        "\n\
         Offline\n\
         \x20 problem  sources: no credentials were named\n\
         \x20          cause: No credentials were named. [credentials-missing]\n\
         \x20          fix: name the document that Adobe's console hands out: -c FILE, or\n\
         \x20               IMS_CREDENTIALS\n\
         \x20          fix: or name the client: --client-id, --client-secret-file and\n\
         \x20               --scope, or IMS_CLIENT_ID, IMS_CLIENT_SECRET and IMS_SCOPES\n\
         \x20          fix: or a profile of the configuration: -p NAME, or IMS_PROFILE\n",
    );
    assert!(skipped.ends_with("\n\n`ims explain ID` says more about a cause.\n"));
}

#[test]
fn report_as_json_names_the_cause_of_each_check() {
    let run = Ims::new(["doctor", "--offline", "-o", "json"]).run();
    assert_eq!((run.code, run.stderr.as_str()), (8, ""));
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(report["schema"], "ims.doctor/1");
    assert_eq!(report["verdict"], "problem");
    let check = &report["checks"][0];
    assert_eq!(check["id"], "sources");
    assert_eq!(check["stage"], "offline");
    assert_eq!(check["verdict"], "problem");
    assert_eq!(check["problem"], "credentials-missing");
    assert_eq!(check["certainty"], "certain");
    assert_eq!(check["causes"][0]["id"], "credentials-missing");
    assert!(check["fix"][0].as_str().unwrap().contains("-c FILE"));
}

#[test]
fn colour_is_used_on_demand_only() {
    let plain = Ims::new(["doctor", "--offline"]).run();
    assert!(!plain.stdout.contains('\x1b'));
    let run = |name| {
        let ims = Ims::new(["doctor", "--offline"]).env("CLICOLOR_FORCE", "1");
        ims.env(name, "1").run().stdout
    };
    assert!(run("LANG").starts_with("\x1b[1;31m1 problem, "));
    assert_eq!(run("NO_COLOR"), plain.stdout);
}

#[test]
fn no_line_of_the_report_is_longer_than_80_columns() {
    let world = World::new();
    let run = world.doctor(&[]).run();
    assert_eq!(run.stderr, "");
    let long = run.stdout.lines().filter(|line| {
        let has_one_word = line.split_whitespace().count() <= 2;
        line.chars().count() > 80 && !has_one_word
    });
    assert_eq!(long.collect::<Vec<_>>(), Vec::<&str>::new());
}

#[test]
fn good_credentials_and_a_good_service_are_good() {
    let world = World::new();
    let run = world.doctor(&["-o", "json"]).run();
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    let checks = report["checks"].as_array().unwrap();
    let is_odd = |check: &&Value| check["verdict"] == "problem" || check["verdict"] == "warning";
    let odd: Vec<_> = checks.iter().filter(is_odd).collect();
    assert!(odd.is_empty(), "{odd:#?}");
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    assert_eq!(report["verdict"], "ok");
}

#[test]
fn support_file_has_the_report_and_no_secret() {
    let world = World::new();
    let arguments = ["--bundle", "bundle.json", "--offline"];
    let run = world.doctor(&arguments).env("IMS_RETRIES", "1").run();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let path = world.path("bundle.json");
    let mode = std::fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let text = std::fs::read_to_string(&path).unwrap();
    for secret in [CLIENT_SECRET, "SECRET", "BEGIN", "MIIE", "eyJ"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
    let bundle: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(bundle["schema"], "ims.doctor-bundle/1");
    assert_eq!(bundle["report"]["schema"], "ims.doctor/1");
    assert_eq!(bundle["settings"]["credentials"], "-c");
    let variables = bundle["variables"].as_array().unwrap();
    assert_eq!(variables, &["IMS_RETRIES"]);
    let fields = bundle["document"].as_array().unwrap();
    let client_id = "integration.technicalAccount.clientId: a text of 1 lines";
    assert!(fields.contains(&client_id.into()), "{fields:#?}");
}

#[test]
fn support_file_replaces_no_file() {
    let world = World::new();
    let path = world.write("bundle.json", CLIENT_ID);
    let run = world
        .doctor(&["--bundle", "bundle.json", "--offline"])
        .run();
    run.assert_failed(3, "bundle-unwritable");
    assert_eq!(std::fs::read_to_string(path).unwrap(), CLIENT_ID);
    let run = world
        .doctor(&["--bundle", "none/bundle.json", "--offline"])
        .run();
    run.assert_failed(3, "bundle-unwritable");
}
