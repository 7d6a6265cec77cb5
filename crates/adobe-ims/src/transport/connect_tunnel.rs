//! A tunnel through a proxy: CONNECT (RFC 9110 §9.3.6).

use core::fmt;
use std::error::Error as StdError;

use http::Uri;
use hyper_util::client::proxy::matcher::Intercept;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// In bytes. Some proxies send a page of headers.
const MAX_HEAD: usize = 64 * 1024;

/// The start of each answer.
const HTTP: &[u8] = b"HTTP/1.";

pub(super) type BoxError = Box<dyn StdError + Send + Sync>;

/// The proxy did not open a tunnel.
#[derive(Debug)]
pub(super) struct TunnelError {
    /// `host:port` of the proxy, without its login.
    pub(super) proxy: String,
    pub(super) failure: TunnelFailure,
}

#[derive(Debug)]
pub(super) enum TunnelFailure {
    /// The proxy answered 407.
    Authentication,
    /// The proxy did not answer with HTTP, or closed the connection.
    NotHttp,
    /// The proxy answered with another status than 2xx.
    Refused(u16),
    TimedOut,
    Unreachable(BoxError),
}

impl fmt::Display for TunnelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let proxy = &self.proxy;
        match &self.failure {
            TunnelFailure::Authentication => write!(f, "the proxy {proxy} asks for a login (407)"),
            TunnelFailure::NotHttp => write!(f, "the proxy {proxy} did not answer with HTTP"),
            TunnelFailure::Refused(status) => {
                write!(
                    f,
                    "the proxy {proxy} refused the tunnel with status {status}"
                )
            }
            TunnelFailure::TimedOut => write!(f, "the proxy {proxy} did not answer in time"),
            TunnelFailure::Unreachable(_) => write!(f, "the proxy {proxy} cannot be reached"),
        }
    }
}

impl StdError for TunnelError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.failure {
            TunnelFailure::Unreachable(error) => Some(error.as_ref()),
            _ => None,
        }
    }
}

/// Asks the proxy for a tunnel.
///
/// The tunnel of hyper-util has a private error type: only its text would tell a 407 from other failures.
pub(super) async fn open(
    stream: &mut TcpStream,
    target: &Uri,
    proxy: &Intercept,
) -> Result<(), TunnelFailure> {
    stream
        .write_all(&connect_request(target, proxy))
        .await
        .map_err(|_| TunnelFailure::NotHttp)?;
    let mut received = Vec::with_capacity(1024);
    loop {
        match read_status(stream, &mut received).await? {
            // Interim answers (RFC 9110 §15.2).
            100..=199 => {}
            200..=299 => return Ok(()),
            407 => return Err(TunnelFailure::Authentication),
            status => return Err(TunnelFailure::Refused(status)),
        }
    }
}

/// Reads the head of an answer and returns its status. `received` keeps what came after it.
async fn read_status(stream: &mut TcpStream, received: &mut Vec<u8>) -> Result<u16, TunnelFailure> {
    loop {
        if let Some(end) = end_of_head(received).filter(|end| *end <= MAX_HEAD) {
            let status = status(&received[..end]).ok_or(TunnelFailure::NotHttp)?;
            received.drain(..end);
            return Ok(status);
        }
        // Another protocol may never send an empty line.
        let start = received.iter().zip(HTTP).all(|(byte, http)| byte == http);
        if !start || received.len() > MAX_HEAD {
            return Err(TunnelFailure::NotHttp);
        }
        match stream.read_buf(received).await {
            Ok(1..) => {}
            _ => return Err(TunnelFailure::NotHttp),
        }
    }
}

/// Returns the length of a head with its empty line.
fn end_of_head(bytes: &[u8]) -> Option<usize> {
    let ends = [b"\r\n\r\n".as_slice(), b"\n\n"].into_iter();
    let ends = ends.filter_map(|end| {
        let start = bytes.windows(end.len()).position(|window| window == end)?;
        Some(start + end.len())
    });
    ends.min()
}

/// Returns the status of a head. The headers do not matter, however many there are.
fn status(head: &[u8]) -> Option<u16> {
    let line = head.split_inclusive(|byte| *byte == b'\n').next()?;
    let mut response = httparse::Response::new(&mut []);
    let line = [line, b"\r\n"].concat();
    match response.parse(&line) {
        Ok(httparse::Status::Complete(_)) => response.code,
        _ => None,
    }
}

fn connect_request(target: &Uri, proxy: &Intercept) -> Vec<u8> {
    let host = target.host().unwrap_or_default();
    let port = target.port_u16().unwrap_or(443);
    let mut request =
        format!("CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n").into_bytes();
    if let Some(login) = proxy.basic_auth() {
        request.extend_from_slice(b"Proxy-Authorization: ");
        request.extend_from_slice(login.as_bytes());
        request.extend_from_slice(b"\r\n");
    }
    request.extend_from_slice(b"\r\n");
    request
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn status_is_read_from_the_first_line_of_a_whole_head() {
        for (head, expected) in [
            ("HTTP/1.1 200 OK\r\n\r\nrest", Some((200, 19))),
            ("HTTP/1.0 407 no\nA: b\n\nrest", Some((407, 22))),
            ("HTTP/1.1 200\r\nA: b\r\n\r\n\n\n", Some((200, 22))),
            ("HTTP/1.1 200 OK\r\nA: b\r\n", None),
            ("HTTP/1.1 2000 OK\r\n\r\n", None),
            ("what?\r\n\r\n", None),
            ("", None),
        ] {
            let end = end_of_head(head.as_bytes());
            let found = end.and_then(|end| Some((status(&head.as_bytes()[..end])?, end)));
            assert_eq!(found, expected, "{head:?}");
        }
    }
}
