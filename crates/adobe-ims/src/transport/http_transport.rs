use core::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::ClientConfig;

use super::proxy::ProxySettings;
use super::connector::Connector;
use super::trust::{CaFile, Trust};
use super::{Body, BodyStream, Transport, failure};
use crate::crypto::Crypto;
use crate::error::Problem;
use crate::error::{Error, Result};
use crate::util::future::BoxFuture;
use crate::util::time;

/// Answers of IMS are a few kilobytes; this leaves room for proxies' error pages.
const LARGEST_ANSWER: usize = 256 * 1024;

/// HTTP/1.1 over TCP and TLS (rustls), with kept-alive connections.
///
/// Redirects are not followed. `http` goes to this machine only and never through a proxy.
///
/// It needs a tokio runtime with I/O and time to send on; outside of one, sending panics.
#[derive(Clone)]
pub struct HttpTransport {
    client: Client<HttpsConnector<Connector>, Full<Bytes>>,
    timeout: Duration,
}

impl HttpTransport {
    /// Starts from the defaults: the operating system's trust, no proxy, 10 s to connect, 30 s for
    /// everything.
    pub fn builder(crypto: Crypto) -> HttpTransportBuilder {
        HttpTransportBuilder {
            crypto,
            ca_files: Vec::new(),
            proxies: ProxySettings::default(),
            connect_timeout: Duration::from_secs(10),
            timeout: Duration::from_secs(30),
        }
    }

    /// Sends the request and brings back the response as soon as its content begins to come, for answers
    /// of any size. The time allowed is that until then, and that of each piece of the content; as long
    /// as it flows, it may take its time.
    ///
    /// # Errors
    /// As for [`send`](Transport::send).
    pub async fn stream(&self, request: Request<Body>) -> Result<Response<BodyStream>> {
        let host = host(&request);
        let response = self.in_time(&host, "answer", self.begin(request, &host));
        Ok(BodyStream::of(response.await?, &host, self.timeout))
    }

    async fn send_and_read(&self, request: Request<Body>, host: &str) -> Result<Response<Body>> {
        let (head, body) = self.begin(request, host).await?.into_parts();
        let body = Limited::new(body, LARGEST_ANSWER)
            .collect()
            .await
            .map_err(|error| {
                if error.is::<LengthLimitError>() {
                    let limit = LARGEST_ANSWER / 1024;
                    Error::new(
                        Problem::AnswerTooLarge,
                        format!("{host} answered {} with more than {limit} KiB", head.status),
                    )
                } else {
                    failure::broken_off(host, head.status).with_source(error)
                }
            })?;
        Ok(Response::from_parts(
            head,
            Body::from_bytes(body.to_bytes()),
        ))
    }

    async fn begin(&self, request: Request<Body>, host: &str) -> Result<Response<Incoming>> {
        self.client
            .request(request.map(|body| Full::new(body.into_bytes())))
            .await
            .map_err(|error| failure::classify(error, host))
    }

    async fn in_time<T>(
        &self,
        host: &str,
        what: &str,
        work: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        let done = tokio::time::timeout(self.timeout, work).await;
        done.unwrap_or_else(|_| {
            let allowed = time::human(self.timeout);
            let what = format!("no {what} from {host} within {allowed}");
            Err(Error::new(Problem::DeadlineExceeded, what))
        })
    }
}

impl Transport for HttpTransport {
    fn send(&self, request: Request<Body>) -> BoxFuture<'_, Result<Response<Body>>> {
        Box::pin(async move {
            let host = host(&request);
            let answer = self.send_and_read(request, &host);
            self.in_time(&host, "complete answer", answer).await
        })
    }
}

fn host(request: &Request<Body>) -> String {
    let authority = request.uri().authority();
    authority.map(ToString::to_string).unwrap_or_default()
}

impl fmt::Debug for HttpTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpTransport")
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

/// Collects what an [`HttpTransport`] should do differently.
#[derive(Debug)]
pub struct HttpTransportBuilder {
    crypto: Crypto,
    ca_files: Vec<CaFile>,
    proxies: ProxySettings,
    connect_timeout: Duration,
    timeout: Duration,
}

impl HttpTransportBuilder {
    /// Trusts these certificates (PEM or DER) as roots, besides those of the operating system. `name`
    /// is what they are called when they cannot be used.
    #[must_use]
    pub fn extra_ca(mut self, name: impl Into<String>, certificates: impl Into<Vec<u8>>) -> Self {
        self.ca_files.push(CaFile {
            name: name.into(),
            content: certificates.into(),
        });
        self
    }

    /// Goes through proxies.
    #[must_use]
    pub fn proxies(mut self, proxies: ProxySettings) -> Self {
        self.proxies = proxies;
        self
    }

    /// The time allowed for one connection attempt.
    #[must_use]
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// The time allowed for everything: connecting, sending, waiting and reading.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Checks the settings. Nothing is opened yet; the operating system's roots are read when the
    /// first certificate needs them.
    ///
    /// # Errors
    /// [`Problem::CaFileInvalid`]; [`Problem::TlsFailed`] when the crypto provider knows no TLS.
    pub fn build(self) -> Result<HttpTransport> {
        let trust = Trust::new(&self.ca_files, self.crypto.provider().clone())?;
        let tls = ClientConfig::builder_with_provider(self.crypto.provider().clone())
            .with_safe_default_protocol_versions()
            .map_err(|error| {
                Error::new(Problem::TlsFailed, "TLS cannot be set up").with_source(error)
            })?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(trust))
            .with_no_client_auth();
        let route = Connector::new(self.proxies, self.connect_timeout.min(self.timeout));
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(tls)
            .https_or_http()
            .enable_http1()
            .wrap_connector(route);
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .build(connector);
        Ok(HttpTransport {
            client,
            timeout: self.timeout,
        })
    }
}
