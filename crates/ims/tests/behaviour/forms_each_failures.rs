//! `ims forms generate --each`: what a run does when requests fail, and its use of tokens.

use std::fs;

use serde_json::json;

use crate::forms_world::{
    AS_PDF, FormsWorld, PDF, Server, answer, assert_no_secret_in, files, inputs, summary,
};
use crate::support::LASTING_TOKEN;

#[test]
fn run_stops_where_all_documents_would_fail_alike() {
    let rows: String = (1..=30).map(|n| format!("N{n},x\n")).collect();
    let json = "Content-Type: application/json";
    for (status, more, code, id, sent) in [
        ("403 Forbidden", &[][..], 4, "aem-not-in-forms-users", 1),
        ("500 Oh", &[], 5, "forms-processing-failed", 10),
        ("503 Busy", &[], 5, "api-unavailable", 10),
        ("400 Bad", &[], 8, "forms-request-invalid", 30),
        ("400 Bad", &["--fail-fast"], 8, "forms-request-invalid", 1),
        (
            "400 Bad",
            &["--max-failures", "4"],
            8,
            "forms-request-invalid",
            5,
        ),
        (
            "429 Slow\nRetry-After: 100",
            &["--timeout", "60s", "--retries", "2"],
            6,
            "api-rate-limited",
            1,
        ),
    ] {
        let server = Server::always(answer(&format!("{status}\n{json}"), "{\"title\":\"no\"}"));
        let folder = inputs();
        let path = folder.path();
        fs::write(path.join("people.csv"), format!("name,city\n{rows}")).unwrap();
        let call = [
            "generate",
            "letter.xdp",
            "--each",
            "people.csv",
            "--out",
            "out/{name}.pdf",
            "-j",
            "1",
        ];
        let run = server.forms(path, &[&call[..], more].concat()).run();
        assert_eq!(
            (run.code, run.stdout.as_str()),
            (code, ""),
            "{status} {more:?}: {run:?}"
        );
        assert_eq!(server.requests().len(), sent, "{status} {more:?}: {run:?}");
        let failed = format!("ims: 0 made, {sent} failed");
        assert!(run.stderr.contains(&failed), "{status}: {run:?}");
        assert!(run.stderr.contains(&format!("[{id}]")), "{status}: {run:?}");
        let left = 30 - sent;
        let stopped = format!("ims: the run was stopped, {left} documents were not made: ");
        let by_breaker = code != 8;
        assert_eq!(
            run.stderr.contains(&stopped),
            by_breaker,
            "{status}: {run:?}"
        );
        assert_eq!(
            run.stderr.contains("hint: --resume continues the run\n"),
            by_breaker,
            "{run:?}"
        );
        assert_eq!(
            run.stderr.contains(&format!(", {left} not begun")),
            left > 0,
            "{run:?}"
        );
        assert_eq!(files(&path.join("out")).len(), 1 + sent, "{status}");
        assert_no_secret_in(&path.join("out"));
    }
}

#[test]
fn token_that_is_refused_in_the_middle_is_replaced_once() {
    let world = FormsWorld::new();
    let folder = world.folder();
    let rows: String = (1..=12).map(|n| format!("N{n},x\n")).collect();
    fs::write(folder.join("people.csv"), format!("name,city\n{rows}")).unwrap();
    let first = std::sync::OnceLock::new();
    let server = Server::new(move |request| {
        let is_first =
            first.get_or_init(|| request.authorization.clone()) == &request.authorization;
        if is_first && request.number > 5 {
            answer("401 Unauthorized\nContent-Type: application/json", "{}")
        } else {
            answer(AS_PDF, PDF)
        }
    });
    let call = [
        "generate",
        "letter.xdp",
        "--each",
        "people.csv",
        "--out",
        "out/{name}.pdf",
        "-j",
        "3",
        "--target",
        &server.url,
        "-c",
        "service_token.json",
        "--ca-file",
        "ca.pem",
        "-o",
        "json",
    ];
    let run = crate::support::Ims::new(["forms"].iter().chain(&call))
        .env("IMS_CACHE_DIR", world.world.path("cache"))
        .in_folder(folder)
        .run();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let summary = summary(&run);
    assert_eq!(
        (&summary["made"], &summary["failed"]),
        (&json!(12), &json!(0))
    );
    assert_eq!(world.world.emulator.tokens_minted(), 2);
}

#[test]
fn overload_is_waited_for_and_the_request_is_sent_again() {
    let server = Server::new(|request| match request.number {
        1 => answer("429 Slow\nRetry-After: 1", ""),
        2 => answer("503 Busy", ""),
        _ => answer(AS_PDF, PDF),
    });
    let folder = inputs();
    let call = [
        "generate",
        "letter.xdp",
        "--each",
        "people.csv",
        "--out",
        "out/{n}.pdf",
        "--retries",
        "2",
        "-j",
        "2",
        "-o",
        "json",
        "-v",
    ];
    let run = server.forms(folder.path(), &call).run();
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(summary(&run)["repeated"], 2);
    assert_eq!(server.requests().len(), 5);
    assert!(
        run.stderr.contains("1 requests at the same time")
            || run.stderr.contains("1 request at the same time"),
        "{run:?}"
    );
    assert_eq!(
        files(&folder.path().join("out")),
        [".ims-forms.jsonl", "1.pdf", "2.pdf", "3.pdf"]
    );
}

#[test]
fn rate_keeps_requests_apart() {
    let times = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let seen = std::sync::Arc::clone(&times);
    let server = Server::new(move |_| {
        seen.lock().unwrap().push(std::time::Instant::now());
        answer(AS_PDF, PDF)
    });
    let folder = inputs();
    let call = [
        "generate",
        "letter.xdp",
        "--each",
        "people.csv",
        "--out",
        "out/{n}.pdf",
        "--rate",
        "300/min",
    ];
    assert_eq!(server.forms(folder.path(), &call).run().code, 0);
    let times = times.lock().unwrap();
    // 200 ms lie between two requests; a request may be seen late.
    assert!(
        times[2] - times[0] >= std::time::Duration::from_millis(300),
        "{times:?}"
    );
}

#[test]
fn no_output_of_a_failing_run_has_the_token() {
    let echo = format!(
        "{{\"status\":\"400\",\"code\":\"{LASTING_TOKEN}\",\"message\":\"Bearer {LASTING_TOKEN}\"}}"
    );
    let log = format!(
        "--b\r\nContent-Disposition: form-data; name=\"jobLog\"\r\n\r\nAuthorization: Bearer {LASTING_TOKEN}\r\n--b--\r\n"
    );
    for failure in [
        answer("400 Bad\nContent-Type: application/json", echo),
        answer("400 Bad\nContent-Type: multipart/mixed; boundary=b", log),
    ] {
        let server = Server::always(failure);
        let folder = inputs();
        let call = [
            "generate",
            "letter.xdp",
            "--each",
            "people.csv",
            "--out",
            "out/{n}.pdf",
            "--keep-log",
            "logs",
            "-v",
        ];
        let run = server.forms(folder.path(), &call).run();
        assert_eq!(run.code, 8, "{run:?}");
        assert_no_secret_in(folder.path());
    }
}

#[test]
fn run_stops_when_there_is_no_other_token() {
    let refused = || answer("401 Unauthorized\nContent-Type: application/json", "{}");
    let rows: String = (1..=30).map(|n| format!("N{n},x\n")).collect();
    let call = [
        "generate",
        "letter.xdp",
        "--each",
        "people.csv",
        "--out",
        "out/{n}.pdf",
        "-j",
        "1",
    ];

    // A token that the caller gave cannot be replaced.
    let server = Server::always(refused());
    let folder = inputs();
    fs::write(
        folder.path().join("people.csv"),
        format!("name,city\n{rows}"),
    )
    .unwrap();
    let run = server.forms(folder.path(), &call).run();
    assert_eq!((run.code, server.requests().len()), (4, 1), "{run:?}");
    assert!(
        run.stderr
            .contains("ims: 0 made, 2 failed, 28 not begun in "),
        "{run:?}"
    );
    assert!(
        run.stderr
            .contains("28 documents were not made: an API rejected the token"),
        "{run:?}"
    );

    // New tokens are refused, too.
    let world = FormsWorld::new();
    let folder = world.folder();
    fs::write(folder.join("people.csv"), format!("name,city\n{rows}")).unwrap();
    let server = Server::always(refused());
    let access = [
        "-c",
        "service_token.json",
        "--ca-file",
        "ca.pem",
        "--target",
        &server.url,
    ];
    let run = crate::support::Ims::new(["forms"].iter().chain(&call).chain(&access))
        .env("IMS_CACHE_DIR", world.world.path("cache"))
        .in_folder(folder)
        .run();
    assert_eq!(run.code, 4, "{run:?}");
    assert!(
        run.stderr
            .contains("ims: 0 made, 3 failed, 27 not begun in "),
        "{run:?}"
    );
    assert!(
        (2..=4).contains(&world.world.emulator.tokens_minted()),
        "{run:?}"
    );
    assert_no_secret_in(&folder.join("out"));
}

#[test]
fn run_stops_when_the_server_is_gone() {
    let rows: String = (1..=30).map(|n| format!("N{n},x\n")).collect();
    let server = Server::always(Vec::new());
    let folder = inputs();
    fs::write(
        folder.path().join("people.csv"),
        format!("name,city\n{rows}"),
    )
    .unwrap();
    let call = [
        "generate",
        "letter.xdp",
        "--each",
        "people.csv",
        "--out",
        "out/{n}.pdf",
        "-j",
        "1",
    ];
    let run = server.forms(folder.path(), &call).run();
    assert_eq!((run.code, server.requests().len()), (5, 10), "{run:?}");
    assert!(
        run.stderr
            .contains("ims: 0 made, 10 failed, 20 not begun in "),
        "{run:?}"
    );
}

#[test]
fn credential_document_is_never_sent_as_data() {
    let world = FormsWorld::new();
    let folder = world.folder();
    fs::create_dir(folder.join("in")).unwrap();
    fs::copy(
        folder.join("service_token.json"),
        folder.join("in/token.json"),
    )
    .unwrap();
    fs::write(folder.join("key.xml"), crate::support::fixture("pkcs8.pem")).unwrap();
    for arguments in [
        &["generate", "letter.xdp", "service_token.json"][..],
        &["generate", "letter.xdp", "key.xml"],
        &["generate", "service_token.json"],
        &[
            "generate",
            "letter.xdp",
            "data.xml",
            "--options",
            "service_token.json",
        ],
        &["generate", "letter.xdp", "--each", "in"],
        &["assemble", "--merge", "service_token.json"],
        &["pdfa", "convert", "service_token.json"],
    ] {
        for more in [
            &["--out", "out/{n}.pdf"][..],
            &["--dry-run"],
            &["--as-curl"],
        ] {
            let run = world.forms(&[arguments, more].concat()).run();
            run.assert_failed(2, "usage");
            assert!(
                run.stderr.contains("has a private key or a client secret"),
                "{arguments:?} {run:?}"
            );
        }
    }
    let stdin = fs::read(folder.join("service_token.json")).unwrap();
    let run = world
        .forms(&["generate", "letter.xdp", "-", "--dry-run"])
        .stdin(stdin)
        .run();
    run.assert_failed(2, "usage");
    assert_eq!(world.requests(), 0);
}
