//! The checks, row by row. The rows are in `scenarios`.

use aem_forms::ddx::Ddx;
use aem_forms::error::{Finding, Place};
use aem_forms::known_options::Operation;
use aem_forms::lint::{self, Api, Login, Template};
use serde_json::Value;

fn rows(json: &str) -> Vec<Value> {
    serde_json::from_str(json).expect("the table is JSON")
}

fn text<'a>(row: &'a Value, name: &str) -> &'a str {
    row[name].as_str().unwrap_or_default()
}

/// Compares findings with the words that a row says of each, one text a finding.
fn compare(row: &Value, findings: &[Finding]) {
    let shown: Vec<String> = findings
        .iter()
        .map(|it| format!("{} {} {it}", it.problem.id(), it.grade.as_str()))
        .collect();
    let expected = row["findings"].as_array().expect("a list");
    assert_eq!(shown.len(), expected.len(), "{row}\n{shown:#?}");
    for (shown, expected) in shown.iter().zip(expected) {
        for words in expected.as_str().expect("a text").split(' ') {
            assert!(shown.contains(words), "{row}\n{shown}\nlacks {words}");
        }
    }
    let hint = text(row, "hint");
    let mut hints = findings.iter().filter_map(|it| it.hint.as_deref());
    assert!(
        hint.is_empty() || hints.any(|it| it.contains(hint)),
        "{row}\n{findings:#?}"
    );
}

#[test]
fn data_is_checked_against_the_template() {
    for row in rows(include_str!("scenarios/data_lints.json")) {
        let xdp = format!(
            "<xdp:xdp xmlns:xdp='http://ns.adobe.com/xdp/'><template xmlns='http://www.xfa.org/schema/xfa-template/3.3/'><subform name='form1'>\n{}</subform></template></xdp:xdp>",
            text(&row, "form")
        );
        let template = Template::parse("letter.xdp", xdp.as_bytes()).expect("it is a template");
        let findings = template.check_data("data.xml", text(&row, "data").as_bytes());
        compare(&row, &findings);
    }
}

#[test]
fn a_ddx_is_checked_against_the_documents() {
    for row in rows(include_str!("scenarios/ddx_lints.json")) {
        let xml = format!(
            "<DDX xmlns='http://ns.adobe.com/DDX/1.0/'>{}</DDX>",
            text(&row, "ddx")
        );
        let ddx = Ddx::parse("book.ddx", xml.as_bytes()).expect("it is a DDX");
        let parts = row["parts"].as_array().expect("a list");
        let findings = lint::ddx(&ddx, parts.iter().filter_map(Value::as_str));
        compare(&row, &findings);
    }
}

#[test]
fn options_are_checked_against_the_tables() {
    for row in rows(include_str!("scenarios/option_lints.json")) {
        let operation = match text(&row, "operation") {
            "pdf" => Operation::Pdf,
            "print" => Operation::Print,
            "afp" => Operation::Afp,
            "assemble" => Operation::Assemble,
            "pdfa-convert" => Operation::PdfaConvert,
            "pdfa-validate" => Operation::PdfaValidate,
            _ => {
                let json = text(&row, "json").as_bytes();
                compare(&row, &lint::batch_configuration(Place::default(), json));
                continue;
            }
        };
        let place = Place::file("options.json");
        let json = text(&row, "json").as_bytes();
        compare(&row, &lint::options(place, json, operation));
    }
}

#[test]
fn targets_are_checked() {
    for row in rows(include_str!("scenarios/target_lints.json")) {
        let api = match text(&row, "api") {
            "batch" => Api::Batch,
            _ => Api::Synchronous,
        };
        let login = match text(&row, "login") {
            "oauth" => Login::OAuth,
            _ => Login::Unknown,
        };
        compare(&row, &lint::target(text(&row, "target"), api, login));
    }
}
