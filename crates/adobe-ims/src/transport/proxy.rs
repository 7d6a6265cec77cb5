//! The way to a server: direct, or through a proxy's CONNECT tunnel.

use core::fmt;
use core::pin::Pin;
use core::task::{Context, Poll};
use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Duration;

use http::Uri;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tower_service::Service;

use crate::{Error, Problem, Result};

type BoxError = Box<dyn StdError + Send + Sync>;

/// Which proxy to use for which host, as the usual environment variables say it.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ProxySettings {
    https: Option<String>,
    no_proxy: Option<String>,
}

impl ProxySettings {
    /// Goes directly to every host.
    pub fn none() -> Self {
        Self::default()
    }

    /// Reads `HTTPS_PROXY`, else `ALL_PROXY`, and `NO_PROXY`, also in lower case, which goes first
    /// as it does for curl. `variable` looks one up.
    pub fn from_environment(variable: impl Fn(&str) -> Option<String>) -> Self {
        let either = |lower: &str| {
            [lower.to_owned(), lower.to_ascii_uppercase()]
                .iter()
                .find_map(|name| variable(name).filter(|value| !value.trim().is_empty()))
        };
        Self {
            https: either("https_proxy").or_else(|| either("all_proxy")),
            no_proxy: either("no_proxy"),
        }
    }

    /// Uses this proxy, `http://[user:password@]host:port`.
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.https = Some(url.into());
        self
    }

    /// Goes directly to these hosts: names (with their subdomains), addresses, networks, `*`.
    pub fn except(mut self, hosts: impl Into<String>) -> Self {
        self.no_proxy = Some(hosts.into());
        self
    }

    fn matcher(self) -> Result<Option<Matcher>> {
        let Some(url) = self.https else {
            return Ok(None);
        };
        let url = url.trim();
        let invalid = |why: &str| {
            let shown = url.rsplit('@').next().unwrap_or_default();
            Error::new(Problem::ProxyInvalid, format!("the proxy {shown:?} {why}"))
        };
        let scheme = url.split_once("://").map_or("http", |(scheme, _)| scheme);
        if !scheme.eq_ignore_ascii_case("http") {
            return Err(invalid("is not an http:// proxy; others are not supported"));
        }
        let with_scheme = if url.contains("://") {
            url.to_owned()
        } else {
            format!("http://{url}")
        };
        let has_host = with_scheme
            .parse::<Uri>()
            .is_ok_and(|uri| uri.host().is_some_and(|host| !host.is_empty()));
        if !has_host {
            return Err(invalid("is not an address"));
        }
        Ok(Some(
            Matcher::builder()
                .https(with_scheme)
                .no(self.no_proxy.unwrap_or_default())
                .build(),
        ))
    }
}

impl fmt::Debug for ProxySettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let without_login = self.https.as_deref().and_then(|url| url.rsplit('@').next());
        f.debug_struct("ProxySettings")
            .field("https", &without_login)
            .field("no_proxy", &self.no_proxy)
            .finish()
    }
}

/// Opens TCP connections, through the proxy where one is set for the host.
///
/// A request over plain `http` goes to loopback only and never through a proxy: the loopback of the
/// proxy would be another machine.
#[derive(Clone)]
pub(super) struct Route {
    tcp: HttpConnector,
    proxies: Option<Arc<Matcher>>,
    patience: Duration,
}

impl Route {
    pub(super) fn new(settings: ProxySettings, connect_timeout: Duration) -> Result<Self> {
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_connect_timeout(Some(connect_timeout));
        Ok(Self {
            tcp,
            proxies: settings.matcher()?.map(Arc::new),
            patience: connect_timeout,
        })
    }
}

impl Service<Uri> for Route {
    type Response = TokioIo<TcpStream>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.tcp.poll_ready(cx).map_err(Into::into)
    }

    fn call(&mut self, target: Uri) -> Self::Future {
        let proxy = self
            .proxies
            .as_ref()
            .filter(|_| target.scheme_str() == Some("https"))
            .and_then(|proxies| proxies.intercept(&target));
        let Some(proxy) = proxy else {
            let connecting = self.tcp.call(target);
            return Box::pin(async move { Ok(connecting.await?) });
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
            tokio::time::timeout(patience, open_tunnel(stream.inner_mut(), &target, &proxy))
                .await
                .unwrap_or(Err(TunnelFailure::Silent))
                .map_err(failed)?;
            Ok(stream)
        })
    }
}

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

/// CONNECT (RFC 9110 §9.3.6). hyper-util's own tunnel keeps its error type to itself, so that a 407
/// could only be told from other failures by its text.
async fn open_tunnel(
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_variables_are_read_lower_case_first() {
        let environment = |name: &str| match name {
            "HTTPS_PROXY" => Some("http://upper:1".to_owned()),
            "https_proxy" => Some("http://lower:2".to_owned()),
            "NO_PROXY" => Some("example.com".to_owned()),
            _ => None,
        };
        let settings = ProxySettings::from_environment(environment);
        assert_eq!(
            settings,
            ProxySettings::none()
                .proxy("http://lower:2")
                .except("example.com")
        );
        let all = ProxySettings::from_environment(|name| {
            (name == "ALL_PROXY").then(|| "http://all:3".to_owned())
        });
        assert_eq!(all, ProxySettings::none().proxy("http://all:3"));
    }

    #[test]
    fn a_proxy_that_cannot_be_used_is_named_without_its_login() {
        for url in [
            "socks5://user:SECRET@host:1",
            "https://user:SECRET@host",
            "http://",
            "http://a b",
        ] {
            let error = ProxySettings::none().proxy(url).matcher().unwrap_err();
            assert_eq!(error.problem(), Problem::ProxyInvalid, "{url}");
            assert!(!format!("{error} {error:?}").contains("SECRET"), "{error}");
        }
        let settings = ProxySettings::none().proxy("http://user:SECRET@host:1");
        assert!(!format!("{settings:?}").contains("SECRET"));
    }
}
