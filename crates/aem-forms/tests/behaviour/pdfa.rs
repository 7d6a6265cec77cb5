//! PDF/A.

use aem_forms::options::{Compliance, PdfaCheckOptions, PdfaOptions, ResultLevel};
use aem_forms::pdfa::{PdfaCheck, PdfaConversion};
use aem_forms::{Document, Error};

use crate::server::{Server, Step, answer, parts};
use crate::world::{PDF, client, shown};

const JSON: &str = "200 OK\nContent-Type: application/json";
const AS_PARTS: &str = "200 OK\nContent-Type: multipart/mixed; boundary=b";

fn document() -> Document {
    Document::bytes("a.pdf", PDF)
}

async fn check(bytes: Vec<u8>) -> Result<(bool, String, usize), Error> {
    let server = Server::start([Step::SendAndClose(bytes)]).await;
    let options = PdfaCheckOptions::new().compliance(Compliance::Pdfa2b);
    let request = PdfaCheck::new(document(), options);
    let verdict = client(&server).check_pdfa(&request).await?;
    let requests = server.requests();
    assert_eq!(
        requests[0].line(),
        "POST /adobe/forms/assembler/pdfa/validate HTTP/1.1"
    );
    assert!(requests[0].text().contains("{\"compliance\":\"PDFA_2B\"}"));
    Ok((verdict.is_pdfa, verdict.to_json(), verdict.logs.len()))
}

#[tokio::test]
async fn conversion_gives_the_document() {
    let output = (
        "Content-Disposition: attachment; name=output\nContent-Type: application/pdf",
        PDF,
    );
    let log = (
        "Content-Disposition: attachment; name=conversionLog",
        &b"embedded"[..],
    );
    for (bytes, logs) in [
        (answer("200 OK\nContent-Type: application/pdf", PDF), 0),
        (answer(AS_PARTS, parts(&[output, log])), 1),
    ] {
        let server = Server::start([Step::Send(bytes)]).await;
        let options = PdfaOptions::new()
            .result_level(ResultLevel::Detailed)
            .verify(true);
        let request = PdfaConversion::new(document(), options);
        let mut received = client(&server).convert_to_pdfa(&request).await.unwrap();
        assert_eq!(received.bytes(1000).await.unwrap(), PDF);
        assert_eq!(received.logs().len(), logs);
        let requests = server.requests();
        assert_eq!(
            requests[0].line(),
            "POST /adobe/forms/assembler/pdfa/convert HTTP/1.1"
        );
        assert!(
            requests[0]
                .text()
                .contains("{\"resultLevel\":\"DETAILED\",\"verify\":true}")
        );
    }
}

#[tokio::test]
async fn verdict_is_read_with_members_that_are_not_known() {
    let as_part = (
        "Content-Disposition: attachment; name=result\nContent-Type: application/json",
        &b"{\"isPDFA\":true}"[..],
    );
    let log = (
        "Content-Disposition: attachment; name=validationLog",
        &b"fine"[..],
    );
    for (bytes, expected, json, logs) in [
        (
            answer(JSON, "{\"isPDFA\":true}"),
            true,
            "{\"isPDFA\":true}",
            0,
        ),
        (
            answer(JSON, "{\"isPDFA\":false,\"log\":\"x SECRET-TOKEN-0\"}"),
            false,
            "{\"isPDFA\":false,\"log\":\"x [redacted]\"}",
            0,
        ),
        (
            answer(JSON, "{\"isPDFA\":\"False\"}"),
            false,
            "{\"isPDFA\":\"False\"}",
            0,
        ),
        (
            answer(AS_PARTS, parts(&[as_part, log])),
            true,
            "{\"isPDFA\":true}",
            1,
        ),
    ] {
        let verdict = check(bytes).await.unwrap();
        assert_eq!(verdict, (expected, json.to_owned(), logs));
    }
}

#[tokio::test]
async fn answer_without_a_verdict_is_an_error() {
    for (bytes, id) in [
        (answer(JSON, "{}"), "answer-malformed"),
        (answer(JSON, "{\"isPDFA\":null}"), "answer-malformed"),
        (answer(JSON, "[true]"), "answer-malformed"),
        (answer(JSON, "{\"isPDFA\":tr"), "answer-malformed"),
        (answer(JSON, ""), "forms-answer-empty"),
        (answer(JSON, vec![b' '; 5 << 20]), "forms-answer-too-large"),
        (
            answer("200 OK\nContent-Type: text/html", "<html><title>x</title>"),
            "answer-not-document",
        ),
        (answer(AS_PARTS, parts(&[])), "answer-malformed"),
        (
            answer(
                "500 no\nContent-Type: multipart/mixed; boundary=b",
                parts(&[]),
            ),
            "forms-processing-failed",
        ),
    ] {
        let error = check(bytes).await.unwrap_err();
        assert_eq!(error.cause().id(), id, "{}", shown(&error));
    }
}
