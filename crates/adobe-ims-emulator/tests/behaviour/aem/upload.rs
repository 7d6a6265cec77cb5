//! The direct binary upload.

use http::Request;
use serde_json::{Value, json};

use crate::aem::support::Aem;
use crate::support::{TestResponse, get, send};

const INITIATE: &str = "/content/dam/a%20b.initiateUpload.json";

/// Returns an emulator with the folder `a b` and parts of ten bytes.
fn aem() -> Aem {
    let aem = Aem::new();
    let folder = json!({"class": "assetFolder"});
    assert_eq!(aem.json("POST", "/api/assets/a%20b", &folder).status, 201);
    let settings = json!({"upload_part_bytes": 10});
    crate::time::patch(&aem.emulator, "/_emu/aem/settings", &settings);
    aem
}

fn initiate(aem: &Aem, name: &str, size: usize) -> Value {
    let size = size.to_string();
    let response = aem.form(INITIATE, &[("fileName", name), ("fileSize", &size)]);
    assert_eq!(response.status, 201, "{}", response.text);
    response.json
}

fn send_part(aem: &Aem, address: &Value, part: &[u8]) -> TestResponse {
    send(&aem.emulator, Request::put(address.as_str().unwrap()), part)
}

fn complete(aem: &Aem, upload: &Value, more: &[(&str, &str)]) -> TestResponse {
    let file = &upload["files"][0];
    let text = |name: &str| file[name].as_str().unwrap();
    let mut fields = vec![
        ("fileName", text("fileName")),
        ("mimeType", "image/x-sent"),
        ("uploadToken", text("uploadToken")),
    ];
    fields.extend(more);
    aem.form(upload["completeURI"].as_str().unwrap(), &fields)
}

#[test]
fn file_is_uploaded_in_parts() {
    let aem = aem();
    let upload = initiate(&aem, "ü 1.png", 25);
    assert_eq!(upload["folderPath"], "/content/dam/a b");
    assert_eq!(
        upload["completeURI"],
        "/content/dam/a%20b.completeUpload.json"
    );
    let file = &upload["files"][0];
    assert_eq!(file["mimeType"], "image/png");
    assert_eq!(
        (&file["minPartSize"], &file["maxPartSize"]),
        (&json!(10), &json!(10))
    );
    let addresses = file["uploadURIs"].as_array().unwrap();
    assert_eq!(addresses.len(), 3);
    assert!(
        addresses[0]
            .as_str()
            .unwrap()
            .starts_with(aem.emulator.url())
    );
    for (number, part) in [(2, &b"uvwxy"[..]), (0, b"0123456789"), (1, b"abcdefghij")] {
        assert_eq!(complete(&aem, &upload, &[]).status, 400);
        assert_eq!(send_part(&aem, &addresses[number], part).status, 201);
    }
    assert_eq!(
        get(&aem.emulator, "/_emu/aem/dam/a%20b/%C3%BC%201.png").status,
        404
    );
    let done = complete(&aem, &upload, &[]);
    assert_eq!(done.status, 200, "{}", done.text);
    assert_eq!(done.json["fileName"], "ü 1.png");
    let content = aem.get("/content/dam/a%20b/%C3%BC%201.png");
    assert_eq!(content.text, "0123456789abcdefghijuvwxy");
    assert_eq!(content.headers["content-type"], "image/x-sent");
    assert_eq!(
        complete(&aem, &upload, &[]).status,
        400,
        "an upload is completed once"
    );
}

#[test]
fn storage_takes_signed_addresses_and_no_token() {
    let aem = aem();
    let upload = initiate(&aem, "a", 5);
    let address = &upload["files"][0]["uploadURIs"][0];
    let with_token = aem.send(aem.request("PUT", address.as_str().unwrap()), b"12345");
    assert_eq!(with_token.status, 400);
    assert!(
        with_token
            .text
            .contains("<Code>InvalidAuthenticationInfo</Code>")
    );
    assert_eq!(send_part(&aem, address, b"12345678901").status, 413);
    let (path, signature) = address.as_str().unwrap().split_once("?sig=").unwrap();
    for wrong in [
        path.to_owned(),
        format!("{path}?sig=x"),
        format!("{path}1?sig={signature}"),
    ] {
        let response = send_part(&aem, &json!(wrong), b"1");
        assert_eq!(response.status, 403, "{wrong}");
        assert_eq!(response.headers["content-type"], "application/xml");
    }
    let post = send(
        &aem.emulator,
        Request::post(address.as_str().unwrap()),
        b"12345",
    );
    assert_eq!(post.status, 201);
    assert_eq!(complete(&aem, &upload, &[]).status, 200);
}

#[test]
fn several_files_and_empty_ones_are_initiated_together() {
    let aem = aem();
    let fields = [
        ("fileName", "a"),
        ("fileSize", "0"),
        ("fileName", "b.pdf"),
        ("fileSize", "11"),
    ];
    let upload = aem.form(INITIATE, &fields).json;
    let parts = |file: &Value| file["uploadURIs"].as_array().unwrap().len();
    let files = upload["files"].as_array().unwrap();
    assert_eq!(files.iter().map(parts).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(files[1]["mimeType"], "application/pdf");
    assert_eq!(complete(&aem, &upload, &[]).status, 200);
    assert_eq!(aem.emulator.aem_file("a b/a").unwrap(), "");
}

#[test]
fn existing_file_needs_a_decision() {
    let aem = aem();
    let upload = |content: &'static str, more: &[(&str, &str)]| {
        let upload = initiate(&aem, "f", content.len());
        let address = &upload["files"][0]["uploadURIs"][0];
        assert_eq!(send_part(&aem, address, content.as_bytes()).status, 201);
        complete(&aem, &upload, more).status
    };
    let title = || {
        let node = aem.get("/content/dam/a%20b/f/jcr:content/metadata.json");
        node.json["dc:title"].clone()
    };
    assert_eq!(upload("1", &[]), 200);
    let change = json!({"class": "asset", "properties": {"dc:title": "T"}});
    assert_eq!(aem.json("PUT", "/api/assets/a%20b/f", &change).status, 200);
    let neither = [("createVersion", "false"), ("replace", "false")];
    assert_eq!(upload("2", &neither), 409);
    assert_eq!(aem.emulator.aem_file("a b/f").unwrap(), "1");
    assert_eq!(upload("3", &[("createVersion", "true")]), 200);
    assert_eq!(title(), "T", "a version keeps the metadata");
    assert_eq!(upload("4", &[("replace", "true")]), 200);
    assert_eq!(title(), Value::Null, "a replaced file is new");
    assert_eq!(aem.emulator.aem_file("a b/f").unwrap(), "4");
    assert!(aem.emulator.delete_aem_file("a b/f"));
    assert!(aem.emulator.put_aem_file("a b/f/inner", ""));
    assert_eq!(upload("5", &[("replace", "true")]), 409, "a folder");
    assert_eq!(aem.emulator.aem_file("a b/f/inner").unwrap(), "");
}

#[test]
fn wrong_requests_are_refused() {
    let aem = aem();
    for (fields, status) in [
        (&[][..], 400),
        (&[("fileName", "a")], 400),
        (&[("fileSize", "1")], 400),
        (&[("fileName", "a"), ("fileSize", "x")], 400),
        (&[("fileName", "a"), ("fileSize", "-1")], 400),
        (&[("fileName", "a/b"), ("fileSize", "1")], 400),
        (&[("fileName", ".."), ("fileSize", "1")], 400),
        (
            &[("fileName", "a"), ("fileSize", "18446744073709551615")],
            413,
        ),
        (
            &[("fileName", "a"), ("fileSize", "18446744073709551616")],
            400,
        ),
    ] {
        assert_eq!(aem.form(INITIATE, fields).status, status, "{fields:?}");
    }
    let many: Vec<_> = [("fileName", "a"), ("fileSize", "1")].repeat(201);
    assert_eq!(aem.form(INITIATE, &many).status, 400);
    let file = [("fileName", "a"), ("fileSize", "1")];
    let missing = aem.form("/content/dam/x.initiateUpload.json", &file);
    assert_eq!(missing.status, 404);
    assert!(missing.text.contains("/content/dam/x"));

    let upload = initiate(&aem, "a", 1);
    let token = upload["files"][0]["uploadToken"].as_str().unwrap();
    let complete = "/content/dam/a%20b.completeUpload.json";
    let (name, mime) = (("fileName", "a"), ("mimeType", "b"));
    for (path, fields) in [
        (complete, &[name, mime][..]),
        (complete, &[name, ("uploadToken", token)]),
        (complete, &[mime, ("uploadToken", token)]),
        (complete, &[("fileName", "b"), mime, ("uploadToken", token)]),
        (complete, &[name, mime, ("uploadToken", "x")]),
        (
            "/content/dam.completeUpload.json",
            &[name, mime, ("uploadToken", token)],
        ),
    ] {
        assert_eq!(aem.form(path, fields).status, 400, "{path} {fields:?}");
    }
    let settings = json!({"upload_part_bytes": 0});
    let refused = crate::time::patch(&aem.emulator, "/_emu/aem/settings", &settings);
    assert_eq!(refused.error().0, 400);
}
