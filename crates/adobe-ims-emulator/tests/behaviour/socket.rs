//! The server without TLS.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};

use adobe_ims_emulator::Emulator;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rsa::PublicKeyComponents;
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use serde_json::Value;
use x509_cert::der::Decode as _;

use crate::support::{AssertionSigner, FORM, der, emulator, get};

/// Writes a request, and reads until the server closes the connection.
pub(crate) fn send_and_read(mut stream: impl Read + Write, request: &[u8]) -> String {
    stream.write_all(request).unwrap();
    let mut response = Vec::new();
    // These tests ignore a missing close_notify.
    let _ = stream.read_to_end(&mut response);
    String::from_utf8(response).unwrap()
}

pub(crate) fn connect(emulator: &Emulator) -> TcpStream {
    TcpStream::connect(("127.0.0.1", emulator.port())).unwrap()
}

/// Returns a request to the JWT exchange.
pub(crate) fn exchange(signer: &AssertionSigner) -> String {
    let body = signer.form(&signer.sign(&signer.claims()));
    format!(
        "POST /ims/exchange/jwt HTTP/1.1\r\nHost: ims-na1.adobelogin.com:443\r\n\
         content-type: {FORM}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

fn body(response: &str) -> Value {
    serde_json::from_str(response.split_once("\r\n\r\n").unwrap().1).unwrap()
}

#[test]
fn exchange_works_over_plain_http() {
    let emulator = emulator();
    let signer = AssertionSigner::of(&emulator);
    let response = send_and_read(connect(&emulator), exchange(&signer).as_bytes());
    assert!(response.starts_with("HTTP/1.1 200 OK\r\n"), "{response}");
    assert_eq!(body(&response)["token_type"], "bearer");
    assert_eq!(
        response.to_ascii_lowercase().matches("\r\ndate: ").count(),
        1
    );
    let head = b"HEAD /_emu/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    let response = send_and_read(connect(&emulator), head);
    assert!(response.starts_with("HTTP/1.1 200 OK\r\n") && response.ends_with("\r\n\r\n"));
}

#[test]
fn body_over_1_mib_is_refused_with_json_error() {
    let emulator = emulator();
    for size in [1024 * 1024, 1024 * 1024 + 1, 5_000_000] {
        let head = format!(
            "POST /ims/exchange/jwt HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\
             Content-Length: {size}\r\n\r\n"
        );
        let mut request = head.into_bytes();
        request.resize(request.len() + size, b'a');
        let response = send_and_read(connect(&emulator), &request);
        let (status, error) = if size > 1024 * 1024 {
            ("413", "payload_too_large")
        } else {
            ("400", "invalid_client")
        };
        assert!(
            response.starts_with(&format!("HTTP/1.1 {status} ")),
            "{size}: {response}"
        );
        assert_eq!(body(&response)["error"], error);
        assert!(body(&response)["error_description"].is_string());
        assert!(response.contains("x-debug-id: emulator-"));
    }
    // A client that waits for `100 Continue` gets the error at once.
    let request = b"POST /ims/exchange/jwt HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\
                    Expect: 100-continue\r\nContent-Length: 2000000\r\n\r\n";
    let response = send_and_read(connect(&emulator), request);
    assert!(response.starts_with("HTTP/1.1 413 "), "{response}");
}

#[test]
fn expect_100_continue_is_answered() {
    let emulator = emulator();
    let signer = AssertionSigner::of(&emulator);
    let request = exchange(&signer).replacen("\r\n", "\r\nExpect: 100-continue\r\n", 1);
    let (head, rest) = request.split_once("\r\n\r\n").unwrap();
    let mut stream = connect(&emulator);
    stream
        .write_all(format!("{head}\r\n\r\n").as_bytes())
        .unwrap();
    let mut interim = [0; 25];
    stream.read_exact(&mut interim).unwrap();
    assert_eq!(&interim, b"HTTP/1.1 100 Continue\r\n\r\n");
    let response = send_and_read(stream, rest.as_bytes());
    assert!(response.starts_with("HTTP/1.1 200 OK\r\n"), "{response}");
}

#[test]
fn emulator_listens_on_both_loopback_addresses() {
    let emulator = emulator();
    let has_ipv6 = TcpListener::bind(("::1", 0)).is_ok();
    if has_ipv6 {
        let stream = TcpStream::connect(("::1", emulator.port())).unwrap();
        let request = b"GET /_emu/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        assert!(send_and_read(stream, request).starts_with("HTTP/1.1 200 OK\r\n"));
    }
}

#[test]
fn token_is_verified_with_key_set_and_certificate() {
    let emulator = emulator();
    let token = AssertionSigner::of(&emulator).token(&emulator);
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();

    let keys = get(&emulator, "/ims/keys").json;
    let key = &keys["keys"][0];
    assert_eq!(
        (&key["kty"], &key["alg"], &key["use"]),
        (&"RSA".into(), &"RS256".into(), &"sig".into())
    );
    assert_eq!(key["kid"], "emulator-key-at-1");
    let number = |name: &str| URL_SAFE_NO_PAD.decode(key[name].as_str().unwrap()).unwrap();
    let components = PublicKeyComponents {
        n: number("n"),
        e: number("e"),
    };
    components
        .verify(&RSA_PKCS1_2048_8192_SHA256, signed.as_bytes(), &signature)
        .unwrap();

    for folder in ["prod", "nonprod"] {
        let response = get(&emulator, &format!("/keys/{folder}/emulator-key-at-1.cer"));
        assert!(response.text.starts_with("-----BEGIN CERTIFICATE-----"));
        let certificate = x509_cert::Certificate::from_der(&der(&response.text)).unwrap();
        let public = certificate.tbs_certificate().subject_public_key_info();
        UnparsedPublicKey::new(
            &RSA_PKCS1_2048_8192_SHA256,
            public.subject_public_key.raw_bytes(),
        )
        .verify(signed.as_bytes(), &signature)
        .unwrap();
    }
}
