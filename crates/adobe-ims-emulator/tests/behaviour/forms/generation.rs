//! `generatePDFOutput`.

use lopdf::{Document, Object, Stream, dictionary};
use serde_json::json;

use crate::forms::support::{Answer, Forms, LETTER, LETTER_DATA, Part, XML};

pub(crate) const GENERATE: &str = "/adobe/forms/doc/v1/generatePDFOutput";

const OCTETS: &str = "application/octet-stream";

fn template() -> Part<'static> {
    (
        "template",
        Some("letter.xdp"),
        Some(OCTETS),
        LETTER.as_bytes(),
    )
}

fn data() -> Part<'static> {
    (
        "data",
        Some("letter.xml"),
        Some(XML),
        LETTER_DATA.as_bytes(),
    )
}

fn generate(forms: &Forms, options: &str) -> Answer {
    let options = (
        "options",
        Some("options"),
        Some("application/json"),
        options.as_bytes(),
    );
    forms.post(GENERATE, &[template(), data(), options])
}

#[test]
fn values_of_the_data_are_in_the_text_of_the_pages() {
    let forms = Forms::new();
    let answer = forms.post(GENERATE, &[template(), data()]);
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.content_type(), "application/pdf");
    let pages = answer.pages();
    assert_eq!(pages.len(), 2);
    for words in [
        "A letter & more",
        "Full name",
        "Jäne Döe (née \"O'Hara\" \\ <x>)",
        "Zürich",
        "found anywhere",
        "as designed",
        "Germany (DE)",
        "( ) Ms",
        "(x) Mr",
        "Dear Ms Döe,\nthank you.",
        "Pen\n1.50 €\nPaper\n22.00 €",
    ] {
        assert!(pages[0].contains(words), "{words}: {}", pages[0]);
    }
    assert!(pages[1].contains("signed below"));
    assert!(pages.iter().all(|page| page.contains("Running head")));
    for words in ["hidden value", "never seen", "Nowhere"] {
        assert!(pages.iter().all(|page| !page.contains(words)), "{words}");
    }
}

#[test]
fn missing_or_foreign_data_leaves_fields_empty() {
    let forms = Forms::new();
    let foreign = (
        "data",
        Some("a.xml"),
        Some(XML),
        &b"<other><x>1</x></other>"[..],
    );
    for parts in [
        vec![template()],
        vec![template(), foreign],
        vec![template(), ("data", None, None, b"")],
    ] {
        let answer = forms.post(GENERATE, &parts);
        assert_eq!(answer.status, 200, "{}", answer.text());
        let text = answer.pages().concat();
        assert!(
            text.contains("Full name") && text.contains("Nowhere"),
            "{text}"
        );
        assert!(!text.contains("Pen"), "no row without data: {text}");
    }
}

#[test]
fn accept_of_several_parts_gives_document_and_metadata() {
    let forms = Forms::new();
    for accept in ["multipart/mixed", "application/json, Multipart/Mixed;q=0.9"] {
        let answer = forms.post_with(GENERATE, &[template(), data()], &[("accept", accept)]);
        assert_eq!(answer.status, 200);
        let parts = answer.parts();
        assert_eq!(parts.len(), 2);
        let (disposition, content_type, content) = &parts[0];
        assert_eq!(disposition, "attachment; name=output; filename=letter.pdf");
        assert_eq!(content_type, "application/pdf");
        assert!(content.starts_with(b"%PDF-") && content.trim_ascii_end().ends_with(b"%%EOF"));
        let (disposition, content_type, content) = &parts[1];
        assert_eq!(
            disposition,
            "attachment; name=metadata; filename=letter.json"
        );
        assert_eq!(content_type, "application/json");
        assert_eq!(content, br#"{"pageCount":"2"}"#);
    }
    let answer = forms.post_with(GENERATE, &[template()], &[("accept", "*/*")]);
    assert_eq!(answer.content_type(), "application/pdf");
}

#[test]
fn options_show_in_the_file() {
    let forms = Forms::new();
    let with = |options: serde_json::Value| {
        let answer = generate(&forms, &options.to_string());
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.body
    };
    let plain = with(json!({}));
    let document = Document::load_mem(&plain).unwrap();
    assert!(document.catalog().unwrap().get(b"MarkInfo").is_err());
    let text = |key: &[u8]| {
        let information = document.trailer.get(b"Info").unwrap();
        let information = document
            .get_dictionary(information.as_reference().unwrap())
            .unwrap();
        let value = information.get(key).unwrap().as_str().unwrap().to_vec();
        String::from_utf8(value).unwrap()
    };
    assert!(text(b"Producer").starts_with("adobe-ims-emulator"));
    assert_eq!(text(b"Title"), "letter");
    let all = with(json!({
        "locale": "de_DE", "isTagged": true, "embedFonts": true, "linearizedPDF": true,
        "retainFormState": false, "retainUnsignedSignatureFields": false,
        "acrobatVersion": "Acrobat_10_1", "contentRoot": "crx:///content/dam", "unknown": 1,
    }));
    let document = Document::load_mem(&all).unwrap();
    assert!(document.catalog().unwrap().get(b"MarkInfo").is_ok());
    let start = String::from_utf8_lossy(&all[..1024]).into_owned();
    assert!(start.contains("/Linearized"), "{start}");
    assert!(all.windows(9).any(|window| window == b"/FontFile"));
    // Equal requests give equal files.
    assert_eq!(with(json!({})), plain);
}

#[test]
fn options_are_read_from_a_part_of_any_type() {
    let forms = Forms::new();
    for (file_name, content_type) in [
        (None, None),
        (None, Some("text/plain")),
        (Some("options"), Some(OCTETS)),
    ] {
        let options = (
            "options",
            file_name,
            content_type,
            &br#"{"isTagged":true}"#[..],
        );
        let answer = forms.post(GENERATE, &[template(), options]);
        assert_eq!(answer.status, 200);
        let document = Document::load_mem(&answer.body).unwrap();
        assert!(document.catalog().unwrap().get(b"MarkInfo").is_ok());
    }
}

#[test]
fn settings_of_an_xci_count_less_than_options() {
    let forms = Forms::new();
    let xci = "<config xmlns='http://www.xfa.org/schema/xci/3.0/'><present><pdf><producer>My producer</producer>\
               <tagged>1</tagged></pdf></present></config>";
    let xci = ("xci", Some("a.xci"), Some(XML), xci.as_bytes());
    let tagged = |options: &str| {
        let options = (
            "options",
            None,
            Some("application/json"),
            options.as_bytes(),
        );
        let answer = forms.post(GENERATE, &[template(), xci, options]);
        assert_eq!(answer.status, 200, "{}", answer.text());
        let document = Document::load_mem(&answer.body).unwrap();
        document.catalog().unwrap().get(b"MarkInfo").is_ok()
    };
    assert!(tagged("{}"));
    assert!(!tagged(r#"{"isTagged":false}"#));
    let broken = ("xci", Some("a.xci"), Some(XML), &b"<config>"[..]);
    assert_eq!(forms.post(GENERATE, &[template(), broken]).status, 500);
}

#[test]
fn mistakes_of_the_client_are_400_and_of_documents_500() {
    let forms = Forms::new();
    let options = |text: &'static str| ("options", None, Some("application/json"), text.as_bytes());
    let file =
        |name: &'static str, content: &'static [u8]| (name, Some("a.xml"), Some(XML), content);
    for (parts, status, words) in [
        (vec![data()], 400, "template"),
        (
            vec![file("Template", LETTER.as_bytes())],
            400,
            "The request has: Template.",
        ),
        (vec![template(), options("isTagged=true")], 400, "options"),
        (vec![template(), options("")], 400, "options"),
        (vec![template(), options("[]")], 400, "options"),
        (
            vec![template(), options(r#"{"isTagged":"true"}"#)],
            400,
            "options",
        ),
        (
            vec![template(), options(r#"{"acrobatVersion":"Acrobat_9"}"#)],
            400,
            "Acrobat_9",
        ),
        (vec![template(), options(r#"{"locale":1}"#)], 400, "options"),
        (vec![file("template", b"<html><body/></html>")], 500, "html"),
        (vec![file("template", b"")], 500, "template"),
        (
            vec![file("template", b"<template><subform></template>")],
            500,
            "well-formed",
        ),
        (
            vec![file(
                "template",
                b"<!DOCTYPE a [<!ENTITY b 'b'>]><template/>",
            )],
            500,
            "DTD",
        ),
        (vec![file("template", b"<template/>")], 500, "subform"),
        (vec![file("template", b"%PDF-1.7 broken")], 500, "template"),
        (vec![template(), file("data", b"<form1>")], 500, "data"),
        (
            vec![template(), file("data", b"{\"form1\":{}}")],
            500,
            "data",
        ),
    ] {
        let answer = forms.post(GENERATE, &parts);
        assert_eq!(answer.status, status, "{words}: {}", answer.text());
        let body = answer.json();
        assert_eq!(body["status"], status.to_string());
        assert!(
            body["message"].as_str().unwrap().contains(words),
            "{words}: {body}"
        );
        assert_ne!(body["code"], "");
    }
}

/// Returns a PDF with a field of AcroForm.
fn acroform() -> Vec<u8> {
    let mut pdf = Document::with_version("1.7");
    let pages = pdf.new_object_id();
    let field = pdf.add_object(dictionary! {
        "Type" => "Annot", "Subtype" => "Widget", "FT" => "Tx", "T" => Object::string_literal("Name"),
        "Rect" => vec![10.into(), 10.into(), 90.into(), 30.into()],
    });
    let page = pdf.add_object(dictionary! {
        "Type" => "Page", "Parent" => pages, "Annots" => vec![field.into()],
        "MediaBox" => vec![0.into(), 0.into(), 100.into(), 100.into()],
    });
    let tree = dictionary! {"Type" => "Pages", "Count" => 1, "Kids" => vec![page.into()]};
    pdf.objects.insert(pages, Object::Dictionary(tree));
    let catalog = pdf.add_object(dictionary! {
        "Type" => "Catalog", "Pages" => pages, "AcroForm" => dictionary! {"Fields" => vec![field.into()]},
    });
    pdf.trailer.set("Root", catalog);
    let mut bytes = Vec::new();
    pdf.save_to(&mut bytes).unwrap();
    bytes
}

#[test]
fn pdf_with_fields_is_followed_by_the_values() {
    let forms = Forms::new();
    let template = acroform();
    let pdf = (
        "template",
        Some("made.pdf"),
        Some("application/pdf"),
        &template[..],
    );
    let answer = forms.post_with(GENERATE, &[pdf, data()], &[("accept", "multipart/mixed")]);
    assert_eq!(answer.status, 200, "{}", answer.text());
    let parts = answer.parts();
    assert!(parts[0].0.ends_with("filename=made.pdf"));
    let pages = crate::forms::support::pages(&parts[0].2);
    assert_eq!(parts[1].2, br#"{"pageCount":"2"}"#);
    assert_eq!(pages.len(), 2);
    assert!(pages[1].contains("Name: Jäne Döe"), "{}", pages[1]);
    let unchanged = forms.post(GENERATE, &[pdf]);
    assert_eq!(unchanged.body, template);
}

#[test]
fn pdf_without_fields_stays_as_it_is() {
    let forms = Forms::new();
    let made = forms.post(GENERATE, &[template()]);
    let pdf = (
        "template",
        Some("made.pdf"),
        Some("application/pdf"),
        &made.body[..],
    );
    assert_eq!(forms.post(GENERATE, &[pdf, data()]).body, made.body);
}

#[test]
fn xfa_in_a_pdf_is_a_template() {
    let forms = Forms::new();
    let mut pdf = Document::load_mem(&acroform()).unwrap();
    let packet = |pdf: &mut Document, text: &str| {
        pdf.add_object(Stream::new(
            lopdf::Dictionary::new(),
            text.as_bytes().to_vec(),
        ))
    };
    let start = LETTER.find("<template").unwrap();
    let end = LETTER.find("</template>").unwrap() + "</template>".len();
    let template = packet(&mut pdf, &LETTER[start..end]);
    let datasets = "<xfa:datasets xmlns:xfa='http://www.xfa.org/schema/xfa-data/1.0/'><xfa:data><form1><address><Name>own data</Name></address></form1></xfa:data></xfa:datasets>";
    let datasets = packet(&mut pdf, datasets);
    let xfa: Vec<Object> = vec![
        Object::string_literal("template"),
        template.into(),
        Object::string_literal("datasets"),
        datasets.into(),
    ];
    let root = pdf.trailer.get(b"Root").unwrap().as_reference().unwrap();
    let catalog = pdf.get_dictionary_mut(root).unwrap();
    catalog.set(
        "AcroForm",
        dictionary! {"Fields" => Vec::<Object>::new(), "XFA" => xfa},
    );
    let mut bytes = Vec::new();
    pdf.save_to(&mut bytes).unwrap();
    let pdf = (
        "template",
        Some("made.pdf"),
        Some("application/pdf"),
        &bytes[..],
    );
    let text = forms.post(GENERATE, &[pdf, data()]).pages().concat();
    assert!(
        text.contains("Jäne Döe") && !text.contains("own data"),
        "{text}"
    );
    let text = forms.post(GENERATE, &[pdf]).pages().concat();
    assert!(text.contains("own data"), "{text}");
}
