//! Checks any bytes as a template, data, a DDX, options and the configuration of a batch.

#![no_main]

use aem_forms::ddx::Ddx;
use aem_forms::error::Place;
use aem_forms::known_options::Operation;
use aem_forms::lint::{self, Api, FileKind, Login, Template, TemplateUse};
use libfuzzer_sys::fuzz_target;

/// The text between a template and its data.
const SEPARATOR: &[u8] = b"\n---\n";

fuzz_target!(|input: &[u8]| {
    let at = input
        .windows(SEPARATOR.len())
        .position(|it| it == SEPARATOR);
    let (file, data) = match at {
        Some(at) => (&input[..at], &input[at + SEPARATOR.len()..]),
        None => (input, input),
    };
    let _ = FileKind::of(file);
    let mut findings = lint::data("data", data);
    if let Ok(template) = Template::parse("template", file) {
        findings.extend(template.check(&TemplateUse::default().print()));
        findings.extend(template.check_data("data", data));
    }
    if let Ok(ddx) = Ddx::parse("ddx", file) {
        findings.extend(lint::ddx(&ddx, ["a.pdf", "b.pdf"]));
    }
    findings.extend(lint::pdf("pdf", file));
    findings.extend(lint::batch_data("data", data));
    findings.extend(lint::batch_configuration(Place::default(), file));
    for operation in [Operation::Pdf, Operation::Print, Operation::PdfaConvert] {
        findings.extend(lint::options(Place::default(), file, operation));
    }
    findings.extend(lint::target(
        &String::from_utf8_lossy(file),
        Api::Batch,
        Login::OAuth,
    ));
    // Ten of a kind are shown, and their number.
    assert!(findings.len() < 1000);
    for finding in findings {
        assert!(!finding.message.is_empty());
        assert!(finding.place.line != Some(0) && finding.place.column != Some(0));
    }
});
