//! The remote control by commands: which emulator is asked, its state and its clock.

use std::time::{Duration, UNIX_EPOCH};

use adobe_ims_emulator::{Clock, Emulator};
use serde_json::{Value, json};

use crate::support::{Ims, World, answering, http};

/// 2027-01-15T08:00:00Z
const START: Duration = Duration::from_secs(1_800_000_000);

/// Starts an emulator whose clock stands still.
fn emulator() -> Emulator {
    let clock = Clock::at(UNIX_EPOCH + START);
    Emulator::builder().clock(clock).start().unwrap()
}

pub(crate) fn remote(emulator: &Emulator, arguments: &[&str]) -> Ims {
    Ims::new(["emulator"].iter().chain(arguments)).env("IMS_URL", emulator.url())
}

#[test]
fn health_is_shown_as_text_and_as_it_came() {
    let emulator = emulator();
    let version = env!("CARGO_PKG_VERSION");
    let text = format!(
        "ready          true\n\
         status         ok\n\
         emulator       adobe-ims-emulator\n\
         version        {version}\n\
         tokens_minted  0\n"
    );
    remote(&emulator, &["health"]).run().assert(0, &text, "");
    let json = format!(
        "{{\"ready\":true,\"status\":\"ok\",\"emulator\":\"adobe-ims-emulator\",\"version\":\"{version}\",\"tokens_minted\":0}}\n"
    );
    let run = remote(&emulator, &["health", "-o", "json", "-v"]).run();
    let detail = "ims: GET /_emu/health: 200\n";
    run.assert(0, &json, &detail.repeat(2));
}

#[test]
fn emulator_is_named_by_flag_variable_or_ready_line() {
    let world = World::new();
    let url = world.emulator.url();
    let folder = world.folder.path();
    let ready = json!({"ready": true, "url": url, "ca": world.path("ca.pem"), "pid": 1});
    world.write("ready.json", format!("{ready}\nanother line\n"));
    let nowhere = "http://127.0.0.1:1";
    for arguments in [
        &["--url", url, "--ca-file", "ca.pem"][..],
        &["--ready-file", "ready.json"],
    ] {
        let health = ["emulator", "health"].iter().chain(arguments);
        let run = Ims::new(health)
            .env("IMS_URL", nowhere)
            .in_folder(folder)
            .run();
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{run:?}");
    }
    let from_stdin = Ims::new(["emulator", "health", "--ready-file", "-"]);
    let run = from_stdin.stdin(ready.to_string()).run();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{run:?}");
    let by_variables = Ims::new(["emulator", "health"])
        .env("IMS_URL", url)
        .env("IMS_CA_FILE", world.path("ca.pem"));
    // A proxy for other machines does not count.
    let run = by_variables.env("HTTPS_PROXY", nowhere).run();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{run:?}");
    let untrusted = Ims::new(["emulator", "health", "--url", url]);
    // The tests know no root certificates.
    untrusted.run().assert_failed(5, "roots-missing");
}

#[test]
fn emulator_that_nothing_names_is_a_failure() {
    Ims::new(["emulator", "reset"]).run().assert(
        3,
        "",
        "ims: no emulator is named [emulator-not-named]\n\
         hint: name it: --url URL or IMS_URL, or --ready-file FILE with its ready line\n\
         hint: `ims emulator serve` starts one and prints the ready line\n",
    );
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ready.json");
    let reset =
        || Ims::new(["emulator", "reset", "--ready-file"]).arguments(&[path.to_str().unwrap()]);
    std::fs::write(&path, "\n").unwrap();
    let empty = format!(
        "ims: {path:?} (--ready-file) is empty: the emulator is not ready yet [emulator-not-named]\n\
         hint: wait until the file has a line, or look why the emulator did not start\n"
    );
    reset().run().assert(3, "", &empty);
    for wrong in ["ready", "{}", "[1]", r#"{"url":7}"#] {
        std::fs::write(&path, wrong).unwrap();
        let message = format!(
            "ims: {path:?} (--ready-file) has no ready line of `ims emulator serve` [emulator-not-named]\n\
             hint: the line is JSON with the key `url`: ims emulator serve > ready.json\n"
        );
        reset().run().assert(3, "", &message);
    }
    std::fs::remove_file(&path).unwrap();
    reset().run().assert_failed(3, "file-unreadable");
}

#[test]
fn nothing_is_sent_to_another_machine() {
    for (named, address) in [
        ("prod", "https://ims-na1.adobelogin.com"),
        ("stage", "https://ims-na1-stg1.adobelogin.com"),
        ("https://192.0.2.1:8443/", "https://192.0.2.1:8443"),
        ("https://localhost.example", "https://localhost.example"),
        ("https://127.0.0.1.example", "https://127.0.0.1.example"),
    ] {
        let message = |origin: &str| {
            format!(
                "ims: {origin}: {address} is not on this machine [emulator-not-local]\n\
                 hint: an emulator has a loopback address, such as http://127.0.0.1:8080; nothing was sent\n"
            )
        };
        let reset = ["emulator", "reset"];
        let run = Ims::new(reset).env("IMS_URL", named).run();
        run.assert(3, "", &message("IMS_URL"));
        let run = Ims::new(reset).arguments(&["--url", named]).run();
        run.assert(3, "", &message("--url"));
        let ready = Ims::new(reset).arguments(&["--ready-file", "-"]);
        let run = ready.stdin(json!({"url": named}).to_string()).run();
        run.assert(3, "", &message("stdin (--ready-file)"));
    }
}

#[test]
fn only_an_emulator_gets_the_request() {
    for (answer, status) in [
        (http("200 OK", "", r#"{"emulator":"another"}"#), 200),
        (http("200 OK", "", "<html>"), 200),
        (
            http("404 Not Found", "", r#"{"emulator":"adobe-ims-emulator"}"#),
            404,
        ),
        (
            http(
                "302 Found",
                "Location: https://ims-na1.adobelogin.com\r\n",
                "",
            ),
            302,
        ),
    ] {
        let url = answering(answer);
        let message = format!(
            "ims: --url: {url} is no emulator: it answers GET /_emu/health with {status} [emulator-answer-unusable]\n\
             hint: `ims emulator serve` starts one; its ready line has the `url`\n"
        );
        let run = Ims::new(["emulator", "reset", "--url", &url, "-v"]).run();
        let detail = format!("ims: GET /_emu/health: {status}\n");
        run.assert(5, "", &(detail + &message));
    }
}

#[test]
fn unreachable_emulator_is_explained() {
    let emulator = emulator();
    let port = emulator.port();
    drop(emulator);
    let url = format!("http://127.0.0.1:{port}");
    let message = format!(
        "ims: IMS_URL: nothing listens on 127.0.0.1:{port}, which is this machine [nothing-listens]\n\
         hint: Is the emulator, or the server that you mean, running? Start it, or correct the port.\n\
         hint: `ims emulator serve` starts the emulator; it prints its URL and its CA\n\
         hint: name them: --url and --ca-file, IMS_URL and IMS_CA_FILE, or --ready-file\n"
    );
    let run = Ims::new(["emulator", "snapshot"])
        .env("IMS_URL", &url)
        .run();
    run.assert(5, "", &message);
    let run = Ims::new(["emulator", "snapshot", "-o", "json", "--url", &url]).run();
    run.assert_failed_as_json(5, "nothing-listens");
}

#[test]
fn state_is_kept_and_brought_back() {
    let emulator = emulator();
    let account = emulator.accounts()[0].technical_account_id().to_owned();
    remote(&emulator, &["snapshot"])
        .run()
        .assert(0, "snapshot-1\n", "");
    let run = remote(&emulator, &["snapshot", "-o", "json"]).run();
    run.assert(0, "{\"id\":\"snapshot-2\"}\n", "");
    emulator.grant_aem_rights(&account);
    emulator.clock().advance(Duration::from_secs(60));
    remote(&emulator, &["restore", "snapshot-1"])
        .run()
        .assert(0, "", "");
    assert_eq!(emulator.clock().now(), UNIX_EPOCH + START);
    emulator.clock().advance(Duration::from_secs(60));
    remote(&emulator, &["reset"]).run().assert(0, "", "");
    assert_eq!(emulator.clock().now(), UNIX_EPOCH + START);
    let message = "ims: POST /_emu/snapshots/a%2Fb/restore: There is no snapshot a/b. POST /_emu/snapshots makes one; \
                   the emulator keeps the last ones only [emulator-refused]\n";
    remote(&emulator, &["restore", "a/b"])
        .run()
        .assert(2, "", message);
}

#[test]
fn clock_is_shown_set_and_advanced() {
    let emulator = emulator();
    let clock = |now: &str, frozen: bool, rate: &str, offset: i64| {
        format!(
            "now             {now}\nfrozen          {frozen}\nrate            {rate}\noffset_seconds  {offset}\n"
        )
    };
    let start = clock("2027-01-15T08:00:00.000Z", true, "1", 0);
    remote(&emulator, &["clock"]).run().assert(0, &start, "");
    for (by, now) in [
        ("90", "2027-01-15T08:01:30.000Z"),
        ("1.5s", "2027-01-15T08:01:31.500Z"),
        ("24h", "2027-01-16T08:01:31.500Z"),
        ("2w", "2027-01-30T08:01:31.500Z"),
        ("0", "2027-01-30T08:01:31.500Z"),
    ] {
        let run = remote(&emulator, &["advance", by]).run();
        run.assert(0, &clock(now, true, "1", 0), "");
    }
    let set = [
        "clock",
        "--now",
        "2030-02-03T04:05:06Z",
        "--rate",
        "60",
        "--offset",
        "-2m",
    ];
    let changed = clock("2030-02-03T04:05:06.000Z", true, "60", -120);
    remote(&emulator, &set).run().assert(0, &changed, "");
    let run = remote(&emulator, &["clock", "--running", "-o", "json"]).run();
    let answer: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!((run.code, &answer["frozen"]), (0, &json!(false)));
    remote(&emulator, &["clock", "--frozen"]).run();
    assert!(emulator.clock().is_frozen());
}

#[test]
fn lifetimes_are_shown_and_changed() {
    let emulator = emulator();
    let shown = |access: &str, code: &str, promise: &str| {
        format!(
            "access_token_seconds           {access}\n\
             refresh_token_seconds          1209600\n\
             code_seconds                   {code}\n\
             device_token_seconds           1209600\n\
             consented_token_seconds        3600\n\
             promise_token_seconds          {promise}\n\
             promised_access_token_seconds  300\n"
        )
    };
    let start = shown("86400", "600", "14400");
    remote(&emulator, &["lifetimes"])
        .run()
        .assert(0, &start, "");
    let flags = [
        "--access-token",
        "10m",
        "--code",
        "500ms",
        "--promise-token",
        "2h",
    ];
    let run = remote(&emulator, &["lifetimes"]).arguments(&flags).run();
    run.assert(0, &shown("600", "0.5", "7200"), "");
}

#[test]
fn wrong_values_are_named() {
    let emulator = emulator();
    for (arguments, message) in [
        (
            &["clock", "--now", "tomorrow"][..],
            "PATCH /_emu/clock: The body has a wrong value at now: it has to be a time by RFC 3339 in the years 1970 to 9998, such as 2027-01-15T08:00:00Z",
        ),
        (
            &["clock", "--rate", "0"],
            "PATCH /_emu/clock: The body has a wrong value at rate: it has to be a number above 0 and at most 1000000. To stop the clock, set frozen to true",
        ),
        (
            &["lifetimes", "--code", "99999999w"],
            "PATCH /_emu/lifetimes: The body has a wrong value at code_seconds: it has to be a number from 0 to 31536000000",
        ),
    ] {
        let run = remote(&emulator, arguments).run();
        run.assert(2, "", &format!("ims: {message} [emulator-refused]\n"));
    }
    for arguments in [
        &["advance", "soon"][..],
        &["advance", "-5"],
        &["advance"],
        &["clock", "--rate", "NaN"],
        &["clock", "--offset", "0.5s"],
        &["clock", "--frozen", "--running"],
        &["lifetimes", "--code", "x"],
        &["health", "--url", "http://127.0.0.1:1", "--ready-file", "x"],
        &["restore"],
        &["verify"],
        &["verify", "--exactly", "1", "--at-most", "1"],
        &["requests", "--clear", "--path", "/x"],
        &["requests", "--status", "x"],
        &["fault"],
        &["fault", "add"],
        &["fault", "add", "--path", "/x", "--times", "2"],
        &["fault", "add", "--json", "{}", "--status", "503"],
        &["fault", "add", "x.json", "--hang"],
        &["fault", "add", "--header", "Retry-After"],
        &["fault", "remove"],
        &["fault", "remove", "fault-1", "--all"],
        &["rights", "x"],
        &["rights", "x", "y", "--remove"],
        &["allow"],
        &["allow", "x", "--tier", "dispatcher"],
        &["sign-in", "x"],
        &["rotate"],
        &["rotate", "x", "--account", "y"],
        &["call"],
        &["call", "TRACE", "health"],
        &["call", "POST", "reset", "--json", "{}", "--body", "-"],
        &["call", "POST", "reset", "--content-type", "a/b"],
    ] {
        remote(&emulator, arguments).run().assert_failed(2, "usage");
    }
    assert_eq!(emulator.requests(), []);
}

/// The commands of `ims emulator`, in the order in which a reader needs them.
const COMMANDS: [&str; 18] = [
    "serve",
    "trust",
    "health",
    "rights",
    "allow",
    "sign-in",
    "rotate",
    "clock",
    "advance",
    "lifetimes",
    "fault",
    "requests",
    "verify",
    "reset",
    "snapshot",
    "restore",
    "call",
    "conformance",
];

fn help(command: &[&str], flag: &str) -> String {
    let words = ["emulator"].iter().chain(command);
    let help = Ims::new(words).arguments(&[flag]).run().stdout;
    for line in help.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
    help
}

#[test]
fn help_has_examples_and_fits_80_columns() {
    let list = help(&[], "--help");
    let (_, list) = list.split_once("\nCommands:\n").unwrap();
    let (list, _) = list.split_once("\n\n").unwrap();
    let names = list.lines().map(|line| line.split_whitespace().next());
    assert_eq!(names.collect::<Vec<_>>(), COMMANDS.map(Some));

    let with_flags = COMMANDS.iter().filter(|command| **command != "fault");
    let mut commands: Vec<Vec<&str>> = with_flags.map(|command| vec![*command]).collect();
    commands.extend(["add", "list", "remove"].map(|command| vec!["fault", command]));
    help(&["fault"], "--help");
    for command in commands {
        help(&command, "-h");
        let help = help(&command, "--help");
        let example = format!("ims emulator {}", command.join(" "));
        let examples = help.split_once("\nExample").unwrap().1;
        assert!(examples.contains(&example), "{help}");
    }
}
