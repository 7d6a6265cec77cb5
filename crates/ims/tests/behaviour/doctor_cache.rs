//! The check of `ims doctor` of the token cache.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::doctor_offline::Report;
use crate::sign_in_world;
use crate::support::{Ims, World, answering};

fn doctor(world: &World, more: &[&str]) -> Ims {
    let arguments = ["doctor", "--offline", "-c", "service_token.json"];
    Ims::new(arguments.iter().chain(more)).in_folder(world.folder.path())
}

/// Fetches a token into the cache of this folder.
fn fill(world: &World) {
    let run = world.token("service_token.json", &[]);
    let run = run
        .env("IMS_CACHE_DIR", world.path("cache"))
        .run_for_a_secret();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
}

/// Changes the only entry of the cache.
fn change_entry(world: &World, change: impl Fn(String) -> String) {
    let files = fs::read_dir(world.path("cache/adobe-ims")).unwrap();
    let mut entries = files.map(|file| file.unwrap().path()).filter(|path| {
        path.extension()
            .is_some_and(|extension| extension == "token")
    });
    let path = entries.next().unwrap();
    let changed = change(fs::read_to_string(&path).unwrap());
    fs::write(path, changed).unwrap();
}

fn with_line(entry: &str, name: &str, value: &str) -> String {
    let lines = entry.lines().map(|line| match line.split_once(": ") {
        Some((it, _)) if it == name => format!("{name}: {value}\n"),
        _ => format!("{line}\n"),
    });
    lines.collect()
}

#[test]
fn entry_of_the_cache_is_described_and_left_alone() {
    let world = World::new();
    let report =
        |more: &[&str]| Report::of(doctor(&world, more).env("IMS_CACHE_DIR", world.path("cache")));
    report(&[]).assert_check("cache", "ok", "no token of these credentials is stored");
    assert!(!world.path("cache").exists());
    report(&["--no-cache"]).assert_check("cache", "skipped", "the cache is off");
    fill(&world);
    let found = report(&[]);
    let summary = found.check("cache")["summary"].as_str().unwrap();
    assert!(
        summary.starts_with("a token is stored, which is valid for 23 h 59 min"),
        "{summary}"
    );

    change_entry(&world, |entry| {
        with_line(&entry, "expires_at", "1600000000000")
    });
    let summary = "the stored token has expired, and the next call requests another one";
    report(&[]).assert_check("cache", "ok", summary);

    change_entry(&world, |entry| {
        with_line(&entry, "expires_at", "4000000000000")
    });
    assert_eq!(report(&[]).findings(), ["cache warning"]);
    change_entry(&world, |entry| {
        with_line(&entry, "obtained_at", "3999999999999")
    });
    assert_eq!(
        report(&[]).findings(),
        ["cache warning possible clock-wrong"]
    );
    change_entry(&world, |entry| with_line(&entry, "fingerprint", "0"));
    let summary = "the stored token was requested with another secret or key, and is not used";
    report(&[]).assert_check("cache", "ok", summary);

    change_entry(&world, |_| "nonsense".to_owned());
    assert_eq!(
        report(&[]).findings(),
        ["cache warning certain cache-entry-set-aside"]
    );
    // The file is still there.
    assert_eq!(
        report(&[]).findings(),
        ["cache warning certain cache-entry-set-aside"]
    );
    change_entry(&world, |_| "adobe-ims.token-cache/99\n".to_owned());
    assert_eq!(
        report(&[]).findings(),
        ["cache warning certain cache-entry-of-other-version"]
    );
}

#[test]
fn folder_of_the_cache_that_others_can_open_is_a_warning() {
    let world = World::new();
    fill(&world);
    let folder = world.path("cache/adobe-ims");
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
    let ims = || doctor(&world, &[]).env("IMS_CACHE_DIR", world.path("cache"));
    let finding = "cache warning certain cache-unusable";
    assert_eq!(Report::of(ims()).findings(), [finding]);
    world.write("service_token.json", "{}");
    assert!(Report::of(ims()).findings().contains(&finding.to_owned()));
}

#[test]
fn cache_that_cannot_be_opened_is_a_problem() {
    let world = World::new();
    let report = Report::of(doctor(&world, &[]).env("IMS_CACHE_DIR", "relative"));
    assert_eq!(
        report.findings(),
        ["cache problem certain variable-invalid"]
    );
    world.write("key", "short");
    let ims = doctor(&world, &["--cache-key-file", "key"]);
    let report = Report::of(ims.env("IMS_CACHE_DIR", world.path("cache")));
    assert_eq!(
        report.findings(),
        ["cache problem certain cache-key-invalid"]
    );
    let report = Report::of(doctor(&world, &[]));
    report.assert_check(
        "cache",
        "skipped",
        "no variable names a folder for the cache",
    );
}

#[test]
fn throttle_that_still_holds_is_a_problem() {
    let world = World::new();
    let throttled = "HTTP/1.1 429 Too Many Requests\r\ncontent-type: application/json\r\nretry-after: 300\r\ncontent-length: 2\r\n\r\n{}";
    let url = answering(throttled);
    let cache = world.path("cache");
    let run = world.token("service_token.json", &["--url", &url]);
    let run = run.env("IMS_CACHE_DIR", &cache).run();
    run.assert_failed(6, "throttled");
    let report = Report::of(doctor(&world, &["--url", &url]).env("IMS_CACHE_DIR", &cache));
    assert_eq!(report.findings(), ["cache problem certain throttled"]);
    let summary = report.check("cache")["summary"].as_str().unwrap();
    assert!(
        summary.starts_with("IMS wants no request of this client until 20"),
        "{summary}"
    );
    assert!(report.evidence("cache")[0].starts_with("IMS answered 429 on 20"));
}

#[test]
fn profile_of_a_person_needs_a_sign_in_or_its_token() {
    let world = sign_in_world::world();
    let report = |profile: &str| {
        let arguments = ["doctor", "--offline", "-p", profile];
        Report::of(sign_in_world::with_profiles(&world, &arguments))
    };
    for profile in ["me", "brief"] {
        let finding = "cache problem certain not-signed-in";
        assert_eq!(report(profile).findings(), [finding]);
        // The profile `brief` gets no refresh token, so its sign-in leaves a token and no session.
        sign_in_world::sign_in(&world, profile, sign_in_world::JOHN);
        let report = report(profile);
        assert_eq!(report.findings(), Vec::<String>::new());
        let summary = report.check("cache")["summary"].as_str().unwrap();
        let start = "a token is stored, which is valid for 23 h 59 min";
        assert!(summary.starts_with(start), "{summary}");
    }
}
