//! References into the repository, and the files of the repository.

use adobe_ims_emulator::StartError;
use http::Request;
use serde_json::json;

use crate::forms::generation::GENERATE;
use crate::forms::support::{Forms, LETTER, LETTER_DATA, XML};
use crate::support::frozen_builder;

const FILE: &str = "/_emu/aem/dam/forms%20and%20documents/letter.xdp";

#[test]
fn files_are_put_read_and_deleted() {
    let forms = Forms::new();
    let file = Request::put(FILE).header("content-type", "application/vnd.adobe.xdp+xml");
    assert_eq!(forms.send(file, LETTER.as_bytes()).status, 201);
    let answer = forms.send(Request::get(FILE), b"");
    assert_eq!((answer.status, answer.text().as_str()), (200, LETTER));
    assert_eq!(answer.content_type(), "application/vnd.adobe.xdp+xml");
    assert_eq!(forms.send(Request::put(FILE), b"\0any\xff").status, 204);
    let answer = forms.send(Request::get(FILE), b"");
    assert_eq!(answer.body, &b"\0any\xff"[..]);
    assert_eq!(answer.content_type(), "application/octet-stream");
    assert_eq!(
        forms
            .emulator
            .aem_file("forms and documents/letter.xdp")
            .unwrap(),
        &b"\0any\xff"[..]
    );
    assert_eq!(forms.send(Request::delete(FILE), b"").status, 204);
    for method in ["GET", "DELETE"] {
        let request = Request::builder().method(method).uri(FILE);
        assert_eq!(forms.send(request, b"").status, 404, "{method}");
    }
    for (method, path, status) in [
        ("PUT", "/_emu/aem/dam/", 400),
        ("PUT", "/_emu/aem/dam/../x", 400),
        ("PUT", "/_emu/aem/dam/folder/", 400),
        ("POST", FILE, 405),
        ("PUT", "/_emu/aem/dam", 404),
    ] {
        let request = Request::builder().method(method).uri(path);
        assert_eq!(forms.send(request, b"x").status, status, "{method} {path}");
    }
    assert!(forms.emulator.put_aem_file("a/b.xml", "<a/>"));
    assert!(!forms.emulator.put_aem_file("../b.xml", "<a/>"));
    assert!(forms.emulator.delete_aem_file("a/b.xml"));
    assert!(!forms.emulator.delete_aem_file("a/b.xml"));
}

#[test]
fn emulator_starts_with_files() {
    let emulator = frozen_builder()
        .aem_file("/a//b.xdp", LETTER)
        .start()
        .unwrap();
    assert_eq!(emulator.aem_file("a/b.xdp").unwrap(), LETTER);
    let error = frozen_builder()
        .aem_file("../b.xdp", LETTER)
        .start()
        .unwrap_err();
    assert!(matches!(error, StartError::AemFile(path) if path == "../b.xdp"));
}

#[test]
fn files_may_be_larger_than_other_control_requests() {
    let forms = Forms::new();
    let large = vec![0; 2_000_000];
    assert_eq!(forms.send(Request::put(FILE), &large).status, 201);
    assert_eq!(
        forms.send(Request::post("/_emu/people"), &large).status,
        413
    );
}

#[test]
fn text_parts_are_references() {
    let forms = Forms::new();
    forms.emulator.put_aem_file("f/letter.xdp", LETTER);
    forms.emulator.put_aem_file("f/letter.xml", LETTER_DATA);
    let root = r#"{"contentRoot":"crx:///content/dam/f"}"#;
    for (template, content_type, options, status) in [
        (
            "crx:///content/dam/f/letter.xdp",
            Some("text/plain"),
            "{}",
            200,
        ),
        (
            "crx:///content/dam/f/letter.xdp\n",
            Some("text/plain; charset=utf-8"),
            "{}",
            200,
        ),
        ("/content/dam/f/letter.xdp", None, "{}", 200),
        ("letter.xdp", None, root, 200),
        (
            "f/letter.xdp",
            None,
            r#"{"contentRoot":"/content/dam"}"#,
            200,
        ),
        ("letter.xdp", None, "{}", 500),
        ("/content/dam/f/Letter.xdp", None, "{}", 500),
        ("/etc/passwd", None, "{}", 500),
        ("https://example.com/letter.xdp", None, "{}", 400),
        ("http://127.0.0.1/letter.xdp", None, "{}", 400),
        (
            "letter.xdp",
            None,
            r#"{"contentRoot":"https://example.com"}"#,
            400,
        ),
        // A file without type is read as a path.
        (LETTER, None, "{}", 500),
        (
            "/content/dam/f/letter.xdp",
            Some("application/octet-stream"),
            "{}",
            500,
        ),
    ] {
        let answer = forms.post_with(
            GENERATE,
            &[
                ("template", None, content_type, template.as_bytes()),
                ("data", None, None, b"/content/dam/f/letter.xml"),
                ("options", None, None, options.as_bytes()),
            ],
            &[("accept", "multipart/mixed")],
        );
        assert_eq!(answer.status, status, "{template:.40}: {}", answer.text());
        if status == 200 {
            let parts = answer.parts();
            assert!(
                parts[0].0.ends_with("filename=letter.pdf"),
                "{}",
                parts[0].0
            );
            let text = crate::forms::support::pages(&parts[0].2).concat();
            assert!(text.contains("Zürich"));
        } else {
            let body = answer.json();
            assert_eq!(body["status"], status.to_string());
            assert!(body["message"].as_str().unwrap().len() < 400, "{body}");
        }
    }
    let answer = forms.post(
        GENERATE,
        &[
            ("template", Some("a.xdp"), Some(XML), LETTER.as_bytes()),
            ("data", None, None, b"/content/dam/missing.xml"),
        ],
    );
    assert_eq!(answer.status, 500);
    let message = answer.json()["message"].clone();
    assert_eq!(
        message,
        json!("The data \"/content/dam/missing.xml\" was not found.")
    );
}
