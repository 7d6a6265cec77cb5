//! `ims forms generate --each`: the records and their documents.

use std::fs;

use serde_json::{Value, json};

use crate::forms_world::{
    AS_PDF, FormsWorld, PDF, Server, answer, assert_no_secret_in, files, inputs, journal, made,
};
use crate::support::{LASTING_TOKEN, Run};

/// Returns stderr without the time of a run.
fn without_time(run: &Run) -> String {
    let lines = run
        .stderr
        .lines()
        .map(|line| match line.split_once(" in ") {
            Some((start, end)) if end.contains(" s") && start.contains(" made") => {
                let rest = end.split_once(" s").unwrap().1;
                format!("{start} in TIME{rest}\n")
            }
            _ => format!("{line}\n"),
        });
    lines.collect()
}

/// Returns the JSON on stdout, with 0 in place of the time.
fn summary(run: &Run) -> Value {
    let mut summary: Value = serde_json::from_str(&run.stdout).unwrap();
    summary["seconds"] = json!(0);
    summary
}

fn failing_for(names: &'static [&'static str], failure: Vec<u8>) -> Server {
    Server::new(move |request| {
        if names.contains(&request.element("name")) {
            failure.clone()
        } else {
            answer(AS_PDF, PDF)
        }
    })
}

fn error_500() -> Vec<u8> {
    let body = format!(
        "{{\"status\":\"500\",\"code\":\"E-{}\",\"message\":\"m\"}}",
        7
    );
    answer("500 Oh\nContent-Type: application/json", body)
}

#[test]
fn each_kind_of_source_makes_a_document_of_each_record() {
    let world = FormsWorld::new();
    let folder = world.folder();
    fs::create_dir(folder.join("in")).unwrap();
    fs::write(
        folder.join("in/ada.xml"),
        "<letter><name>Ada</name><city>Jena</city></letter>",
    )
    .unwrap();
    fs::write(
        folder.join("in/bo.json"),
        "{\"name\":\"Bo\",\"city\":\"Ulm\"}",
    )
    .unwrap();
    fs::write(folder.join("in/.hidden.xml"), "<x/>").unwrap();
    fs::write(
        folder.join("people.jsonl"),
        "{\"name\":\"Ada\",\"city\":\"Jena\"}\n\n{\"name\":\"Bo\",\"city\":\"Ulm\"}\n",
    )
    .unwrap();
    fs::write(
        folder.join("people.xml"),
        "<all><letter><name>Ada</name><city>Jena</city></letter><letter><name>Bo</name><city>Ulm</city></letter></all>",
    )
    .unwrap();
    fs::write(
        folder.join("semicolons.csv"),
        "city;name\r\nJena;Ada\r\n\"Ulm\";\"Bo\"\r\n",
    )
    .unwrap();
    for (number, (source, names)) in [
        ("in", ["ada", "bo"]),
        ("people.jsonl", ["Ada", "Bo"]),
        ("people.xml#letter", ["Ada", "Bo"]),
        ("semicolons.csv", ["Ada", "Bo"]),
    ]
    .into_iter()
    .enumerate()
    {
        let out = format!("out{number}/{{name}}-{{n}}.zpl");
        let call = [
            "generate",
            "letter.xdp",
            "--as",
            "zpl",
            "--xdc",
            "zpl300.xdc",
            "--each",
            source,
            "--out",
            &out,
        ];
        let run = world.forms(&call).run();
        assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{run:?}");
        assert_eq!(without_time(&run), "ims: 2 made in TIME\n", "{source}");
        let [first, second] = names.map(|name| name.to_owned());
        let out = folder.join(format!("out{number}"));
        let (first, second) = (format!("{first}-1.zpl"), format!("{second}-2.zpl"));
        assert_eq!(
            files(&out),
            [".ims-forms.jsonl", &first, &second],
            "{source}"
        );
        for (file, values) in [
            (first, ["^FDAda^FS", "^FDJena^FS"]),
            (second, ["^FDBo^FS", "^FDUlm^FS"]),
        ] {
            let text = fs::read_to_string(out.join(&file)).unwrap();
            assert!(
                values.iter().all(|value| text.contains(value)),
                "{source} {file}: {text}"
            );
        }
    }
    assert_eq!(world.world.emulator.tokens_minted(), 1);
    assert_no_secret_in(&folder.join("out0"));
}

#[test]
fn summary_as_json_counts_documents_and_the_journal_has_a_line_for_each() {
    let server = failing_for(&["Bo"], error_500());
    let folder = inputs();
    let path = folder.path();
    let call = [
        "generate",
        "letter.xdp",
        "--each",
        "people.csv",
        "--out",
        "out/{name}.pdf",
        "-o",
        "json",
    ];
    let run = server.forms(path, &call).run();
    let bytes = PDF.len();
    assert_eq!(
        (run.code, summary(&run)),
        (
            8,
            json!({
                "schema": "ims.forms.each/1", "folder": "out/", "made": 2, "skipped": 0, "failed": 1, "left": 0,
                "bytes": 2 * bytes, "repeated": 0, "seconds": 0, "stopped_by": null,
            })
        )
    );
    let host = server.host();
    assert_eq!(
        run.stderr,
        format!("ims: record 2: {host} answered 500: m (E-7) [forms-processing-failed]\n")
    );
    assert_eq!(
        made(path),
        [
            "out/.ims-forms.jsonl",
            "out/Ada.pdf",
            "out/Bo.error.json",
            "out/Cy.pdf"
        ]
    );
    let mut lines = journal(&path.join("out"));
    lines.sort_by_key(|line| line["n"].as_u64());
    let outcomes: Vec<_> = lines
        .iter()
        .map(|line| (&line["n"], &line["file"], &line["outcome"], &line["id"]))
        .collect();
    let expected = [
        (json!(1), json!("Ada.pdf"), json!("done"), Value::Null),
        (
            json!(2),
            json!("Bo.pdf"),
            json!("failed"),
            json!("forms-processing-failed"),
        ),
        (json!(3), json!("Cy.pdf"), json!("done"), Value::Null),
    ];
    assert_eq!(
        outcomes,
        expected.each_ref().map(|it| (&it.0, &it.1, &it.2, &it.3))
    );
    let failure: Value =
        serde_json::from_slice(&fs::read(path.join("out/Bo.error.json")).unwrap()).unwrap();
    assert_eq!(failure["schema"], "ims.forms.failure/1");
    assert_eq!(
        (&failure["record"], &failure["id"]),
        (&json!(2), &json!("forms-processing-failed"))
    );
    let text = failure.to_string();
    assert!(text.contains("E-7") && text.contains("500"), "{text}");

    // The failure goes when the document is made.
    let server = Server::always(answer(AS_PDF, PDF));
    let call = [
        "generate",
        "letter.xdp",
        "--each",
        "people.csv",
        "--out",
        "out/{name}.pdf",
        "--resume",
    ];
    let run = server.forms(path, &call).run();
    assert_eq!((run.code, run.stdout.as_str()), (0, ""));
    assert_eq!(without_time(&run), "ims: 1 made, 2 there already in TIME\n");
    assert_eq!(
        made(path),
        [
            "out/.ims-forms.jsonl",
            "out/Ada.pdf",
            "out/Bo.pdf",
            "out/Cy.pdf"
        ]
    );
}

#[test]
fn record_that_cannot_be_read_fails_alone() {
    let server = Server::always(answer(AS_PDF, PDF));
    let folder = inputs();
    let path = folder.path();
    fs::write(
        path.join("people.jsonl"),
        "{\"name\":\"Ada\"}\n{\"name\":\n{\"name\":\"Cy\"}\n{\"bad name\":1}\n",
    )
    .unwrap();
    let call = [
        "generate",
        "letter.xdp",
        "--each",
        "people.jsonl",
        "--out",
        "out/{n}.pdf",
    ];
    let run = server.forms(path, &call).run();
    assert_eq!((run.code, run.stdout.as_str()), (8, ""), "{run:?}");
    let stderr = without_time(&run);
    assert!(stderr.contains("ims: record 2: people.jsonl:2"), "{stderr}");
    assert!(stderr.contains("ims: record 4: people.jsonl:4"), "{stderr}");
    assert!(
        stderr.ends_with(
            "ims: 2 made, 2 failed in TIME; the reasons are in \"out/\": *.error.json\n"
        ),
        "{stderr}"
    );
    assert_eq!(server.requests().len(), 2);
    assert_eq!(
        made(path),
        [
            "out/.ims-forms.jsonl",
            "out/1.pdf",
            "out/3.pdf",
            "out/record-2.error.json",
            "out/record-4.error.json",
            "people.jsonl"
        ]
    );
}

#[test]
fn hostile_names_stay_in_the_folder_and_colliding_ones_are_refused() {
    let server = Server::always(answer(AS_PDF, PDF));
    let folder = inputs();
    let path = folder.path();
    let rows = "name,city\n../../x,1\nCON,2\na/b,3\n.ssh,4\n\"c\nd\",5\n~,6\n..,7\n\"C:\\x\",8\n";
    fs::write(path.join("people.csv"), rows).unwrap();
    fs::write(
        path.join("nul.jsonl"),
        "{\"name\":\"a\\u0000b\"}\n{\"name\":\"-rf\"}\n",
    )
    .unwrap();
    let call = |source, out| ["generate", "letter.xdp", "--each", source, "--out", out];
    let run = server
        .forms(path, &call("people.csv", "deep/out/{name}.pdf"))
        .run();
    assert_eq!(run.code, 0, "{run:?}");
    let expected = [
        ".ims-forms.jsonl",
        "C__x.pdf",
        "_..pdf",
        "_._.._x.pdf",
        "_CON.pdf",
        "_ssh.pdf",
        "a_b.pdf",
        "c_d.pdf",
        "~.pdf",
    ];
    assert_eq!(files(&path.join("deep/out")), expected);
    assert_eq!(
        files(path)
            .iter()
            .filter(|name| name.ends_with(".pdf"))
            .count(),
        8
    );
    let run = server
        .forms(path, &call("nul.jsonl", "nul/{name}.pdf"))
        .run();
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(
        files(&path.join("nul")),
        ["-rf.pdf", ".ims-forms.jsonl", "a_b.pdf"]
    );

    let sent = server.requests().len();
    fs::write(path.join("people.csv"), "name,city\nAda,1\nBo,2\nada,3\n").unwrap();
    let run = server
        .forms(path, &call("people.csv", "new/{name}.pdf"))
        .run();
    run.assert(
        3,
        "",
        "ims: people.csv:4: the records 1 and 3 would both be written to ada.pdf [file-names-collide]\n\
         hint: Use a pattern whose parts tell the records apart, such as {n}.\n\
         hint: the pattern of the file names is --out\n",
    );
    assert_eq!(server.requests().len(), sent);
    assert!(!path.join("new").exists());
}

#[test]
fn usage_that_cannot_be_meant_is_refused_before_anything_is_sent() {
    let server = Server::always(answer(AS_PDF, PDF));
    let folder = inputs();
    let path = folder.path();
    fs::create_dir(path.join("in")).unwrap();
    fs::write(path.join("in/a.xml"), "<letter><name>A</name></letter>").unwrap();
    fs::create_dir(path.join("empty")).unwrap();
    fs::write(path.join("in.txt2"), "x").unwrap();
    for (source, out, code, message) in [
        ("people.csv", "-", 2, "--out - takes one document"),
        (
            "in",
            "in/{name}.xml",
            2,
            "the result would replace \"in/a.xml\", which it is made of",
        ),
        (
            "people.csv",
            "out/{town}.pdf",
            3,
            "the records have no \"town\"",
        ),
        ("people.csv", "out/{}.pdf", 3, "has an empty place"),
        ("people.csv", "out/{name.pdf", 3, "has a `{` without a `}`"),
        ("people.csv", "out/{name}/", 3, "has a part without a name"),
        (
            "people.csv",
            "out/same.pdf",
            3,
            "would both be written to same.pdf",
        ),
        (
            "none.csv",
            "out/{n}.pdf",
            3,
            "none.csv: the file cannot be read",
        ),
        (
            "data.xml",
            "out/{n}.pdf",
            3,
            "the element that is a record is not named",
        ),
        ("data.xml#person", "out/{n}.pdf", 3, "person"),
        (
            "empty",
            "out/{n}.pdf",
            3,
            "the folder has no .xml or .json file",
        ),
        (
            "in.txt2",
            "out/{n}.pdf",
            3,
            "the form of the records is not known",
        ),
    ] {
        let run = server
            .forms(
                path,
                &["generate", "letter.xdp", "--each", source, "--out", out],
            )
            .run();
        assert_eq!(
            (run.code, run.stdout.as_str()),
            (code, ""),
            "{source} {out}: {run:?}"
        );
        assert!(
            run.stderr.lines().next().unwrap().contains(message),
            "{source} {out}: {run:?}"
        );
        assert!(!path.join("out").exists(), "{source} {out}");
    }
    for arguments in [
        &["data.xml", "--each", "people.csv"][..],
        &["--resume"],
        &["--each", "people.csv", "--resume", "--overwrite"],
        &["--each", "people.csv", "--fail-fast", "--max-failures", "1"],
        &["--each", "people.csv", "-j", "0"],
        &["--each", "people.csv", "--rate", "0/min"],
    ] {
        let call = [
            &["generate", "letter.xdp", "--out", "out/{n}.pdf"],
            arguments,
        ]
        .concat();
        let run = server.forms(path, &call).run();
        run.assert_failed(2, "usage");
    }
    assert_eq!(server.requests().len(), 0);
}

#[test]
fn journal_of_an_earlier_run_needs_resume_or_overwrite() {
    let server = Server::always(answer(AS_PDF, PDF));
    let folder = inputs();
    let path = folder.path();
    let call = [
        "generate",
        "letter.xdp",
        "--each",
        "people.csv",
        "--out",
        "out/{name}.pdf",
    ];
    assert_eq!(server.forms(path, &call).run().code, 0);
    let run = server.forms(path, &call).run();
    run.assert(
        3,
        "",
        "ims: the folder \"out/\" has the journal of an earlier run [journal-exists]\n\
         hint: Resume that run, or begin it again, or name another folder.\n\
         hint: --resume continues a run, --overwrite begins it again\n",
    );
    let resume = [&call[..], &["--resume"]].concat();
    let run = server.forms(path, &resume).run();
    assert_eq!(without_time(&run), "ims: 0 made, 3 there already in TIME\n");
    assert_eq!(server.requests().len(), 3);

    // A document whose file is gone or has another length, and all after a change of the template, are made again.
    fs::remove_file(path.join("out/Ada.pdf")).unwrap();
    fs::write(path.join("out/Bo.pdf"), "%PDF-cut").unwrap();
    let run = server.forms(path, &resume).run();
    assert_eq!(without_time(&run), "ims: 2 made, 1 there already in TIME\n");
    let template = fs::read_to_string(path.join("letter.xdp")).unwrap();
    fs::write(path.join("letter.xdp"), template.replace("20mm", "25mm")).unwrap();
    let run = server.forms(path, &resume).run();
    assert_eq!(without_time(&run), "ims: 3 made in TIME\n");
    let run = server
        .forms(path, &[&resume[..], &["--locale", "de_DE"]].concat())
        .run();
    assert_eq!(without_time(&run), "ims: 3 made in TIME\n");
    let run = server
        .forms(path, &[&call[..], &["--overwrite"]].concat())
        .run();
    assert_eq!(without_time(&run), "ims: 3 made in TIME\n");
    assert_eq!(journal(&path.join("out")).len(), 3);

    let foreign = path.join("foreign");
    fs::create_dir(&foreign).unwrap();
    fs::write(foreign.join(".ims-forms.jsonl"), "shopping list\n").unwrap();
    let call = [
        "generate",
        "letter.xdp",
        "--each",
        "people.csv",
        "--out",
        "foreign/{n}.pdf",
        "--overwrite",
    ];
    server
        .forms(path, &call)
        .run()
        .assert_failed(3, "journal-damaged");
    assert_eq!(
        fs::read_to_string(foreign.join(".ims-forms.jsonl")).unwrap(),
        "shopping list\n"
    );
}

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
