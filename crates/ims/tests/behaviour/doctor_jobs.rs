//! The check of `ims doctor` of the length of a job.

use std::time::Duration;

use crate::doctor_offline::Report;
use crate::doctor_tokens::{doctor, lasting, of_token};
use crate::support::{Ims, World};

const HOUR: u64 = 3600;

#[test]
fn token_is_compared_with_the_length_of_the_job() {
    let verdict = |report: &Report| report.check("job-length")["verdict"].clone();
    let token = lasting(12);
    assert!(of_token(&token, &[]).find("job-length").is_none());
    assert_eq!(verdict(&of_token(&token, &["--for", "11h"])), "ok");
    let report = of_token(&token, &["--for", "13h"]);
    assert_eq!(report.findings(), ["job-length warning"]);
    let summary = "the given token ends in 11 h 59 min, before a job of 13 h 0 min";
    report.assert_check("job-length", "warning", summary);
}

#[test]
fn cached_token_is_compared_with_the_length_of_the_job() {
    let world = World::with(|builder| builder.token_lifetime(Duration::from_secs(12 * HOUR)));
    let report = |more: &[&str]| {
        let ims = doctor(&["-c", "service_token.json"]).arguments(more);
        let ims = ims.in_folder(world.folder.path());
        Report::of(ims.env("IMS_CACHE_DIR", world.path("cache")))
    };
    let summary = "a token of IMS ends in 1 day 0 h, after a job of 1 day 0 h";
    report(&["--for", "24h"]).assert_check("job-length", "ok", summary);
    let run = world.token("service_token.json", &[]);
    let run = run
        .env("IMS_CACHE_DIR", world.path("cache"))
        .run_for_a_secret();
    assert_eq!(run.code, 0);
    let found = report(&["--for", "13h"]);
    assert_eq!(found.findings(), ["job-length warning"]);
    let summary = "the cached token ends in 11 h 59 min, before a job of 13 h 0 min";
    found.assert_check("job-length", "warning", summary);
    let fix = "ask for a token that lasts: --min-ttl 46800s, and the cached one is replaced";
    assert_eq!(found.fixes("job-length"), [fix]);
    for more in [&["--min-ttl", "13h"][..], &["--force"], &["--no-cache"]] {
        let arguments = [&["--for", "13h"], more].concat();
        assert_eq!(
            report(&arguments).check("job-length")["verdict"],
            "ok",
            "{more:?}"
        );
    }
}

#[test]
fn job_may_last_for_days() {
    let world = World::new();
    let call = |job: &str| {
        let arguments = ["doctor", "--offline", "-c", "service_token.json"];
        let ims = Ims::new(arguments).arguments(&["--for", job]);
        ims.in_folder(world.folder.path())
    };
    let report = Report::of(call("3d"));
    assert_eq!(report.findings(), ["job-length warning"]);
    let summary = "a token of IMS ends in 1 day 0 h, before a job of 3 days 0 h";
    report.assert_check("job-length", "warning", summary);
    assert_eq!(
        report.fixes("job-length"),
        [
            "run each step of the job with its own `ims exec --min-ttl TIME -- COMMAND`: each step starts with a token that lasts",
            "in a program, use the TokenProvider of the library adobe-ims, which renews the token",
        ]
    );
    let refused = call("3").run();
    refused.assert_failed(2, "usage");
    let message = "give a time with its unit, such as 30d, 2w or 12h";
    assert!(refused.stderr.contains(message), "{}", refused.stderr);
}
