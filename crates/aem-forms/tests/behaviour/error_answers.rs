//! Answers with a status of failure, in the forms of the four families.

use adobe_ims::ErrorClass;
use aem_forms::Error;

use crate::server::{Server, Step, answer, parts};
use crate::world::{client, generate, letter, shown};

const JSON: &str = "Content-Type: application/json";

async fn error_of(bytes: Vec<u8>) -> Error {
    let server = Server::start([Step::SendAndClose(bytes)]).await;
    let client = crate::world::client_with(&server, crate::world::Tokens::renewing(0), 0);
    generate(&client, &letter()).await.unwrap_err()
}

#[tokio::test]
async fn each_family_becomes_one_error() {
    let multipart = parts(&[
        ("Content-Disposition: form-data; name=\"status\"", b"500"),
        ("Content-Disposition: form-data; name=\"code\"", b"ASM-1"),
        (
            "Content-Disposition: attachment; name=message",
            b"bad DDX of SECRET-TOKEN-0",
        ),
        (
            "Content-Disposition: attachment; name=jobLog; filename=jobLog.txt",
            b"line 1\nSECRET-TOKEN-0\n",
        ),
        (
            "Content-Disposition: attachment; name=conversionLog",
            b"fonts",
        ),
    ]);
    type Row<'a> = (Vec<u8>, u16, Option<&'a str>, Option<&'a str>, &'a str);
    let rows: [Row<'_>; 10] = [
        (
            answer(
                &format!("400 no\n{JSON}"),
                "{\"status\":\"400\",\"code\":\"GEN-1\",\"message\":\"bad options\"}",
            ),
            400,
            Some("GEN-1"),
            Some("bad options"),
            "forms-request-invalid",
        ),
        (
            answer(
                &format!("400 no\n{JSON}"),
                "{\"status\":400,\"code\":7,\"message\":\"SECRET-TOKEN-0 is bad\"}",
            ),
            400,
            Some("7"),
            Some("[redacted] is bad"),
            "forms-request-invalid",
        ),
        (
            answer(
                &format!("404 no\n{JSON}"),
                "{\"type\":\"t\",\"title\":\"Not Found\",\"status\":404,\"detail\":\"no such name\"}",
            ),
            404,
            Some("t"),
            Some("no such name"),
            "aem-service-not-enabled",
        ),
        (
            answer(
                "409 no\nContent-Type: application/problem+json",
                "{\"title\":\"Conflict\"}",
            ),
            409,
            None,
            Some("Conflict"),
            "forms-api-error",
        ),
        (
            answer(
                "500 no\nContent-Type: multipart/mixed; boundary=b",
                &multipart,
            ),
            500,
            Some("ASM-1"),
            Some("bad DDX of [redacted]"),
            "forms-processing-failed",
        ),
        (
            // The answer breaks off within a log.
            answer(
                "500 no\nContent-Type: multipart/mixed; boundary=b",
                &multipart[..multipart.len() - 110],
            ),
            500,
            Some("ASM-1"),
            Some("bad DDX of [redacted]"),
            "forms-processing-failed",
        ),
        (
            answer("500 no", ""),
            500,
            None,
            None,
            "forms-processing-failed",
        ),
        (
            answer("429 slow\nRetry-After: 7", ""),
            429,
            None,
            None,
            "api-rate-limited",
        ),
        (
            answer(
                "503 no\nContent-Type: text/html",
                "<html><title>first byte timeout</title>",
            ),
            503,
            None,
            Some("first byte timeout"),
            "aem-edge-timeout",
        ),
        (
            answer("418 teapot\nContent-Type: text/plain", "short and stout"),
            418,
            None,
            Some("short and stout"),
            "forms-api-error",
        ),
    ];
    for (bytes, status, code, message, id) in rows {
        let error = error_of(bytes).await;
        let seen = shown(&error);
        let answer = error.answer().unwrap();
        assert_eq!(answer.status, status, "{seen}");
        assert_eq!(answer.code.as_deref(), code, "{seen}");
        assert_eq!(answer.message.as_deref(), message, "{seen}");
        assert_eq!(error.cause().id(), id, "{seen}");
        assert!(error.to_string().contains(&status.to_string()), "{error}");
    }
}

#[tokio::test]
async fn logs_are_kept_without_secrets_and_cut_off() {
    let long = "a line of it\n".repeat(60_000);
    let multipart = parts(&[
        (
            "Content-Disposition: form-data; name=\"jobLog\"",
            b"line 1\nSECRET-TOKEN-0\n",
        ),
        (
            "Content-Disposition: attachment; name=conversionLog",
            long.as_bytes(),
        ),
        (
            "Content-Disposition: attachment; name=validationLog",
            b"end",
        ),
        ("Content-Disposition: attachment; name=other", b"no log"),
    ]);
    let head = "500 no\nContent-Type: multipart/mixed; boundary=b\nx-request-id: r-1";
    let error = error_of(answer(head, multipart)).await;
    shown(&error);
    let answer = error.answer().unwrap();
    let logs: Vec<_> = answer
        .logs
        .iter()
        .map(|log| (log.name.as_str(), log.text.len()))
        .collect();
    assert_eq!(logs[0].0, "jobLog");
    assert_eq!(answer.logs[0].text, "line 1\n[redacted]\n");
    assert_eq!(
        logs[1..],
        [("conversionLog", 256 * 1024), ("validationLog", 3)]
    );
    assert_eq!(answer.request_id.as_deref(), Some("r-1"));
}

#[tokio::test]
async fn endless_error_is_read_in_part() {
    let endless = vec![b'x'; 20 << 20];
    for head in [
        "500 no",
        "500 no\nContent-Type: multipart/mixed; boundary=b",
    ] {
        let error = error_of(answer(head, &endless)).await;
        assert_eq!(error.answer().unwrap().status, 500);
    }
}

#[tokio::test(start_paused = true)]
async fn error_that_does_not_end_is_not_waited_for() {
    let head = "HTTP/1.1 400 no\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n";
    let server = Server::start([Step::Send(format!("{head}{{\"code\"").into_bytes())]).await;
    let start = tokio::time::Instant::now();
    let error = generate(&client(&server), &letter()).await.unwrap_err();
    assert_eq!(error.answer().unwrap().status, 400);
    assert_eq!(start.elapsed().as_secs(), 30);
}

#[tokio::test]
async fn refused_token_without_a_body_is_explained() {
    let server = Server::start([Step::Send(answer("401 no", ""))]).await;
    let error = generate(&client(&server), &letter()).await.unwrap_err();
    assert_eq!(error.answer().unwrap().status, 401);
    assert_eq!(error.cause().class(), ErrorClass::Refused);
    assert!(error.answer().unwrap().diagnosis.is_some());
    assert!(error.hints().count() > 0);
    shown(&error);
}
