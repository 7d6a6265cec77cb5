//! `ims register`: the request, and the secret on stdout only.

use adobe_ims_emulator::Emulator;
use serde_json::{Value, json};

use crate::support::{CLIENT_ID, CLIENT_SECRET, Ims, answering};

fn register(url: &str, more: &[&str]) -> Ims {
    let arguments = [
        "register",
        "--name",
        "a name",
        "--redirect-uri",
        "https://x/",
        "--url",
    ];
    Ims::new(arguments.iter().chain(&[url]).chain(more))
}

fn created(body: &Value) -> String {
    let body = body.to_string();
    let length = body.len();
    answering(format!(
        "HTTP/1.1 201 Created\r\ncontent-length: {length}\r\n\r\n{body}"
    ))
}

fn client() -> Value {
    json!({
        "client_name": "a \u{1b}[31m name", "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET,
        "redirect_uris": ["https://x/"], "client_secret_expires_at": 0,
    })
}

#[test]
fn register_prints_the_whole_response() {
    let run = register(&created(&client()), &[]).run_for_a_secret();
    let expected = format!(
        "client_id     {CLIENT_ID}\n\
         client_secret {CLIENT_SECRET}\n\
         client_name   a \u{fffd}[31m name\n\
         client_secret_expires_at 0\n\
         redirect_uris [\"https://x/\"]\n"
    );
    run.assert(0, &expected, "");
    let url = created(&client());
    let run = register(&url, &["-o", "json"]).run_for_a_secret();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let answer_json: Value = serde_json::from_str(&run.stdout).unwrap();
    let expected = json!({
        "schema": "ims.register/1", "ims_url": url, "client_id": CLIENT_ID, "answer": client(),
    });
    assert_eq!(answer_json, expected);
    // The rest of the output contains no secret.
    let public = json!({"client_id": "public"});
    let run = register(&created(&public), &["--scope", "openid, AdobeID", "-v"]).run();
    assert_eq!(
        (run.code, run.stdout.as_str()),
        (0, "client_id     public\n")
    );
}

#[test]
fn registered_client_can_sign_in() {
    let emulator = Emulator::start().unwrap();
    let scopes = ["--scope", "openid,AdobeID", "-o", "json"];
    let run = register(emulator.url(), &scopes).run_for_a_secret();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{run:?}");
    let answer_json: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(answer_json["answer"]["scope"], "openid AdobeID");
    assert_eq!(
        answer_json["answer"]["redirect_uris"],
        json!(["https://x/"])
    );
    let known = emulator.user_clients();
    let id = known.iter().map(|client| client.client_id());
    assert!(id.into_iter().any(|id| answer_json["client_id"] == id));
    let arguments = [
        "register",
        "--name",
        "x",
        "--redirect-uri",
        "http://elsewhere.example",
    ];
    let run = Ims::new(arguments).env("IMS_URL", emulator.url()).run();
    run.assert_failed(4, "registration-refused");
}

#[test]
fn refused_registration_is_a_failure() {
    let body = r#"{"error":"invalid_redirect_uri","error_description":"no"}"#;
    let length = body.len();
    let url = answering(format!(
        "HTTP/1.1 400 No\r\ncontent-length: {length}\r\n\r\n{body}"
    ));
    register(&url, &[])
        .run()
        .assert_failed(4, "registration-refused");
    let html = answering("HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\n<html>");
    register(&html, &[])
        .run()
        .assert_failed(5, "answer-not-json");
    let exposed = "http://ims-na1.adobelogin.com";
    register(exposed, &[])
        .run()
        .assert_failed(3, "endpoint-insecure");
    for mistake in [
        &["register"][..],
        &["register", "--name", "x"],
        &["register", "--redirect-uri", "x"],
    ] {
        assert_eq!(Ims::new(mistake).run().code, 2, "{mistake:?}");
    }
}
