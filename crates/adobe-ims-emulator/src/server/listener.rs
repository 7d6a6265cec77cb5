//! The sockets: HTTP/1.1 on loopback, with or without TLS.

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

use crate::http::error_response::ErrorResponse;
use crate::http::response::Response;
use crate::server::router::{self, BODY_LIMIT};
use crate::state::State;

/// The number of bytes of a too large body that the server still reads. Clients read the error
/// response only after they have sent the body.
const DRAIN_LIMIT: usize = 16 * BODY_LIMIT;

/// Binds `port`, or any free port if it is 0, on 127.0.0.1 and, where the machine has it, on ::1.
/// Clients may resolve `localhost` to either address.
pub(crate) fn bind(port: u16) -> io::Result<(Vec<TcpListener>, u16)> {
    let mut tries = 0;
    loop {
        let v4 = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        let bound = v4.local_addr()?.port();
        match TcpListener::bind((Ipv6Addr::LOCALHOST, bound)) {
            Ok(v6) => return Ok((vec![v4, v6], bound)),
            Err(error) if error.kind() != io::ErrorKind::AddrInUse => return Ok((vec![v4], bound)),
            // Another program has the port on ::1. If any port will do, try another one.
            Err(error) if port != 0 || tries == 8 => return Err(error),
            Err(_) => tries += 1,
        }
    }
}

/// Serves until `stop` is sent or dropped. The caller has to be in a Tokio runtime.
pub(crate) async fn serve(
    state: Arc<State>,
    listeners: Vec<TcpListener>,
    tls: Option<TlsAcceptor>,
    stop: oneshot::Receiver<()>,
) {
    for listener in listeners {
        tokio::spawn(accept(Arc::clone(&state), listener, tls.clone()));
    }
    // An error means that the sender was dropped, which ends the server as well.
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
            // For example too many open files. After a pause some may be closed.
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
    // Without this a small response may wait for an acknowledgement.
    let _ = stream.set_nodelay(true);
    match tls {
        None => serve_http(state, stream).await,
        Some(tls) => {
            if let Ok(stream) = tls.accept(stream).await {
                serve_http(state, stream).await;
            }
        }
    }
}

async fn serve_http(state: Arc<State>, stream: impl AsyncRead + AsyncWrite + Unpin) {
    let service = service_fn(move |request| {
        let state = Arc::clone(&state);
        async move { Ok::<_, Infallible>(respond(&state, request).await.map(Full::new)) }
    });
    // An error means that the client went away or does not speak HTTP.
    let _ = http1::Builder::new()
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

async fn respond(state: &State, request: Request<Incoming>) -> Response {
    let (head, body) = request.into_parts();
    let expects_continue = head
        .headers
        .get(EXPECT)
        .is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"100-continue"));
    match read_body(body, expects_continue).await {
        Ok(Some(body)) => router::respond(state, &Request::from_parts(head, body)),
        Ok(None) => {
            router::add_common_headers(state, ErrorResponse::payload_too_large().into_response())
        }
        Err(_) => {
            let error = ErrorResponse::invalid_request("The request body ended early.");
            router::add_common_headers(state, error.into_response())
        }
    }
}

/// Reads the whole body. Returns `None` if it is too large. A client that waits for `100 Continue`
/// before a too large body gets the error at once.
async fn read_body(
    mut body: Incoming,
    expects_continue: bool,
) -> Result<Option<Bytes>, hyper::Error> {
    let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if announced > DRAIN_LIMIT || (expects_continue && announced > BODY_LIMIT) {
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
