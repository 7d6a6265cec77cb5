//! `ims forms assemble`.

use std::fs;
use std::path::Path;

use adobe_ims_emulator::AssemblerAnswer;
use serde_json::{Value, json};

use crate::forms_world::{
    AS_PDF, FormsWorld, PDF, Server, answer, assert_no_secret_in, inputs, made, parts, result,
};
use crate::support::Ims;

const TWO: &str = "<DDX xmlns=\"http://ns.adobe.com/DDX/1.0/\">\
    <PDF result=\"one.pdf\"><PDF source=\"a.pdf\"/></PDF>\
    <PDF result=\"two.pdf\"><PDF source=\"b.pdf\"/></PDF></DDX>";
const ONE: &str = "<DDX xmlns=\"http://ns.adobe.com/DDX/1.0/\">\n\
    <PDF result=\"all.pdf\"><PDF source=\"a.pdf\"/><PDF source=\"b.pdf\"/></PDF></DDX>";
const LOG: &str = "Content-Disposition: form-data; name=\"jobLog\"\nContent-Type: text/plain";

/// Writes a DDX for one result, one for two, and the sources beside them.
fn write_sources(folder: &Path) {
    for (name, content) in [("one.ddx", ONE), ("two.ddx", TWO)] {
        fs::write(folder.join(name), content).unwrap();
    }
    for name in ["a.pdf", "b.pdf"] {
        fs::write(folder.join(name), PDF).unwrap();
    }
}

fn results(folder: &Path) -> Vec<String> {
    let mut files = made(folder);
    files.retain(|file| !["one.ddx", "two.ddx", "a.pdf", "b.pdf"].contains(&file.as_str()));
    files
}

/// Returns an emulator with two PDF files that it made.
fn world() -> FormsWorld {
    let world = FormsWorld::new();
    write_sources(world.folder());
    for name in ["a.pdf", "b.pdf"] {
        fs::remove_file(world.world.path(name)).unwrap();
        let call = ["generate", "letter.xdp", "data.xml", "--out", name];
        world.forms(&call).run().assert(0, "", "");
    }
    world
}

#[test]
fn results_are_written_by_their_names_in_both_forms_of_an_answer() {
    let world = world();
    for form in [AssemblerAnswer::Multipart, AssemblerAnswer::Pdf] {
        world.world.emulator.set_assembler_answer(form);
        world
            .forms(&["assemble", "one.ddx", "--out", "new/book.pdf"])
            .run()
            .assert(0, "", "");
        assert!(world.read("new/book.pdf").starts_with(b"%PDF-"));
        let run = world.forms(&["assemble", "one.ddx", "--out", "-"]).output();
        assert!(run.stdout.starts_with(b"%PDF-") && run.status.success());
        fs::remove_dir_all(world.world.path("new")).unwrap();
    }
    let run = world
        .forms(&["assemble", "two.ddx", "--out", "both", "-o", "json"])
        .run();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let mut summary: Value = serde_json::from_str(&run.stdout).unwrap();
    assert!(
        summary["request_id"]
            .as_str()
            .unwrap()
            .starts_with("emulator-")
    );
    summary["request_id"] = Value::Null;
    let length = |name: &str| world.read(name).len();
    assert_eq!(
        summary,
        json!({
            "schema": "ims.forms.assemble/1",
            "results": [
                {"result": "one.pdf", "file": "both/one.pdf", "bytes": length("both/one.pdf")},
                {"result": "two.pdf", "file": "both/two.pdf", "bytes": length("both/two.pdf")},
            ],
            "missing": [], "logs": [], "request_id": null,
        })
    );
    assert_eq!(
        crate::forms_world::files(&world.world.path("both")),
        ["one.pdf", "two.pdf"]
    );
    assert_no_secret_in(&world.world.path("both"));
}

#[test]
fn pdf_files_are_joined_by_a_ddx_that_the_program_writes() {
    let world = world();
    let call = [
        "assemble",
        "--merge",
        "b.pdf",
        "a.pdf",
        "--title",
        "T & <x>",
        "--footer",
        "{page} of {pages}",
        "--watermark",
        "DRAFT",
    ];
    let run = Ims::new(
        ["forms"]
            .iter()
            .chain(&call)
            .chain(&["--print-ddx", "--out", "all.pdf"]),
    )
    .in_folder(world.folder())
    .run();
    run.assert(
        0,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <DDX xmlns=\"http://ns.adobe.com/DDX/1.0/\">\n  \
         <PDF result=\"all.pdf\">\n    \
         <Title value=\"T &amp; &lt;x&gt;\"/>\n    \
         <Footer><Center><StyledText><p><_PageNumber/> of <_LastPageNumber/></p></StyledText></Center></Footer>\n    \
         <Watermark rotation=\"45\" opacity=\"15%\" scale=\"150%\"><StyledText><p>DRAFT</p></StyledText></Watermark>\n    \
         <PDF source=\"b.pdf\"/>\n    \
         <PDF source=\"a.pdf\"/>\n  \
         </PDF>\n</DDX>\n",
        "",
    );
    world
        .forms(&[&call[..], &["--out", "all.pdf"]].concat())
        .run()
        .assert(0, "", "");
    assert!(world.read("all.pdf").starts_with(b"%PDF-"));
}

#[test]
fn validation_writes_nothing() {
    let world = world();
    let requests = world.requests();
    world
        .forms(&["assemble", "one.ddx", "--validate-only"])
        .run()
        .assert(0, "", "");
    let run = world
        .forms(&[
            "assemble",
            "one.ddx",
            "--validate-only",
            "--keep-log",
            "logs",
        ])
        .run();
    run.assert(0, "", "");
    assert_eq!(world.requests(), requests + 2);
    assert!(!world.world.path("all.pdf").exists());
    assert_eq!(
        crate::forms_world::files(&world.world.path("logs")),
        ["one.jobLog.txt"]
    );
}

#[test]
fn files_that_do_not_fit_the_ddx_are_refused_before_anything_is_sent() {
    let server = Server::always(answer(AS_PDF, PDF));
    let folder = inputs();
    let path = folder.path();
    write_sources(path);
    for (name, content) in [
        ("missing.ddx", ONE.replace("b.pdf", "none.pdf")),
        ("case.ddx", ONE.replace("b.pdf", "B.pdf")),
        ("twice.ddx", TWO.replace("two.pdf", "one.pdf")),
        ("reserved.ddx", ONE.replace("b.pdf", "options")),
        ("https.ddx", ONE.replace("http://", "https://")),
        ("dtd.ddx", format!("<!DOCTYPE a>{ONE}")),
        ("letter.ddx", crate::forms_world::DATA.to_owned()),
        ("empty.ddx", String::new()),
    ] {
        fs::write(path.join(name), content).unwrap();
    }
    for (arguments, code, id) in [
        (&["missing.ddx"][..], 3, "source-missing"),
        (&["case.ddx", "b.pdf"], 3, "source-case"),
        (&["twice.ddx"], 3, "result-duplicate"),
        (&["reserved.ddx", "options=b.pdf"], 3, "part-reserved"),
        (&["https.ddx"], 3, "ns-https"),
        (&["dtd.ddx"], 3, "xml-malformed"),
        (&["letter.ddx"], 3, "not-a-ddx"),
        (&["one.ddx", "none.pdf"], 3, "document-unreadable"),
        (&["one.ddx", "a.pdf", "./a.pdf"], 2, "usage"),
        (&["none.ddx"], 3, "file-unreadable"),
    ] {
        let run = server
            .forms(
                path,
                &[&["assemble", "--out", "out.pdf"], arguments].concat(),
            )
            .run();
        assert_eq!(
            (run.code, run.stdout.as_str()),
            (code, ""),
            "{arguments:?}: {run:?}"
        );
        assert!(
            run.stderr.contains(&format!("[{id}]\n")),
            "{arguments:?}: {run:?}"
        );
        assert!(!path.join("out.pdf").exists());
    }
    let run = server
        .forms(path, &["assemble", "empty.ddx", "--out", "x.pdf"])
        .run();
    assert_eq!(run.code, 3, "{run:?}");
    for (out, ddx, code, id) in [
        ("-", "two.ddx", 3, "output-needs-folder"),
        ("a.pdf", "two.ddx", 3, "output-needs-folder"),
        ("a.pdf", "one.ddx", 2, "usage"),
        ("one.ddx", "one.ddx", 2, "usage"),
    ] {
        let run = server.forms(path, &["assemble", ddx, "--out", out]).run();
        run.assert_failed(code, id);
    }
    assert_eq!(server.requests().len(), 0);
    assert_eq!(fs::read(path.join("a.pdf")).unwrap(), PDF);
}

#[test]
fn missing_second_and_unknown_results_never_make_a_wrong_file() {
    let first = || (result("one.pdf"), PDF);
    let one = parts("200 OK", &[(&first().0, PDF), (LOG, b"half of it")]);
    let both = parts("200 OK", &[(&result("two.pdf"), PDF), (&first().0, PDF)]);
    let bad = parts(
        "200 OK",
        &[
            (&first().0, PDF),
            (&result("two.pdf"), b"<html><body>Oh</body></html>"),
        ],
    );
    let mut cut = both.clone();
    cut.truncate(cut.len() - 20);
    let unknown = parts("200 OK", &[(&result("x.pdf"), PDF)]);
    let several = parts(
        "200 OK",
        &[(&result("all.pdf"), PDF), (&result("../../x.pdf"), PDF)],
    );
    for (name, answer, arguments, code, expected) in [
        (
            "missing",
            one.clone(),
            &["two.ddx", "--out", "out"][..],
            5,
            &[][..],
        ),
        (
            "missing, tolerated",
            one,
            &["two.ddx", "--out", "out", "--no-fail-on-error"],
            8,
            &["out/one.pdf"],
        ),
        (
            "both",
            both,
            &["two.ddx", "--out", "out"],
            0,
            &["out/one.pdf", "out/two.pdf"],
        ),
        (
            "wrong bytes",
            bad.clone(),
            &["two.ddx", "--out", "out"],
            5,
            &[],
        ),
        (
            "wrong bytes, tolerated",
            bad,
            &["two.ddx", "--out", "out", "--no-fail-on-error"],
            5,
            &[],
        ),
        ("cut off", cut, &["two.ddx", "--out", "out"], 5, &[]),
        (
            "one document for two",
            answer(AS_PDF, PDF),
            &["two.ddx", "--out", "out"],
            5,
            &[],
        ),
        (
            "unknown",
            unknown.clone(),
            &["one.ddx", "--out", "out.pdf"],
            5,
            &[],
        ),
        (
            "unknown on stdout",
            unknown,
            &["one.ddx", "--out", "-"],
            5,
            &[],
        ),
        (
            "two for one file",
            several.clone(),
            &["one.ddx", "--out", "out.pdf"],
            3,
            &[],
        ),
        (
            "two for stdout",
            several.clone(),
            &["one.ddx", "--out", "-"],
            3,
            &[],
        ),
        (
            "two for a folder",
            several,
            &["one.ddx", "--out", "out/"],
            0,
            &["out/__.._x.pdf", "out/all.pdf"],
        ),
    ] {
        let server = Server::always(answer);
        let folder = inputs();
        write_sources(folder.path());
        let run = server
            .forms(folder.path(), &[&["assemble"], arguments].concat())
            .run();
        assert_eq!(
            (run.code, run.stdout.as_str()),
            (code, ""),
            "{name}: {run:?}"
        );
        assert_eq!(results(folder.path()), expected, "{name}");
        if code == 8 {
            run.assert(
                8,
                "",
                "ims: note: AEM could not make these results: two.pdf\n",
            );
        }
    }
}

#[test]
fn existing_results_stay_when_the_last_one_is_wrong() {
    let bad = parts(
        "200 OK",
        &[(&result("one.pdf"), PDF), (&result("two.pdf"), b"%!PS")],
    );
    let server = Server::always(bad);
    let folder = inputs();
    let path = folder.path();
    write_sources(path);
    fs::create_dir(path.join("out")).unwrap();
    fs::write(path.join("out/one.pdf"), "old").unwrap();
    let run = server
        .forms(path, &["assemble", "two.ddx", "--out", "out"])
        .run();
    assert_eq!(run.code, 5, "{run:?}");
    assert_eq!(results(path), ["out/one.pdf"]);
    assert_eq!(fs::read(path.join("out/one.pdf")).unwrap(), b"old");
}

#[test]
fn dry_run_shows_the_sources_beside_the_ddx() {
    let folder = inputs();
    write_sources(folder.path());
    let run = Ims::new([
        "forms",
        "assemble",
        "one.ddx",
        "b.pdf=a.pdf",
        "--dry-run",
        "--first-bates-number",
        "7",
    ])
    .in_folder(folder.path())
    .run();
    let (ddx, pdf) = (ONE.len(), PDF.len());
    run.assert(
        0,
        &format!(
            "POST /adobe/forms/assembler/ddx/invoke\n  \
             ddx      ddx.xml  application/xml   {ddx} bytes\n  \
             b.pdf    a.pdf    application/pdf   {pdf} bytes\n  \
             a.pdf    a.pdf    application/pdf   {pdf} bytes\n  \
             options  options  application/json  22 bytes\n\
             nothing was sent\n"
        ),
        "",
    );
}
