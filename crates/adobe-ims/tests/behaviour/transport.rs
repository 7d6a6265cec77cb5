//! The HTTP transport over real sockets on loopback, with broken servers and proxies.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use adobe_ims::crypto::Crypto;
use adobe_ims::transport::{Body, HttpTransportBuilder, ProxySettings, Transport};
use adobe_ims::{Clock, Error, HttpTransport, Problem, SystemClock};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{Request, Response};
use tokio::runtime::Builder;

use crate::tls_server;

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nDate: now\r\n\r\n{}";

/// Answers the first request of each connection with a fixed text, and records the request.
struct Server {
    port: u16,
    requests: Receiver<String>,
}

impl Server {
    fn answering(answer: impl Into<Vec<u8>>) -> Self {
        let answer = answer.into();
        Self::with_handler(move |mut stream| {
            let _ = stream.write_all(&answer);
        })
    }

    fn with_handler(handler: impl Fn(TcpStream) + Send + 'static) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let (sender, requests) = channel();
        thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let mut request = Vec::new();
                let mut buffer = [0; 4096];
                // A TLS handshake (0x16) is answered at once, as by a server without TLS.
                while request.first() != Some(&0x16)
                    && !request.windows(4).any(|end| end == b"\r\n\r\n")
                {
                    match stream.read(&mut buffer) {
                        Ok(count) if count > 0 => request.extend_from_slice(&buffer[..count]),
                        _ => break,
                    }
                }
                if sender
                    .send(String::from_utf8_lossy(&request).into_owned())
                    .is_err()
                {
                    return;
                }
                handler(stream);
            }
        });
        Self { port, requests }
    }

    fn url(&self) -> String {
        format!("http://127.0.0.1:{}/ims", self.port)
    }
}

fn builder() -> HttpTransportBuilder {
    HttpTransport::builder(Crypto::ring())
}

fn get(transport: &HttpTransport, url: &str) -> Result<Response<Body>, Error> {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let request = Request::get(url).body(Body::default()).unwrap();
    runtime.block_on(transport.send(request))
}

/// Returns the error of a server or proxy that accepts a connection and sends nothing. Time is paused: it jumps to the
/// next deadline as soon as every task waits.
fn silent_failure(transport: &HttpTransport, url: &str) -> Error {
    let runtime = Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .unwrap();
    let request = Request::get(url).body(Body::default()).unwrap();
    runtime.block_on(transport.send(request)).unwrap_err()
}

#[track_caller]
fn failure(transport: &HttpTransport, url: &str, problem: Problem) -> String {
    let error = get(transport, url).unwrap_err();
    assert_eq!(error.problem(), problem, "{error} {error:?}");
    error.to_string()
}

#[test]
fn response_of_each_status_is_returned_whole() {
    for (answer, status, body) in [
        (OK, 200, "{}"),
        (
            "HTTP/1.1 400 Bad Request\r\nContent-Length: 1\r\n\r\nx",
            400,
            "x",
        ),
        (
            "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
            302,
            "",
        ),
        (
            "HTTP/1.1 200\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
            200,
            "{}",
        ),
        ("HTTP/1.0 503 no\r\n\r\nuntil the end", 503, "until the end"),
    ] {
        let server = Server::answering(answer);
        let response = get(&builder().build().unwrap(), &server.url()).unwrap();
        assert_eq!(response.status(), status);
        assert_eq!(response.body().as_bytes(), body.as_bytes());
    }
}

#[test]
fn truncated_and_endless_responses_are_errors() {
    let transport = builder().build().unwrap();
    for (answer, problem) in [
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"access_",
            Problem::AnswerTruncated,
        ),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"a\"",
            Problem::AnswerTruncated,
        ),
        ("HTTP/1.1 200 OK\r\nContent-", Problem::ConnectionFailed),
        ("not HTTP at all\r\n\r\n", Problem::AnswerNotHttp),
        ("", Problem::ConnectionFailed),
    ] {
        let server = Server::answering(answer);
        failure(&transport, &server.url(), problem);
    }
    let endless = [
        b"HTTP/1.1 200 OK\r\n\r\n".as_slice(),
        &vec![b'x'; 300 * 1024],
    ]
    .concat();
    let message = failure(
        &transport,
        &Server::answering(endless).url(),
        Problem::AnswerTooLarge,
    );
    assert!(
        message.ends_with("answered 200 OK with more than 256 KiB"),
        "{message}"
    );
}

/// Reads a response piece by piece. Returns its status, the length of its content, and the error. `paused` pauses time
/// after the head.
fn stream(transport: &HttpTransport, url: &str, paused: bool) -> (u16, usize, Option<Error>) {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let request = Request::get(url).body(Body::default()).unwrap();
    runtime.block_on(async {
        let mut response = transport.stream(request).await.unwrap();
        if paused {
            tokio::time::pause();
        }
        let (status, mut length) = (response.status().as_u16(), 0);
        loop {
            match response.body_mut().next().await {
                Ok(Some(piece)) => length += piece.as_bytes().len(),
                Ok(None) => return (status, length, None),
                Err(error) => return (status, length, Some(error)),
            }
        }
    })
}

#[test]
fn large_response_is_streamed() {
    const LENGTH: usize = 3 << 20;
    let transport = builder().build().unwrap();
    let answer = [
        format!("HTTP/1.1 404 no\r\nContent-Length: {LENGTH}\r\n\r\n").into_bytes(),
        vec![b'x'; LENGTH],
    ];
    let server = Server::answering(answer.concat());
    let (status, length, error) = stream(&transport, &server.url(), false);
    assert!(error.is_none(), "{error:?}");
    assert_eq!((status, length), (404, LENGTH));

    let cut = Server::answering("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart");
    let (status, length, error) = stream(&transport, &cut.url(), false);
    assert_eq!((status, length), (200, 4));
    assert_eq!(error.unwrap().problem(), Problem::AnswerTruncated);
}

#[test]
fn stalled_stream_times_out() {
    let (sender, connections) = channel();
    let server = Server::with_handler(move |mut stream| {
        let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\npart";
        stream.write_all(answer).unwrap();
        sender.send(stream).unwrap();
    });
    let transport = builder().timeout(Duration::from_secs(3)).build().unwrap();
    let (status, _, error) = stream(&transport, &server.url(), true);
    assert_eq!(status, 200);
    let error = error.unwrap();
    assert_eq!(error.problem(), Problem::DeadlineExceeded);
    assert!(
        error.to_string().ends_with("nothing came for 3 s"),
        "{error}"
    );
    drop(connections);
}

#[test]
fn silent_server_times_out() {
    let (sender, connections) = channel();
    let server = Server::with_handler(move |stream| sender.send(stream).unwrap());
    let transport = builder().timeout(Duration::from_secs(3)).build().unwrap();
    let error = silent_failure(&transport, &server.url());
    assert_eq!(error.problem(), Problem::DeadlineExceeded);
    let expected = format!(
        "no complete answer from 127.0.0.1:{} within 3 s",
        server.port
    );
    assert_eq!(error.to_string(), expected);
    drop(connections);
}

#[test]
fn refused_connection_is_reported() {
    // A bound port that does not listen: no other program can take it.
    let taken = tokio::net::TcpSocket::new_v4().unwrap();
    taken.bind((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
    let url = format!("http://{}/", taken.local_addr().unwrap());
    let error = get(&builder().build().unwrap(), &url).unwrap_err();
    assert_eq!(error.problem(), Problem::NothingListens, "{error:?}");
    let address = taken.local_addr().unwrap();
    assert_eq!(
        error.to_string(),
        format!("nothing listens on {address}, which is this machine")
    );
    let report = error.report().to_string();
    assert!(
        report.contains("Is the emulator") && !report.contains("PROXY"),
        "{report}"
    );
}

#[test]
fn https_to_an_http_server_is_a_tls_error() {
    let server = Server::answering(OK);
    let url = server.url().replace("http:", "https:");
    failure(&builder().build().unwrap(), &url, Problem::TlsNotSpoken);
}

fn transport_through(proxy: &Server, login: &str) -> HttpTransport {
    let proxies = ProxySettings::none().proxy(format!("http://{login}127.0.0.1:{}", proxy.port));
    builder().proxies(proxies).build().unwrap()
}

#[test]
fn login_demanded_by_a_proxy_has_its_problem() {
    let proxy = Server::answering(
        "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n",
    );
    let message = failure(
        &transport_through(&proxy, ""),
        "https://ims.invalid/",
        Problem::ProxyAuthentication,
    );
    assert!(
        message.contains(&format!(
            "the proxy 127.0.0.1:{} asks for a login (407)",
            proxy.port
        )),
        "{message}"
    );
    let request = proxy.requests.recv().unwrap();
    assert!(
        request.starts_with("CONNECT ims.invalid:443 HTTP/1.1\r\n"),
        "{request}"
    );
    assert!(
        !request.to_ascii_lowercase().contains("proxy-authorization"),
        "{request}"
    );
}

#[test]
fn proxy_login_is_sent_and_hidden_in_errors_and_debug() {
    let proxy = Server::answering("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
    let transport = transport_through(&proxy, "user:SECRET%3F%25@");
    let error = get(&transport, "https://ims.invalid:8443/").unwrap_err();
    assert_eq!(error.problem(), Problem::ProxyRefused);
    assert!(!format!("{error} {error:?} {transport:?}").contains("SECRET"));
    let request = proxy.requests.recv().unwrap();
    assert!(
        request.starts_with("CONNECT ims.invalid:8443 "),
        "{request}"
    );
    // base64 of "user:SECRET?%"
    assert!(
        request.contains("Proxy-Authorization: Basic dXNlcjpTRUNSRVQ/JQ==\r\n"),
        "{request}"
    );
}

#[test]
fn broken_and_silent_proxies_are_errors() {
    for (answer, problem) in [
        ("HTTP/1.1 502 Bad Gateway\r\n\r\n", Problem::ProxyRefused),
        ("what?\r\n\r\n", Problem::ProxyRefused),
        ("", Problem::ProxyRefused),
    ] {
        failure(
            &transport_through(&Server::answering(answer), ""),
            "https://ims.invalid/",
            problem,
        );
    }
    let (sender, connections) = channel();
    let silent = Server::with_handler(move |stream| sender.send(stream).unwrap());
    let error = silent_failure(&transport_through(&silent, ""), "https://ims.invalid/");
    assert_eq!(error.problem(), Problem::DeadlineExceeded);
    let message = error.to_string();
    assert!(
        message.starts_with("no connection to ims.invalid: the proxy 127.0.0.1:"),
        "{message}"
    );
    drop(connections);
}

/// Returns a head with this status line and `count` headers of `length` bytes.
fn head(status: &str, count: usize, length: usize) -> String {
    let headers = (0..count).map(|number| format!("x-{number}: {}\r\n", "x".repeat(length)));
    format!("HTTP/1.1 {status}\r\n{}\r\n", headers.collect::<String>())
}

#[test]
fn proxy_may_send_many_long_and_interim_headers() {
    let interim = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nA: b\r\n\r\n";
    for before in [String::new(), interim.to_owned(), interim.repeat(20)] {
        for status in ["407 Login", "403 no", "200 Connection established"] {
            for (count, length) in [(0, 0), (65, 10), (500, 10), (10, 5000), (1, 60_000)] {
                let answer = before.clone() + &head(status, count, length);
                // The server within the tunnel ends the connection.
                let problem = match status {
                    "407 Login" => Problem::ProxyAuthentication,
                    "403 no" => Problem::ProxyRefused,
                    _ => Problem::ConnectionFailed,
                };
                let proxy = Server::answering(answer);
                failure(
                    &transport_through(&proxy, ""),
                    "https://ims.invalid/",
                    problem,
                );
            }
        }
    }
    for endless in [
        head("200 OK", 1, 70_000),
        head("100 Continue", 1, 200_000),
        "x".repeat(200_000),
    ] {
        let proxy = Server::answering(endless);
        let transport = transport_through(&proxy, "");
        let message = failure(&transport, "https://ims.invalid/", Problem::ProxyRefused);
        assert!(message.ends_with("did not answer with HTTP"), "{message}");
    }
}

#[test]
fn thousand_headers_are_read_and_more_are_too_many() {
    let transport = builder().build().unwrap();
    for count in [101, 999] {
        let answer = head("200 OK\r\nContent-Length: 2", count, 10) + "{}";
        let response = get(&transport, &Server::answering(answer).url()).unwrap();
        assert_eq!(response.headers().len(), count + 1);
        assert_eq!(response.body().as_bytes(), b"{}");
    }
    for answer in [
        head("200 OK\r\nContent-Length: 2", 1000, 10) + "{}",
        head("200 OK", 10, 100_000),
    ] {
        let server = Server::answering(answer);
        let message = failure(&transport, &server.url(), Problem::AnswerTooLarge);
        assert!(message.contains("more than 1000 headers"), "{message}");
    }
}

#[test]
fn this_machine_is_reached_without_a_proxy() {
    let server = Server::answering(OK);
    let proxies = ProxySettings::none().proxy("http://127.0.0.1:1");
    let transport = builder().proxies(proxies).build().unwrap();
    assert_eq!(get(&transport, &server.url()).unwrap().status(), 200);
    let encrypted = server.url().replace("http:", "https:");
    for host in ["127.0.0.1", "localhost", "LOCALHOST"] {
        let url = encrypted.replace("127.0.0.1", host);
        failure(&transport, &url, Problem::TlsNotSpoken);
    }
}

#[test]
fn host_beside_an_exception_is_reached_through_the_proxy() {
    let proxies = ProxySettings::none().proxy("http://127.0.0.1:1");
    let proxies = proxies.except("ims.invalid, 192.0.2.0/24");
    let transport = builder().proxies(proxies).build().unwrap();
    let message = failure(
        &transport,
        "https://xims.invalid/",
        Problem::ProxyUnreachable,
    );
    assert!(
        message.ends_with("the proxy 127.0.0.1:1 cannot be reached"),
        "{message}"
    );
}

/// Starts a server with a self-signed CA certificate for `localhost`, as `openssl req -x509` makes it, valid for 20 days
/// from `days` before now. Returns its port and certificate.
fn self_signed(days: u64) -> (u16, String) {
    self_signed_as("rcgen self signed cert", days)
}

/// Starts that server with a name of the issuer.
fn self_signed_as(name: &str, days: u64) -> (u16, String) {
    let key = rcgen::KeyPair::generate().unwrap();
    let mut params = rcgen::CertificateParams::new(["localhost".to_owned()]).unwrap();
    params
        .distinguished_name
        .push(rcgen::DnType::CommonName, name);
    params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let start = SystemClock.now() - Duration::from_secs(days * 86_400);
    params.not_before = start.into();
    params.not_after = (start + Duration::from_secs(20 * 86_400)).into();
    let certificate = params.self_signed(&key).unwrap();
    let pem = tls_server::pem(certificate.der());
    let chain = vec![certificate.der().clone()];
    let port = tls_server::start(chain, &key, OK.as_bytes());
    (port, pem)
}

#[test]
fn self_signed_server_is_trusted_by_an_extra_ca() {
    let (port, pem) = self_signed(1);
    let with_ca = |pem: &str| builder().extra_ca("ca.pem", pem).build().unwrap();
    let url = format!("https://localhost:{port}/");
    assert_eq!(get(&with_ca(&pem), &url).unwrap().status(), 200);
    let message = failure(
        &with_ca(&pem),
        &url.replace("localhost", "127.0.0.1"),
        Problem::TlsWrongName,
    );
    assert!(message.ends_with("is for another name"), "{message}");
    let (_, other) = self_signed(1);
    failure(&with_ca(&other), &url, Problem::TlsUntrusted);

    let (port, expired) = self_signed(30);
    let url = format!("https://localhost:{port}/");
    let message = failure(&with_ca(&expired), &url, Problem::TlsCertificateDate);
    assert!(message.contains("has expired"), "{message}");
}

#[test]
fn secret_in_the_name_of_an_issuer_is_not_shown() {
    let secret = "SECRET?%&=ü/client";
    let encoded = STANDARD.encode(format!("id:{secret}"));
    let name = format!("{secret} and {encoded} and opaque-TOKEN");
    let (port, _) = self_signed_as(&name, 1);
    let (_, other) = self_signed(1);
    let transport = builder().extra_ca("ca.pem", other).build().unwrap();
    let form = form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("client_id", "client!+ID"), ("client_secret", secret)])
        .finish();
    let request = Request::post(format!("https://localhost:{port}/"))
        .header("content-type", "application/x-www-form-urlencoded")
        .header("authorization", "Bearer opaque-TOKEN")
        .body(Body::from(form))
        .unwrap();
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let error = runtime.block_on(transport.send(request)).unwrap_err();
    assert_eq!(error.problem(), Problem::TlsUntrusted, "{error:?}");
    assert_eq!(
        error.to_string(),
        format!(
            "the certificate of localhost:{port} is issued by \"CN=[redacted] and [redacted] and [redacted]\", which is not trusted here"
        )
    );
    let everything = format!("{error:?} {}", error.report());
    for part in ["SECRET", &encoded[12..24], "opaque"] {
        assert!(!everything.contains(part), "{everything}");
    }
}

#[test]
fn invalid_ca_file_fails_the_build() {
    for pem in [
        "",
        "0hello",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
    ] {
        let error = builder().extra_ca("extra.pem", pem).build().unwrap_err();
        assert_eq!(error.problem(), Problem::CaFileInvalid, "{pem}");
        assert!(
            error.to_string().starts_with("the CA file extra.pem "),
            "{error}"
        );
    }
}
