//! `ims forms pdfa`.

use std::fs;

use serde_json::{Value, json};

use crate::forms_world::{AS_PDF, FormsWorld, PDF, Server, answer, inputs, made};
use crate::support::Ims;

fn world() -> FormsWorld {
    let world = FormsWorld::new();
    for name in ["a.pdf", "b.pdf"] {
        let call = ["generate", "letter.xdp", "data.xml", "--out", name];
        world.forms(&call).run().assert(0, "", "");
    }
    world
}

#[test]
fn files_are_converted_and_checked() {
    let world = world();
    world
        .forms(&[
            "pdfa",
            "convert",
            "a.pdf",
            "--level",
            "2b",
            "--out",
            "new/one.pdf",
        ])
        .run()
        .assert(0, "", "");
    let run = world
        .forms(&[
            "pdfa", "convert", "a.pdf", "b.pdf", "--out", "both", "-o", "json",
        ])
        .run();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let length = |name: &str| world.read(name).len();
    let summary: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(
        summary,
        json!({"schema": "ims.forms.pdfa/1", "files": [
            {"file": "a.pdf", "out": "both/a.pdf", "bytes": length("both/a.pdf")},
            {"file": "b.pdf", "out": "both/b.pdf", "bytes": length("both/b.pdf")},
        ]})
    );
    let run = world
        .forms(&["pdfa", "check", "new/one.pdf", "--level", "2b"])
        .run();
    run.assert(0, "new/one.pdf  PDF/A\n", "");
    let run = world.forms(&["pdfa", "check", "both/a.pdf", "b.pdf"]).run();
    run.assert(8, "both/a.pdf  PDF/A\nb.pdf       no PDF/A\n", "");
    let run = world
        .forms(&["pdfa", "check", "both/a.pdf", "b.pdf", "-o", "json"])
        .run();
    run.assert(
        8,
        "{\"schema\":\"ims.forms.pdfa/1\",\"files\":[\
         {\"file\":\"both/a.pdf\",\"is_pdfa\":true,\"answer\":{\"isPDFA\":true}},\
         {\"file\":\"b.pdf\",\"is_pdfa\":false,\"answer\":{\"isPDFA\":false}}]}\n",
        "",
    );
    let output = world
        .forms(&["pdfa", "convert", "a.pdf", "--out", "-"])
        .output();
    assert!(output.status.success() && output.stdout.starts_with(b"%PDF-"));
}

#[test]
fn files_that_were_converted_before_a_failure_are_named_and_stay() {
    let server = Server::new(|request| match request.number {
        1 => answer(AS_PDF, PDF),
        _ => answer(AS_PDF, "%!PS"),
    });
    let folder = inputs();
    for name in ["a.pdf", "b.pdf", "c.pdf"] {
        fs::write(folder.path().join(name), PDF).unwrap();
    }
    let call = ["pdfa", "convert", "a.pdf", "b.pdf", "c.pdf", "--out", "out"];
    let run = server.forms(folder.path(), &call).run();
    assert_eq!(
        (run.code, run.stdout.as_str(), server.requests().len()),
        (5, "", 2),
        "{run:?}"
    );
    assert!(run.stderr.starts_with("ims: \"b.pdf\": "), "{run:?}");
    assert_eq!(
        made(folder.path()),
        ["a.pdf", "b.pdf", "c.pdf", "out/a.pdf"]
    );
}

#[test]
fn results_that_would_replace_a_file_or_another_result_are_refused() {
    let server = Server::always(answer(AS_PDF, PDF));
    let folder = inputs();
    let path = folder.path();
    fs::create_dir(path.join("x")).unwrap();
    for name in ["a.pdf", "x/a.pdf"] {
        fs::write(path.join(name), "%PDF-source").unwrap();
    }
    for (arguments, code, message) in [
        (
            &["a.pdf", "--out", "."][..],
            2,
            "the result would replace \"a.pdf\", which it is made of",
        ),
        (
            &["a.pdf", "--out", "a.pdf"],
            2,
            "the result would replace \"a.pdf\"",
        ),
        (
            &["a.pdf", "x/a.pdf", "--out", "out"],
            2,
            "\"a.pdf\" and \"x/a.pdf\" would be written to one file",
        ),
        (
            &["a.pdf", "x/a.pdf", "--out", "-"],
            3,
            "--out: there are several results",
        ),
        (
            &["a.pdf", "x/a.pdf", "--out", "letter.xdp"],
            3,
            "--out: there are several results",
        ),
        (
            &["a.pdf", "x/a.pdf", "--out", "both.pdf"],
            3,
            "--out: there are several results, and \"both.pdf\" is the name of a file",
        ),
        (
            &["none.pdf", "--out", "out.pdf"],
            3,
            "FILE: \"none.pdf\" cannot be read",
        ),
    ] {
        let run = server
            .forms(path, &[&["pdfa", "convert"], arguments].concat())
            .run();
        assert_eq!(
            (run.code, run.stdout.as_str()),
            (code, ""),
            "{arguments:?}: {run:?}"
        );
        assert!(
            run.stderr.starts_with(&format!("ims: {message}")),
            "{arguments:?}: {run:?}"
        );
    }
    assert_eq!(server.requests().len(), 0);
    assert_eq!(fs::read(path.join("a.pdf")).unwrap(), b"%PDF-source");
}

#[test]
fn answer_to_a_check_without_a_verdict_is_no_verdict() {
    for (body, code) in [
        ("{\"isPDFA\":true}", 0),
        ("{\"isPDFA\":false,\"more\":1}", 8),
        ("{\"isPDFA\":\"yes\"}", 5),
        ("{}", 5),
        ("[]", 5),
        ("", 5),
    ] {
        let server = Server::always(answer("200 OK\nContent-Type: application/json", body));
        let folder = inputs();
        fs::write(folder.path().join("a.pdf"), PDF).unwrap();
        let run = server
            .forms(folder.path(), &["pdfa", "check", "a.pdf"])
            .run();
        assert_eq!(run.code, code, "{body}: {run:?}");
    }
}

#[test]
fn encrypted_file_is_warned_of_and_dry_run_shows_each_request() {
    let folder = inputs();
    let path = folder.path();
    fs::write(path.join("a.pdf"), PDF).unwrap();
    let fixtures = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../adobe-ims-emulator/tests/fixtures/pdf"
    );
    fs::copy(format!("{fixtures}/qpdf-encrypted.pdf"), path.join("b.pdf")).unwrap();
    let length = fs::metadata(path.join("b.pdf")).unwrap().len();
    let call = [
        "forms",
        "pdfa",
        "convert",
        "a.pdf",
        "b.pdf",
        "--level",
        "3b",
        "--dry-run",
    ];
    let run = Ims::new(call).in_folder(path).run();
    let pdf = PDF.len();
    assert_eq!(run.code, 0, "{run:?}");
    let shown = |name: &str, length: u64| {
        let width = pdf.to_string().len().max(length.to_string().len());
        let _ = width;
        format!("{name}  application/pdf   {length} bytes\n")
    };
    assert!(
        run.stdout.contains(&shown("a.pdf  ", pdf as u64)),
        "{run:?}"
    );
    assert!(run.stdout.contains(&shown("b.pdf  ", length)), "{run:?}");
    assert_eq!(
        run.stdout
            .matches("POST /adobe/forms/assembler/pdfa/convert\n")
            .count(),
        2,
        "{run:?}"
    );
    assert!(
        run.stderr.starts_with("ims: note: b.pdf: ") && run.stderr.ends_with("[pdf-encrypted]\n"),
        "{run:?}"
    );
    let run = Ims::new(call.iter().chain(&["--strict"]))
        .in_folder(path)
        .run();
    run.assert_failed_first(3, "pdf-encrypted");
}
