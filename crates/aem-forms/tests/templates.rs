//! The kinds of files, and the faults of templates and PDFs.

use aem_forms::error::Grade;
use aem_forms::lint::{self, FileKind, Strictness, Template, TemplateKind, TemplateUse};

fn xdp(form: &str) -> String {
    format!(
        "<?xml version='1.0' encoding='UTF-8'?><?xfa generator='x'?><xdp:xdp xmlns:xdp='http://ns.adobe.com/xdp/'><template xmlns='http://www.xfa.org/schema/xfa-template/3.3/'><subform name='letter'>{form}</subform></template></xdp:xdp>"
    )
}

fn template(text: impl AsRef<[u8]>) -> Template {
    Template::parse("letter.xdp", text.as_ref()).expect("it is a template")
}

fn ids(findings: &[aem_forms::error::Finding]) -> Vec<&'static str> {
    findings.iter().map(|it| it.problem.id()).collect()
}

#[test]
fn files_are_told_apart_by_their_content() {
    let template = xdp("");
    let rows: [(&[u8], FileKind); 20] = [
        (template.as_bytes(), FileKind::Template),
        (
            b"<template xmlns='http://www.xfa.org/schema/xfa-template/2.8/'/>",
            FileKind::Template,
        ),
        (
            b"<template xmlns='https://www.xfa.org/schema/xfa-template/2.8/'/>",
            FileKind::Template,
        ),
        (
            b"<DDX xmlns='http://ns.adobe.com/DDX/1.0/'/>",
            FileKind::Ddx,
        ),
        (
            b"<DDX xmlns='https://ns.adobe.com/DDX/1.0/'/>",
            FileKind::Ddx,
        ),
        (
            b"<config xmlns='http://www.xfa.org/schema/xci/3.0/'/>",
            FileKind::Xci,
        ),
        (
            b"<xfa><config xmlns='http://www.xfa.org/schema/xci/1.0/'/></xfa>",
            FileKind::Xci,
        ),
        (b"<letter/>", FileKind::Data),
        (b"<template/>", FileKind::Data),
        (
            b"<d:datasets xmlns:d='http://www.xfa.org/schema/xfa-data/1.0/'/>",
            FileKind::Data,
        ),
        (b"<a", FileKind::MalformedXml),
        (b"%PDF-1.7\n", FileKind::Pdf),
        (b"\xEF\xBB\xBF{\"locale\":\"de\"}", FileKind::Options),
        (b"{}", FileKind::Options),
        (
            b"{\"configName\":\"a\",\"outputTypes\":[]}",
            FileKind::BatchConfiguration,
        ),
        (b"{\"name\":\"Sarah\"}", FileKind::JsonData),
        (b"[{}]", FileKind::JsonData),
        (b"<html><body/></html>", FileKind::Other),
        (b"", FileKind::Other),
        (b"a,b\n1,2\n", FileKind::Other),
    ];
    for (bytes, kind) in rows {
        assert_eq!(
            FileKind::of(bytes),
            kind,
            "{}",
            String::from_utf8_lossy(bytes)
        );
    }
}

#[test]
fn what_is_no_template_is_named() {
    let rows: [(&[u8], &str, &str); 8] = [
        (b"", "not-a-template", "empty"),
        (b"<!doctype html><html>", "not-a-template", "login page"),
        (b"{\"status\":\"500\"}", "not-a-template", "JSON"),
        (b"<letter/>", "not-a-template", "\"letter\" in no namespace"),
        (b"<template xmlns='urn:x'/>", "not-a-template", "\"urn:x\""),
        (
            b"<x:xdp xmlns:x='http://ns.adobe.com/xdp/'/>",
            "not-a-template",
            "data only",
        ),
        (
            b"<template xmlns='http://www.xfa.org/schema/xfa-template/3.3/'>",
            "xml-malformed",
            "ends",
        ),
        (b"PK\x03\x04", "not-a-template", "archive"),
    ];
    for (bytes, id, words) in rows {
        let error = Template::parse("t.xdp", bytes).expect_err("it is refused");
        assert_eq!(error.cause().id(), id);
        let finding = &error.findings()[0];
        assert_eq!(finding.grade, Grade::Refusal);
        assert!(finding.to_string().contains(words), "{finding}");
    }
}

#[test]
fn relative_references_are_warned_of_without_a_content_root() {
    let form = "<draw name='d'><value><image href='logo.png'/></value></draw>\
        <subform usehref='fragments/a.xdp#som($template.a)'/>\
        <subform usehref='#som($template.b)'/><image href='crx:///content/dam/x.png'/>\
        <image href='/content/dam/x.png'/><image href='https://h/x.png'/>\
        <image href='C:\\x.png'/><image href='file:///x.png'/><image href=''/>\
        <exData><body xmlns='http://www.w3.org/1999/xhtml'><a href='page.html'/></body></exData>";
    let template = template(xdp(form));
    let findings = template.check(&TemplateUse::default());
    assert_eq!(ids(&findings), ["ref-relative"; 4]);
    let shown: Vec<String> = findings.iter().map(ToString::to_string).collect();
    for (shown, target) in shown
        .iter()
        .zip(["logo.png", "fragments/a.xdp", "C:", "file:"])
    {
        assert!(shown.contains(target), "{shown}");
    }
    assert!(
        template
            .check(&TemplateUse::default().content_root())
            .is_empty()
    );
}

#[test]
fn findings_of_one_kind_are_counted_beyond_the_first_ones() {
    let fields: String = (0..10_000)
        .map(|it| format!("<field name='f{it}'/>"))
        .collect();
    let names: String = (0..10_000).map(|it| format!("<x{it}/>")).collect();
    let template = template(xdp(&format!("<field name='ok'/>{fields}")));
    let data = format!("<letter><ok/>{names}</letter>");
    let findings = template.check_data("data.xml", data.as_bytes());
    assert_eq!(findings.len(), 22);
    let last = findings.last().expect("a finding").to_string();
    assert!(last.contains("9990 more fields"), "{last}");
    assert_eq!(
        lint::verdict(&findings, Strictness::Usual),
        Some(Grade::Warning)
    );
    assert_eq!(
        lint::verdict(&findings, Strictness::Strict),
        Some(Grade::Refusal)
    );
    assert_eq!(lint::verdict(&[], Strictness::Strict), None);
}

#[test]
fn https_in_a_namespace_is_warned_of() {
    let text = xdp("").replace("http://", "https://");
    let findings = template(text).check(&TemplateUse::default());
    assert_eq!(ids(&findings), ["ns-https", "ns-https"]);
    assert_eq!(findings[0].grade, Grade::Warning);
}

#[test]
fn a_pdf_is_looked_at_without_decompression() {
    let plain = "%PDF-1.7\n1 0 obj\n<</EncryptMetadata true>>\nendobj\ntrailer\n<</Root 1 0 R>>\nstartxref\n9\n%%EOF";
    let rows = [
        (plain.to_owned(), false, true),
        (plain.replace("/Root", "/Encrypt 5 0 R/Root"), true, true),
        (plain.replace("/EncryptMetadata", "/Encrypt"), false, true),
        (
            plain.replace("trailer", "2 0 obj<</Encrypt 5 0 R/Type/XRef>>stream"),
            true,
            true,
        ),
        (
            plain.replace("trailer", "2 0 obj<</Type /XRef/Encrypt 5 0 R>>stream"),
            true,
            true,
        ),
        (
            plain.replace("trailer", "2 0 obj<</Type/ObjStm>>stream"),
            false,
            false,
        ),
        (plain.replace("/Root", "/XFA[]/Root"), false, false),
        (plain.replace("/Root", "/XFAx[]/Root"), false, true),
    ];
    for (text, is_encrypted, lacks_xfa) in rows {
        let template = template(&text);
        assert_eq!(template.kind(), TemplateKind::Pdf);
        let expected = |print| {
            let rows = [
                ("pdf-encrypted", is_encrypted),
                ("print-needs-xfa", lacks_xfa && print),
            ];
            rows.into_iter()
                .filter(|row| row.1)
                .map(|row| row.0)
                .collect::<Vec<_>>()
        };
        assert_eq!(
            ids(&template.check(&TemplateUse::default())),
            expected(false),
            "{text}"
        );
        assert_eq!(
            ids(&template.check(&TemplateUse::default().print())),
            expected(true),
            "{text}"
        );
        assert_eq!(
            ids(&lint::pdf("a.pdf", text.as_bytes())),
            expected(false),
            "{text}"
        );
    }
}

#[test]
fn the_level_of_the_records_of_a_batch_is_checked() {
    let rows = [
        ("<list><r><a/></r><r><a/></r></list>", None),
        ("<form1><a/><b/></form1>", Some("2 records")),
        ("<form1><s><a/></s><t><a/></t></form1>", Some("2 names")),
        ("<form1/>", Some("no record")),
        ("<form1>", Some("ends")),
    ];
    for (data, words) in rows {
        let findings = lint::batch_data("data.xml", data.as_bytes());
        match words {
            None => assert!(findings.is_empty(), "{data}"),
            Some(words) => assert!(findings[0].message.contains(words), "{}", findings[0]),
        }
    }
    assert!(lint::too_long("a", lint::MAX_LENGTH).is_none());
    assert!(lint::too_long("a", lint::MAX_LENGTH + 1).is_some());
}

/// Time is not measured here; each of these takes minutes where the work is not in proportion to the length.
#[test]
fn hostile_templates_and_data_are_checked_in_proportion_to_their_length() {
    let deep_form = format!(
        "{}<field name='f'/>{}",
        "<subform name='a'>".repeat(400),
        "</subform>".repeat(400)
    );
    let wide_form = "<subform name='a'><field name='b'/></subform>".repeat(20_000);
    let deep_data = format!(
        "<letter>{}{}</letter>",
        "<a>".repeat(400),
        "</a>".repeat(400)
    );
    let wide_data = format!("<letter>{}</letter>", "<a><b/><c/></a>".repeat(50_000));
    let global = "<field name='g'><bind match='global'/></field>".repeat(20_000);
    let global_data = format!("<letter><x>{}</x></letter>", "<g/>".repeat(50_000));
    let reference = format!(
        "<field name='a'><bind match='dataRef' ref='${}'/></field>",
        ".a".repeat(5_000)
    );
    let one_line = format!(
        "<letter>{}</letter>",
        (0..50_000)
            .map(|it| format!("<u{it}/>"))
            .collect::<String>()
    );
    for form in [&deep_form, &wide_form, &global, &reference] {
        let template = template(xdp(form));
        for data in [&deep_data, &wide_data, &global_data, &one_line] {
            assert!(template.check_data("data.xml", data.as_bytes()).len() < 50);
        }
    }
    let marks = "%PDF-1.7 ".to_owned() + &"/XRef ".repeat(500_000) + &" obj".repeat(500_000);
    assert!(lint::pdf("a.pdf", marks.as_bytes()).is_empty());
}
