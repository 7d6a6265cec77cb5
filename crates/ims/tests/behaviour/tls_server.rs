//! Servers that speak TLS with certificates of a test, and a proxy before them.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, SystemTime};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection};

use crate::support::is_complete;

const DAY: Duration = Duration::from_secs(86_400);

/// A CA.
pub(crate) struct Authority {
    certificate: CertificateDer<'static>,
    issuer: Issuer<'static, KeyPair>,
}

/// The certificate of a server: its name, and the days from now on which its validity begins and ends.
pub(crate) struct Leaf<'a> {
    pub(crate) host: &'a str,
    pub(crate) from: i32,
    pub(crate) to: i32,
}

impl Default for Leaf<'_> {
    fn default() -> Self {
        Self {
            host: "127.0.0.1",
            from: -1,
            to: 30,
        }
    }
}

impl Authority {
    pub(crate) fn new(name: &str, signer: Option<&Self>) -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new([]).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let certificate = match signer {
            Some(signer) => params.signed_by(&key, &signer.issuer).unwrap(),
            None => params.self_signed(&key).unwrap(),
        };
        Self {
            certificate: certificate.der().clone(),
            issuer: Issuer::new(params, key),
        }
    }

    pub(crate) fn pem(&self) -> String {
        pem(&self.certificate)
    }

    /// Starts a server with a certificate of this authority. It sends `others` with it, and gives every request the same
    /// answer. Returns its port.
    pub(crate) fn server(&self, leaf: &Leaf<'_>, others: &[&Self], answer: &str) -> u16 {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new([leaf.host.to_owned()]).unwrap();
        params
            .distinguished_name
            .push(DnType::CommonName, leaf.host);
        params.not_before = in_days(leaf.from).into();
        params.not_after = in_days(leaf.to).into();
        let own = params.signed_by(&key, &self.issuer).unwrap();
        let mut chain = vec![own.der().clone()];
        chain.extend(others.iter().map(|it| it.certificate.clone()));
        let config = configuration(chain, &key);
        let answer = answer.to_owned();
        listen(move |mut stream| {
            let mut tls = ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut stream = rustls::Stream::new(&mut tls, &mut stream);
            let _ = read_request(&mut stream).and_then(|_| stream.write_all(answer.as_bytes()));
        })
    }
}

pub(crate) fn pem(certificate: &CertificateDer<'_>) -> String {
    let base64 = STANDARD.encode(certificate);
    format!("-----BEGIN CERTIFICATE-----\n{base64}\n-----END CERTIFICATE-----\n")
}

/// Returns the configuration of a server that sends these certificates.
pub(crate) fn configuration(
    chain: Vec<CertificateDer<'static>>,
    key: &KeyPair,
) -> Arc<ServerConfig> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, PrivatePkcs8KeyDer::from(key.serialize_der()).into())
        .unwrap();
    Arc::new(config)
}

fn in_days(days: i32) -> SystemTime {
    let now = SystemTime::UNIX_EPOCH + SystemTime::UNIX_EPOCH.elapsed().unwrap();
    let length = DAY * days.unsigned_abs();
    if days < 0 { now - length } else { now + length }
}

/// Hands each connection to a handler, and returns the port.
pub(crate) fn listen(handler: impl Fn(TcpStream) + Send + Sync + 'static) -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let handler = Arc::new(handler);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let handler = Arc::clone(&handler);
            thread::spawn(move || handler(stream));
        }
    });
    port
}

fn read_request(stream: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut request = Vec::new();
    let mut buffer = [0; 4096];
    while !is_complete(&request) {
        match stream.read(&mut buffer)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            count => request.extend_from_slice(&buffer[..count]),
        }
    }
    Ok(request)
}

/// Starts a proxy that connects every host to one port of this machine. Returns the port of the proxy.
pub(crate) fn proxy_to(target: u16) -> u16 {
    listen(move |mut stream| {
        let connect = read_request(&mut stream).unwrap_or_default();
        if !connect.starts_with(b"CONNECT ") {
            return;
        }
        let server = TcpStream::connect((Ipv4Addr::LOCALHOST, target)).unwrap();
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").unwrap();
        let (from_client, to_server) = (stream.try_clone().unwrap(), server.try_clone().unwrap());
        let sending = thread::spawn(move || pump(from_client, to_server));
        pump(server, stream);
        sending.join().unwrap();
    })
}

fn pump(mut from: TcpStream, mut to: TcpStream) {
    let _ = io::copy(&mut from, &mut to);
    let _ = to.shutdown(Shutdown::Write);
}
