//! The check of `ims doctor` of variables.

use crate::doctor_offline::Report;
use crate::support::{CLIENT_SECRET, Ims, World};

fn doctor(world: &World, more: &[&str]) -> Ims {
    let arguments = ["doctor", "--offline", "-c", "service_token.json"];
    Ims::new(arguments.iter().chain(more)).in_folder(world.folder.path())
}

#[test]
fn odd_variables_are_warnings() {
    let world = World::new();
    for (variables, summary) in [
        (
            &[("DEBUG", "*")][..],
            "DEBUG with \"*\" makes programs of Node.js print requests with their secrets",
        ),
        (&[("IMS_PROFILE", "")], "IMS_PROFILE is set, but empty"),
        (
            &[("IMS_PASSPHRAS_FILE", "x")],
            "IMS_PASSPHRAS_FILE is not a variable of this command; IMS_PASSPHRASE_FILE is",
        ),
        (
            &[
                ("IMS_CLIENT_SECRET", CLIENT_SECRET),
                ("IMS_CLIENTSECRET", "x"),
            ],
            "IMS_CLIENT_SECRET and IMS_CLIENTSECRET have different values, and IMS_CLIENT_SECRET counts",
        ),
    ] {
        let ims = variables
            .iter()
            .fold(doctor(&world, &[]), |ims, (name, value)| {
                ims.env(name, value)
            });
        let report = Report::of(ims);
        assert_eq!(report.findings(), ["variables warning"], "{summary}");
        report.assert_check("variables", "warning", summary);
    }
}

#[test]
fn variable_that_every_request_fails_with_is_a_problem() {
    let world = World::new();
    let production = ["--url", "https://ims-na1.adobelogin.com"];
    let report = Report::of(doctor(&world, &[]).env("IMS_CACHE", "on"));
    assert_eq!(
        report.findings(),
        ["variables problem certain variable-invalid"]
    );
    let proxy = "socks5://user:SECRET?%&=ü@proxy.example:1080";
    let report = Report::of(doctor(&world, &production).env("HTTPS_PROXY", proxy));
    assert_eq!(
        report.findings(),
        ["variables problem certain proxy-invalid"]
    );
    let summary = report.check("variables")["summary"].as_str().unwrap();
    assert!(
        summary.starts_with("HTTPS_PROXY: the proxy \"proxy.example:1080\""),
        "{summary}"
    );
    let fix = "correct HTTPS_PROXY, or unset it if the host can be reached without a proxy";
    assert_eq!(report.fixes("variables")[0], fix);
    let ims = doctor(&world, &production).env("HTTPS_PROXY", proxy);
    let report = Report::of(ims.env("NO_PROXY", ".adobelogin.com"));
    assert_eq!(report.findings(), Vec::<String>::new());
}
