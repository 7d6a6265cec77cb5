//! `ims curl`: the causes of an error that the API answered with.

use std::fs::File;
use std::process::Command;

use crate::api::{Api, curl, in_world};
use crate::support::{LASTING_TOKEN, OLD_TOKEN, World, http};

const NOT_ALLOWED: &str =
    "IMS Client ID not allowlisted. Allowlist the Client ID using the Configuration Pipeline.";

/// Returns exit code and stderr of a request to a path that is answered so. The body is unchanged on stdout.
#[track_caller]
fn explained(path: &str, more: &[&str], answer_text: &str) -> (i32, String) {
    let api = Api::answering([answer_text]);
    let url = format!("{}{path}", api.url);
    let run = curl(&[&[url.as_str()], more].concat()).run();
    assert_eq!(run.stdout, answer_text.split_once("\r\n\r\n").unwrap().1);
    let stderr = run.stderr.replace(&api.url, "API");
    assert_eq!(api.asked().len(), 1);
    (run.code, stderr)
}

#[test]
fn client_that_is_not_allowed_gets_the_yaml() {
    let body = format!("{{\"title\":\"Forbidden\",\"status\":403,\"detail\":\"{NOT_ALLOWED}\"}}");
    let text = http("403 Forbidden", "X-Request-Id: r-1\r\n", &body);
    let (code, stderr) = explained("/adobe/folders", &[], &text);
    assert_eq!(code, 4);
    assert_eq!(
        stderr,
        format!(
            "ims: API answered 403 Forbidden [api-forbidden]\n\
             answer: {NOT_ALLOWED:?}\n\
             request id: r-1\n\
             cause: The AEM environment does not list the client id of the token among its allowed clients. Clients of OAuth server-to-server need that. [aem-client-not-allowed]\n  \
             hint: `config/api.yaml` with the client id:\n      \
             kind: \"API\"\n      \
             version: \"1\"\n      \
             metadata:\n        \
             envTypes: [\"dev\", \"stage\", \"prod\"]\n      \
             data:\n        \
             allowedClientIDs:\n          \
             author:\n            \
             - \"client!+ID\"\n  \
             hint: Add the client id to `config/api.yaml`, and deploy it to the environment with a configuration pipeline of Cloud Manager.\n"
        )
    );
}

#[test]
fn gateway_codes_are_explained_in_both_forms() {
    for body in [
        r#"{"error_code":"403000","message":"Api Key is required"}"#,
        r#"{"error_code":403000,"title":"Api Key is required"}"#,
    ] {
        let (code, stderr) = explained("/", &[], &http("403 Forbidden", "", body));
        assert_eq!(code, 4);
        assert_eq!(
            stderr,
            "ims: API answered 403 Forbidden [api-forbidden]\n\
             answer: 403000, \"Api Key is required\"\n\
             cause: Adobe's gateway received no client id (header `x-api-key`). [gateway-api-key-missing]\n  \
             seen: the request had no header x-api-key\n  \
             hint: The client id of the token is client!+ID.\n  \
             hint: Send the header `x-api-key` with the client id of the token.\n  \
             hint: `ims curl --all-headers` sends x-api-key and x-gw-ims-org-id\n"
        );
    }
    // The headers are those that were sent.
    let body = r#"{"error_code":"403003","message":"Api Key is invalid"}"#;
    let flags = ["-H", "x-api-key: other"];
    let (_, stderr) = explained("/", &flags, &http("403 Forbidden", "", body));
    assert!(stderr.contains("[gateway-api-not-in-project]"), "{stderr}");
}

#[test]
fn less_likely_causes_are_one_line_each() {
    let world = World::new();
    let api = Api::answering([http("403 Forbidden", "", "{}")]);
    let url = format!("{}/adobe/forms/doc/v1/generatePDFOutput", api.url);
    let run = in_world(&world, &[&url, "-X", "POST"]).run();
    let email = world.document()["integration"]["email"].clone();
    run.assert(
        4,
        "{}",
        &format!(
            "ims: {} answered 403 Forbidden [api-forbidden]\n\
             likely cause: The account is not a member of the group `forms-users`. Only members may call the Forms Communications APIs. [aem-not-in-forms-users]\n  \
             hint: The account is {} in AEM.\n  \
             hint: In AEM, open Tools > Security > Groups > forms-users (\"AEM Forms Users\"), and add the user. The user appears in AEM after its first request.\n  \
             hint: Groups count per tier: do it on author and on publish, where you call both.\n\
             possible cause: AEM creates the user of a technical account at the first request of its token. A new user is only in the group `contributors`, which may read. [aem-account-new]\n\
             possible cause: A product profile was changed a short time ago. AEM adds the group of a profile after about ten minutes, with the next request of a new token. [aem-profile-pending]\n\
             hint: `ims explain ID` says more about a cause and its remedy\n",
            api.url,
            email.as_str().unwrap()
        ),
    );
}

#[test]
fn forms_errors_are_explained() {
    let body =
        r#"{"status":"500","code":"X-1","message":"Template crx:///content/dam/t.xdp not found"}"#;
    let path = "/adobe/forms/doc/v1/generatePDFOutput";
    let (code, stderr) = explained(
        path,
        &["-X", "POST"],
        &http("500 Internal Server Error", "", body),
    );
    assert_eq!(code, 5);
    let lines: Vec<_> = stderr.lines().collect();
    assert_eq!(
        lines[1],
        "answer: X-1, \"Template crx:///content/dam/t.xdp not found\""
    );
    assert!(
        lines[2].starts_with("likely cause: ") && lines[2].ends_with("[forms-template-not-found]"),
        "{stderr}"
    );
}

#[test]
fn hidden_body_is_explained_too() {
    let body = r#"{"error_code":"403000","message":"Api Key is required"}"#;
    // The answer breaks off after what is needed, which nobody notices.
    let text = format!("HTTP/1.1 403 Forbidden\r\nContent-Length: 900\r\n\r\n{body}");
    let api = Api::answering([text]);
    let run = curl(&[&api.url, "--fail"]).run();
    assert_eq!((run.code, run.stdout.as_str()), (4, ""), "{run:?}");
    let cause = "answer: 403000, \"Api Key is required\"\ncause: ";
    assert!(run.stderr.contains(cause), "{run:?}");
}

#[test]
fn login_page_with_success_is_a_note_and_the_exit_code_stays() {
    let page = "<!DOCTYPE html><html><title>AEM Sign In</title><form action=\"/libs/granite/core/content/login.html/j_security_check\"></html>";
    let text = http("200 OK", "Content-Type: text/html\r\n", page);
    let (code, stderr) = explained("/content/dam.json", &[], &text);
    assert_eq!(code, 0);
    let lines: Vec<_> = stderr.lines().collect();
    assert_eq!(
        lines[0],
        "ims: note: API answered 200 OK, but with a web page"
    );
    assert_eq!(lines[1], "answer: \"AEM Sign In\"");
    assert!(
        lines[2].starts_with("cause: ") && lines[2].ends_with("[aem-login-page]"),
        "{stderr}"
    );
    let quiet = explained("/content/dam.json", &["--quiet"], &text);
    assert_eq!(quiet, (0, String::new()));
}

#[test]
fn echoed_token_is_not_on_stderr() {
    let body = format!("{{\"error_code\":\"401013\",\"message\":\"{LASTING_TOKEN}\"}}");
    let api = Api::answering([http("401 Unauthorized", "", &body)]);
    let output = curl(&[&api.url]).output();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(
        stderr.contains("answer: 401013, \"[redacted]\""),
        "{stderr}"
    );
    assert!(!stderr.contains("eyJ"), "{stderr}");
}

#[test]
fn expired_token_is_the_certain_cause() {
    // The command itself refuses an expired token; this one expires by the clock of the server.
    let date = "Date: Mon, 01 Jan 2221 00:00:00 GMT\r\n";
    let (code, stderr) = explained("/", &[], &http("401 Unauthorized", date, "no"));
    assert_eq!(code, 4);
    assert!(stderr.contains("\ncause: The access token has expired. [api-token-expired]\n  seen: it has expired by the clock of the server, not by the clock of this machine\n"), "{stderr}");
    let run = curl(&["http://127.0.0.1:1/"])
        .env("IMS_ACCESS_TOKEN", OLD_TOKEN)
        .run();
    run.assert_failed(7, "token-expired");
}

#[test]
fn large_error_body_is_printed_whole_and_explained_by_its_beginning() {
    let end = "x".repeat(300_000);
    let body = format!("{{\"error_code\":\"403000\",\"message\":\"Api Key is required\"}}{end}");
    let (code, stderr) = explained("/adobe/folders", &[], &http("403 Forbidden", "", &body));
    assert_eq!(code, 4);
    assert!(stderr.len() < 4000, "{}", stderr.len());
}

#[test]
fn retry_after_is_understood_as_a_date() {
    let head =
        "Date: Sat, 28 Nov 2026 12:00:00 GMT\r\nRetry-After: Thu, 01 Jan 1970 00:00:00 GMT\r\n";
    let (code, stderr) = explained("/", &[], &http("429 Too Many Requests", head, ""));
    assert_eq!(code, 6);
    assert!(
        stderr.ends_with("hint: the API asks to wait 0 seconds (Retry-After)\n"),
        "{stderr}"
    );
}

#[test]
fn host_with_the_wrong_ending_is_corrected() {
    let run = curl(&["https://author-p1-e2.adobeaemcloud.net/"]).run();
    run.assert_failed(3, "host-not-allowed");
    let hint = "hint: The hosts of AEM as a Cloud Service end in adobeaemcloud.com: use author-p1-e2.adobeaemcloud.com.\n";
    assert!(run.stderr.contains(hint), "{run:?}");
}

/// Runs the command with stdout and stderr in the same file, and returns its content.
#[cfg(unix)]
fn in_one_file(answer_text: &str) -> String {
    let api = Api::answering([answer_text]);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out");
    let file = File::options()
        .append(true)
        .create(true)
        .open(&path)
        .unwrap();
    let status = Command::new(env!("CARGO_BIN_EXE_ims"))
        .args(["curl", &api.url])
        .env_clear()
        .env("HOME", folder.path())
        .env("IMS_ACCESS_TOKEN", LASTING_TOKEN)
        .stdout(file.try_clone().unwrap())
        .stderr(file)
        .status()
        .unwrap();
    assert!(status.code().is_some());
    std::fs::read_to_string(&path)
        .unwrap()
        .replace(&api.url, "API")
}

#[cfg(unix)]
#[test]
fn message_starts_on_a_line_of_its_own() {
    let error =
        "ims: API answered 404 Not Found [api-refused]\nhint: the answer on stdout says why\n";
    for (body, expected) in [
        ("no", format!("no\n{error}")),
        ("no\n", format!("no\n{error}")),
        ("", error.to_owned()),
    ] {
        assert_eq!(
            in_one_file(&http("404 Not Found", "", body)),
            expected,
            "{body:?}"
        );
    }
    let moved = http("302 Found", "Location: /y\r\n", "moved");
    let note = "ims: note: API answered 302 Found, to another place of the same host; redirects are not followed\n";
    assert_eq!(in_one_file(&moved), format!("moved\n{note}"));
    // Nothing is added where no message follows.
    assert_eq!(in_one_file(&http("200 OK", "", "done")), "done");
    let cut = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\npart";
    assert!(in_one_file(cut).starts_with("part\nims: "));
}
