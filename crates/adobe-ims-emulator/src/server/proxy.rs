//! The proxy: a tunnel to a host name of Adobe ends in the emulator, over TLS with a certificate of
//! the emulator's authority for this name.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::future::{poll_fn, ready};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::task::Poll;

use bytes::Bytes;
use futures_util::future::{Either, select};
use http::Request;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

use crate::http::response::Response;
use crate::server::abort::Abort;
use crate::server::connect_request::{ProxyCredentials, asked_host};
use crate::server::connection::{self, Entrance, HeadDeadline};
use crate::server::connections::{Phase, Place};
use crate::server::limits::Limits;
use crate::server::observed_stream::ObservedStream;
use crate::server::prefixed_stream::PrefixedStream;
use crate::server::tls::{Authority, Certificates, TlsError};
use crate::state::State;

/// The maximum size of a request head, in bytes. The head of a CONNECT is small.
const HEAD_SIZE: usize = 16 * 1024;

/// The number of host names whose certificates the proxy keeps.
const KEPT_HOSTS: usize = 64;

/// The proxy of an emulator.
pub(crate) struct Proxy {
    authority: Arc<Authority>,
    /// The configuration for all host names, without their certificates.
    config: Arc<ServerConfig>,
    credentials: Option<ProxyCredentials>,
    /// The certificates of the host names that were asked for last, the newest at the end.
    kept: Mutex<VecDeque<(String, Arc<Certificates>)>>,
}

impl Proxy {
    pub(crate) fn new(
        authority: &Arc<Authority>,
        credentials: Option<ProxyCredentials>,
    ) -> Result<Self, TlsError> {
        let certificates = Certificates::of_host(authority, "localhost")?;
        Ok(Self {
            authority: Arc::clone(authority),
            config: authority.config(certificates)?,
            credentials,
            kept: Mutex::default(),
        })
    }

    /// Returns the acceptor of a host name.
    fn acceptor(&self, host: &str) -> Result<TlsAcceptor, TlsError> {
        let mut config = ServerConfig::clone(&self.config);
        config.cert_resolver = self.certificates(host)?;
        Ok(TlsAcceptor::from(Arc::new(config)))
    }

    fn certificates(&self, host: &str) -> Result<Arc<Certificates>, TlsError> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let place = kept.iter().position(|(name, _)| name == host);
        let certificates = match place.and_then(|place| kept.remove(place)) {
            Some((_, certificates)) => certificates,
            None => Certificates::of_host(&self.authority, host)?,
        };
        if kept.len() == KEPT_HOSTS {
            kept.pop_front();
        }
        kept.push_back((host.to_owned(), Arc::clone(&certificates)));
        Ok(certificates)
    }

    /// Serves a connection to the proxy: first the request for a tunnel, then the emulator in it.
    pub(crate) async fn serve<S>(
        self: Arc<Self>,
        state: Arc<State>,
        stream: S,
        place: Place,
        limits: Limits,
    ) where
        S: AsyncRead + AsyncWrite + Abort + Unpin,
    {
        let Some(Tunnel {
            host,
            stream,
            place,
        }) = self.open_tunnel(&state, stream, place, limits).await
        else {
            return;
        };
        let Ok(acceptor) = self.acceptor(&host) else {
            return;
        };
        let handshake = timeout(limits.head, acceptor.accept(stream));
        let closed = poll_fn(|context| place.poll_close(context));
        let ended = select(Box::pin(handshake), closed).await;
        if let Either::Left((Ok(Ok(stream)), _)) = ended {
            connection::serve(state, stream, place, limits, Entrance::Proxy).await;
        }
    }

    /// Answers requests until one opens a tunnel. Returns `None` if the connection ends before.
    async fn open_tunnel<S>(
        &self,
        state: &State,
        stream: S,
        place: Place,
        limits: Limits,
    ) -> Option<Tunnel<S>>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let place = Arc::new(place);
        let asked = OnceLock::new();
        let service = service_fn(|request: Request<Incoming>| {
            place.enter(Phase::Busy);
            let credentials = self.credentials.as_ref();
            let response = match asked_host(&request, credentials, &state.config.url) {
                Ok(host) => {
                    // The first request that opens a tunnel is the last request here.
                    let _ = asked.set(host);
                    Response::new(Bytes::new())
                }
                Err(refusal) => *refusal,
            };
            place.enter(Phase::Idle);
            ready(Ok::<_, Infallible>(response.map(Full::new)))
        });
        let stream = TokioIo::new(ObservedStream::new(stream, Arc::clone(&place)));
        let mut connection = http1::Builder::new()
            .max_buf_size(HEAD_SIZE)
            .serve_connection(stream, service);
        let mut head_deadline = HeadDeadline::default();
        poll_fn(|context| {
            // An error means that the client went away or does not speak HTTP.
            let ended = connection.poll_without_shutdown(context);
            if ended.is_ready() || place.poll_close(context).is_ready() {
                return Poll::Ready(());
            }
            head_deadline.poll(&place, limits, context)
        })
        .await;
        let parts = connection.into_parts();
        let stream = PrefixedStream::new(parts.read_buf, parts.io.into_inner().into_inner());
        Some(Tunnel {
            host: asked.get()?.clone(),
            stream,
            place: Arc::into_inner(place)?,
        })
    }
}

/// A tunnel to a host name.
struct Tunnel<S> {
    host: String,
    stream: PrefixedStream<S>,
    place: Place,
}
