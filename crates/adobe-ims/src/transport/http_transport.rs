use core::fmt;
use core::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use http::{Request, Response};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper_rustls::HttpsConnectorBuilder;
use rustls::ClientConfig;

use super::clients::Clients;
use super::connection::WatchingConnector;
use super::connector::Connector;
use super::failure::Failed;
use super::proxy::ProxySettings;
use super::request_secrets::RequestSecrets;
use super::runtimes::RuntimeClients;
use super::trace::ConnectionTrace;
use super::trust::{CaFile, Trust};
use super::upload_body::UploadGuard;
use super::{Body, BodyStream, Transport, UploadBody, failure};
use crate::crypto::Crypto;
use crate::error::Problem;
use crate::error::{Error, Result};
use crate::util::future::BoxFuture;
use crate::util::time;

/// In bytes. Responses of IMS take a few kilobytes; error pages of proxies take more.
const MAX_RESPONSE: usize = 256 * 1024;

/// The longest silence of a reused connection before a request is repeated.
const MAX_PATIENCE: Duration = Duration::from_secs(5);

/// A [`Transport`] over HTTP/1.1, TCP and TLS (rustls), with kept-alive connections.
///
/// It follows no redirects. It sends plain `http` to this machine only, and never through a proxy.
///
/// A kept-alive connection can end unseen. If it ends before the first byte of a response, or stays silent for five
/// seconds (or a third of the timeout, if that is less), the request goes out once more, on a new connection and within
/// the same time limit, unless a [repetition](super::Repetition) may do harm.
///
/// Each tokio runtime has connections of its own: on another runtime, a connection would stand still with the first.
///
/// Sending needs a tokio runtime with I/O and timers; elsewhere it fails with [`Problem::RuntimeUnsuitable`].
///
/// ```
/// use std::time::Duration;
/// use adobe_ims::crypto::Crypto;
/// use adobe_ims::transport::ProxySettings;
/// use adobe_ims::{HttpTransport, ImsClient};
///
/// # fn main() -> adobe_ims::Result<()> {
/// let transport = HttpTransport::builder(Crypto::default())
///     .proxies(ProxySettings::system())
///     .timeout(Duration::from_secs(20))
///     .build()?;
/// let ims = ImsClient::new(transport);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct HttpTransport {
    clients: RuntimeClients,
    timeout: Duration,
}

impl HttpTransport {
    /// Returns a builder with the defaults: the roots of the operating system, no proxy, 10 s for a connection,
    /// 30 s for a request.
    pub fn builder(crypto: Crypto) -> HttpTransportBuilder {
        HttpTransportBuilder {
            crypto,
            ca_files: Vec::new(),
            proxies: ProxySettings::default(),
            connect_timeout: Duration::from_secs(10),
            timeout: Duration::from_secs(30),
            trace: ConnectionTrace::default(),
        }
    }

    /// Sends the request and returns the response as soon as its head is there. The content may have any size.
    ///
    /// The timeout applies to the head, and then to each piece of the content.
    ///
    /// # Errors
    /// The errors of [`send`](Transport::send).
    pub async fn stream(&self, request: Request<Body>) -> Result<Response<BodyStream>> {
        let host = host(&request);
        let clients = self.clients.current()?;
        let response = self.with_timeout(&host, "answer", send_request(&clients, request, &host));
        Ok(BodyStream::from_response(
            response.await?,
            &host,
            self.timeout,
            None,
        ))
    }

    /// Sends a request whose content is read while it is sent, with its length in `Content-Length`. Returns the response
    /// as soon as its head is there, also if the server answers before it has the whole content.
    ///
    /// The content is read once, so the request goes out once, whatever its method. Of the content only a few pieces are
    /// in memory at a time.
    ///
    /// The timeout limits silence: from the moment that the transport takes a piece of the content until it takes the
    /// next one, from the last piece until the head of the response, and then until each piece of the response. When the
    /// response is dropped, the rest of the content is not sent.
    ///
    /// # Errors
    /// The errors of [`send`](Transport::send). [`Problem::FileUnreadable`] if the content fails.
    pub async fn upload(&self, request: Request<UploadBody>) -> Result<Response<BodyStream>> {
        let host = host(&request);
        let clients = self.clients.current()?;
        let secrets = RequestSecrets::of_headers(request.headers());
        let upload = UploadGuard(request.body().progress());
        let mut response = pin!(clients.upload(request));
        let response = loop {
            let deadline = upload.0.last() + self.timeout;
            match tokio::time::timeout_at(deadline, &mut response).await {
                Ok(response) => break response,
                Err(_) if upload.0.last() + self.timeout > deadline => {}
                Err(_) => return Err(self.timed_out("answer", &host)),
            }
        };
        let response = response.map_err(|error| unsent(error, &host, &secrets))?;
        Ok(BodyStream::from_response(
            response,
            &host,
            self.timeout,
            Some(upload),
        ))
    }

    /// Returns the time limit of a request.
    pub fn timeout(&self) -> Duration {
        self.timeout
    }

    async fn with_timeout<T>(
        &self,
        host: &str,
        awaited: &str,
        work: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        let outcome = tokio::time::timeout(self.timeout, work).await;
        outcome.unwrap_or_else(|_| Err(self.timed_out(awaited, host)))
    }

    fn timed_out(&self, awaited: &str, host: &str) -> Error {
        let timeout = time::human(self.timeout);
        let message = format!("no {awaited} from {host} within {timeout}");
        Error::new(Problem::DeadlineExceeded, message)
    }
}

impl Transport for HttpTransport {
    fn send(&self, request: Request<Body>) -> BoxFuture<'_, Result<Response<Body>>> {
        Box::pin(async move {
            let host = host(&request);
            let clients = self.clients.current()?;
            let response = send_and_read(&clients, request, &host);
            self.with_timeout(&host, "complete answer", response).await
        })
    }
}

async fn send_request(
    clients: &Clients,
    request: Request<Body>,
    host: &str,
) -> Result<Response<Incoming>> {
    let secrets = RequestSecrets::of(&request);
    let response = clients.send(request).await;
    response.map_err(|error| unsent(error, host, &secrets))
}

/// Returns the error of a request that got no response.
fn unsent(error: hyper_util::client::legacy::Error, host: &str, secrets: &RequestSecrets) -> Error {
    let redactor = &|| secrets.redactor();
    failure::classify(error, &Failed { host, redactor })
}

async fn send_and_read(
    clients: &Clients,
    request: Request<Body>,
    host: &str,
) -> Result<Response<Body>> {
    let (head, body) = send_request(clients, request, host).await?.into_parts();
    let body = Limited::new(body, MAX_RESPONSE).collect().await;
    let body = body.map_err(|error| {
        if error.is::<LengthLimitError>() {
            let limit = MAX_RESPONSE / 1024;
            Error::new(
                Problem::AnswerTooLarge,
                format!("{host} answered {} with more than {limit} KiB", head.status),
            )
        } else {
            failure::truncated(host, head.status).with_source(error)
        }
    })?;
    let body = Body::from_bytes(body.to_bytes());
    Ok(Response::from_parts(head, body))
}

fn host<B>(request: &Request<B>) -> String {
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

/// Builds an [`HttpTransport`].
#[derive(Debug)]
pub struct HttpTransportBuilder {
    crypto: Crypto,
    ca_files: Vec<CaFile>,
    proxies: ProxySettings,
    connect_timeout: Duration,
    timeout: Duration,
    trace: ConnectionTrace,
}

impl HttpTransportBuilder {
    /// Trusts these certificates (PEM or DER) as roots, besides those of the operating system. Error messages
    /// call them `name`.
    #[must_use]
    pub fn extra_ca(mut self, name: impl Into<String>, certificates: impl Into<Vec<u8>>) -> Self {
        self.ca_files.push(CaFile {
            name: name.into(),
            content: certificates.into(),
        });
        self
    }

    /// Sets the proxies; none by default.
    #[must_use]
    pub fn proxies(mut self, proxies: ProxySettings) -> Self {
        self.proxies = proxies;
        self
    }

    /// Sets the time limit of one connection attempt; 10 s by default.
    #[must_use]
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Sets the time limit of a request, from connecting to the last byte of the response; 30 s by default.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Records the steps of the first connection.
    pub(crate) fn trace(mut self, trace: &ConnectionTrace) -> Self {
        self.trace = trace.clone();
        self
    }

    /// Checks the settings and builds the transport. It opens no connection yet, and reads the roots of the
    /// operating system when a certificate needs them.
    ///
    /// # Errors
    /// [`Problem::CaFileInvalid`] for an extra certificate that is none; [`Problem::TlsFailed`] when the crypto
    /// provider has no TLS.
    pub fn build(self) -> Result<HttpTransport> {
        let crypto = self.crypto.provider();
        let trust = Trust::new(&self.ca_files, crypto.clone(), self.trace.clone())?;
        let tls = ClientConfig::builder_with_provider(crypto.clone())
            .with_safe_default_protocol_versions()
            .map_err(|error| {
                Error::new(Problem::TlsFailed, "TLS cannot be set up").with_source(error)
            })?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(trust))
            .with_no_client_auth();
        let connect_timeout = self.connect_timeout.min(self.timeout);
        let tcp = Connector::new(self.proxies, connect_timeout, self.trace.clone());
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(tls)
            .https_or_http()
            .enable_http1()
            .wrap_connector(tcp);
        Ok(HttpTransport {
            clients: RuntimeClients::new(
                WatchingConnector {
                    connector,
                    trace: self.trace,
                },
                MAX_PATIENCE.min(self.timeout / 3),
            ),
            timeout: self.timeout,
        })
    }
}
