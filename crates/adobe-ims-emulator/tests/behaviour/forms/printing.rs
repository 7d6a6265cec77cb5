//! `generatePrintedOutput` and `generate/afp`.

use serde_json::{Value, json};

use crate::forms::generation::GENERATE;
use crate::forms::support::{Answer, Forms, LETTER, LETTER_DATA, XML, find};

const PRINT: &str = "/adobe/forms/doc/v1/generatePrintedOutput";
const AFP: &str = "/adobe/forms/doc/v1/generate/afp";

fn print(forms: &Forms, path: &str, options: &Value) -> Answer {
    let options = options.to_string();
    forms.post(
        path,
        &[
            ("template", Some("letter.xdp"), Some(XML), LETTER.as_bytes()),
            (
                "data",
                Some("letter.xml"),
                Some(XML),
                LETTER_DATA.as_bytes(),
            ),
            (
                "options",
                Some("options"),
                Some("application/json"),
                options.as_bytes(),
            ),
        ],
    )
}

#[test]
fn print_streams_have_the_form_of_their_language() {
    let forms = Forms::new();
    for (render_type, content_type, start, end) in [
        (
            "PostScript",
            "application/postscript",
            &b"%!PS-Adobe"[..],
            &b"%%EOF\n"[..],
        ),
        ("PCL", "application/vnd.hp-pcl", b"\x1b", b"\x1bE"),
        ("ZPL", "application/octet-stream", b"^XA", b"^XZ\n"),
        ("DPL", "application/octet-stream", b"\x02", b""),
        ("IPL", "application/octet-stream", b"\x02", b""),
        ("TPCL", "application/octet-stream", b"{", b""),
    ] {
        let options = json!({"printConfig": {"renderType": render_type, "xdcUri": "any.xdc"}, "copies": 2,
            "paginationOverride": "duplexLongEdge", "locale": "en", "contentRoot": "crx:///content/dam"});
        let answer = print(&forms, PRINT, &options);
        assert_eq!(answer.status, 200, "{render_type}: {}", answer.text());
        assert_eq!(answer.content_type(), content_type, "{render_type}");
        assert!(
            answer.body.starts_with(start),
            "{render_type}: {:?}",
            &answer.body[..20]
        );
        assert!(
            answer.body.ends_with(end),
            "{render_type}: {:?}",
            answer.body
        );
        assert!(find(&answer.body, b"Paper").is_some(), "{render_type}");
    }
}

#[test]
fn print_stream_of_several_parts_has_its_extension() {
    let forms = Forms::new();
    let options = br#"{"printConfig":{"renderType":"PCL","xdcUri":"hppcl5e.xdc"}}"#;
    let answer = forms.post_with(
        PRINT,
        &[
            ("template", Some("letter.xdp"), Some(XML), LETTER.as_bytes()),
            ("options", None, None, options),
        ],
        &[("accept", "multipart/mixed")],
    );
    let parts = answer.parts();
    assert_eq!(parts[0].0, "attachment; name=output; filename=letter.pcl");
    assert_eq!(parts[0].1, "application/vnd.hp-pcl");
    assert_eq!(parts[1].2, br#"{"pageCount":"2"}"#);
}

#[test]
fn afp_is_made_of_structured_fields() {
    let forms = Forms::new();
    let answer = print(
        &forms,
        AFP,
        &json!({"pdfVersion": "1.7-ADBE-3", "resolution": 600, "embedFonts": true}),
    );
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.content_type(), "application/x-afp");
    let mut rest = &answer.body[..];
    let mut fields = Vec::new();
    while let [0x5a, high, low, a, b, c, ..] = rest {
        fields.push([*a, *b, *c]);
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        rest = &rest[1 + length..];
    }
    assert_eq!(rest, b"");
    // Begin and end of the document.
    assert_eq!(fields.first(), Some(&[0xd3, 0xa8, 0xa8]));
    assert_eq!(fields.last(), Some(&[0xd3, 0xa9, 0xa8]));
    let without = forms.post(
        AFP,
        &[("template", Some("a.xdp"), Some(XML), LETTER.as_bytes())],
    );
    assert_eq!(without.status, 200);
}

#[test]
fn wrong_print_options_are_refused() {
    let forms = Forms::new();
    let config = json!({"renderType": "PCL", "xdcUri": "a.xdc"});
    for (options, words) in [
        (json!({}), "printConfig"),
        (json!({"printConfig": {}}), "renderType"),
        (json!({"printConfig": {"renderType": "PCL"}}), "xdcUri"),
        (
            json!({"printConfig": {"renderType": "PCL", "xdcUri": ""}}),
            "xdcUri",
        ),
        (
            json!({"printConfig": {"renderType": "pcl", "xdcUri": "a.xdc"}}),
            "pcl",
        ),
        (json!({"printConfig": config, "copies": 0}), "copies"),
        (json!({"printConfig": config, "copies": -1}), "options"),
        (
            json!({"printConfig": config, "paginationOverride": "duplex"}),
            "duplex",
        ),
    ] {
        let answer = print(&forms, PRINT, &options);
        assert_eq!(answer.status, 400, "{options}: {}", answer.text());
        let message = answer.json()["message"].as_str().unwrap().to_owned();
        assert!(message.contains(words), "{options}: {message}");
    }
    let answer = forms.post(
        PRINT,
        &[("template", Some("a.xdp"), Some(XML), LETTER.as_bytes())],
    );
    assert_eq!(answer.status, 400);
    assert!(
        answer.json()["message"]
            .as_str()
            .unwrap()
            .contains("options")
    );
}

#[test]
fn pdf_without_xfa_cannot_become_a_print_stream() {
    let forms = Forms::new();
    let made = forms.post(
        GENERATE,
        &[("template", Some("a.xdp"), Some(XML), LETTER.as_bytes())],
    );
    let pdf = (
        "template",
        Some("a.pdf"),
        Some("application/pdf"),
        &made.body[..],
    );
    let options = br#"{"printConfig":{"renderType":"PCL","xdcUri":"hppcl5e.xdc"}}"#;
    let options = ("options", None, None, &options[..]);
    for path in [PRINT, AFP] {
        let answer = forms.post(path, &[pdf, options]);
        // The options of one endpoint are unknown to the other, and ignored there.
        assert_eq!(answer.status, 500, "{}", answer.text());
        assert!(answer.json()["message"].as_str().unwrap().contains("XFA"));
    }
}
