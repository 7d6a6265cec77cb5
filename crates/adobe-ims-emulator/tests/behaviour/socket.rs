//! The server, with and without TLS.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;

use adobe_ims_emulator::Emulator;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rsa::PublicKeyComponents;
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use serde_json::Value;
use x509_cert::der::Decode as _;

use crate::support::{AssertionSigner, FORM, der, emulator, frozen_builder, get, hostile_account};

/// Writes a request, and reads until the server closes the connection.
fn send_and_read(mut stream: impl Read + Write, request: &[u8]) -> String {
    stream.write_all(request).unwrap();
    let mut response = Vec::new();
    // These tests ignore a missing close_notify.
    let _ = stream.read_to_end(&mut response);
    String::from_utf8(response).unwrap()
}

fn plain(emulator: &Emulator) -> TcpStream {
    TcpStream::connect(("127.0.0.1", emulator.port())).unwrap()
}

fn exchange(signer: &AssertionSigner) -> String {
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
    let response = send_and_read(plain(&emulator), exchange(&signer).as_bytes());
    assert!(response.starts_with("HTTP/1.1 200 OK\r\n"), "{response}");
    assert_eq!(body(&response)["token_type"], "bearer");
    assert_eq!(
        response.to_ascii_lowercase().matches("\r\ndate: ").count(),
        1
    );
    let head = b"HEAD /_emu/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    let response = send_and_read(plain(&emulator), head);
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
        let response = send_and_read(plain(&emulator), &request);
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
    let response = send_and_read(plain(&emulator), request);
    assert!(response.starts_with("HTTP/1.1 413 "), "{response}");
}

#[test]
fn expect_100_continue_is_answered() {
    let emulator = emulator();
    let signer = AssertionSigner::of(&emulator);
    let request = exchange(&signer).replacen("\r\n", "\r\nExpect: 100-continue\r\n", 1);
    let (head, rest) = request.split_once("\r\n\r\n").unwrap();
    let mut stream = plain(&emulator);
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
    let machine_has_it = TcpListener::bind(("::1", 0)).is_ok();
    if machine_has_it {
        let stream = TcpStream::connect(("::1", emulator.port())).unwrap();
        let request = b"GET /_emu/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
        assert!(send_and_read(stream, request).starts_with("HTTP/1.1 200 OK\r\n"));
    }
}

#[test]
fn tls_certificate_is_valid_for_built_in_names() {
    let emulator = frozen_builder()
        .tls(true)
        .account(hostile_account())
        .audience_alias("https://ims.example.test:8443")
        .start()
        .unwrap();
    assert!(emulator.url().starts_with("https://127.0.0.1:"));
    let ca = CertificateDer::from(der(emulator.ca_pem().unwrap()));
    let signer = AssertionSigner::of(&emulator);
    let mut roots = RootCertStore::empty();
    roots.add(ca).unwrap();
    #[cfg(feature = "ring")]
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    #[cfg(not(feature = "ring"))]
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let config = Arc::new(config);
    let connect = |name: &str| {
        let name = ServerName::try_from(name.to_owned()).unwrap();
        let connection = ClientConnection::new(Arc::clone(&config), name).unwrap();
        StreamOwned::new(connection, plain(&emulator))
    };
    for name in [
        "localhost",
        "127.0.0.1",
        "::1",
        "ims-na1.adobelogin.com",
        "ims-na1-stg1.adobelogin.com",
        "static.adobelogin.com",
        "author-p12345-e67890.adobeaemcloud.com",
        "publish-p12345-e67890.adobeaemcloud.com",
        "ims.example.test",
    ] {
        let mut stream = connect(name);
        let response = send_and_read(&mut stream, exchange(&signer).as_bytes());
        assert!(
            response.starts_with("HTTP/1.1 200 OK\r\n"),
            "{name}: {response}"
        );
        assert_eq!(stream.conn.alpn_protocol(), Some(&b"http/1.1"[..]));
    }
    assert!(connect("example.test").write_all(b"x").is_err());

    let another = Emulator::builder().tls(true).start().unwrap();
    assert_ne!(another.ca_pem(), emulator.ca_pem());
    assert_eq!(Emulator::start().unwrap().ca_pem(), None);
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
