//! Requests whose content is read while it is sent.

use core::pin::Pin;
use core::task::{Context, Poll};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use adobe_ims::transport::{BodyStream, UploadBody};
use adobe_ims::{Error, Problem};
use bytes::Bytes;
use http::{Request, Response};
use hyper::body::{Body, Frame};
use tokio::sync::mpsc::{Receiver, channel};

use crate::connections::{runtime, transport};
use crate::raw_server::{OK, RawServer};

/// In bytes.
const PIECE: usize = 64 * 1024;

/// Makes pieces until the length is reached, and counts them.
struct Pieces {
    rest: usize,
    made: Arc<AtomicUsize>,
}

impl Body for Pieces {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        let length = self.rest.min(PIECE);
        if length == 0 {
            return Poll::Ready(None);
        }
        self.rest -= length;
        self.made.fetch_add(1, Ordering::SeqCst);
        Poll::Ready(Some(Ok(Frame::data(Bytes::from(vec![b'x'; length])))))
    }
}

fn pieces(length: usize) -> (UploadBody, Arc<AtomicUsize>) {
    let made = Arc::default();
    let body = Pieces {
        rest: length,
        made: Arc::clone(&made),
    };
    (UploadBody::new(length as u64, body), made)
}

fn post(url: &str, body: UploadBody) -> Request<UploadBody> {
    Request::post(url).body(body).unwrap()
}

async fn content(response: &mut Response<BodyStream>) -> Result<String, Error> {
    let mut content = Vec::new();
    while let Some(piece) = response.body_mut().next().await? {
        content.extend_from_slice(piece.as_bytes());
    }
    Ok(String::from_utf8(content).unwrap())
}

#[test]
fn upload_has_its_length_and_no_chunks_and_keeps_the_connection() {
    let server = RawServer::new(|peer| peer.serve());
    let transport = transport();
    runtime().block_on(async {
        for length in [3, 3 * PIECE + 1, 0] {
            let (body, _) = pieces(length);
            let mut response = transport.upload(post(&server.url(), body)).await.unwrap();
            assert_eq!(response.body().remaining(), Some(2));
            assert_eq!(content(&mut response).await.unwrap(), "{}");
        }
    });
    assert_eq!(server.connections(), 1);
    for (request, length) in server.requests().iter().zip([3, 3 * PIECE + 1, 0]) {
        let (head, body) = request.split_once("\r\n\r\n").unwrap();
        let head = head.to_ascii_lowercase();
        assert!(
            head.contains(&format!("content-length: {length}")),
            "{head}"
        );
        assert!(!head.contains("transfer-encoding"), "{head}");
        assert_eq!(body.len(), length);
    }
}

#[test]
fn content_is_read_once_even_if_the_connection_ends() {
    let server = RawServer::new(|mut peer| {
        peer.read_request();
        if peer.number == 1 {
            peer.write(OK);
            peer.read_request();
        }
    });
    let transport = transport();
    let (body, made) = pieces(3);
    let error = runtime().block_on(async {
        let first = transport.upload(post(&server.url(), "x".into())).await;
        content(&mut first.unwrap()).await.unwrap();
        transport
            .upload(post(&server.url(), body))
            .await
            .unwrap_err()
    });
    assert_eq!(error.problem(), Problem::ConnectionFailed);
    assert_eq!(made.load(Ordering::SeqCst), 1);
    assert_eq!((server.connections(), server.requests().len()), (1, 2));
}

#[test]
fn failure_of_the_content_is_named() {
    let server = RawServer::new(|peer| peer.serve());
    let body = UploadBody::new(10, http_body_util::Full::new(Bytes::from("short")));
    let error = runtime().block_on(transport().upload(post(&server.url(), body)));
    let error = error.unwrap_err();
    assert_eq!(error.problem(), Problem::FileUnreadable);
    assert!(
        error.to_string().ends_with("shorter than was announced"),
        "{error}"
    );
}

/// Accepts connections and hands each to the handler after the head of its request.
fn after_head(handler: impl Fn(TcpStream) + Send + 'static) -> String {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.read(&mut [0; 1024]);
            handler(stream);
        }
    });
    url
}

const REFUSED: &[u8] = b"HTTP/1.1 413 no\r\nContent-Length: 4\r\nConnection: close\r\n\r\nlong";

#[test]
fn early_answer_is_seen_although_the_server_reads_no_more() {
    // What was not read makes a reset of the end.
    let closing = after_head(|mut stream| stream.write_all(REFUSED).unwrap());
    let (hold, held) = std::sync::mpsc::channel();
    let waiting = after_head(move |mut stream| {
        stream.write_all(REFUSED).unwrap();
        hold.send(stream).unwrap();
    });
    for url in [closing, waiting] {
        for _ in 0..20 {
            let (body, made) = pieces(1000 * PIECE);
            let response = runtime().block_on(async {
                let mut response = transport().upload(post(&url, body)).await.unwrap();
                assert_eq!(content(&mut response).await.unwrap(), "long");
                response
            });
            assert_eq!(response.status(), 413);
            let made = made.load(Ordering::SeqCst);
            assert!(made < 900, "{made} pieces were read");
        }
    }
    drop(held);
}

/// The pieces that a test sends.
struct Channel(Receiver<Bytes>);

impl Body for Channel {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        let piece = self.0.poll_recv(cx);
        piece.map(|piece| piece.map(|piece| Ok(Frame::data(piece))))
    }
}

#[test]
fn timeout_limits_silence_and_not_the_whole_upload() {
    let (read, mut request_was_read) = tokio::sync::mpsc::unbounded_channel();
    let server = RawServer::new(move |mut peer| {
        peer.read_request();
        let _ = read.send(());
        // The end of the client.
        peer.read_request();
    });
    let (sender, pieces) = channel(1);
    let request = post(&server.url(), UploadBody::new(5, Channel(pieces)));
    let (error, waited) = runtime().block_on(async {
        let sending = tokio::spawn(async move { transport().upload(request).await });
        sender.send(Bytes::from("1")).await.unwrap();
        // While a blocking task runs, the clock does not jump to the next deadline.
        let (done, wait) = std::sync::mpsc::channel::<()>();
        let blocking = tokio::task::spawn_blocking(move || wait.recv());
        tokio::time::pause();
        for piece in ["2", "3", "4", "5"] {
            tokio::time::advance(Duration::from_secs(29)).await;
            sender.send(Bytes::from(piece)).await.unwrap();
            // The transport has taken it when the channel is empty again.
            drop(sender.reserve().await);
            assert!(!sending.is_finished());
        }
        request_was_read.recv().await.unwrap();
        tokio::time::advance(Duration::from_secs(29)).await;
        assert!(!sending.is_finished());
        let start = tokio::time::Instant::now();
        drop(done);
        let _ = blocking.await;
        let error = sending.await.unwrap().unwrap_err();
        (error, start.elapsed())
    });
    assert_eq!(error.problem(), Problem::DeadlineExceeded);
    assert!(waited <= Duration::from_secs(2), "{waited:?}");
}
