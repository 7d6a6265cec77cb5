//! A proxy that plays an API on a host of Adobe's: it ends TLS itself and answers by path.

use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::sync::{Arc, Mutex};
use std::thread;

use rustls::{ServerConfig, ServerConnection, Stream};

use crate::tls_server;

const TUNNEL: &[u8] = b"HTTP/1.1 200 OK\r\n\r\n";
const NOT_FOUND: &str = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
const NO_TUNNEL: &[u8] = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n";

/// The head of a request: the path, and the headers with their names in lower case.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) headers: HashMap<String, String>,
}

/// The host, which answers until the test ends.
pub(crate) struct PlayedHost {
    /// The address of the proxy, for `HTTPS_PROXY`.
    pub(crate) proxy: String,
    /// The certificate that the command has to trust.
    pub(crate) ca_pem: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl PlayedHost {
    /// Plays `host`. The proxy opens no tunnel to another host.
    pub(crate) fn new(host: &str, answers: HashMap<String, String>) -> Self {
        let (config, ca_pem) = tls(host);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let proxy = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let connect = format!("{host}:443");
        let requests = Arc::clone(&asked);
        thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                if head(&mut stream).is_none_or(|head| head.path != connect) {
                    let _ = stream.write_all(NO_TUNNEL);
                    continue;
                }
                stream.write_all(TUNNEL).unwrap();
                let mut server = ServerConnection::new(Arc::clone(&config)).unwrap();
                let mut tls = Stream::new(&mut server, &mut stream);
                let Some(request) = head(&mut tls) else {
                    continue;
                };
                let answer = answers.get(&request.path).map_or(NOT_FOUND, String::as_str);
                requests.lock().unwrap().push(request);
                let _ = tls.write_all(answer.as_bytes());
                server.send_close_notify();
                let _ = server.complete_io(&mut stream);
            }
        });
        Self {
            proxy,
            ca_pem,
            asked,
        }
    }

    /// Returns the requests so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

/// Reads the head of a request without content.
fn head(stream: &mut impl Read) -> Option<Asked> {
    let mut bytes = Vec::new();
    while !bytes.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        if stream.read(&mut byte).ok()? == 0 {
            return None;
        }
        bytes.push(byte[0]);
    }
    let text = String::from_utf8(bytes).ok()?;
    let mut lines = text.lines();
    let mut words = lines.next()?.split(' ');
    let headers = lines.filter_map(|line| line.split_once(": "));
    Some(Asked {
        method: words.next()?.to_owned(),
        path: words.next()?.to_owned(),
        headers: headers
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect(),
    })
}

/// Returns the TLS of a host with a certificate of its own, and the certificate.
fn tls(host: &str) -> (Arc<ServerConfig>, String) {
    let key = rcgen::KeyPair::generate().unwrap();
    let mut params = rcgen::CertificateParams::new([host.to_owned()]).unwrap();
    params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let certificate = params.self_signed(&key).unwrap();
    let chain = vec![certificate.der().clone()];
    let config = tls_server::configuration(chain, &key);
    (config, tls_server::pem(certificate.der()))
}
