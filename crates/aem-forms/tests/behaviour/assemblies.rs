//! Documents from documents.

use aem_forms::assemble::AssemblySummary;
use aem_forms::options::AssemblyOptions;
use aem_forms::{Assembly, Document, Error, FormsClient};

use crate::server::{Server, Step, answer, parts};
use crate::world::{PDF, client, shown};

const AS_PARTS: &str = "200 OK\nContent-Type: multipart/mixed; boundary=b\nx-request-id: r-1";
const A: &str =
    "Content-Disposition: attachment; name=a.pdf; filename=a.pdf\nContent-Type: application/pdf";
const B: &str =
    "Content-Disposition: form-data; name=\"b ü.pdf\"\nContent-Type: application/octet-stream";
const LOG: &str =
    "Content-Disposition: attachment; name=jobLog; filename=jobLog.txt\nContent-Type: text/plain";

fn assembly(results: &[&str]) -> Assembly {
    Assembly::new(Document::bytes("x.ddx", "<DDX/>"))
        .source("one.pdf", Document::bytes("one.pdf", PDF))
        .source("zwei ü.pdf", Document::bytes("2.pdf", PDF))
        .results(results.iter().copied())
}

type Outcome = Result<(Vec<(String, usize)>, AssemblySummary), Error>;

/// Assembles, and reads every result.
async fn assemble(client: &FormsClient, assembly: &Assembly) -> Outcome {
    let mut assembled = client.assemble(assembly).await?;
    let mut results = Vec::new();
    while let Some(mut result) = assembled.next().await? {
        let name = result.name().unwrap().to_owned();
        let content = result.bytes(1 << 20).await?;
        results.push((name, content.len()));
    }
    Ok((results, assembled.finish()?))
}

async fn outcome(bytes: Vec<u8>, request: &Assembly) -> Outcome {
    let server = Server::start([Step::SendAndClose(bytes)]).await;
    assemble(&client(&server), request).await
}

#[tokio::test]
async fn results_arrive_by_name_with_their_logs() {
    let content = parts(&[(LOG, b"line SECRET-TOKEN-0"), (A, PDF), (B, PDF)]);
    let server = Server::start([Step::Send(answer(AS_PARTS, content))]).await;
    let options = AssemblyOptions::new().first_bates_number(7);
    let request = assembly(&["a.pdf", "b ü.pdf"]).options(options);
    let (results, summary) = assemble(&client(&server), &request).await.unwrap();
    let expected = [
        ("a.pdf".to_owned(), PDF.len()),
        ("b ü.pdf".to_owned(), PDF.len()),
    ];
    assert_eq!(results, expected);
    assert_eq!(summary.results, ["a.pdf", "b ü.pdf"]);
    assert!(summary.missing.is_empty());
    assert_eq!(summary.logs[0].text, "line [redacted]");
    assert_eq!(summary.request_id.as_deref(), Some("r-1"));
    let requests = server.requests();
    assert_eq!(
        requests[0].line(),
        "POST /adobe/forms/assembler/ddx/invoke HTTP/1.1"
    );
    let text = requests[0].text();
    for head in [
        "name=\"ddx\"; filename=\"x.ddx\"\r\nContent-Type: application/xml",
        "name=\"one.pdf\"; filename=\"one.pdf\"\r\nContent-Type: application/pdf",
        "name=\"zwei ü.pdf\"; filename=\"2.pdf\"",
        "{\"firstBatesNumber\":7}",
    ] {
        assert!(text.contains(head), "{head}");
    }
}

#[tokio::test]
async fn result_is_written_before_the_next_one_has_come() {
    let content = parts(&[(A, PDF), (B, PDF)]);
    let bytes = answer(AS_PARTS, &content);
    // The end of the answer never comes.
    let server = Server::start([Step::Send(bytes[..bytes.len() - 40].to_vec())]).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.pdf");
    let mut assembled = client(&server)
        .assemble(&assembly(&["a.pdf", "b ü.pdf"]))
        .await
        .unwrap();
    let mut first = assembled.next().await.unwrap().unwrap();
    first.write_to_file(&path).await.unwrap();
    assert_eq!(std::fs::read(&path).unwrap(), PDF);
}

#[tokio::test]
async fn document_that_is_the_answer_is_the_one_result() {
    let pdf = "200 OK\nContent-Type: application/pdf";
    let named =
        "200 OK\nContent-Type: application/pdf\nContent-Disposition: attachment; filename=x.pdf";
    let octets = "200 OK\nContent-Type: application/octet-stream";
    for (head, content, results, name) in [
        (pdf, PDF, &["a.pdf"][..], "a.pdf"),
        (octets, PDF, &["a.pdf"], "a.pdf"),
        (pdf, PDF, &[], "result.pdf"),
        (named, PDF, &[], "x.pdf"),
        (
            "200 OK\nContent-Type: text/xml",
            b"<info/>",
            &["info.xml"],
            "info.xml",
        ),
    ] {
        let request = assembly(results);
        let (results, summary) = outcome(answer(head, content), &request).await.unwrap();
        assert_eq!(results, [(name.to_owned(), content.len())]);
        assert_eq!(summary.results, [name]);
    }
}

#[tokio::test]
async fn answer_that_lacks_a_result_or_is_something_else_is_an_error() {
    let html = b"<html><title>x</title>";
    let pdf = "200 OK\nContent-Type: application/pdf";
    let rows: Vec<(Vec<u8>, &[&str], &str, &str)> = vec![
        (
            answer(AS_PARTS, parts(&[(A, PDF)])),
            &["a.pdf", "b ü.pdf", "c.pdf"],
            "results-missing",
            "b ü.pdf, c.pdf",
        ),
        (
            answer(AS_PARTS, parts(&[(A, PDF)])),
            &["A.pdf"],
            "results-missing",
            "A.pdf",
        ),
        (
            answer(AS_PARTS, parts(&[(LOG, b"line")])),
            &[],
            "results-missing",
            "no result",
        ),
        (
            answer(AS_PARTS, parts(&[(A, PDF), (A, PDF)])),
            &["a.pdf"],
            "answer-malformed",
            "one name",
        ),
        (
            answer(AS_PARTS, parts(&[(A, html)])),
            &["a.pdf"],
            "answer-not-document",
            "web page",
        ),
        (
            answer(AS_PARTS, parts(&[(B, b"{\"a\":1}")])),
            &["b ü.pdf"],
            "answer-not-document",
            "JSON",
        ),
        (
            answer(AS_PARTS, parts(&[(A, b"")])),
            &["a.pdf"],
            "forms-answer-empty",
            "empty",
        ),
        (
            answer(AS_PARTS, parts(&[(A, &PDF[..30])])),
            &["a.pdf"],
            "forms-answer-truncated",
            "%%EOF",
        ),
        (
            answer(AS_PARTS, &parts(&[(A, PDF)])[..150]),
            &["a.pdf"],
            "forms-answer-truncated",
            "",
        ),
        (
            answer(AS_PARTS, PDF),
            &["a.pdf"],
            "forms-answer-truncated",
            "parts",
        ),
        (
            answer(pdf, PDF),
            &["a.pdf", "b ü.pdf"],
            "answer-malformed",
            "without a name",
        ),
        (
            answer(pdf, html),
            &["a.pdf"],
            "answer-not-document",
            "web page",
        ),
        (
            answer("200 OK\nContent-Type: text/html", html),
            &["info.xml"],
            "answer-not-document",
            "web page",
        ),
        (
            answer(
                "200 OK\nContent-Type: application/json",
                "{\"status\":500,\"message\":\"no\"}",
            ),
            &["info.xml"],
            "answer-not-document",
            "JSON",
        ),
        (answer(pdf, ""), &["a.pdf"], "forms-answer-empty", "empty"),
    ];
    for (number, (bytes, results, id, text)) in rows.into_iter().enumerate() {
        let error = outcome(bytes, &assembly(results)).await.unwrap_err();
        let seen = shown(&error);
        assert_eq!(error.cause().id(), id, "{number}: {seen}");
        assert!(error.to_string().contains(text), "{number}: {seen}");
    }
}

#[tokio::test]
async fn missing_results_are_named_where_the_caller_allows_them() {
    let options = AssemblyOptions::new().fail_on_error(false);
    let request = assembly(&["a.pdf", "b.pdf"]).options(options);
    let content = parts(&[(A, PDF), (LOG, b"b failed")]);
    let (results, summary) = outcome(answer(AS_PARTS, content), &request).await.unwrap();
    assert_eq!(results.len(), 1);
    assert_eq!(summary.missing, ["b.pdf"]);
    assert_eq!(summary.logs[0].text, "b failed");
    let none = answer(AS_PARTS, parts(&[(LOG, b"all failed")]));
    let error = outcome(none, &request).await.unwrap_err();
    assert_eq!(error.cause().id(), "results-missing");
    assert_eq!(error.answer().unwrap().logs[0].text, "all failed");
}

#[tokio::test]
async fn validation_has_logs_and_no_result() {
    let options = AssemblyOptions::new().validate_only(true);
    let request = assembly(&["a.pdf"]).options(options);
    for (bytes, logs) in [
        (answer(AS_PARTS, parts(&[(LOG, b"valid")])), 1),
        (answer("200 OK", ""), 0),
        (answer("200 OK\nContent-Type: text/plain", "valid"), 1),
    ] {
        let (results, summary) = outcome(bytes, &request).await.unwrap();
        assert!(results.is_empty());
        assert_eq!(summary.logs.len(), logs);
        assert!(summary.logs.iter().all(|log| log.text == "valid"));
    }
    let page = answer("200 OK\nContent-Type: text/html", "<html><title>x</title>");
    let error = outcome(page, &request).await.unwrap_err();
    assert_eq!(error.cause().id(), "answer-not-document");
}

#[tokio::test]
async fn result_that_is_not_read_is_skipped_and_the_end_must_be_seen() {
    let large = [&b"%PDF-1.7\n"[..], &[b'x'; 300_000], b"%%EOF"].concat();
    let content = parts(&[(A, &large), (B, PDF)]);
    let server = Server::start([Step::Send(answer(AS_PARTS, content))]).await;
    let mut assembled = client(&server)
        .assemble(&assembly(&["a.pdf", "b ü.pdf"]))
        .await
        .unwrap();
    drop(assembled.next().await.unwrap());
    let second = assembled.next().await.unwrap().unwrap();
    assert_eq!(second.name(), Some("b ü.pdf"));
    drop(second);
    let error = assembled.finish().unwrap_err();
    assert_eq!(error.cause().id(), "forms-answer-truncated");
}

#[test]
fn reserved_and_unsafe_names_are_refused() {
    for (name, id) in [
        ("ddx", "part-reserved"),
        ("options", "part-reserved"),
        ("a\"b", "forms-request-not-sendable"),
        ("a\r\nb", "forms-request-not-sendable"),
        ("", "forms-request-not-sendable"),
    ] {
        let request = assembly(&[]).source(name, Document::bytes("x.pdf", PDF));
        assert_eq!(request.parts().unwrap_err().cause().id(), id, "{name:?}");
    }
}
