//! The remote control by commands: the journal, proofs and faults.

use std::io::{Read, Write};
use std::net::TcpStream;

use adobe_ims_emulator::Emulator;
use serde_json::{Value, json};

use crate::emulator_remote::remote;
use crate::support::{CLIENT_ID, Ims, World};

/// Sends a request to the emulated IMS, and returns the status line.
fn send(emulator: &Emulator, request: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", emulator.port())).unwrap();
    let host = "Host: 127.0.0.1\r\nConnection: close\r\n\r\n";
    stream
        .write_all(format!("{request} HTTP/1.1\r\n{host}").as_bytes())
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.lines().next().unwrap_or_default().to_owned()
}

const HINT: &str =
    "hint: `ims emulator requests` lists the requests; --clear forgets those of an earlier test\n";

/// An emulator that got three requests.
fn used() -> Emulator {
    let emulator = Emulator::start().unwrap();
    send(&emulator, "GET /ims/keys");
    send(&emulator, "GET /ims/keys?client_id=client!%2BID");
    send(&emulator, "GET /content/dam.json");
    emulator
}

#[test]
fn requests_are_listed_filtered_and_cleared() {
    let emulator = used();
    remote(&emulator, &["requests"]).run().assert(
        0,
        "seq  method  path               client      status\n\
         1    GET     /ims/keys                      200\n\
         2    GET     /ims/keys          client!+ID  200\n\
         3    GET     /content/dam.json              401\n",
        "",
    );
    for (filter, seqs) in [
        (&["--path", "/ims/*"][..], json!([1, 2])),
        (&["--client-id", CLIENT_ID], json!([2])),
        (&["--status", "401"], json!([3])),
        (&["--since", "1", "--path", "/ims/*"], json!([2])),
        (&["--grant", "jwt_exchange"], json!([])),
    ] {
        let list = remote(&emulator, &["requests", "-o", "json"]);
        let run = list.arguments(filter).run();
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{run:?}");
        let journal: Value = serde_json::from_str(&run.stdout).unwrap();
        let requests = journal["requests"].as_array().unwrap().iter();
        let found: Value = requests.map(|it| it["seq"].clone()).collect();
        assert_eq!(found, seqs, "{filter:?}");
    }
    let note = "ims: note: the journal has no such requests\n";
    let run = remote(&emulator, &["requests", "--path", "/x?y=z"]).run();
    run.assert(0, "", note);
    remote(&emulator, &["requests", "--clear"])
        .run()
        .assert(0, "", "");
    remote(&emulator, &["requests"]).run().assert(0, "", note);
    remote(&emulator, &["requests", "-q"])
        .run()
        .assert(0, "", "");
}

#[test]
fn verification_holds() {
    let emulator = used();
    for (wanted, text) in [
        (&["--path", "/ims/*", "--exactly", "2"][..], "2 requests\n"),
        (&["--path", "/content/*", "--at-most", "1"], "1 request\n"),
        (
            &["--client-id", CLIENT_ID, "--at-least", "1"],
            "1 request\n",
        ),
        (
            &["--status", "401", "--at-least", "1", "--at-most", "2"],
            "1 request\n",
        ),
        (&["--since", "2", "--at-most", "1"], "1 request\n"),
        (&["--grant", "device", "--exactly", "0"], "0 requests\n"),
    ] {
        let run = remote(&emulator, &["verify"]).arguments(wanted).run();
        run.assert(0, text, "");
    }
    let run = remote(&emulator, &["verify", "--exactly", "3", "-o", "json"]).run();
    run.assert(0, "{\"count\":3}\n", "");
}

#[test]
fn failed_verification_ends_with_8_and_says_what_was_seen() {
    let emulator = used();
    let verify = ["verify", "--path", "/ims/*", "--at-most", "1"];
    let seen = "The journal has 2 such requests; wanted are at most 1. It has: 1 × GET /content/dam.json with 401; \
                1 × GET /ims/keys with 200; 1 × GET /ims/keys of client!+ID with 200";
    let message = format!("ims: {seen} [emulator-verification-failed]\n{HINT}");
    remote(&emulator, &verify).run().assert(8, "", &message);
    let run = remote(&emulator, &verify).arguments(&["-o", "json"]).run();
    let (error, answer): (Value, Value) = (
        serde_json::from_str(&run.stderr).unwrap(),
        serde_json::from_str(&run.stdout).unwrap(),
    );
    assert_eq!((run.code, &error["message"]), (8, &json!(seen)));
    assert_eq!(
        (&error["id"], &error["exit_code"]),
        (&json!("emulator-verification-failed"), &json!(8))
    );
    assert_eq!(
        (
            &answer["error"],
            &answer["count"],
            &answer["requests"][1]["seq"]
        ),
        (&json!("verification_failed"), &json!(2), &json!(2))
    );
    let contradiction = ["verify", "--at-least", "2", "--at-most", "1"];
    remote(&emulator, &contradiction).run().assert(
        2,
        "",
        "ims: POST /_emu/verify: The body has a wrong value at at_most: it is less than at_least [emulator-refused]\n",
    );
}

#[test]
fn cache_of_a_program_is_proved() {
    let world = World::with(|builder| builder.tls(false));
    let cache = world.path("cache");
    let token = || {
        let command = [
            "token",
            "-c",
            "service_token.json",
            "--url",
            world.emulator.url(),
        ];
        let call = Ims::new(command).in_folder(world.folder.path());
        call.env("IMS_CACHE_DIR", &cache).run_for_a_secret()
    };
    let verify = ["verify", "--path", "/ims/exchange/*", "--exactly", "1"];
    for _ in 0..3 {
        assert_eq!(token().code, 0);
    }
    remote(&world.emulator, &verify)
        .run()
        .assert(0, "1 request\n", "");
}

#[test]
fn fault_of_flags_acts_and_ends() {
    let emulator = Emulator::start().unwrap();
    let add = [
        "fault",
        "add",
        "--path",
        "/ims/keys",
        "--method",
        "GET",
        "--after",
        "1",
        "--times",
        "2",
    ];
    let step = [
        "--status",
        "503",
        "--header",
        "Retry-After: 1",
        "--header",
        "x-debug-id:",
    ];
    remote(&emulator, &add)
        .arguments(&step)
        .run()
        .assert(0, "fault-1\n", "");
    let statuses: Vec<_> = (0..4).map(|_| send(&emulator, "GET /ims/keys")).collect();
    assert_eq!(
        statuses,
        [
            "HTTP/1.1 200 OK",
            "HTTP/1.1 503 Service Unavailable",
            "HTTP/1.1 503 Service Unavailable",
            "HTTP/1.1 200 OK"
        ]
    );
    let run = remote(&emulator, &["fault", "list", "-o", "json"]).run();
    let list: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(
        list["faults"],
        json!([{
            "id": "fault-1",
            "when": {"path": "/ims/keys", "method": "GET", "after": 1, "times": 2},
            "then": [{"status": 503, "headers": {"retry-after": "1", "x-debug-id": null}}],
            "matched": 3, "acted": 2,
        }])
    );
}

#[test]
fn every_flag_of_a_fault_is_sent() {
    let emulator = Emulator::start().unwrap();
    for (flags, when, then) in [
        (&["--hang"][..], json!({}), json!({"hang": true})),
        (
            &["--reset", "--delay", "2s"],
            json!({}),
            json!({"delay_ms": 2000, "reset": true}),
        ),
        (
            &["--ims-error", "invalid_client", "--client-id", CLIENT_ID],
            json!({"client_id": CLIENT_ID}),
            json!({"ims_error": "invalid_client"}),
        ),
        (
            &["--html", "login", "--grant", "jwt_exchange"],
            json!({"grant": "jwt_exchange"}),
            json!({"html": "login"}),
        ),
    ] {
        let add = remote(&emulator, &["fault", "add", "-o", "json"]);
        let run = add.arguments(flags).run();
        let added: Value = serde_json::from_str(&run.stdout).unwrap();
        assert_eq!((&added["when"], &added["then"]), (&when, &json!([then])));
    }
}

#[test]
fn fault_of_a_file_is_added_listed_and_removed() {
    let emulator = Emulator::start().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("outage.json");
    let fault = r#"{"when":{"path":"/ims/*","times":3},"then":[{"status":503},{"reset":true},{"pass":true}]}"#;
    std::fs::write(&path, fault).unwrap();
    let file = path.to_str().unwrap();
    remote(&emulator, &["fault", "add", file])
        .run()
        .assert(0, "fault-1\n", "");
    let from_stdin = remote(&emulator, &["fault", "add", "-"]).stdin(r#"{"then":[{"hang":true}]}"#);
    from_stdin.run().assert(0, "fault-2\n", "");
    let json = r#"{"then":[{"expires_in":"86400"}]}"#;
    let run = remote(&emulator, &["fault", "add", "--json", json]).run();
    run.assert(0, "fault-3\n", "");
    remote(&emulator, &["fault", "list"]).run().assert(
        0,
        "id       when                 then                     matched  acted\n\
         fault-1  path=/ims/* times=3  status=503, reset, pass  0        0\n\
         fault-2                       hang                     0        0\n\
         fault-3                       expires_in=86400         0        0\n",
        "",
    );
    remote(&emulator, &["fault", "remove", "fault-2"])
        .run()
        .assert(0, "", "");
    let message = "ims: DELETE /_emu/faults/fault-2: There is no fault fault-2. GET /_emu/faults lists them [emulator-refused]\n";
    remote(&emulator, &["fault", "remove", "fault-2"])
        .run()
        .assert(2, "", message);
    remote(&emulator, &["fault", "remove", "--all"])
        .run()
        .assert(0, "", "");
    let note = "ims: note: the emulator has no faults\n";
    remote(&emulator, &["fault", "list"])
        .run()
        .assert(0, "", note);
}

#[test]
fn wrong_fault_is_named_with_file_and_place() {
    let emulator = Emulator::start().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("outage.json");
    std::fs::write(&path, r#"{"then":[{"pass":true},{"status":1000}]}"#).unwrap();
    let run = remote(&emulator, &["fault", "add", path.to_str().unwrap()]).run();
    run.assert_failed(2, "emulator-refused");
    let place =
        format!("ims: {path:?} (FILE): POST /_emu/faults: The body has a wrong value at then[1]");
    assert!(run.stderr.starts_with(&place), "{run:?}");
    let run = remote(&emulator, &["fault", "add", "--json", "{"]).run();
    run.assert_failed(2, "emulator-refused");
    assert!(
        run.stderr
            .starts_with("ims: POST /_emu/faults: The body is no JSON: "),
        "{run:?}"
    );
    remote(&emulator, &["fault", "add", "--times", "2"])
        .run()
        .assert(
            2,
            "",
            "ims: nothing says what happens to the requests [usage]\n\
         hint: give --status, --ims-error, --html, --delay, --reset, --hang or --header\n\
         hint: or give the whole fault as JSON: FILE, - or --json\n",
        );
    let missing = ["fault", "add", "no/such/file.json"];
    remote(&emulator, &missing)
        .run()
        .assert_failed(3, "file-unreadable");
}
