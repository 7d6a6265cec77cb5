//! The pure answer behind a socket: HTTP/1.1 on loopback, plain or in TLS.

use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::Request;
use http::header::EXPECT;
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Body as _, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio_rustls::TlsAcceptor;

use crate::http::response::{ErrorResponse, Response};
use crate::server::router::{self, BODY_LIMIT};
use crate::state::State;

/// How much of a larger one is read and dropped, so that its sender gets to read the refusal.
const DRAIN_LIMIT: usize = 16 * BODY_LIMIT;

/// Binds `port` (0 for any free one) on 127.0.0.1, and on ::1 where there is one, because
/// `localhost` may mean either.
pub(crate) fn bind(port: u16) -> io::Result<(Vec<TcpListener>, u16)> {
    let mut tries = 0;
    loop {
        let v4 = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        let bound = v4.local_addr()?.port();
        match TcpListener::bind((Ipv6Addr::LOCALHOST, bound)) {
            Ok(v6) => return Ok((vec![v4, v6], bound)),
            Err(error) if error.kind() != io::ErrorKind::AddrInUse => return Ok((vec![v4], bound)),
            // Somebody else is `localhost` here; with a free choice another port will do.
            Err(error) if port != 0 || tries == 8 => return Err(error),
            Err(_) => tries += 1,
        }
    }
}

/// Serves until `stop` is sent or dropped. Must be called within a runtime.
pub(crate) async fn serve(
    state: Arc<State>,
    listeners: Vec<TcpListener>,
    tls: Option<TlsAcceptor>,
    stop: oneshot::Receiver<()>,
) {
    for listener in listeners {
        tokio::spawn(accept(Arc::clone(&state), listener, tls.clone()));
    }
    // Either way the handle is gone, and with it the reason to go on.
    let _ = stop.await;
}

async fn accept(state: Arc<State>, listener: TcpListener, tls: Option<TlsAcceptor>) {
    let Ok(listener) = tokio::net::TcpListener::from_std(listener) else {
        return;
    };
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                tokio::spawn(serve_stream(Arc::clone(&state), stream, tls.clone()));
            }
            // Such as too many open files: others may close theirs meanwhile.
            Err(_) => pause().await,
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "without a pause this would be a busy loop"
)]
async fn pause() {
    tokio::time::sleep(Duration::from_millis(10)).await;
}

async fn serve_stream(state: Arc<State>, stream: TcpStream, tls: Option<TlsAcceptor>) {
    // Without this a small answer may wait for an acknowledgement.
    let _ = stream.set_nodelay(true);
    match tls {
        None => http(state, stream).await,
        Some(tls) => {
            if let Ok(stream) = tls.accept(stream).await {
                http(state, stream).await;
            }
        }
    }
}

async fn http(state: Arc<State>, stream: impl AsyncRead + AsyncWrite + Unpin) {
    let service = service_fn(move |request| {
        let state = Arc::clone(&state);
        async move { Ok::<_, Infallible>(respond(&state, request).await.map(Full::new)) }
    });
    // An error here is a client that went away, or that does not speak HTTP.
    let _ = http1::Builder::new()
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

async fn respond(state: &State, request: Request<Incoming>) -> Response {
    let (head, body) = request.into_parts();
    let waits = head
        .headers
        .get(EXPECT)
        .is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"100-continue"));
    match read(body, waits).await {
        Ok(Some(body)) => router::answer(state, &Request::from_parts(head, body)),
        Ok(None) => {
            router::add_common_headers(state, ErrorResponse::payload_too_large().into_response())
        }
        Err(_) => {
            let refusal = ErrorResponse::invalid_request("The request body ended early.");
            router::add_common_headers(state, refusal.into_response())
        }
    }
}

/// The whole body, or `None` if it is too large. A client that waits to be asked for a body that is
/// too large is not asked.
async fn read(mut body: Incoming, waits: bool) -> Result<Option<Bytes>, hyper::Error> {
    let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if announced > DRAIN_LIMIT || (waits && announced > BODY_LIMIT) {
        return Ok(None);
    }
    let mut whole = BytesMut::new();
    let mut length = 0;
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame?.into_data() else {
            continue;
        };
        length += data.len();
        if length > DRAIN_LIMIT {
            break;
        }
        if length <= BODY_LIMIT {
            whole.extend_from_slice(&data);
        }
    }
    Ok((length <= BODY_LIMIT).then(|| whole.freeze()))
}
