//! A tunnel through a proxy: CONNECT (RFC 9110 §9.3.6).

use core::fmt;
use std::error::Error as StdError;

use http::Uri;
use hyper_util::client::proxy::matcher::Intercept;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

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
    let mut buffer = [0; 8192];
    let mut filled = 0;
    loop {
        match stream.read(&mut buffer[filled..]).await {
            Ok(count) if count > 0 => filled += count,
            _ => return Err(TunnelFailure::NotHttp),
        }
        let mut headers = [httparse::EMPTY_HEADER; 64];
        let mut response = httparse::Response::new(&mut headers);
        match response.parse(&buffer[..filled]) {
            Ok(httparse::Status::Partial) => {}
            Ok(httparse::Status::Complete(_)) => {
                return match response.code {
                    Some(200..=299) => Ok(()),
                    Some(407) => Err(TunnelFailure::Authentication),
                    Some(status) => Err(TunnelFailure::Refused(status)),
                    None => Err(TunnelFailure::NotHttp),
                };
            }
            Err(_) => return Err(TunnelFailure::NotHttp),
        }
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
