//! A connection that remembers whether the answer to a later request has begun.

use core::pin::Pin;
use core::sync::atomic::{AtomicBool, Ordering};
use core::task::{Context, Poll};
use std::io;
use std::sync::Arc;

use http::{Extensions, Uri};
use hyper_rustls::{HttpsConnector, MaybeHttpsStream};
use hyper_util::client::legacy::connect::{Connected, Connection};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tower_service::Service;

use super::connect_tunnel::BoxError;
use super::connector::Connector;
use super::trace::ConnectionTrace;
use crate::util::future::BoxFuture;

type Stream = TokioIo<MaybeHttpsStream<TokioIo<TcpStream>>>;

/// Opens connections, encrypted where the URL asks for it, that [`is_unanswered`] can tell apart.
#[derive(Clone)]
pub(super) struct WatchingConnector {
    pub(super) connector: HttpsConnector<Connector>,
    pub(super) trace: ConnectionTrace,
}

impl Service<Uri> for WatchingConnector {
    type Response = TokioIo<WatchedStream>;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<Self::Response, BoxError>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.connector.poll_ready(cx)
    }

    fn call(&mut self, target: Uri) -> Self::Future {
        let connecting = self.connector.call(target);
        let trace = self.trace.clone();
        Box::pin(async move {
            let stream = connecting.await?;
            trace.established();
            Ok(TokioIo::new(WatchedStream {
                stream: TokioIo::new(stream),
                exchange: Exchange::default(),
            }))
        })
    }
}

/// Tells that a request went out on a reused connection, and that not one byte of its response came.
pub(super) fn is_unanswered(connected: Option<&Connected>) -> bool {
    let mut extras = Extensions::new();
    if let Some(connected) = connected {
        connected.get_extras(&mut extras);
    }
    extras
        .get::<Exchange>()
        .is_some_and(Exchange::is_unanswered)
}

/// The state of a connection. Clones share it.
#[derive(Clone, Debug, Default)]
struct Exchange(Arc<ExchangeState>);

#[derive(Debug, Default)]
struct ExchangeState {
    /// Something was received since the last write.
    received: AtomicBool,
    /// A request went out after an earlier answer, and nothing was received since.
    unanswered: AtomicBool,
}

impl Exchange {
    fn written(&self) {
        if self.0.received.swap(false, Ordering::Relaxed) {
            self.0.unanswered.store(true, Ordering::Relaxed);
        }
    }

    fn received(&self) {
        self.0.received.store(true, Ordering::Relaxed);
        self.0.unanswered.store(false, Ordering::Relaxed);
    }

    fn is_unanswered(&self) -> bool {
        self.0.unanswered.load(Ordering::Relaxed)
    }
}

/// A connection that notes what is read and written, after encryption was taken off.
pub(super) struct WatchedStream {
    stream: Stream,
    exchange: Exchange,
}

impl WatchedStream {
    fn stream(self: Pin<&mut Self>) -> Pin<&mut Stream> {
        Pin::new(&mut self.get_mut().stream)
    }

    fn note_written(&self, written: &Poll<io::Result<usize>>) {
        if matches!(written, Poll::Ready(Ok(1..))) {
            self.exchange.written();
        }
    }
}

impl Connection for WatchedStream {
    fn connected(&self) -> Connected {
        let connected = self.stream.inner().connected();
        connected.extra(self.exchange.clone())
    }
}

impl AsyncRead for WatchedStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let outcome = self.as_mut().stream().poll_read(cx, buffer);
        if buffer.filled().len() > before {
            self.exchange.received();
        }
        outcome
    }
}

impl AsyncWrite for WatchedStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = self.as_mut().stream().poll_write(cx, bytes);
        self.note_written(&written);
        written
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = self.as_mut().stream().poll_write_vectored(cx, parts);
        self.note_written(&written);
        written
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream().poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream().poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_later_request_without_a_byte_of_its_answer_is_unanswered() {
        let exchange = Exchange::default();
        assert!(!exchange.is_unanswered(), "a new connection");
        for _ in 0..2 {
            exchange.written();
            assert!(!exchange.is_unanswered(), "the first request, in parts");
        }
        exchange.received();
        assert!(!exchange.is_unanswered(), "the first answer");
        for _ in 0..2 {
            exchange.written();
            assert!(exchange.is_unanswered(), "the second request, in parts");
        }
        exchange.received();
        assert!(!exchange.is_unanswered(), "the second answer has begun");
    }
}
