//! A tunnel through a proxy: CONNECT (RFC 9110 §9.3.6).

use core::fmt;
use std::error::Error as StdError;

use http::Uri;
use hyper_util::client::proxy::matcher::Intercept;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::connector::BoxError;

/// Why there is no tunnel.
#[derive(Debug)]
pub(super) struct TunnelError {
    pub(super) proxy: String,
    pub(super) how: TunnelFailure,
}

#[derive(Debug)]
pub(super) enum TunnelFailure {
    /// 407.
    Authentication,
    /// No HTTP came back, or the connection ended.
    Broken,
    /// Another status than 200.
    Refused(u16),
    Silent,
    Unreachable(BoxError),
}

impl fmt::Display for TunnelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let proxy = &self.proxy;
        match &self.how {
            TunnelFailure::Authentication => write!(f, "the proxy {proxy} asks for a login (407)"),
            TunnelFailure::Broken => write!(f, "the proxy {proxy} gave no answer that is HTTP"),
            TunnelFailure::Refused(status) => {
                write!(
                    f,
                    "the proxy {proxy} refused the tunnel with status {status}"
                )
            }
            TunnelFailure::Silent => write!(f, "the proxy {proxy} did not answer in time"),
            TunnelFailure::Unreachable(_) => write!(f, "the proxy {proxy} cannot be reached"),
        }
    }
}

impl StdError for TunnelError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.how {
            TunnelFailure::Unreachable(error) => Some(error.as_ref()),
            _ => None,
        }
    }
}

/// Asks the proxy for a tunnel. hyper-util's own keeps its error type to itself, so that a 407 could
/// only be told from other failures by its text.
pub(super) async fn open(
    stream: &mut TcpStream,
    target: &Uri,
    proxy: &Intercept,
) -> Result<(), TunnelFailure> {
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
    stream
        .write_all(&request)
        .await
        .map_err(|_| TunnelFailure::Broken)?;

    let mut buffer = [0; 8192];
    let mut filled = 0;
    loop {
        match stream.read(&mut buffer[filled..]).await {
            Ok(count) if count > 0 => filled += count,
            _ => return Err(TunnelFailure::Broken),
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
                    None => Err(TunnelFailure::Broken),
                };
            }
            Err(_) => return Err(TunnelFailure::Broken),
        }
    }
}
