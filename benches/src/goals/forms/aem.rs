//! A server that gives every request the same PDF, at once or after a pause.

use std::convert::Infallible;
use std::net::{Ipv4Addr, TcpListener};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use adobe_ims_benches::Result;
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;

/// In bytes. The length of a letter of a few pages.
pub(super) const DOCUMENT: usize = 50_000;

/// The server. It runs as long as the process.
#[derive(Clone)]
pub(super) struct Aem {
    pub(super) host: String,
    state: Arc<State>,
}

struct State {
    document: Bytes,
    /// The time that AEM takes for a document.
    pause: Duration,
    last: Mutex<Option<Recorded>>,
}

/// A request as the server got it.
#[derive(Clone)]
pub(super) struct Recorded {
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl Aem {
    /// Starts a server on a thread of its own.
    pub(super) fn start(pause: Duration) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let host = listener.local_addr()?.to_string();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let state = Arc::new(State {
            document: document(),
            pause,
            last: Mutex::default(),
        });
        let served = state.clone();
        std::thread::spawn(move || runtime.block_on(serve(listener, served)));
        Ok(Self { host, state })
    }

    /// Returns the last request.
    pub(super) fn last(&self) -> Result<Recorded> {
        let last = self.state.last.lock();
        let last = last.unwrap_or_else(PoisonError::into_inner).clone();
        Ok(last.ok_or("the server got no request")?)
    }
}

/// Returns bytes that begin and end as a PDF does.
fn document() -> Bytes {
    let mut document = b"%PDF-1.7\n".to_vec();
    document.resize(DOCUMENT - 6, b'-');
    document.extend_from_slice(b"%%EOF\n");
    document.into()
}

async fn serve(listener: TcpListener, state: Arc<State>) -> Result<()> {
    let listener = tokio::net::TcpListener::from_std(listener)?;
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let state = state.clone();
        tokio::spawn(async move {
            let service = service_fn(|request| respond(request, state.clone()));
            // The server ignores a client that disconnects.
            let _ = http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}

async fn respond(
    request: http::Request<Incoming>,
    state: Arc<State>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    if let Ok(body) = body.collect().await {
        let recorded = Recorded {
            headers: head.headers,
            body: body.to_bytes(),
        };
        *state.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(recorded);
    }
    if !state.pause.is_zero() {
        work(state.pause).await;
    }
    let mut response = Response::new(Full::new(state.document.clone()));
    let pdf = HeaderValue::from_static("application/pdf");
    response.headers_mut().insert(CONTENT_TYPE, pdf);
    Ok(response)
}

#[expect(
    clippy::disallowed_methods,
    reason = "the pause stands for the work of AEM"
)]
async fn work(pause: Duration) {
    tokio::time::sleep(pause).await;
}
