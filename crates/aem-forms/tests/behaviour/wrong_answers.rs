//! Every way in which an answer can be something else than the document.

use adobe_ims::ErrorClass;
use aem_forms::Generation;
use aem_forms::options::{PrintFormat, PrintOptions};

use crate::server::{Server, Step, answer, parts};
use crate::world::{PDF, client, generate, letter, shown, template};

const AS_PDF: &str = "200 OK\nContent-Type: application/pdf";
const AS_PARTS: &str = "200 OK\nContent-Type: multipart/mixed; boundary=b";
const AS_HTML: &str = "200 OK\nContent-Type: text/html";
const LOGIN: &str = "<html><head><title>AEM Sign In</title></head><form action=\"/libs/granite/core/content/login.html/j_security_check\"></form></html>";
const SLING: &str = "<html><head><title>Content created /adobe/forms</title></head></html>";

/// Returns the answers, the id of the cause, and a part of the message.
fn rows() -> Vec<(Vec<u8>, &'static str, &'static str)> {
    let output = "Content-Disposition: attachment; name=output\nContent-Type: application/pdf";
    let half = &PDF[..PDF.len() - 10];
    let whole_parts = parts(&[(output, PDF)]);
    let open_parts = &whole_parts[..whole_parts.len() - 6];
    let raw = |head: &str, body: &[u8]| {
        let head = head.replace('\n', "\r\n");
        [format!("HTTP/1.1 {head}\r\n\r\n").as_bytes(), body].concat()
    };
    let longer =
        |head: &str, body: &[u8]| raw(&format!("{head}\nContent-Length: {}", body.len() + 5), body);
    let no_type = "200 OK\nX: y";
    vec![
        (answer(AS_HTML, LOGIN), "aem-login-page", "200"),
        (answer(AS_PDF, LOGIN), "aem-login-page", "web page"),
        (
            answer("201 Created\nContent-Type: text/html", SLING),
            "aem-post-stored-by-sling",
            "201",
        ),
        (
            answer(AS_HTML, "<html><title>Hi</title>"),
            "answer-not-document",
            "web page",
        ),
        (answer(AS_HTML, PDF), "answer-not-document", "web page"),
        (
            answer(
                "200 OK\nContent-Type: application/json",
                "{\"status\":\"500\",\"code\":\"E-7\",\"message\":\"no SECRET-TOKEN-0\"}",
            ),
            "answer-not-document",
            "no [redacted] (E-7)",
        ),
        (answer(AS_PDF, "{\"a\":1}"), "answer-not-document", "JSON"),
        (
            answer("200 OK\nContent-Type: text/plain", PDF),
            "answer-not-document",
            "another type than application/pdf",
        ),
        (
            answer(AS_PDF, "%!PS-Adobe"),
            "answer-not-document",
            "no PDF",
        ),
        (
            answer(AS_PDF, parts(&[(output, PDF)])),
            "answer-not-document",
            "no PDF",
        ),
        (answer(no_type, "garbage"), "answer-not-document", "no PDF"),
        (answer(AS_PDF, ""), "forms-answer-empty", "empty"),
        (answer(AS_PDF, " \r\n "), "forms-answer-empty", "empty"),
        (raw("204 No Content", b""), "forms-answer-empty", "204"),
        (
            answer("206 Partial Content\nContent-Type: application/pdf", PDF),
            "answer-not-document",
            "part of the document",
        ),
        (
            answer(
                "200 OK\nContent-Type: application/pdf\nContent-Encoding: gzip",
                PDF,
            ),
            "answer-not-document",
            "packed",
        ),
        (answer(AS_PDF, half), "forms-answer-truncated", "%%EOF"),
        (longer(AS_PDF, PDF), "forms-answer-truncated", "broke off"),
        (
            raw(
                &format!("{AS_PDF}\nTransfer-Encoding: chunked"),
                b"9\r\n%PDF-1.7\n\r\n6\r\n%%EOF",
            ),
            "forms-answer-truncated",
            "broke off",
        ),
        (raw(AS_PDF, half), "forms-answer-truncated", "%%EOF"),
        (
            answer("200 OK\nContent-Type: multipart/mixed", PDF),
            "answer-malformed",
            "boundary",
        ),
        (
            answer(AS_PARTS, PDF),
            "forms-answer-truncated",
            "end of its parts",
        ),
        (
            answer(AS_PARTS, ""),
            "forms-answer-truncated",
            "end of its parts",
        ),
        (
            answer(AS_PARTS, open_parts),
            "forms-answer-truncated",
            "end of its parts",
        ),
        (
            answer(AS_PARTS, parts(&[(output, half)])),
            "forms-answer-truncated",
            "%%EOF",
        ),
        (
            answer(AS_PARTS, parts(&[(output, b"")])),
            "forms-answer-empty",
            "empty",
        ),
        (
            answer(AS_PARTS, parts(&[(output, LOGIN.as_bytes())])),
            "answer-not-document",
            "web page",
        ),
        (
            answer(AS_PARTS, parts(&[(output, PDF), (output, PDF)])),
            "answer-malformed",
            "two documents",
        ),
        (
            answer(
                AS_PARTS,
                parts(&[(
                    "Content-Disposition: attachment; name=output\nContent-Transfer-Encoding: base64",
                    b"JVBERi0=",
                )]),
            ),
            "answer-malformed",
            "encoded",
        ),
        (
            answer(AS_PARTS, parts(&[])),
            "answer-not-document",
            "none of its parts",
        ),
        (
            answer(
                AS_PARTS,
                parts(&[
                    ("Content-Disposition: attachment; name=code", b"E-9"),
                    ("Content-Disposition: attachment; name=message", b"failed"),
                    (
                        "Content-Disposition: attachment; name=jobLog",
                        b"line SECRET-TOKEN-0",
                    ),
                ]),
            ),
            "answer-not-document",
            "failed (E-9)",
        ),
        (
            raw(
                "302 Found\nContent-Length: 0\nLocation: https://ims-na1.adobelogin.com/ims/authorize",
                b"",
            ),
            "aem-login-page",
            "302",
        ),
    ]
}

#[tokio::test]
async fn answer_that_is_not_the_document_is_an_error_and_writes_nothing() {
    for (number, (bytes, id, text)) in rows().into_iter().enumerate() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("letter.pdf");
        std::fs::write(&path, "old").unwrap();
        let server = Server::start([Step::SendAndClose(bytes.clone())]).await;
        let outcome = async {
            let mut received = client(&server).generate(&letter()).await?;
            received.write_to_file(&path).await
        };
        let error = outcome.await.expect_err(text);
        let seen = shown(&error);
        assert_eq!(error.cause().id(), id, "{number}: {seen}");
        assert!(error.to_string().contains(text), "{number}: {error}");
        let answer = error.answer().map(|answer| answer.url.as_str());
        let url = format!("{}/adobe/forms/doc/v1/generatePDFOutput", server.url());
        assert!(answer.is_none_or(|answer| answer == url), "{answer:?}");
        assert_eq!(std::fs::read(&path).unwrap(), b"old", "{number}");
        let files = std::fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(files, 1, "{number}: a temporary file is left");
        assert_eq!(server.requests().len(), 1, "{number}");
    }
}

#[tokio::test]
async fn log_of_an_answer_without_a_document_is_kept_without_secrets() {
    let bytes = rows()
        .into_iter()
        .find(|(_, _, text)| *text == "failed (E-9)");
    let server = Server::start([Step::Send(bytes.unwrap().0)]).await;
    let error = generate(&client(&server), &letter()).await.unwrap_err();
    let logs = &error.answer().unwrap().logs;
    assert_eq!(
        (logs[0].name.as_str(), logs[0].text.as_str()),
        ("jobLog", "line [redacted]")
    );
    assert_eq!(error.cause().class(), ErrorClass::Unusable);
}

#[tokio::test]
async fn print_stream_whose_end_cannot_be_told_is_refused() {
    let head = b"HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n\r\n";
    for (format, document) in [(PrintFormat::Zpl, "^XA^XZ"), (PrintFormat::Tpcl, "{D|}")] {
        let bytes = [head, document.as_bytes()].concat();
        let server = Server::start([Step::SendAndClose(bytes)]).await;
        let generation = Generation::print(template(), PrintOptions::new(format, "x.xdc"));
        let error = generate(&client(&server), &generation).await.unwrap_err();
        assert_eq!(error.cause().id(), "forms-answer-truncated", "{error}");
    }
}

#[tokio::test]
async fn document_of_a_connection_that_ends_is_whole_by_its_mark() {
    let head = b"HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\n\r\n";
    let server = Server::start([Step::SendAndClose([&head[..], PDF].concat())]).await;
    assert_eq!(generate(&client(&server), &letter()).await.unwrap(), PDF);
}

#[tokio::test]
async fn reading_on_after_an_error_gives_no_end() {
    let server = Server::start([Step::Send(answer(AS_PDF, &PDF[..20]))]).await;
    let mut received = client(&server).generate(&letter()).await.unwrap();
    assert!(received.bytes(1000).await.is_err());
    assert!(received.next().await.is_err());
    assert!(received.bytes(1000).await.is_err());
}

#[tokio::test]
async fn document_beyond_the_limit_of_the_caller_is_refused() {
    let server = Server::start([Step::Send(answer(AS_PDF, PDF))]).await;
    for (limit, fits) in [(PDF.len(), true), (PDF.len() - 1, false), (0, false)] {
        let mut received = client(&server).generate(&letter()).await.unwrap();
        let outcome = received.bytes(limit).await;
        assert_eq!(outcome.is_ok(), fits, "{limit}");
        if let Err(error) = outcome {
            assert_eq!(error.cause().id(), "forms-answer-too-large");
        }
    }
}
