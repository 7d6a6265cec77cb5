//! `ims forms generate --each`: the records and their documents.

use std::fs;

use serde_json::{Value, json};

use crate::forms_world::{
    AS_PDF, FormsWorld, PDF, Server, answer, assert_no_secret_in, files, inputs, journal, made,
    summary,
};
use crate::support::Run;

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
