//! The remote control by commands: rights, the allow list, sign-ins, rotation, and any other request.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use adobe_ims_emulator::{Emulator, OauthClient};
use serde_json::{Value, json};

use crate::emulator_remote::remote;
use crate::support::{CLIENT_ID, CLIENT_SECRET, Ims, http, is_complete};

/// A server that says that it is an emulator, and gives all other requests one answer.
struct PlayedEmulator {
    url: String,
    requests: Receiver<String>,
}

impl PlayedEmulator {
    fn new(answer: String) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (sender, requests) = channel();
        thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let (mut request, mut buffer) = (Vec::new(), [0; 4096]);
                while !is_complete(&request) {
                    match stream.read(&mut buffer) {
                        Ok(count) if count > 0 => request.extend_from_slice(&buffer[..count]),
                        _ => break,
                    }
                }
                let request = String::from_utf8(request).unwrap();
                if request.starts_with("GET /_emu/health ") {
                    let health = r#"{"status":"ok","emulator":"adobe-ims-emulator"}"#;
                    let _ = stream.write_all(http("200 OK", "", health).as_bytes());
                } else {
                    let _ = stream.write_all(answer.as_bytes());
                    let _ = sender.send(request);
                }
            }
        });
        Self { url, requests }
    }

    fn command(&self, arguments: &[&str]) -> Ims {
        Ims::new(["emulator"].iter().chain(arguments)).env("IMS_URL", &self.url)
    }

    /// Returns the first line and the JSON of the next request.
    fn request(&self) -> (String, Value) {
        let request = self.requests.recv().unwrap();
        let (head, body) = request.split_once("\r\n\r\n").unwrap();
        let line = head.lines().next().unwrap().to_owned();
        (line, serde_json::from_str(body).unwrap_or_default())
    }
}

#[test]
fn rights_are_given_and_taken() {
    let emulator = Emulator::start().unwrap();
    let account = emulator.accounts()[0].technical_account_id().to_owned();
    let rights = |more: &[&str]| {
        remote(&emulator, &["rights", &account])
            .arguments(more)
            .run()
    };
    rights(&["forms-users", "dam-users"]).assert(0, "", "");
    rights(&["administrators", "--after", "10m"]).assert(0, "", "");
    rights(&["--remove"]).assert(0, "", "");
    let unknown = format!(
        "ims: PUT /_emu/aem/rights/{}: The emulator does not know the group x\u{fffd}y. \
         It knows administrators, contributors, dam-users, forms-users [emulator-refused]\n",
        account.replace('@', "%40")
    );
    rights(&["x\u{1b}y"]).assert(2, "", &unknown);
    remote(&emulator, &["rights", "nobody", "--remove"]).run().assert(
        2,
        "",
        "ims: DELETE /_emu/aem/rights/nobody: No technical account or person has this id or e-mail address [emulator-refused]\n",
    );
}

#[test]
fn rights_open_an_api() {
    let emulator = Emulator::start().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let document = folder.path().join("service_token.json");
    std::fs::write(&document, emulator.credentials_json()).unwrap();
    let account = emulator.accounts()[0].technical_account_id().to_owned();
    let status = || {
        let url = format!("{}/adobe/forms/doc/v1/generatePDFOutput", emulator.url());
        let call = [
            "curl",
            &url,
            "-X",
            "POST",
            "-q",
            "--url",
            emulator.url(),
            "-c",
        ];
        let run = Ims::new(call).arguments(&[document.to_str().unwrap()]);
        let _ = run.env("IMS_CACHE", "off").run();
        emulator.requests().last().unwrap().status
    };
    assert_eq!(status(), Some(403));
    remote(&emulator, &["rights", &account, "forms-users"])
        .run()
        .assert(0, "", "");
    // The request has no form: but the account may send one now.
    assert_eq!(status(), Some(415));
}

#[test]
fn person_is_signed_in_without_a_browser() {
    let emulator = Emulator::start().unwrap();
    let client = emulator.user_clients()[0].client_id().to_owned();
    let person = emulator.people()[0].email().to_owned();
    let sign_in = ["sign-in", &client, &person, "--scope", "openid,AdobeID"];
    let run = remote(&emulator, &sign_in).run_for_a_secret();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{run:?}");
    assert_eq!(run.stdout.lines().count(), 1);
    assert!(run.stdout.starts_with("eyJ"), "{run:?}");
    let run = remote(&emulator, &sign_in)
        .arguments(&["-o", "json"])
        .run_for_a_secret();
    let answer: Value = serde_json::from_str(&run.stdout).unwrap();
    assert!(answer["code"].is_string(), "{answer}");
    let message = "ims: POST /_emu/sign_ins: The request cannot be carried out: ";
    let run = remote(&emulator, &["sign-in", &client, "nobody@example.com"]).run();
    run.assert_failed(2, "emulator-refused");
    assert!(run.stderr.starts_with(message), "{run:?}");
}

#[test]
fn sign_in_sends_every_flag() {
    let played = PlayedEmulator::new(http("201 Created", "", r#"{"device_token":"T"}"#));
    let sign_in = [
        "sign-in",
        CLIENT_ID,
        "e@x",
        "--scope",
        "a,b",
        "--scope",
        "c",
        "--redirect-uri",
        "https://x/",
        "--code-challenge",
        "C",
        "--nonce",
        "N",
        "--device-id",
        "D",
    ];
    played.command(&sign_in).run().assert(0, "T\n", "");
    let body = json!({
        "client_id": CLIENT_ID, "email": "e@x", "scopes": ["a", "b", "c"], "redirect_uri": "https://x/",
        "code_challenge": "C", "nonce": "N", "device_id": "D",
    });
    assert_eq!(
        played.request(),
        ("POST /_emu/sign_ins HTTP/1.1".to_owned(), body)
    );
}

#[test]
fn allow_list_names_the_tiers() {
    let emulator = Emulator::start().unwrap();
    let listed = || {
        let run = remote(&emulator, &["call", "GET", "aem/allow_list", "-o", "json"]).run();
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{run:?}");
        serde_json::from_str::<Value>(&run.stdout).unwrap()["clients"].take()
    };
    for (flags, tiers) in [
        (&[][..], json!(["author", "preview", "publish"])),
        (&["--tier", "publish"], json!(["publish"])),
        (
            &["--tier", "publish", "--tier", "author"],
            json!(["author", "publish"]),
        ),
    ] {
        let run = remote(&emulator, &["allow", CLIENT_ID]).arguments(flags);
        run.run().assert(0, "", "");
        assert_eq!(listed()[CLIENT_ID], tiers, "{flags:?}");
    }
    let remove = || remote(&emulator, &["allow", CLIENT_ID, "--remove"]).run();
    remove().assert(0, "", "");
    assert_eq!(listed().get(CLIENT_ID), None);
    let message = "ims: DELETE /_emu/aem/allow_list/client%21%2BID: \
                   The client is not on the allow list [emulator-refused]\n";
    remove().assert(2, "", message);
}

#[test]
fn allowed_client_reaches_its_tiers() {
    let emulator = Emulator::start().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let document = folder.path().join("oauth.json");
    let credentials = emulator.oauth_credentials_json();
    std::fs::write(&document, &credentials).unwrap();
    let client_id = emulator.oauth_clients()[0].client_id().to_owned();
    let status = || {
        let url = format!("{}/api/assets.json", emulator.url());
        let call = ["curl", &url, "-q", "--url", emulator.url(), "-c"];
        let run = Ims::new(call).arguments(&[document.to_str().unwrap()]);
        let _ = run.env("IMS_CACHE", "off").run();
        emulator.requests().last().unwrap().status
    };
    assert_eq!(status(), Some(403));
    let allow = |flags: &[&str]| {
        let run = remote(&emulator, &["allow", &client_id]).arguments(flags);
        run.run().assert(0, "", "");
    };
    allow(&[]);
    assert_eq!(status(), Some(200));
    // The address of the emulator is author.
    allow(&["--tier", "publish"]);
    assert_eq!(status(), Some(403));
}

#[test]
fn rotation_prints_the_new_secret_alone() {
    let emulator = Emulator::builder()
        .oauth_client(OauthClient::new().client_id(CLIENT_ID))
        .start()
        .unwrap();
    let rotate = || remote(&emulator, &["rotate", CLIENT_ID]).run_for_a_secret();
    let run = rotate();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{run:?}");
    let token = |secret: &str| {
        Ims::new([
            "token",
            "-q",
            "--client-id",
            CLIENT_ID,
            "--client-secret-file",
            "-",
        ])
        .arguments(&["--scope", "openid", "--url", emulator.url()])
        .env("IMS_CACHE", "off")
        .stdin(secret)
        .run_for_a_secret()
    };
    let run = token(run.stdout.as_str());
    assert_eq!(run.code, 0, "{run:?}");
    token("wrong").assert_failed(4, "client-secret-wrong");
    let path = "/_emu/clients/client%21%2BID/secrets";
    let run = rotate();
    run.assert_failed(2, "emulator-refused");
    assert!(
        run.stderr.starts_with(&format!("ims: POST {path}: ")),
        "{run:?}"
    );
}

#[test]
fn rotation_prints_the_document_with_the_new_certificate() {
    let emulator = Emulator::start().unwrap();
    let account = emulator.accounts()[0].technical_account_id().to_owned();
    let run = remote(&emulator, &["rotate", "--account", &account]).run_for_a_secret();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{run:?}");
    assert_ne!(run.stdout.trim(), emulator.credentials_json().trim());
    let token = Ims::new(["token", "-q", "-c", "-", "--url", emulator.url()])
        .env("IMS_CACHE", "off")
        .stdin(run.stdout.clone())
        .run_for_a_secret();
    assert_eq!((token.code, token.stderr.as_str()), (0, ""), "{token:?}");
    remote(&emulator, &["rotate", "--account", "a@b"])
        .run()
        .assert_failed(2, "emulator-refused");
}

#[test]
fn any_request_can_be_sent() {
    let emulator = Emulator::start().unwrap();
    let text = |arguments: &[&str], expected: &str| {
        remote(&emulator, arguments).run().assert(0, expected, "");
    };
    let client = json!({"client_id": CLIENT_ID, "public": true, "grants": ["authorization_code"]})
        .to_string();
    text(
        &[
            "call",
            "POST",
            "clients",
            "--json",
            &client,
            "--field",
            "client_id",
        ],
        "client!+ID\n",
    );
    let settings = r#"{"assembler_answer":"pdf","batch_record_ms":5}"#;
    let changed = "{\n  \"assembler_answer\": \"pdf\",\n  \"batch_record_ms\": 5,\n  \"default_tier\": \"author\",\n  \"check_allow_list\": true,\n  \"browser_login\": \"redirect\",\n  \"upload_part_bytes\": 10485760,\n  \"data_sources\": {}\n}\n";
    text(
        &["call", "patch", "/_emu/aem/settings", "--json", settings],
        changed,
    );
    let as_it_came = "{\"assembler_answer\":\"pdf\",\"batch_record_ms\":5,\"default_tier\":\"author\",\"check_allow_list\":true,\"browser_login\":\"redirect\",\"upload_part_bytes\":10485760,\"data_sources\":{}}\n";
    text(&["call", "GET", "aem/settings", "-o", "json"], as_it_came);
    text(
        &[
            "call",
            "POST",
            "clock/advance",
            "--json",
            r#"{"seconds":0}"#,
            "--field",
            "rate",
        ],
        "1\n",
    );
    text(&["call", "DELETE", "requests"], "");
    let run = remote(&emulator, &["call", "GET"]).run();
    let overview: Value = serde_json::from_str(&run.stdout).unwrap();
    assert!(
        overview["requests"].as_array().unwrap().len() > 15,
        "{overview}"
    );
    let run = remote(&emulator, &["call", "GET", "health", "--field", "x"]).run();
    run.assert(
        2,
        "",
        "ims: --field: the answer has no field x [emulator-refused]\n\
         hint: it has: ready, status, emulator, version, tokens_minted\n",
    );
    let message = "ims: GET /_emu/ims/token: The remote control has nothing at /_emu/ims/token. GET /_emu/ lists what it has [emulator-refused]\n";
    remote(&emulator, &["call", "GET", "ims/token"])
        .run()
        .assert(2, "", message);
}

#[test]
fn files_go_to_the_repository_and_back() {
    let emulator = Emulator::start().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let content = b"\x00\xff binary \n";
    let path = folder.path().join("letter.xdp");
    std::fs::write(&path, content).unwrap();
    let put = [
        "call",
        "PUT",
        "aem/dam/forms/ü letter.xdp",
        "--content-type",
        "application/vnd.adobe.xdp+xml",
        "--body",
    ];
    let run = remote(&emulator, &put)
        .arguments(&[path.to_str().unwrap()])
        .run();
    run.assert(0, "", "");
    let get = ["call", "GET", "aem/dam/forms/ü letter.xdp"];
    let output = remote(&emulator, &get).output();
    assert_eq!(
        (output.status.code(), output.stdout.as_slice()),
        (Some(0), &content[..])
    );
    let put = remote(&emulator, &["call", "PUT", "aem/dam/a.txt", "--body", "-"]);
    put.stdin("text").run().assert(0, "", "");
    let output = remote(&emulator, &["call", "GET", "aem/dam/a.txt", "-o", "json"]).output();
    assert_eq!(output.stdout, b"text");
    remote(&emulator, &["call", "DELETE", "aem/dam/a.txt"])
        .run()
        .assert(0, "", "");
    let run = remote(&emulator, &["call", "GET", "aem/dam/a.txt"]).run();
    let message = "ims: GET /_emu/aem/dam/a.txt: The repository has no file /content/dam/a.txt [emulator-refused]\n";
    run.assert(2, "", message);
}

#[test]
fn secrets_and_codes_are_the_result() {
    let emulator = Emulator::builder()
        .oauth_client(OauthClient::new().client_id(CLIENT_ID))
        .start()
        .unwrap();
    let client = json!({"client_id": "other", "client_secret": CLIENT_SECRET}).to_string();
    let add = [
        "call",
        "POST",
        "clients",
        "--json",
        &client,
        "--field",
        "client_secret",
    ];
    let run = remote(&emulator, &add).run_for_a_secret();
    run.assert(0, &format!("{CLIENT_SECRET}\n"), "");
    // A secret in the wrong place is not repeated.
    let wrong = json!({"client_id": "third", "secret": CLIENT_SECRET}).to_string();
    let run = remote(
        &emulator,
        &["call", "POST", "clients", "--json", &wrong, "-v"],
    )
    .run();
    assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{run:?}");
}

#[test]
fn answer_that_is_broken_is_a_failure() {
    for (answer, message) in [
        (
            http(
                "500 Oops",
                "",
                r#"{"error_description":"a \u001b[31m text.","error":"x"}"#,
            ),
            "POST /_emu/snapshots: a \u{fffd}[31m text",
        ),
        (
            http("503 Oops", "", "<html>"),
            "POST /_emu/snapshots: status 503",
        ),
        (
            http("302 Found", "Location: /\r\n", ""),
            "POST /_emu/snapshots: status 302",
        ),
        (
            http("201 Created", "", "<html>"),
            "the answer of the emulator cannot be read: expected value at line 1 column 1",
        ),
    ] {
        let played = PlayedEmulator::new(answer);
        let run = played.command(&["snapshot"]).run();
        run.assert(
            5,
            "",
            &format!("ims: {message} [emulator-answer-unusable]\n"),
        );
    }
    let cut = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{".to_owned();
    let played = PlayedEmulator::new(cut);
    played
        .command(&["clock"])
        .run()
        .assert_failed(5, "answer-truncated");
}
