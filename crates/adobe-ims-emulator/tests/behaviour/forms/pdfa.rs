//! `pdfa/convert` and `pdfa/validate`.

use serde_json::json;

use crate::forms::assembly::{failure, pdf};
use crate::forms::generation::GENERATE;
use crate::forms::support::{Answer, Forms, LETTER, PDF, XML};

const CONVERT: &str = "/adobe/forms/assembler/pdfa/convert";
const VALIDATE: &str = "/adobe/forms/assembler/pdfa/validate";

fn post(forms: &Forms, path: &str, document: &[u8], options: &str) -> Answer {
    let document = ("inDoc", Some("a.pdf"), Some(PDF), document);
    if options.is_empty() {
        return forms.post(path, &[document]);
    }
    let options = (
        "options",
        Some("options"),
        Some("application/json"),
        options.as_bytes(),
    );
    forms.post(path, &[document, options])
}

fn is_pdfa(forms: &Forms, document: &[u8], options: &str) -> bool {
    let answer = post(forms, VALIDATE, document, options);
    assert_eq!(answer.status, 200, "{}", answer.text());
    let body = answer.json();
    assert_eq!(body.as_object().unwrap().len(), 1);
    body["isPDFA"].as_bool().unwrap()
}

#[test]
fn converted_document_is_marked_and_passes_the_check() {
    let forms = Forms::new();
    let plain = pdf(&forms, &["one", "two"]);
    assert!(!is_pdfa(&forms, &plain, ""));
    let level = |name: &str| format!(r#"{{"compliance":"{name}"}}"#);
    for (asked, passes) in [
        ("", [true, false, false]),
        (&*level("PDFA_1B"), [true, false, false]),
        (&*level("PDFA_2B"), [false, true, false]),
        (&*level("PDFA_3B"), [false, false, true]),
    ] {
        let answer = post(&forms, CONVERT, &plain, asked);
        assert_eq!(
            (answer.status, answer.content_type()),
            (200, PDF),
            "{}",
            answer.text()
        );
        assert_eq!(answer.pages().len(), 2);
        assert!(answer.pages()[1].contains("two"));
        let levels = ["PDFA_1B", "PDFA_2B", "PDFA_3B"];
        let found = levels.map(|name| is_pdfa(&forms, &answer.body, &level(name)));
        assert!(found.contains(&true), "{asked}");
        for (at, expected) in passes.into_iter().enumerate() {
            // A file of a lower level may or may not count as one of a higher.
            assert!(!expected || found[at], "{asked} as {}", levels[at]);
        }
    }
}

#[test]
fn all_documented_options_are_accepted_and_others_refused() {
    let forms = Forms::new();
    let plain = pdf(&forms, &["one"]);
    let all = json!({"compliance": "PDFA_2B", "resultLevel": "DETAILED", "optionalContent": "VISIBLE",
        "colorSpace": "COATED_FOGRA27", "verify": true});
    assert_eq!(post(&forms, CONVERT, &plain, &all.to_string()).status, 200);
    for (name, value) in [
        ("compliance", json!("PDFA_1A")),
        ("compliance", json!("PDF/A-1b")),
        ("resultLevel", json!("ALL")),
        ("optionalContent", json!("NONE")),
        ("colorSpace", json!("CMYK")),
        ("verify", json!("true")),
    ] {
        let mut options = all.clone();
        options[name] = value;
        let answer = post(&forms, CONVERT, &plain, &options.to_string());
        assert_eq!(answer.status, 400, "{name}: {}", answer.text());
        assert_eq!(answer.json()["status"], 400);
    }
}

#[test]
fn document_that_cannot_be_used_has_its_reason_in_a_log() {
    let forms = Forms::new();
    for document in [&b"no PDF"[..], b"", b"%PDF-1.7\n%%EOF"] {
        let (_, log) = failure(&post(&forms, CONVERT, document, ""), "conversionLog");
        assert_ne!(log, "");
        let (_, log) = failure(&post(&forms, VALIDATE, document, ""), "validationLog");
        assert_ne!(log, "");
    }
    for path in [CONVERT, VALIDATE] {
        let answer = forms.post(path, &[("document", Some("a.pdf"), Some(PDF), b"x")]);
        assert_eq!(answer.status, 400);
        assert!(answer.json()["message"].as_str().unwrap().contains("inDoc"));
    }
}

#[test]
fn embedded_fonts_and_references_do_not_disturb() {
    let forms = Forms::new();
    let options = ("options", None, None, &br#"{"embedFonts":true}"#[..]);
    let template = ("template", Some("a.xdp"), Some(XML), LETTER.as_bytes());
    let made = forms.post(GENERATE, &[template, options]);
    forms.emulator.put_aem_file("a.pdf", made.body.clone());
    let answer = forms.post(
        CONVERT,
        &[("inDoc", None, Some("text/plain"), b"/content/dam/a.pdf")],
    );
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert!(is_pdfa(&forms, &answer.body, ""));
}
