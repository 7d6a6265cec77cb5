//! The files of `examples/forms`, as the documentation uses them.

use std::fs;
use std::path::{Path, PathBuf};

use adobe_ims_emulator::document_text;

use crate::forms_world::FormsWorld;

/// Returns an emulator, and a folder with a copy of the examples.
fn world() -> FormsWorld {
    let forms = FormsWorld::new();
    copy(&examples(), forms.folder());
    forms
}

fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/forms")
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, target).unwrap();
        }
    }
}

fn text(forms: &FormsWorld, file: &str) -> Vec<String> {
    document_text(&forms.read(file)).unwrap().concat()
}

fn assert_holds(lines: &[String], expected: &[&str]) {
    for line in expected {
        assert!(lines.iter().any(|it| it == line), "{line}: {lines:?}");
    }
}

#[test]
fn letter_has_the_values_of_its_data() {
    let forms = world();
    let data = "data/jörg.xml";
    let run = forms.forms(&["generate", "letter.xdp", data, "--out", "letter.pdf"]);
    run.run().assert(0, "", "");
    let expected = ["Jörg Müller", "Große Straße 7", "Köln", "Januar", "27,10"];
    assert_holds(&text(&forms, "letter.pdf"), &expected);
}

#[test]
fn every_source_of_records_makes_its_letters() {
    for (source, files) in [
        (
            "people.csv",
            ["Sarah Rose.pdf", "John Wood.pdf", "陈美.pdf"].as_slice(),
        ),
        ("people.jsonl", &["Sarah Rose.pdf", "John Wood.pdf"]),
    ] {
        let forms = world();
        let pattern = "letters/{recipient.name}.pdf";
        let run = forms.forms(&["generate", "letter.xdp", "--each", source, "--out", pattern]);
        assert_eq!(run.run().code, 0);
        for file in files {
            let name = file.strip_suffix(".pdf").unwrap();
            assert_holds(&text(&forms, &format!("letters/{file}")), &[name]);
        }
    }
    let forms = world();
    let run = forms.forms(&[
        "generate",
        "letter.xdp",
        "--each",
        "data",
        "--out",
        "out/{name}.pdf",
    ]);
    assert_eq!(run.run().code, 0);
    assert_holds(&text(&forms, "out/sarah.pdf"), &["Sarah Rose", "28.75"]);
}

#[test]
fn book_has_the_pages_of_its_sources() {
    let forms = world();
    for (data, out) in [
        ("data/sarah.xml", "cover.pdf"),
        ("data/jörg.xml", "letter.pdf"),
    ] {
        let run = forms.forms(&["generate", "letter.xdp", data, "--out", out]);
        assert_eq!(run.run().code, 0);
    }
    let run = forms.forms(&["assemble", "book.ddx", "--out", "book.pdf"]);
    run.run().assert(0, "", "");
    let pages = document_text(&forms.read("book.pdf")).unwrap();
    assert_eq!(pages.len(), 2);
    assert_holds(&pages[0], &["Sarah Rose", "Page 1 of 2"]);
    assert_holds(&pages[1], &["Jörg Müller", "Page 2 of 2"]);
}
