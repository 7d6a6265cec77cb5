//! One connection: HTTP/1.1 on a stream, with deadlines.

use std::convert::Infallible;
use std::future::{pending, poll_fn};
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::Duration;

use http::{Method, Request};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::Sleep;

use crate::faults::effect::{Delivery, Reply};
use crate::http::error_response::ErrorResponse;
use crate::http::through_proxy::ThroughProxy;
use crate::server::abort::Abort;
use crate::server::bare::Takeover;
use crate::server::body;
use crate::server::connections::{Activity, Phase, Place};
use crate::server::limits::Limits;
use crate::server::observed_stream::ObservedStream;
use crate::server::paced_body::ResponseBody;
use crate::server::router;
use crate::state::State;

/// The way by which a client came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Entrance {
    /// The port of the emulator.
    Direct,
    /// A tunnel of the proxy.
    Proxy,
}

/// Answers the requests on a stream until the client closes it, the server needs its place for
/// another one, a head does not arrive in time, or a fault ends it.
pub(crate) async fn serve<S>(
    state: Arc<State>,
    stream: S,
    place: Place,
    limits: Limits,
    entrance: Entrance,
) where
    S: AsyncRead + AsyncWrite + Abort + Unpin,
{
    let place = Arc::new(place);
    // What a fault wants to do with the connection.
    let takeover = Arc::new(OnceLock::new());
    let service = service_fn(|mut request: Request<Incoming>| {
        if entrance == Entrance::Proxy {
            request.extensions_mut().insert(ThroughProxy);
        }
        let (state, place) = (Arc::clone(&state), Arc::clone(&place));
        let takeover = Arc::clone(&takeover);
        async move { Ok::<_, Infallible>(answer(&state, place, &takeover, request, limits).await) }
    });
    let stream = TokioIo::new(ObservedStream::new(stream, Arc::clone(&place)));
    let mut connection = http1::Builder::new().serve_connection(stream, service);
    let mut head_deadline = HeadDeadline::default();
    let ending = poll_fn(|context| {
        // An error means that the client went away or does not speak HTTP.
        if Pin::new(&mut connection).poll(context).is_ready() {
            return Poll::Ready(Ending::Complete);
        }
        if takeover.get().is_some() {
            return Poll::Ready(Ending::Taken);
        }
        if place.poll_close(context).is_ready() {
            // A response of which the client has not read the last part is not waited for.
            Pin::new(&mut connection).graceful_shutdown();
            let _ = Pin::new(&mut connection).poll(context);
            return Poll::Ready(Ending::Complete);
        }
        let late = head_deadline.poll(&place, limits, context);
        late.map(|()| Ending::HeadLate)
    })
    .await;
    let bare = || connection.into_parts().io.into_inner().into_inner();
    match ending {
        Ending::Complete => {}
        Ending::HeadLate => {
            let response = ErrorResponse::request_timeout("head", limits.head).into_response();
            let response = router::add_common_headers(&state, response);
            Takeover::of_response(response)
                .act(bare(), limits.head)
                .await;
        }
        Ending::Taken => {
            let stream = bare();
            if let Some(takeover) = Arc::into_inner(takeover).and_then(OnceLock::into_inner) {
                takeover.act(stream, limits.head).await;
            }
        }
    }
}

/// The end of the service of a connection.
enum Ending {
    Complete,
    HeadLate,
    /// A fault takes the bare stream.
    Taken,
}

/// Answers a request. If a fault takes the connection, the answer does not come.
async fn answer(
    state: &State,
    place: Arc<Place>,
    takeover: &OnceLock<Takeover>,
    request: Request<Incoming>,
    limits: Limits,
) -> http::Response<ResponseBody> {
    place.enter(Phase::Busy);
    let without_body = request.method() == Method::HEAD;
    let Reply { delay, delivery } = body::reply(state, request, limits.body).await;
    if !delay.is_zero() {
        pause(delay).await;
    }
    let taken = match delivery {
        Delivery::Response { response, over } if over.is_zero() => {
            place.enter(Phase::Idle);
            return response.map(ResponseBody::Whole);
        }
        Delivery::Response { response, over } => {
            return response.map(|body| ResponseBody::slow(body, over, place));
        }
        Delivery::Bare {
            response,
            body_length,
            over,
        } => Some(Takeover::Send {
            response,
            body_length,
            over,
            without_body,
        }),
        Delivery::Reset => Some(Takeover::Reset),
        Delivery::Silence => None,
    };
    match taken {
        // The connection looks at it after this.
        Some(taken) => takeover.set(taken).unwrap_or_default(),
        None => place.enter(Phase::Silent),
    }
    pending().await
}

/// The deadline of the request head that is arriving. There is a timer only while a part of a head
/// is there, so the usual request costs none.
#[derive(Default)]
pub(crate) struct HeadDeadline {
    head: Option<Activity>,
    timer: Option<Pin<Box<Sleep>>>,
}

impl HeadDeadline {
    /// Completes when the head has been arriving for too long.
    pub(crate) fn poll(
        &mut self,
        place: &Place,
        limits: Limits,
        context: &mut Context<'_>,
    ) -> Poll<()> {
        let head = place
            .activity()
            .filter(|activity| activity.phase == Phase::Head);
        if head != self.head {
            self.timer = head.is_some().then(|| Box::pin(deadline(limits.head)));
            self.head = head;
        }
        match &mut self.timer {
            Some(timer) => timer.as_mut().poll(context),
            None => Poll::Pending,
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is a deadline, and nothing waits for it"
)]
fn deadline(after: Duration) -> Sleep {
    tokio::time::sleep(after)
}

#[expect(
    clippy::disallowed_methods,
    reason = "a fault asks for this delay of a response"
)]
async fn pause(delay: Duration) {
    tokio::time::sleep(delay).await;
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex};
    use tokio::task::JoinHandle;
    use tokio::time::{Instant, advance};

    use super::*;
    use crate::Emulator;
    use crate::server::connections::Connections;

    const HEAD: &str = "GET /_emu/health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
    const SECOND: Duration = Duration::from_secs(1);

    /// Returns the client's end of a connection, and the task of the server.
    async fn connect(buffer: usize) -> (DuplexStream, JoinHandle<()>) {
        let state = Arc::clone(&Emulator::start().unwrap().state);
        let place = Arc::new(Connections::new(1)).admit().await;
        let (client, server) = duplex(buffer);
        let task = tokio::spawn(serve(
            state,
            server,
            place,
            Limits::default(),
            Entrance::Direct,
        ));
        (client, task)
    }

    /// Lets the server take what was written.
    async fn settle() {
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
    }

    /// Sends a byte each second until the server closes the connection, and returns the response
    /// and the time until then.
    async fn trickle(mut client: DuplexStream) -> (String, Duration) {
        let start = Instant::now();
        while client.write_all(b"a").await.is_ok() {
            settle().await;
            advance(SECOND).await;
            settle().await;
            assert!(start.elapsed() < 100 * SECOND, "the server waits forever");
        }
        let mut response = String::new();
        client.read_to_string(&mut response).await.unwrap();
        (response, start.elapsed())
    }

    async fn status(client: &mut DuplexStream) -> String {
        let mut response = vec![0; 4096];
        let length = client.read(&mut response).await.unwrap();
        String::from_utf8_lossy(&response[9..length.min(12)]).into_owned()
    }

    #[tokio::test(start_paused = true)]
    async fn head_of_one_byte_a_second_ends_with_408_after_30_s() {
        let (client, task) = connect(4096).await;
        let (response, elapsed) = trickle(client).await;
        assert!(
            response.starts_with("HTTP/1.1 408 Request Timeout\r\n"),
            "{response}"
        );
        assert!(response.contains("\r\nconnection: close\r\n"), "{response}");
        let (head, body) = response.split_once("\r\n\r\n").unwrap();
        assert!(head.contains(&format!("content-length: {}", body.len())));
        assert_eq!(
            body,
            r#"{"error_description":"The request head did not arrive within 30 seconds.","error":"request_timeout"}"#
        );
        assert_eq!(elapsed, 30 * SECOND);
        task.await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn second_head_of_one_byte_a_second_ends_with_408_too() {
        let (mut client, task) = connect(4096).await;
        client.write_all(HEAD.as_bytes()).await.unwrap();
        assert_eq!(status(&mut client).await, "200");
        advance(20 * SECOND).await;
        let (response, elapsed) = trickle(client).await;
        assert!(response.starts_with("HTTP/1.1 408 "), "{response}");
        assert_eq!(elapsed, 30 * SECOND);
        task.await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn body_of_one_byte_a_second_ends_with_408_after_30_s() {
        for length in ["Content-Length: 1000", "Transfer-Encoding: chunked"] {
            let (mut client, task) = connect(4096).await;
            let head = format!("POST /ims/exchange/jwt HTTP/1.1\r\n{length}\r\n\r\n");
            client.write_all(head.as_bytes()).await.unwrap();
            if length.ends_with("chunked") {
                client.write_all(b"1000\r\n").await.unwrap();
            }
            let (response, elapsed) = trickle(client).await;
            assert!(response.starts_with("HTTP/1.1 408 "), "{response}");
            assert!(response.contains("\r\nconnection: close\r\n"), "{response}");
            assert!(response.contains("The request body did not arrive within 30 seconds."));
            assert!(response.contains("x-debug-id: emulator-"), "{response}");
            assert_eq!(elapsed, 30 * SECOND);
            task.await.unwrap();
        }
    }

    #[tokio::test(start_paused = true)]
    async fn client_that_reads_nothing_does_not_hold_its_connection() {
        let (mut client, task) = connect(8).await;
        client.write_all(b"GET /").await.unwrap();
        settle().await;
        // The 408 does not fit into the pipe.
        for _ in 0..2 {
            advance(30 * SECOND).await;
            settle().await;
        }
        assert!(task.is_finished());
    }

    #[tokio::test(start_paused = true)]
    async fn request_in_pieces_within_the_deadlines_is_answered() {
        let (mut client, _task) = connect(4096).await;
        let body = "a".repeat(25);
        let head = "POST /ims/exchange/jwt HTTP/1.1\r\ncontent-length: 25\r\n\r\n";
        for part in [head, &*body] {
            let pieces = part.as_bytes().chunks(part.len().div_ceil(25));
            for piece in pieces {
                client.write_all(piece).await.unwrap();
                settle().await;
                advance(SECOND).await;
            }
        }
        assert_eq!(status(&mut client).await, "400");
    }

    #[tokio::test(start_paused = true)]
    async fn idle_connection_stays_open() {
        let (mut client, _task) = connect(4096).await;
        for _ in 0..3 {
            advance(3600 * SECOND).await;
            client.write_all(HEAD.as_bytes()).await.unwrap();
            assert_eq!(status(&mut client).await, "200");
        }
    }
}
