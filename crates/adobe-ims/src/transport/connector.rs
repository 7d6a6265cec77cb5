//! The way to a server: direct, or through a proxy's tunnel.

use core::fmt;
use core::pin::Pin;
use core::task::{Context, Poll};
use std::error::Error as StdError;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use http::Uri;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tower_service::Service;

use super::connect_tunnel;
use super::connect_tunnel::{TunnelError, TunnelFailure};
use super::proxy::{Proxies, ProxySettings};

pub(super) type BoxError = Box<dyn StdError + Send + Sync>;

/// Opens TCP connections, through the proxy where one is set for the host.
///
/// A request over plain `http` goes to this machine only, which is checked where it cannot be wrong:
/// at the other end of the connection. It never goes through a proxy, whose loopback is another
/// machine's.
#[derive(Clone)]
pub(super) struct Connector {
    tcp: HttpConnector,
    proxies: Option<Arc<Proxies>>,
    patience: Duration,
}

impl Connector {
    pub(super) fn new(settings: ProxySettings, connect_timeout: Duration) -> Self {
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_connect_timeout(Some(connect_timeout));
        Self {
            tcp,
            proxies: settings.into_proxies().map(Arc::new),
            patience: connect_timeout,
        }
    }
}

/// Why a connection was not used.
#[derive(Debug)]
pub(super) enum ConnectError {
    /// Plain http to another machine.
    Insecure,
    /// The proxy for this host cannot be used, and why.
    Proxy(String),
}

impl fmt::Display for ConnectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Insecure => f.write_str("plain http to another machine"),
            Self::Proxy(why) => f.write_str(why),
        }
    }
}

impl StdError for ConnectError {}

fn may_carry(encrypted: bool, other_end: IpAddr) -> Result<(), ConnectError> {
    if encrypted || other_end.is_loopback() {
        Ok(())
    } else {
        Err(ConnectError::Insecure)
    }
}

impl Service<Uri> for Connector {
    type Response = TokioIo<TcpStream>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.tcp.poll_ready(cx).map_err(Into::into)
    }

    fn call(&mut self, target: Uri) -> Self::Future {
        let encrypted = target.scheme_str() == Some("https");
        let proxies = self.proxies.as_ref().filter(|_| encrypted);
        let proxy = match proxies.and_then(|proxies| proxies.of(&target)).transpose() {
            Ok(proxy) => proxy,
            Err(why) => return Box::pin(async move { Err(ConnectError::Proxy(why).into()) }),
        };
        let Some(proxy) = proxy else {
            let connecting = self.tcp.call(target);
            return Box::pin(async move {
                let stream = connecting.await?;
                let other_end = stream.inner().peer_addr()?.ip();
                may_carry(encrypted, other_end)?;
                Ok(stream)
            });
        };
        let connecting = self.tcp.call(proxy.uri().clone());
        let patience = self.patience;
        Box::pin(async move {
            // Its authority holds the login as well.
            let host = proxy.uri().host().unwrap_or_default();
            let name = match proxy.uri().port_u16() {
                Some(port) => format!("{host}:{port}"),
                None => host.to_owned(),
            };
            let failed = |how| TunnelError {
                proxy: name.clone(),
                how,
            };
            let mut stream = connecting
                .await
                .map_err(|error| failed(TunnelFailure::Unreachable(error.into())))?;
            tokio::time::timeout(
                patience,
                connect_tunnel::open(stream.inner_mut(), &target, &proxy),
            )
            .await
            .unwrap_or(Err(TunnelFailure::Silent))
            .map_err(failed)?;
            Ok(stream)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_encrypted_stays_on_this_machine() {
        for (address, this_machine) in [
            ("127.0.0.1", true),
            ("127.9.9.9", true),
            ("::1", true),
            ("10.0.0.1", false),
            ("0.0.0.0", false),
            ("fe80::1", false),
        ] {
            let address = address.parse().unwrap();
            assert_eq!(may_carry(false, address).is_ok(), this_machine, "{address}");
            assert!(may_carry(true, address).is_ok());
        }
    }
}
