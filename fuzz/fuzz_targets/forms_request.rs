//! Sends documents to AEM Forms in the emulator, with the rights that it asks for. The first byte of the input chooses the
//! endpoint. The rest is divided by lines of `----`: template and data, DDX and sources, or one PDF.

#![no_main]

use std::sync::LazyLock;

use adobe_ims_emulator::{Emulator, SignIn};
use bytes::Bytes;
use http::Request;
use libfuzzer_sys::fuzz_target;

static EMULATOR: LazyLock<(Emulator, String)> = LazyLock::new(|| {
    let emulator = Emulator::start().expect("the emulator starts");
    let (client, person) = (&emulator.user_clients()[0], &emulator.people()[0]);
    emulator.grant_aem_rights(person.email());
    let sign_in = SignIn::new(client.client_id(), person.email());
    let tokens = emulator.user_tokens(&sign_in).expect("the person signs in");
    let authorization = format!("Bearer {}", tokens.access_token);
    (emulator, authorization)
});

const PRINT: &str = r#"{"printConfig":{"renderType":"PCL","xdcUri":"x"}}"#;

/// The endpoints with the names of their parts.
const ENDPOINTS: [(&str, &[&str]); 5] = [
    ("doc/v1/generatePDFOutput", &["template", "data", "xci"]),
    ("doc/v1/generatePrintedOutput", &["template", "data"]),
    ("assembler/ddx/invoke", &["ddx", "a.pdf", "b.pdf"]),
    ("assembler/pdfa/convert", &["inDoc"]),
    ("assembler/pdfa/validate", &["inDoc"]),
];

fuzz_target!(|bytes: &[u8]| {
    let Some((first, rest)) = bytes.split_first() else {
        return;
    };
    let (path, names) = ENDPOINTS[usize::from(*first) % ENDPOINTS.len()];
    let mut body = Vec::new();
    let mut add = |name: &str, content: &[u8]| {
        let head = format!(
            "--fuzzed-boundary\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{name}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        );
        body.extend(head.into_bytes());
        body.extend(content);
        body.extend(b"\r\n");
    };
    for (name, content) in names.iter().zip(divide(rest)) {
        add(name, content);
    }
    if path.ends_with("PrintedOutput") {
        add("options", PRINT.as_bytes());
    }
    body.extend(b"--fuzzed-boundary--");
    let (emulator, authorization) = &*EMULATOR;
    let request = Request::post(format!("/adobe/forms/{path}"))
        .header("authorization", authorization)
        .header(
            "content-type",
            "multipart/form-data; boundary=fuzzed-boundary",
        )
        .body(Bytes::from(body));
    let response = emulator.respond(&request.expect("the parts of the request are fixed"));
    assert_ne!(response.status(), 401);
});

/// Divides the input at lines of four dashes.
fn divide(bytes: &[u8]) -> Vec<&[u8]> {
    let mut parts = Vec::new();
    let mut rest = bytes;
    while let Some(at) = rest.windows(6).position(|window| window == b"\n----\n") {
        parts.push(&rest[..at]);
        rest = &rest[at + 6..];
    }
    parts.push(rest);
    parts
}
