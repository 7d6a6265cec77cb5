//! The proxy that leads Adobe's host names to the emulator.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;

use adobe_ims_emulator::{Emulator, Fault, FaultStep, StartError};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use serde_json::Value;

use crate::socket;
use crate::support::{AssertionSigner, der, frozen_builder, get, hostile_account};
use crate::tls::provider;

const IMS: &str = "ims-na1.adobelogin.com";

fn emulator() -> Emulator {
    let builder = frozen_builder().account(hostile_account());
    builder.connect_proxy(0).start().unwrap()
}

fn connect(emulator: &Emulator) -> TcpStream {
    let url = emulator.proxy_url().unwrap();
    TcpStream::connect(url.strip_prefix("http://").unwrap()).unwrap()
}

/// Reads a response head.
fn head(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        head.extend(byte);
    }
    String::from_utf8(head).unwrap()
}

/// Opens a tunnel to a host.
fn tunnel(emulator: &Emulator, host: &str) -> TcpStream {
    let mut stream = connect(emulator);
    let request = format!("CONNECT {host}:443 HTTP/1.1\r\nHost: {host}:443\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let head = head(&mut stream);
    assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
    assert!(
        !head.to_ascii_lowercase().contains("content-length"),
        "{head}"
    );
    stream
}

/// Starts TLS in a tunnel, as a client that trusts a CA or none.
fn tls(
    stream: TcpStream,
    name: &str,
    ca: Option<&str>,
) -> StreamOwned<ClientConnection, TcpStream> {
    StreamOwned::new(client(name, ca), stream)
}

fn client(name: &str, ca: Option<&str>) -> ClientConnection {
    let mut roots = RootCertStore::empty();
    if let Some(ca) = ca {
        roots.add(CertificateDer::from(der(ca))).unwrap();
    }
    let config = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from(name.to_owned()).unwrap();
    ClientConnection::new(Arc::new(config), name).unwrap()
}

/// Sends a request through a tunnel to a host.
fn ask(emulator: &Emulator, host: &str, request: &str) -> String {
    let stream = tls(tunnel(emulator, host), host, emulator.ca_pem());
    socket::send_and_read(stream, request.as_bytes())
}

fn request(method_and_path: &str, host: &str) -> String {
    format!("{method_and_path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")
}

fn body(response: &str) -> Value {
    serde_json::from_str(response.split_once("\r\n\r\n").unwrap().1).unwrap()
}

#[test]
fn tunnel_leads_to_the_emulator_without_and_with_tls() {
    for has_tls in [false, true] {
        let builder = frozen_builder().account(hostile_account()).tls(has_tls);
        let emulator = builder.connect_proxy(0).start().unwrap();
        let scheme = if has_tls { "https:" } else { "http:" };
        assert!(emulator.url().starts_with(scheme));
        assert!(emulator.proxy_url().unwrap().starts_with("http://"));
        let signer = AssertionSigner::of(&emulator);
        let response = ask(&emulator, IMS, &socket::exchange(&signer));
        assert!(response.starts_with("HTTP/1.1 200 OK\r\n"), "{response}");
        let token = body(&response)["access_token"].as_str().unwrap().to_owned();

        emulator.grant_aem_rights(&signer.id);
        let host = "author-p12345-e67890.adobeaemcloud.com";
        let listing = format!(
            "GET /content/dam.json HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n\
             Connection: close\r\n\r\n"
        );
        let response = ask(&emulator, host, &listing);
        assert!(response.starts_with("HTTP/1.1 200 OK\r\n"), "{response}");

        let journal = emulator.requests();
        let entries = journal
            .iter()
            .map(|entry| (&*entry.path, entry.host.as_deref().unwrap()));
        let expected = [
            ("/ims/exchange/jwt", "ims-na1.adobelogin.com:443"),
            ("/content/dam.json", host),
        ];
        assert_eq!(entries.collect::<Vec<_>>(), expected);
        let entries = &get(&emulator, "/_emu/requests").json["requests"];
        assert_eq!(entries[0]["host"], "ims-na1.adobelogin.com:443");
    }
}

#[test]
fn certificate_is_for_the_asked_name_only() {
    let emulator = emulator();
    for host in [
        IMS,
        "IMS-NA1.adobelogin.com",
        "a.b.c.adobelogin.com",
        "platform.adobe.io",
        "publish-p1-e2.adobeaemcloud.com",
    ] {
        let response = ask(&emulator, host, &request("GET /ims/keys", host));
        assert!(response.starts_with("HTTP/1.1 200 OK\r\n"), "{response}");
    }
    // More names than the proxy keeps certificates of.
    for number in 0..70 {
        let host = format!("author-p{number}-e1.adobeaemcloud.com");
        let response = ask(&emulator, &host, &request("GET /ims/keys", &host));
        assert!(response.starts_with("HTTP/1.1 200 OK\r\n"), "{response}");
    }
    let mut stream = tls(tunnel(&emulator, IMS), "adobe.io", emulator.ca_pem());
    assert!(stream.write_all(b"x").is_err());
}

#[test]
fn client_without_trust_fails_its_handshake() {
    let emulator = emulator();
    let another = Emulator::builder().connect_proxy(0).start().unwrap();
    for ca in [None, another.ca_pem()] {
        let mut stream = tls(tunnel(&emulator, IMS), IMS, ca);
        let error = stream.write_all(b"x").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidData, "{error}");
        assert!(error.to_string().contains("certificate"), "{error}");
    }
    assert_eq!(emulator.requests(), []);
}

#[test]
fn other_targets_are_refused_with_a_reason() {
    let emulator = emulator();
    for target in [
        "example.com:443",
        "127.0.0.1:443",
        "localhost:443",
        "[::1]:443",
        "ims-na1.adobelogin.com:80",
        "ims-na1.adobelogin.com:8443",
        "ims-na1.adobelogin.com.evil.example:443",
        "adobelogin.com:443",
        "adobe.com:443",
        "user@ims-na1.adobelogin.com:443",
    ] {
        let request =
            format!("CONNECT {target} HTTP/1.1\r\nHost: {IMS}\r\nConnection: close\r\n\r\n");
        let response = socket::send_and_read(connect(&emulator), request.as_bytes());
        assert!(response.starts_with("HTTP/1.1 403 "), "{target} {response}");
        let body = body(&response);
        assert_eq!(body["error"], "foreign_target");
        let description = body["error_description"].as_str().unwrap();
        assert!(description.contains(target), "{description}");
        assert!(description.contains(emulator.url()), "{description}");
        for domain in ["*.adobelogin.com", "*.adobeaemcloud.com", "*.adobe.io"] {
            assert!(description.contains(domain), "{description}");
        }
    }
}

#[test]
fn requests_that_ask_for_no_tunnel_say_what_to_do() {
    let emulator = emulator();
    let refused = |request: &str| {
        let response = socket::send_and_read(connect(&emulator), request.as_bytes());
        let error = body(&response)["error"].as_str().unwrap().to_owned();
        (response, error)
    };
    let plain = format!("GET http://{IMS}/ims/keys HTTP/1.1\r\nHost: {IMS}\r\n\r\n");
    let (response, error) = refused(&plain);
    assert!(response.starts_with("HTTP/1.1 405 "), "{response}");
    assert!(response.to_ascii_lowercase().contains("allow: connect\r\n"));
    assert!(response.contains("NO_PROXY"), "{response}");
    assert_eq!(error, "connect_only");
    let direct = "POST /ims/exchange/jwt HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\na=b";
    let (response, error) = refused(direct);
    assert!(response.starts_with("HTTP/1.1 400 "), "{response}");
    assert!(response.contains(emulator.url()), "{response}");
    assert_eq!(error, "proxy_port");
    assert_eq!(emulator.requests(), []);
}

#[test]
fn remote_control_is_not_behind_the_proxy() {
    let emulator = emulator();
    for host in [IMS, "127.0.0.1", "localhost"] {
        for path in [
            "GET /_emu/health",
            "POST /_emu/reset",
            "GET /_emu/",
            "GET /_emu",
        ] {
            let response = ask(&emulator, IMS, &request(path, host));
            assert!(response.starts_with("HTTP/1.1 403 "), "{path} {response}");
            let body = body(&response);
            assert_eq!(body["error"], "through_proxy");
            let description = body["error_description"].as_str().unwrap();
            assert!(description.contains(emulator.url()), "{description}");
        }
    }
}

#[test]
fn discovery_names_https_behind_the_proxy() {
    let emulator = emulator();
    let path = "GET /ims/.well-known/openid-configuration";
    let document = body(&ask(&emulator, IMS, &request(path, IMS)));
    assert_eq!(document["issuer"], "https://ims-na1.adobelogin.com");
}

#[test]
fn proxy_wants_the_credentials_of_the_handle() {
    let builder = frozen_builder().connect_proxy(0).proxy_authentication(true);
    let emulator = builder.start().unwrap();
    let health = get(&emulator, "/_emu/health");
    assert_eq!(health.json["proxy_url"], emulator.proxy_url().unwrap());
    let (user, password) = (emulator.proxy_user(), emulator.proxy_password());
    let own = format!("{}:{}", user.unwrap(), password.unwrap());
    let mut stream = connect(&emulator);
    let ask = |stream: &mut TcpStream, scheme: &str, credentials: &str| {
        let credentials = STANDARD.encode(credentials);
        let request = format!(
            "CONNECT {IMS}:443 HTTP/1.1\r\nHost: {IMS}:443\r\n\
             Proxy-Authorization: {scheme} {credentials}\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).unwrap();
        let head = head(stream);
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "));
        let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
        stream.read_exact(&mut body).unwrap();
        (head, String::from_utf8(body).unwrap())
    };
    // A client sends its credentials on the connection on which it was asked for them.
    for (scheme, credentials) in [
        ("Basic", ""),
        ("Basic", "emulator"),
        ("Basic", "emulator:SECRET?%&=ü"),
        ("Bearer", &own),
    ] {
        let (head, body) = ask(&mut stream, scheme, credentials);
        assert!(head.starts_with("HTTP/1.1 407 "), "{head}");
        let challenge = "proxy-authenticate: Basic realm=\"adobe-ims-emulator\"\r\n";
        assert!(head.contains(challenge), "{head}");
        assert!(body.contains("proxy_authentication_required"), "{body}");
        assert!(!body.contains(password.unwrap()), "{body}");
    }
    assert!(!health.text.contains(password.unwrap()), "{}", health.text);
    let (head, _) = ask(&mut stream, "basic", &own);
    assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
    let stream = tls(stream, IMS, emulator.ca_pem());
    let response = socket::send_and_read(stream, request("GET /ims/keys", IMS).as_bytes());
    assert!(response.starts_with("HTTP/1.1 200 OK\r\n"), "{response}");

    // Without credentials every request is asked for them.
    let plain = request(&format!("GET http://{IMS}/"), IMS);
    let response = socket::send_and_read(connect(&emulator), plain.as_bytes());
    assert!(response.starts_with("HTTP/1.1 407 "), "{response}");

    let other = Emulator::builder()
        .connect_proxy(0)
        .proxy_authentication(true);
    assert_ne!(other.start().unwrap().proxy_password(), password);
    assert_eq!(emulator_without_proxy(), (None, None, None));
}

fn emulator_without_proxy() -> (Option<String>, Option<String>, Option<String>) {
    let emulator = Emulator::builder()
        .proxy_authentication(true)
        .start()
        .unwrap();
    let own = |text: Option<&str>| text.map(str::to_owned);
    (
        own(emulator.proxy_url()),
        own(emulator.proxy_user()),
        own(emulator.ca_pem()),
    )
}

#[test]
fn bytes_after_the_request_belong_to_the_tunnel() {
    let emulator = emulator();
    let mut stream = connect(&emulator);
    let mut client = client(IMS, emulator.ca_pem());
    let mut first = format!("CONNECT {IMS}:443 HTTP/1.1\r\nHost: {IMS}\r\n\r\n").into_bytes();
    client.write_tls(&mut first).unwrap();
    stream.write_all(&first).unwrap();
    let head = head(&mut stream);
    assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
    let stream = StreamOwned::new(client, stream);
    let response = socket::send_and_read(stream, request("GET /ims/keys", IMS).as_bytes());
    assert!(response.starts_with("HTTP/1.1 200 OK\r\n"), "{response}");
}

#[test]
fn large_head_is_refused() {
    let emulator = emulator();
    let filler = "a".repeat(20_000);
    let request = format!("CONNECT {IMS}:443 HTTP/1.1\r\nHost: {IMS}\r\nX: {filler}\r\n\r\n");
    let mut stream = connect(&emulator);
    let mut response = Vec::new();
    // The proxy may end the connection before it has read the whole head.
    let sent = stream.write_all(request.as_bytes());
    let _ = stream.read_to_end(&mut response);
    let response = String::from_utf8(response).unwrap();
    assert!(
        response.starts_with("HTTP/1.1 431 ") || (response.is_empty() && sent.is_err()),
        "{response:?}"
    );
}

#[test]
fn faults_act_behind_the_proxy() {
    let emulator = emulator();
    let step = FaultStep::status(503);
    emulator.add_fault(Fault::new([step]).times(1)).unwrap();
    let response = ask(&emulator, IMS, &request("GET /ims/keys", IMS));
    assert!(response.starts_with("HTTP/1.1 503 "), "{response}");
    let step = FaultStep::reset();
    emulator.add_fault(Fault::new([step]).times(1)).unwrap();
    let mut stream = tls(tunnel(&emulator, IMS), IMS, emulator.ca_pem());
    stream
        .write_all(request("GET /ims/keys", IMS).as_bytes())
        .unwrap();
    let error = stream.read_to_end(&mut Vec::new()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
}

#[test]
fn used_port_of_the_proxy_is_an_error_of_its_own() {
    let other = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = other.local_addr().unwrap().port();
    let error = Emulator::builder().connect_proxy(port).start().unwrap_err();
    assert!(matches!(error, StartError::ListenProxy(_)), "{error:?}");
    assert!(error.to_string().contains("proxy"), "{error}");
}
