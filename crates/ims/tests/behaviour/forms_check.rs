//! `ims forms check`.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::forms_world::{PDF, inputs};
use crate::support::{Ims, Run};

fn check(folder: &Path, arguments: &[&str]) -> Run {
    Ims::new(["forms", "check"].iter().chain(arguments))
        .in_folder(folder)
        .run()
}

#[test]
fn findings_of_each_grade_decide_the_exit_code() {
    let folder = inputs();
    let path = folder.path();
    let ddx = "<DDX xmlns=\"http://ns.adobe.com/DDX/1.0/\"><PDF result=\"r.pdf\"><PDF source=\"a.pdf\"/></PDF></DDX>";
    for (name, content) in [
        ("odd.xml", "<letter><name>Ada</name><city>x</city><town>Jena</town></letter>".to_owned()),
        ("other.xml", "<person><name>Ada</name><city>Jena</city></person>".to_owned()),
        ("bad.xml", "<letter>\n<name></letter>".to_owned()),
        ("data.json", "{\"name\":\"Ada\",\"city\":\"x\",\"town\":\"Jena\"}".to_owned()),
        ("book.ddx", ddx.to_owned()),
        ("none.ddx", ddx.replace("a.pdf", "gone.pdf")),
        ("quiet.ddx", ddx.replace(" result=\"r.pdf\"", "")),
        ("https.ddx", ddx.replace("http:", "https:")),
        ("a.pdf", String::from_utf8(PDF.to_vec()).unwrap()),
        ("b.pdf", String::from_utf8(PDF.to_vec()).unwrap()),
        ("options.json", "{\"locale\":\"de\",\"copies\":0,\"printConfig\":{\"renderType\":\"ZPL\",\"xdcUri\":\"ps_plain.xdc\"}}".to_owned()),
        ("unknown.json", "{\"locale\":\"de\",\"isTaged\":true}".to_owned()),
        ("batch.json", "{\"configName\":\"b\",\"template\":\"t.xdp\",\"dataSourceConfigUri\":\"/c\",\"outputTypes\":[\"PRINT\"]}".to_owned()),
        ("page.html", "<html><head><title>Sign in</title></head></html>".to_owned()),
        ("empty", String::new()),
    ] {
        fs::write(path.join(name), content).unwrap();
    }
    let relative = crate::forms_world::TEMPLATE.replace(
        "<field name=\"city\"",
        "<draw><value><image href=\"logo.png\"/></value></draw><field name=\"city\"",
    );
    fs::write(path.join("relative.xdp"), relative).unwrap();
    for (files, code, strict, found) in [
        (&["letter.xdp", "data.xml"][..], 0, 0, &[][..]),
        (&["letter.xdp", "odd.xml"], 0, 8, &["warning data-unbound"]),
        (&["letter.xdp", "other.xml"], 0, 0, &["note data-root"]),
        (
            &["letter.xdp", "data.json"],
            0,
            8,
            &["warning data-unbound"],
        ),
        (&["bad.xml"], 8, 8, &["refusal xml-malformed"]),
        (&["book.ddx"], 0, 0, &[]),
        (&["book.ddx", "b.pdf"], 0, 0, &["note source-unused"]),
        (&["none.ddx"], 8, 8, &["refusal source-missing"]),
        (&["quiet.ddx"], 0, 8, &["warning no-result"]),
        (&["https.ddx"], 8, 8, &["refusal ns-https"]),
        (
            &["options.json"],
            8,
            8,
            &["refusal option-value", "warning xdc-mismatch"],
        ),
        (&["unknown.json"], 0, 8, &["warning option-unknown"]),
        (
            &["batch.json"],
            8,
            8,
            &[
                "refusal batch-print-without-list",
                "refusal batch-template-relative",
            ],
        ),
        (&["page.html"], 8, 8, &["refusal not-a-template"]),
        (&["empty"], 8, 8, &["refusal not-a-template"]),
        (&["relative.xdp"], 0, 8, &["warning ref-relative"]),
        (
            &["relative.xdp", "--content-root", "crx:///content/dam"],
            0,
            0,
            &[],
        ),
        (
            &["a.pdf", "data.xml", "--as", "zpl"],
            0,
            8,
            &["warning print-needs-xfa"],
        ),
    ] {
        let run = check(path, &[files, &["-o", "json"]].concat());
        let json: Value = serde_json::from_str(&run.stdout).unwrap();
        assert_eq!(json["schema"], "ims.forms.check/1");
        let findings = json["findings"].as_array().unwrap();
        let mut ids: Vec<String> = findings
            .iter()
            .map(|it| {
                format!(
                    "{} {}",
                    it["grade"].as_str().unwrap(),
                    it["id"].as_str().unwrap()
                )
            })
            .collect();
        ids.sort();
        ids.dedup();
        assert_eq!(
            (run.code, ids),
            (code, found.iter().map(|it| (*it).to_owned()).collect()),
            "{files:?}: {run:?}"
        );
        assert_eq!(json["passed"], code == 0, "{files:?}");
        assert_eq!(run.stderr, "", "{files:?}");
        let run = check(path, &[files, &["--strict"]].concat());
        assert_eq!(
            (run.code, run.stderr.as_str()),
            (strict, ""),
            "{files:?}: {run:?}"
        );
        for finding in findings {
            assert!(
                run.stdout.contains(finding["id"].as_str().unwrap()),
                "{run:?}"
            );
        }
        assert!(
            run.stdout.lines().all(|line| line.chars().count() <= 80),
            "{run:?}"
        );
    }
}

#[test]
fn findings_are_lines_for_people() {
    let folder = inputs();
    let path = folder.path();
    fs::write(
        path.join("odd.xml"),
        "<letter><name>Ada</name><city>x</city><town>Jena</town></letter>",
    )
    .unwrap();
    check(path, &["letter.xdp", "data.xml"]).assert(0, "2 files: nothing is wrong\n", "");
    let run = check(path, &["letter.xdp", "odd.xml"]);
    run.assert(
        0,
        "warning  odd.xml:1:39: no field of letter.xdp takes the element \"town\" in\n         \
         \"letter\" [data-unbound]\n\
         2 files: 1 warning\n",
        "",
    );
    let run = check(path, &["none.xml"]);
    run.assert_failed(3, "file-unreadable");
}

#[test]
fn hostile_files_are_checked_in_bounds() {
    let folder = inputs();
    let path = folder.path();
    let deep = "<a>".repeat(200_000);
    let bomb = "<!DOCTYPE l [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;\">]><l>&b;</l>".to_owned();
    let json = "[".repeat(200_000);
    let object = "{\"a\":".repeat(200_000);
    for (name, content) in [
        ("deep.xml", deep),
        ("bomb.xml", bomb),
        ("deep.json", json),
        ("object.json", object),
    ] {
        fs::write(path.join(name), content).unwrap();
        let run = check(path, &[name]);
        assert_eq!((run.code, run.stderr.as_str()), (8, ""), "{name}: {run:?}");
        assert!(run.stdout.starts_with("refusal  "), "{name}: {run:?}");
        assert!(run.stdout.len() < 2000, "{name}: {}", run.stdout.len());
    }
    let escape = "<letter><name>\u{1b}[31m</name></letter>";
    fs::write(path.join("esc\u{1b}[2J.xml"), escape).unwrap();
    let run = check(path, &["letter.xdp", "esc\u{1b}[2J.xml"]);
    assert!(!run.stdout.contains('\u{1b}'), "{run:?}");
    fs::write(path.join("binary"), [0xff, 0xfe, 0x00, 0x01, 0x80]).unwrap();
    assert_eq!(check(path, &["binary"]).code, 8);
}
