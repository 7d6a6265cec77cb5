//! Opens TCP connections to a server: directly, or through the tunnel of a proxy.

use core::fmt;
use core::pin::Pin;
use core::task::{Context, Poll};
use std::error::Error as StdError;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use http::Uri;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::proxy::matcher::Intercept;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tower_service::Service;

use super::connect_tunnel;
use super::connect_tunnel::{BoxError, TunnelError, TunnelFailure};
use super::proxy::{Proxies, ProxyError, ProxySettings};
use super::resolver::TracingResolver;
use super::trace::ConnectionTrace;

/// Opens TCP connections, through the proxy where one is set for the host.
///
/// Plain `http` goes to this machine only. The connector checks the address of the peer, because a name can
/// resolve to any address. Plain `http` never goes through a proxy, whose loopback is another machine's.
#[derive(Clone)]
pub(super) struct Connector {
    tcp: HttpConnector<TracingResolver>,
    proxies: Option<Arc<Proxies>>,
    timeout: Duration,
    trace: ConnectionTrace,
}

impl Connector {
    pub(super) fn new(
        settings: ProxySettings,
        connect_timeout: Duration,
        trace: ConnectionTrace,
    ) -> Self {
        let mut tcp = HttpConnector::new_with_resolver(TracingResolver::new(trace.clone()));
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_connect_timeout(Some(connect_timeout));
        Self {
            tcp,
            proxies: settings.into_proxies().map(Arc::new),
            timeout: connect_timeout,
            trace,
        }
    }

    fn connect(&mut self, target: Uri, encrypted: bool) -> Connecting {
        let connecting = self.tcp.call(target);
        let trace = self.trace.clone();
        Box::pin(async move {
            let stream = connecting.await?;
            let peer = stream.inner().peer_addr()?;
            trace.connected(peer);
            check_peer(encrypted, peer.ip())?;
            Ok(stream)
        })
    }

    fn connect_through(&mut self, proxy: Intercept, target: Uri) -> Connecting {
        let connecting = self.tcp.call(proxy.uri().clone());
        let timeout = self.timeout;
        let trace = self.trace.clone();
        Box::pin(async move {
            let failed = |failure| TunnelError {
                proxy: host_and_port(proxy.uri()),
                failure,
            };
            let mut stream = connecting
                .await
                .map_err(|error| failed(TunnelFailure::Unreachable(error.into())))?;
            if let Ok(peer) = stream.inner().peer_addr() {
                trace.connected(peer);
            }
            tokio::time::timeout(
                timeout,
                connect_tunnel::open(stream.inner_mut(), &target, &proxy),
            )
            .await
            .unwrap_or(Err(TunnelFailure::TimedOut))
            .map_err(failed)?;
            trace.tunnel_opened();
            Ok(stream)
        })
    }
}

type Connecting = Pin<Box<dyn Future<Output = Result<TokioIo<TcpStream>, BoxError>> + Send>>;

impl Service<Uri> for Connector {
    type Response = TokioIo<TcpStream>;
    type Error = BoxError;
    type Future = Connecting;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.tcp.poll_ready(cx).map_err(Into::into)
    }

    fn call(&mut self, target: Uri) -> Self::Future {
        let encrypted = target.scheme_str() == Some("https");
        let proxies = self.proxies.as_ref().filter(|_| encrypted);
        match proxies.and_then(|proxies| proxies.proxy_for(&target)) {
            None => self.connect(target, encrypted),
            Some(Ok(proxy)) => self.connect_through(proxy, target),
            Some(Err(error)) => {
                Box::pin(async move { Err(ConnectError::InvalidProxy(error).into()) })
            }
        }
    }
}

/// The connector did not use a connection.
#[derive(Debug)]
pub(super) enum ConnectError {
    /// Plain http to another machine.
    Cleartext,
    InvalidProxy(ProxyError),
}

impl fmt::Display for ConnectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cleartext => f.write_str("plain http to another machine"),
            Self::InvalidProxy(error) => error.fmt(f),
        }
    }
}

impl StdError for ConnectError {}

fn check_peer(encrypted: bool, peer: IpAddr) -> Result<(), ConnectError> {
    if encrypted || peer.is_loopback() {
        Ok(())
    } else {
        Err(ConnectError::Cleartext)
    }
}

/// Returns host and port of a URI. Its authority may hold a login as well.
pub(super) fn host_and_port(uri: &Uri) -> String {
    let host = uri.host().unwrap_or_default();
    match uri.port_u16() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cleartext_connection_is_refused_unless_peer_is_loopback() {
        for (address, is_loopback) in [
            ("127.0.0.1", true),
            ("127.9.9.9", true),
            ("::1", true),
            ("10.0.0.1", false),
            ("0.0.0.0", false),
            ("fe80::1", false),
        ] {
            let address = address.parse().unwrap();
            assert_eq!(check_peer(false, address).is_ok(), is_loopback, "{address}");
            assert!(check_peer(true, address).is_ok());
        }
    }
}
