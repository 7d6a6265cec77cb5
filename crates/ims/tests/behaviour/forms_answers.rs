//! Answers of AEM Forms that are not the document: no file is written, and an existing file stays.

use std::fs;

use crate::forms_world::{
    AS_PDF, PDF, Server, answer, assert_no_secret_in, inputs, made, parts, result,
};
use crate::support::LASTING_TOKEN;

const LOGIN: &str = "<html><head><title>AEM Sign In</title></head><form action=\"/libs/granite/core/content/login.html/j_security_check\"></form></html>";
const SLING: &str = "<html><head><title>Content created /adobe/forms</title></head></html>";
const JSON: &str = "Content-Type: application/json";
const LOG: &str = "Content-Disposition: form-data; name=\"jobLog\"\nContent-Type: text/plain";

/// Returns the name of a row, the answer, the exit code, the id of the cause and a part of stderr.
fn rows() -> Vec<(&'static str, Vec<u8>, i32, &'static str, &'static str)> {
    let html = "200 OK\nContent-Type: text/html";
    let mut truncated = answer(AS_PDF, PDF);
    truncated.truncate(truncated.len() - 7);
    let echo =
        format!("{{\"status\":\"500\",\"code\":\"E-7\",\"message\":\"token {LASTING_TOKEN}\"}}");
    let log = format!("it failed with {LASTING_TOKEN}");
    let json = |status: &str, body: &str| answer(&format!("{status}\n{JSON}"), body);
    let server_error = "500 Internal Server Error";
    vec![
        ("login page", answer(html, LOGIN), 4, "aem-login-page", ""),
        (
            "login page as PDF",
            answer(AS_PDF, LOGIN),
            4,
            "aem-login-page",
            "",
        ),
        (
            "Sling's page",
            answer(html, SLING),
            5,
            "aem-post-stored-by-sling",
            "Content created",
        ),
        (
            "Sling's page with 201",
            answer("201 Created\nContent-Type: text/html", SLING),
            5,
            "aem-post-stored-by-sling",
            "201",
        ),
        (
            "another page",
            answer(html, "<html><p>Hi</p></html>"),
            5,
            "answer-not-document",
            "web page",
        ),
        (
            "JSON",
            json("200 OK", "{\"message\":\"no\"}"),
            5,
            "answer-not-document",
            ": no",
        ),
        (
            "JSON with the token",
            json("200 OK", &echo),
            5,
            "answer-not-document",
            "[redacted]",
        ),
        (
            "JSON as PDF",
            answer(AS_PDF, "{\"a\":1}"),
            5,
            "answer-not-document",
            "JSON",
        ),
        ("nothing", answer(AS_PDF, ""), 5, "forms-answer-empty", ""),
        (
            "no content",
            answer("204 No Content", ""),
            5,
            "forms-answer-empty",
            "204",
        ),
        (
            "half a document",
            truncated,
            5,
            "forms-answer-truncated",
            "",
        ),
        (
            "a text",
            answer("200 OK\nContent-Type: text/plain", PDF),
            5,
            "answer-not-document",
            "type",
        ),
        (
            "wrong bytes",
            answer(AS_PDF, "%!PS-Adobe-3.0\n"),
            5,
            "answer-not-document",
            "no PDF",
        ),
        (
            "wrong bytes without a type",
            answer(
                "200 OK\nContent-Type: application/octet-stream",
                "PK\x03\x04",
            ),
            5,
            "answer-not-document",
            "no PDF",
        ),
        (
            "two documents",
            parts(
                "200 OK",
                &[(&result("a.pdf"), PDF), (&result("b.pdf"), PDF)],
            ),
            5,
            "answer-malformed",
            "two documents",
        ),
        (
            "no document",
            parts("200 OK", &[(LOG, b"x")]),
            5,
            "answer-not-document",
            "",
        ),
        (
            "400",
            json(
                "400 Bad Request",
                "{\"status\":\"400\",\"code\":\"E\",\"message\":\"bad\"}",
            ),
            7,
            "forms-request-invalid",
            "400: bad (E)",
        ),
        (
            "401",
            json("401 Unauthorized", "{}"),
            4,
            "aem-wrong-environment",
            "401",
        ),
        (
            "403",
            json("403 Forbidden", "{\"title\":\"no\"}"),
            4,
            "aem-not-in-forms-users",
            "403",
        ),
        (
            "404",
            answer("404 Not Found", ""),
            7,
            "aem-service-not-enabled",
            "404",
        ),
        (
            "408",
            json("408 Request Timeout", "{}"),
            5,
            "forms-timeout",
            "408",
        ),
        (
            "413",
            answer("413 Payload Too Large", ""),
            7,
            "forms-api-error",
            "413",
        ),
        (
            "429",
            answer("429 Too Many Requests\nRetry-After: 7", ""),
            6,
            "api-rate-limited",
            "hint: AEM asks to wait 7 s (Retry-After)\n",
        ),
        (
            "500 of generate",
            json(server_error, &echo),
            5,
            "forms-processing-failed",
            "(E-7)",
        ),
        (
            "500 of the assembler",
            json(
                server_error,
                "{\"status\":500,\"code\":\"X\",\"message\":\"bad\"}",
            ),
            5,
            "forms-processing-failed",
            "500: bad (X)",
        ),
        (
            "500 with logs",
            parts(server_error, &[(LOG, log.as_bytes())]),
            5,
            "forms-processing-failed",
            "hint: the logs of AEM are in \"logs\": jobLog\n",
        ),
        (
            "500 as a problem",
            answer(
                "500 Oh\nContent-Type: application/problem+json",
                "{\"title\":\"T\",\"status\":500,\"detail\":\"bad\"}",
            ),
            5,
            "forms-processing-failed",
            "500: bad",
        ),
        (
            "500 without a body",
            answer(server_error, ""),
            5,
            "forms-processing-failed",
            "",
        ),
        (
            "502",
            answer(
                "502 Bad Gateway\nContent-Type: text/html",
                "<html><title>502</title></html>",
            ),
            5,
            "aem-edge-timeout",
            "502",
        ),
        (
            "503",
            answer("503 Service Unavailable", ""),
            5,
            "aem-edge-timeout",
            "503",
        ),
        (
            "a redirect",
            answer("302 Found\nLocation: https://example.com/", ""),
            4,
            "forms-api-error",
            "302",
        ),
        ("no answer", Vec::new(), 5, "connection-failed", ""),
        (
            "half a head",
            b"HTTP/1.1 200 OK\r\nConte".to_vec(),
            5,
            "connection-failed",
            "",
        ),
    ]
}

#[test]
fn answer_that_is_no_document_writes_nothing() {
    let mut wrong = Vec::new();
    for (name, answer, code, id, text) in rows() {
        let server = Server::always(answer);
        let folder = inputs();
        let path = folder.path();
        fs::write(path.join("old.pdf"), "old").unwrap();
        for out in ["new/new.pdf", "old.pdf"] {
            let call = [
                "generate",
                "letter.xdp",
                "data.xml",
                "--out",
                out,
                "--keep-log",
                "logs",
            ];
            let run = server.forms(path, &call).run();
            let first = run.stderr.lines().next().unwrap_or_default();
            let is_right = (run.code, run.stdout.as_str()) == (code, "")
                && first.starts_with("ims: ")
                && first.ends_with(&format!("[{id}]"))
                && run.stderr.contains(text);
            if !is_right {
                wrong.push(format!("{name}: {run:?}"));
            }
            assert_no_secret_in(path);
        }
        assert_eq!(fs::read(path.join("old.pdf")).unwrap(), b"old", "{name}");
        let expected: &[&str] = match name {
            "500 with logs" => &["logs/letter.jobLog.txt", "old.pdf"],
            "no document" => &["logs/letter.jobLog.txt", "old.pdf"],
            _ => &["old.pdf"],
        };
        assert_eq!(made(path), expected, "{name}");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn answer_that_is_no_document_makes_no_result_of_an_assembly_or_a_conversion() {
    for (name, answer, code, _, _) in rows() {
        // An assembly may have any number of results, and logs alone lack them.
        if ["two documents", "no document"].contains(&name) {
            continue;
        }
        let server = Server::always(answer);
        let folder = inputs();
        let path = folder.path();
        fs::write(path.join("a.pdf"), PDF).unwrap();
        let calls: [&[&str]; 4] = [
            &["assemble", "--merge", "a.pdf", "--out", "b/out.pdf"],
            &["assemble", "--merge", "a.pdf", "--out", "-"],
            &["pdfa", "convert", "a.pdf", "--out", "c/"],
            &["pdfa", "check", "a.pdf"],
        ];
        for call in calls {
            let run = server.forms(path, call).run();
            // The answer to a check is JSON, in whatever type it comes.
            let is_check = call[1] == "check";
            let expected = if is_check && ["login page as PDF"].contains(&name) {
                4
            } else {
                code
            };
            assert_eq!(
                (run.code, run.stdout.as_str()),
                (expected, ""),
                "{name} {call:?}: {run:?}"
            );
            assert_eq!(made(path), ["a.pdf"], "{name} {call:?}");
        }
        assert_eq!(fs::read(path.join("a.pdf")).unwrap(), PDF);
    }
}

#[test]
fn document_is_taken_in_each_form_of_an_answer() {
    let metadata = "Content-Disposition: attachment; name=metadata; filename=letter.json\nContent-Type: application/json";
    let output = "Content-Disposition: attachment; name=output; filename=letter.pdf\nContent-Type: application/pdf";
    for (answer, pages) in [
        (answer(AS_PDF, PDF), "null"),
        (
            answer("200 OK\nContent-Type: application/octet-stream", PDF),
            "null",
        ),
        (parts("200 OK", &[(&result("letter.pdf"), PDF)]), "null"),
        (
            parts(
                "200 OK",
                &[(output, PDF), (metadata, b"{\"pageCount\":\"3\"}")],
            ),
            "3",
        ),
    ] {
        let server = Server::always(answer);
        let folder = inputs();
        let call = [
            "generate",
            "letter.xdp",
            "data.xml",
            "--out",
            "a/b.pdf",
            "-o",
            "json",
        ];
        let run = server.forms(folder.path(), &call).run();
        let bytes = PDF.len();
        run.assert(
            0,
            &format!(
                "{{\"schema\":\"ims.forms.generate/1\",\"file\":\"a/b.pdf\",\"type\":\"pdf\",\"bytes\":{bytes},\"pages\":{pages},\"request_id\":null}}\n"
            ),
            "",
        );
        assert_eq!(fs::read(folder.path().join("a/b.pdf")).unwrap(), PDF);
        assert_eq!(made(folder.path()), ["a/b.pdf"]);
    }
}

#[test]
fn wait_longer_than_the_time_limit_ends_as_a_throttle() {
    let server = Server::always(answer("503 Service Unavailable\nRetry-After: 900", ""));
    let folder = inputs();
    for out in ["b.pdf", "out/{n}.pdf"] {
        let mut call = vec!["generate", "letter.xdp", "--out", out];
        if out != "b.pdf" {
            call.extend(["--each", "people.csv"]);
        }
        let run = server.forms(folder.path(), &call).run();
        assert_eq!(run.code, 6, "{run:?}");
        assert!(
            run.stderr
                .contains("AEM asks to wait 900 s (Retry-After), longer than the time limit"),
            "{run:?}"
        );
    }
}

#[test]
fn failure_as_json_has_the_answer_and_the_wait() {
    let server = Server::always(answer("429 Too Many Requests\nRetry-After: 7", ""));
    let folder = inputs();
    let call = ["generate", "letter.xdp", "--out", "b.pdf", "-o", "json"];
    let run = server.forms(folder.path(), &call).run();
    run.assert_failed_as_json(6, "api-rate-limited");
    assert!(
        run.stderr.contains("AEM asks to wait 7 s (Retry-After)"),
        "{run:?}"
    );
}
