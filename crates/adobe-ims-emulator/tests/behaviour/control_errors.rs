//! The overview of the remote control, and its errors.

use http::Request;
use serde_json::{Value, json};

use crate::support::{FORM, TestResponse, emulator, get, post, send};

fn is_page_file(text: &&str) -> bool {
    text.starts_with("/_emu/page/")
}

#[test]
fn root_leads_to_the_overview() {
    let emulator = emulator();
    for path in ["/", "/_emu"] {
        let response = get(&emulator, path);
        assert_eq!(response.status, 302, "{path}");
        assert_eq!(response.headers["location"], "/_emu/");
    }
    let overview = get(&emulator, "/_emu/");
    assert_eq!(overview.json["url"], emulator.url());
    let page = Request::get("/_emu/").header("accept", "text/html,application/xhtml+xml,*/*;q=0.8");
    let page = send(&emulator, page, b"");
    assert_eq!(page.headers["content-type"], "text/html;charset=UTF-8");
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'; script-src 'self';"));
    let files: Vec<&str> = page.text.split('"').filter(is_page_file).collect();
    assert!(!files.is_empty());
    for file in files {
        assert_eq!(get(&emulator, file).status, 200, "{file}");
    }
    assert_eq!(get(&emulator, "/_emu/page/../health").status, 404);
    for entry in overview.json["requests"].as_array().unwrap() {
        let path = entry["path"].as_str().unwrap();
        // Each path answers, and with these methods.
        let response = send(&emulator, Request::builder().method("BREW").uri(path), b"");
        assert_eq!(response.status, 405, "{path}");
        let allowed = response.headers["allow"]
            .to_str()
            .unwrap()
            .replace("HEAD, ", "")
            .replace(", HEAD", "");
        assert_eq!(entry["methods"], allowed, "{path}");
    }
}

#[test]
fn unknown_path_of_the_control_names_the_overview() {
    let emulator = emulator();
    for path in ["/_emu/nothing", "/_emu/snapshots/1", "/_emu/health/"] {
        let response = get(&emulator, path);
        let expected =
            format!("The remote control has nothing at {path}. GET /_emu/ lists what it has.");
        assert_eq!(response.error(), (404, "not_found", &*expected));
    }
}

#[test]
fn errors_name_the_place_and_what_is_wanted() {
    let emulator = emulator();
    let refused = |path: &str, content_type: &str, body: &str| -> TestResponse {
        let response = post(&emulator, path, content_type, body);
        assert_eq!(response.status, 400, "{path} {body}");
        response
    };
    for (path, content_type, body, expected) in [
        (
            "clients",
            FORM,
            "client_id=x",
            "The body is a form (application/x-www-form-urlencoded). Send a JSON object instead, such as by curl --json '{…}'.",
        ),
        (
            "people",
            "multipart/form-data; boundary=b",
            "--b\r\n",
            "The body is a form (multipart/form-data; boundary=b).",
        ),
        (
            "people",
            "application/json",
            " [null,null]",
            "The body has a wrong value: it is a list, and has to be a JSON object.",
        ),
        (
            "people",
            "text/plain",
            "email=x",
            "The body is no JSON: expected value at line 1 column 1.",
        ),
        ("people", "", "", "The body is empty. Send a JSON object."),
        (
            "people",
            "",
            "{} {}",
            "The body goes on after its JSON: trailing characters at line 1 column 4.",
        ),
        (
            "people",
            "",
            r#"{"mail":"x"}"#,
            "at mail: unknown field `mail`, expected one of `user_id`",
        ),
        (
            "clients",
            "",
            r#"{"grants":["implicit","password"]}"#,
            "at grants[1]: unknown variant `password`, expected one of",
        ),
        (
            "clients",
            "",
            r#"{"scopes":["a",1]}"#,
            "at scopes[1]: invalid type: integer `1`, expected a string",
        ),
        (
            "sign_ins",
            "",
            r#"{"client_id":"x"}"#,
            "missing field `email`",
        ),
    ] {
        let response = refused(&format!("/_emu/{path}"), content_type, body);
        let description = response.error().2;
        assert!(description.contains(expected), "{description}");
    }
    let groups = json!({"groups": ["forms-users", 5]}).to_string();
    let rights = send(
        &emulator,
        Request::put("/_emu/aem/rights/x"),
        groups.as_bytes(),
    );
    assert!(rights.error().2.contains("at groups[1]"), "{}", rights.text);
}

#[test]
fn json_is_read_whatever_its_content_type_is() {
    let emulator = emulator();
    for (index, content_type) in [
        FORM,
        "text/plain",
        "",
        "application/json",
        "multipart/form-data; boundary=b",
    ]
    .into_iter()
    .enumerate()
    {
        let body = json!({"email": format!("a{index}@example.com")}).to_string();
        let response = post(&emulator, "/_emu/people", content_type, body);
        assert_eq!(response.status, 201, "{content_type}: {}", response.text);
        assert_ne!(response.json["user_id"], Value::Null);
    }
}
