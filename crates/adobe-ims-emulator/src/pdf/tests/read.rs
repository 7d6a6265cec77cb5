use super::*;

#[test]
fn files_of_other_makers_are_read_with_their_text() {
    let reportlab: &[&str] = &[
        "reportlab page one",
        "reportlab page two",
        "reportlab page three",
    ];
    let rotated: &[&str] = &["rotated 0", "rotated 90", "rotated 180", "rotated 270"];
    let cases: [(&str, &[&str]); 8] = [
        ("reportlab", reportlab),
        ("qpdf-object-streams", reportlab),
        ("qpdf-linearized", reportlab),
        ("ghostscript", reportlab),
        ("pikepdf-inherited", rotated),
        ("pypdf-javascript", rotated),
        ("fpdf2", &["fpdf2 кириллица"]),
        ("mupdf", &["pymupdf text", "second"]),
    ];
    for (name, expected) in cases {
        let file = open(&fixture(name));
        assert_eq!(file.page_count(), expected.len(), "{name}");
        for (text, expected) in file.text().iter().zip(expected) {
            assert!(text.contains(expected), "{name}: {text}");
        }
    }
}

#[test]
fn facts_about_files_of_other_makers_are_found() {
    let names = |test: fn(&PdfFile) -> bool| -> Vec<&str> {
        let all = [
            "reportlab",
            "qpdf-object-streams",
            "pypdf-javascript",
            "fpdf2",
            "mupdf",
        ];
        all.into_iter()
            .filter(|name| test(&open(&fixture(name))))
            .collect()
    };
    assert_eq!(
        names(PdfFile::has_acroform),
        ["reportlab", "qpdf-object-streams"]
    );
    assert_eq!(names(PdfFile::has_javascript), ["pypdf-javascript"]);
    assert_eq!(names(PdfFile::fonts_embedded), ["fpdf2"]);
    assert!(names(PdfFile::has_xfa).is_empty());
    assert!(names(PdfFile::is_signed).is_empty());
    let information = open(&fixture("qpdf-object-streams")).information();
    assert!(
        information.contains(&("Author".to_owned(), "Jürgen".to_owned())),
        "{information:?}"
    );
}

#[test]
fn encrypted_file_is_told_apart_even_with_an_empty_password() {
    assert_eq!(
        PdfFile::open(&fixture("qpdf-encrypted")).unwrap_err(),
        PdfError::Encrypted
    );
}

#[test]
fn bytes_before_the_header_are_skipped() {
    let mut bytes = b"Content-Type: application/pdf\r\n\r\n".to_vec();
    bytes.extend(fixture("reportlab"));
    assert_eq!(open(&bytes).page_count(), 3);
}

#[test]
fn other_files_are_not_pdf() {
    for bytes in [&b""[..], b"<html>%PD", b"{}", &[b' '; 2000]] {
        assert_eq!(PdfFile::open(bytes).unwrap_err(), PdfError::NotPdf);
    }
}

#[test]
fn xfa_packets_are_found_by_name() {
    let mut document = open(&fixture("reportlab")).document;
    let packet = document.add_object(lopdf::Stream::new(
        lopdf::Dictionary::new(),
        b"<template/>".to_vec(),
    ));
    let form = document
        .catalog()
        .unwrap()
        .get(b"AcroForm")
        .unwrap()
        .as_reference()
        .unwrap();
    let xfa = vec![lopdf::Object::string_literal("template"), packet.into()];
    document.get_dictionary_mut(form).unwrap().set("XFA", xfa);
    let file = open(&information::save(&mut document));
    assert!(file.has_xfa());
    assert_eq!(
        file.xfa_packet("template").as_deref(),
        Some(&b"<template/>"[..])
    );
    assert_eq!(file.xfa_packet("datasets"), None);
    document
        .get_dictionary_mut(form)
        .unwrap()
        .set("XFA", packet);
    let file = open(&information::save(&mut document));
    assert_eq!(
        file.xfa_packet("template").as_deref(),
        Some(&b"<template/>"[..])
    );
}
