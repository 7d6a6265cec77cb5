//! A server of raw sockets that behaves as badly as a test asks.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

pub(crate) const OK: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";

/// Hands each connection to a handler, in a thread of its own.
pub(crate) struct RawServer {
    port: u16,
    connections: Arc<Mutex<usize>>,
    requests: Arc<Mutex<Vec<String>>>,
}

/// The server's end of a connection. The first connection has the number 1.
pub(crate) struct Peer {
    pub(crate) number: usize,
    stream: TcpStream,
    requests: Arc<Mutex<Vec<String>>>,
}

impl RawServer {
    pub(crate) fn new(handler: impl Fn(Peer) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let connections = Arc::new(Mutex::new(0));
        let requests = Arc::default();
        let (count, log) = (Arc::clone(&connections), Arc::clone(&requests));
        let handler = Arc::new(handler);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let number = {
                    let mut count = count.lock().unwrap();
                    *count += 1;
                    *count
                };
                let requests = Arc::clone(&log);
                let handler = Arc::clone(&handler);
                thread::spawn(move || {
                    handler(Peer {
                        number,
                        stream,
                        requests,
                    });
                });
            }
        });
        Self {
            port,
            connections,
            requests,
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Returns the number of connections that were accepted.
    pub(crate) fn connections(&self) -> usize {
        *self.connections.lock().unwrap()
    }

    /// Returns the requests that were read whole.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

impl Peer {
    /// Reads a request with its content. Returns false at the end of the connection.
    pub(crate) fn read_request(&mut self) -> bool {
        self.read_text().is_some()
    }

    /// Reads a request with its content.
    pub(crate) fn read_text(&mut self) -> Option<String> {
        let mut request = Vec::new();
        let mut buffer = [0; 4096];
        while !is_complete(&request) {
            match self.stream.read(&mut buffer) {
                Ok(count) if count > 0 => request.extend_from_slice(&buffer[..count]),
                _ => return None,
            }
        }
        let request = String::from_utf8_lossy(&request).into_owned();
        self.requests.lock().unwrap().push(request.clone());
        Some(request)
    }

    /// Writes to a client that may be gone. Returns false if it is.
    pub(crate) fn try_write(&mut self, answer: &[u8]) -> bool {
        self.stream.write_all(answer).is_ok()
    }

    pub(crate) fn write(&mut self, answer: &[u8]) {
        self.stream.write_all(answer).unwrap();
    }

    /// Answers each request until the client ends the connection.
    pub(crate) fn serve(mut self) {
        while self.read_request() {
            self.write(OK);
        }
    }

    /// Reads the beginning of a request and resets the connection: what was not read makes a reset of the end.
    pub(crate) fn reset_within_request(mut self) {
        self.stream.read_exact(&mut [0; 16]).unwrap();
    }
}

fn is_complete(request: &[u8]) -> bool {
    // A TLS handshake, which is no request for a server without TLS.
    if request.first() == Some(&0x16) {
        return true;
    }
    let text = String::from_utf8_lossy(request).to_ascii_lowercase();
    let Some((head, content)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    content.len() >= length.map_or(0, |length| length.parse().unwrap())
}
