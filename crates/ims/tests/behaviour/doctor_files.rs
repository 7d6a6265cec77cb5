//! The check of `ims doctor` of files with secrets.

use std::fs;

use adobe_ims_emulator::Emulator;

use crate::doctor_offline::Report;
use crate::support::{CLIENT_SECRET, Ims, World, open_to_everybody, write_private};

fn doctor(world: &World, more: &[&str]) -> Ims {
    let arguments = ["doctor", "--offline", "-c", "service_token.json"];
    Ims::new(arguments.iter().chain(more)).in_folder(world.folder.path())
}

#[test]
fn file_that_others_can_read_is_a_warning() {
    let world = World::new();
    let report = Report::of(doctor(&world, &[]));
    assert_eq!(report.findings(), Vec::<String>::new());
    report.assert_check(
        "secret-files",
        "ok",
        "the file with a secret is for its owner alone",
    );
    open_to_everybody(&world.path("service_token.json"));
    let report = Report::of(doctor(&world, &[]));
    assert_eq!(report.findings(), ["secret-files warning"]);
    let summary = "other users can read \"service_token.json\"";
    report.assert_check("secret-files", "warning", summary);
    assert_eq!(
        report.evidence("secret-files"),
        ["-c: \"service_token.json\", mode 0644"]
    );
    assert_eq!(
        report.fixes("secret-files"),
        ["chmod 600 \"service_token.json\""]
    );
}

#[test]
fn file_that_git_would_take_is_a_warning() {
    let world = World::new();
    fs::create_dir(world.path(".git")).unwrap();
    world.write(".git/HEAD", "ref: refs/heads/main\n");
    let report = Report::of(doctor(&world, &[]));
    assert_eq!(report.findings(), ["secret-files warning"]);
    let root = world.folder.path().canonicalize().unwrap();
    let summary = format!("git does not ignore \"service_token.json\" in the work tree {root:?}");
    report.assert_check("secret-files", "warning", &summary);
    world.write(".gitignore", "service_token.json\n");
    assert_eq!(
        Report::of(doctor(&world, &[])).findings(),
        Vec::<String>::new()
    );
}

#[test]
fn files_of_fields_and_variables_are_checked() {
    let world = World::new();
    world.write("secret", CLIENT_SECRET);
    let arguments = [
        "doctor",
        "--offline",
        "--client-id",
        "x",
        "--scope",
        "openid",
    ];
    let ims = Ims::new(arguments).arguments(&["--client-secret-file", "secret"]);
    let report = Report::of(ims.in_folder(world.folder.path()));
    assert_eq!(
        report.evidence("secret-files"),
        ["--client-secret-file: \"secret\", mode 0600"]
    );
    let ims = Ims::new(["doctor", "--offline"]).in_folder(world.folder.path());
    let report = Report::of(ims.env("IMS_CREDENTIALS", "service_token.json"));
    assert_eq!(
        report.evidence("secret-files"),
        ["IMS_CREDENTIALS: \"service_token.json\", mode 0600"]
    );
    let ims =
        Ims::new(["doctor", "--offline"]).env("IMS_CREDENTIALS", world.document().to_string());
    let summary = "no file holds a secret of these credentials";
    Report::of(ims).assert_check("secret-files", "skipped", summary);
}

#[test]
fn good_set_ups_have_no_finding() {
    let emulator = Emulator::start().unwrap();
    let folder = tempfile::tempdir().unwrap();
    for (name, document) in [
        ("service.json", emulator.credentials_json()),
        ("oauth.json", emulator.oauth_credentials_json()),
    ] {
        write_private(&folder.path().join(name), document);
        let ims = Ims::new(["doctor", "--offline", "-c", name]).in_folder(folder.path());
        let report = Report::of(ims.env("HOME", folder.path()).env("PATH", "/usr/bin"));
        assert_eq!(report.findings(), Vec::<String>::new(), "{name}");
    }
}
