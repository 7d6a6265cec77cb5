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
                failed_write: None,
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
    failed_write: Option<FailedWrite>,
}

/// A write that failed. A server may answer and close before it has read the whole request. hyper would report the write
/// and never read the answer, so the write is held back until there is nothing more to read.
struct FailedWrite {
    error: io::Error,
    reading: Reading,
}

/// The reading of an answer after a write has failed.
#[derive(Clone, Copy)]
enum Reading {
    /// The attempts to write since something was read. When hyper reads no more, they come alone.
    Awaited(u32),
    /// hyper is woken when there is something to read.
    Pending,
    Ended,
}

/// hyper attempts to write up to three times for each attempt to read.
const MAX_ATTEMPTS: u32 = 8;

impl WatchedStream {
    fn poll_write_with(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        write: impl FnOnce(Pin<&mut Stream>, &mut Context<'_>) -> Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        let (error, reading) = match self.failed_write.take() {
            Some(FailedWrite { error, reading }) => (error, reading),
            None => match write(self.as_mut().stream(), cx) {
                Poll::Ready(Err(error)) => (error, Reading::Awaited(0)),
                written => {
                    self.note_written(&written);
                    return written;
                }
            },
        };
        let reading = match reading {
            Reading::Ended | Reading::Awaited(MAX_ATTEMPTS..) => return Poll::Ready(Err(error)),
            Reading::Pending => Reading::Pending,
            Reading::Awaited(attempts) => {
                cx.waker().wake_by_ref();
                Reading::Awaited(attempts + 1)
            }
        };
        self.failed_write = Some(FailedWrite { error, reading });
        Poll::Pending
    }

    fn note_read(&mut self, outcome: &Poll<io::Result<()>>, has_more: bool) {
        if let Some(failed) = &mut self.failed_write {
            failed.reading = match outcome {
                Poll::Pending => Reading::Pending,
                Poll::Ready(_) if has_more => Reading::Awaited(0),
                Poll::Ready(_) => Reading::Ended,
            };
        }
    }

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
        let has_more = buffer.filled().len() > before;
        if has_more {
            self.exchange.received();
        }
        self.note_read(&outcome, has_more);
        outcome
    }
}

impl AsyncWrite for WatchedStream {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.poll_write_with(cx, |stream, cx| stream.poll_write(cx, bytes))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.poll_write_with(cx, |stream, cx| stream.poll_write_vectored(cx, parts))
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
