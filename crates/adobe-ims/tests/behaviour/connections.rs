//! Kept-alive connections over real sockets: when they are reused, replaced and given up.

use std::sync::{Arc, Barrier};
use std::time::Duration;

use adobe_ims::crypto::Crypto;
use adobe_ims::transport::{Body, ProxySettings, Repetition, Transport};
use adobe_ims::{Error, HttpTransport, Problem};
use http::{Method, Request};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::task::JoinSet;

use crate::raw_server::{OK, Peer, RawServer};

pub(crate) fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

pub(crate) fn transport() -> HttpTransport {
    HttpTransport::builder(Crypto::ring()).build().unwrap()
}

pub(crate) fn get(url: &str) -> Request<Body> {
    Request::get(url).body(Body::default()).unwrap()
}

/// Sends a GET, which the server answers, and then this request. Returns the outcome of the second.
fn second(server: &RawServer, transport: &HttpTransport, request: Request<Body>) -> Outcome {
    runtime().block_on(async {
        transport.send(get(&server.url())).await.unwrap();
        let response = transport.send(request).await?;
        Ok(response.status().as_u16())
    })
}

type Outcome = Result<u16, Error>;

/// A server whose first connection answers the first request only. The others answer every request.
fn first_connection_ends(end: impl Fn(Peer) + Send + Sync + 'static) -> RawServer {
    RawServer::new(move |mut peer| {
        if peer.number > 1 {
            return peer.serve();
        }
        peer.read_request();
        peer.write(OK);
        end(peer);
    })
}

fn close_at_once(_: Peer) {}

fn close_after_request(mut peer: Peer) {
    peer.read_request();
}

#[test]
fn request_on_a_connection_that_ends_without_an_answer_goes_out_on_a_new_one() {
    let ends: [fn(Peer); 3] = [
        close_at_once,
        close_after_request,
        Peer::reset_within_request,
    ];
    for (number, end) in ends.into_iter().enumerate() {
        let server = first_connection_ends(end);
        let outcome = second(&server, &transport(), get(&server.url()));
        assert_eq!(outcome.unwrap(), 200, "{number}");
        assert_eq!(server.connections(), 2, "{number}");
    }
}

#[test]
fn post_is_repeated_only_if_it_does_no_harm() {
    for end in [close_after_request, Peer::reset_within_request] {
        let server = first_connection_ends(end);
        let post = || Request::post(server.url());
        let outcome = second(&server, &transport(), post().body("x".into()).unwrap());
        assert_eq!(outcome.unwrap_err().problem(), Problem::ConnectionFailed);
        assert_eq!(server.connections(), 1);

        let server = first_connection_ends(end);
        let harmless = Request::post(server.url()).extension(Repetition::Harmless);
        let outcome = second(&server, &transport(), harmless.body("x".into()).unwrap());
        assert_eq!(outcome.unwrap(), 200);
        assert_eq!(server.connections(), 2);
        assert!(server.requests().last().unwrap().ends_with("\r\n\r\nx"));
    }
}

#[test]
fn harmful_repetition_is_avoided_by_a_connection_of_its_own() {
    for method in [Method::POST, Method::GET] {
        // The second connection ends as the first one would have ended.
        let server = RawServer::new(|peer| match peer.number {
            1 => peer.serve(),
            _ => close_after_request(peer),
        });
        let request = Request::builder().method(method).uri(server.url());
        let request = request.extension(Repetition::Harmful);
        let outcome = second(&server, &transport(), request.body("x".into()).unwrap());
        assert_eq!(outcome.unwrap_err().problem(), Problem::ConnectionFailed);
        assert_eq!((server.connections(), server.requests().len()), (2, 2));
    }
}

#[test]
fn connection_of_a_harmful_repetition_is_not_reused() {
    let server = RawServer::new(Peer::serve);
    let transport = transport();
    runtime().block_on(async {
        for _ in 0..3 {
            let request = Request::post(server.url()).extension(Repetition::Harmful);
            let request = request.body(Body::default()).unwrap();
            transport.send(request).await.unwrap();
        }
    });
    assert_eq!(server.connections(), 3);
}

#[test]
fn answer_that_breaks_off_is_not_asked_for_again() {
    let server = first_connection_ends(|mut peer| {
        peer.read_request();
        peer.write(b"HTTP/1.1 200 OK\r\nCont");
    });
    let outcome = second(&server, &transport(), get(&server.url()));
    assert_eq!(outcome.unwrap_err().problem(), Problem::ConnectionFailed);
    assert_eq!((server.connections(), server.requests().len()), (1, 2));
}

#[test]
fn new_connection_that_ends_without_an_answer_is_an_error() {
    let server = RawServer::new(|mut peer| {
        peer.read_request();
    });
    let error = runtime().block_on(transport().send(get(&server.url())));
    assert_eq!(error.unwrap_err().problem(), Problem::ConnectionFailed);
    assert_eq!(server.connections(), 1);
}

#[test]
fn request_is_repeated_once_only() {
    let server = RawServer::new(|mut peer| {
        peer.read_request();
        if peer.number == 1 {
            peer.write(OK);
            peer.read_request();
        }
    });
    let outcome = second(&server, &transport(), get(&server.url()));
    assert_eq!(outcome.unwrap_err().problem(), Problem::ConnectionFailed);
    assert_eq!((server.connections(), server.requests().len()), (2, 3));
}

/// Sends a GET, which the server answers, and then this request, on whose connection the server stays silent. Time is
/// paused, and passes by five seconds when `request_was_read` says so.
fn second_after_silence(
    server: &RawServer,
    request: Request<Body>,
    mut request_was_read: UnboundedReceiver<()>,
) -> Outcome {
    let transport = transport();
    runtime().block_on(async {
        transport.send(get(&server.url())).await.unwrap();
        // While a blocking task runs, the clock does not jump to the next deadline.
        let (done, wait) = std::sync::mpsc::channel::<()>();
        let blocking = tokio::task::spawn_blocking(move || wait.recv());
        tokio::time::pause();
        let sending = tokio::spawn(async move { transport.send(request).await });
        request_was_read.recv().await.unwrap();
        tokio::time::advance(Duration::from_millis(4_999)).await;
        assert_eq!(server.connections(), 1);
        // A timer may fire a millisecond late.
        tokio::time::advance(Duration::from_millis(2)).await;
        let response = sending.await.unwrap();
        drop(done);
        let _ = blocking.await;
        Ok(response?.status().as_u16())
    })
}

/// A server whose first connection answers the first request, reads the second and waits for the second connection.
fn first_connection_goes_silent(
    then: impl Fn(&mut Peer) + Send + Sync + 'static,
    new: impl Fn(Peer) + Send + Sync + 'static,
) -> (RawServer, UnboundedReceiver<()>) {
    let (read, request_was_read) = unbounded_channel();
    let barrier = Barrier::new(2);
    let server = RawServer::new(move |mut peer| {
        if peer.number > 1 {
            barrier.wait();
            return new(peer);
        }
        peer.read_request();
        peer.write(OK);
        peer.read_request();
        let _ = read.send(());
        barrier.wait();
        then(&mut peer);
        peer.read_request();
    });
    (server, request_was_read)
}

#[test]
fn request_on_a_silent_connection_goes_out_on_a_new_one_after_five_seconds() {
    let (server, read) = first_connection_goes_silent(|_| {}, Peer::serve);
    let outcome = second_after_silence(&server, get(&server.url()), read);
    assert_eq!(outcome.unwrap(), 200);
    assert_eq!((server.connections(), server.requests().len()), (2, 3));
}

#[test]
fn late_answer_counts_if_the_new_connection_fails() {
    let late = |peer: &mut Peer| peer.write(b"HTTP/1.1 201 late\r\nContent-Length: 0\r\n\r\n");
    let (server, read) = first_connection_goes_silent(late, |_| {});
    let outcome = second_after_silence(&server, get(&server.url()), read);
    assert_eq!(outcome.unwrap(), 201);
}

#[test]
fn new_connection_counts_if_the_silent_one_fails() {
    let (server, read) = first_connection_goes_silent(
        |peer| peer.write(b"no HTTP at all\r\n\r\n"),
        |mut peer| {
            if peer.read_request() {
                peer.write(OK);
                peer.read_request();
            }
        },
    );
    let outcome = second_after_silence(&server, get(&server.url()), read);
    assert_eq!(outcome.unwrap(), 200);
}

#[test]
fn sixteen_idle_connections_are_kept_and_the_rest_is_closed() {
    let (first, next) = (Barrier::new(20), Barrier::new(16));
    let (closed, mut closings) = unbounded_channel();
    let server = RawServer::new(move |mut peer| {
        for barrier in [&first, &next] {
            if !peer.read_request() {
                break;
            }
            // All requests are under way at the same time.
            barrier.wait();
            peer.write(OK);
        }
        let _ = closed.send(peer.number);
    });
    let transport = Arc::new(transport());
    let send = async |count| {
        let mut requests = JoinSet::new();
        for _ in 0..count {
            let (transport, request) = (Arc::clone(&transport), get(&server.url()));
            requests.spawn(async move { transport.send(request).await.map(drop) });
        }
        for outcome in requests.join_all().await {
            outcome.unwrap();
        }
    };
    runtime().block_on(async {
        send(20).await;
        for _ in 0..4 {
            closings.recv().await.unwrap();
        }
        send(16).await;
    });
    assert_eq!(server.connections(), 20);
}

#[test]
fn message_of_each_failure_names_the_host() {
    let closing = RawServer::new(|mut peer| {
        peer.read_request();
    });
    let talking = RawServer::new(|mut peer| {
        peer.read_request();
        peer.write(b"SSH-2.0-OpenSSH_9.6\r\n\r\n");
    });
    let [closing, talking] = [closing, talking].map(|server| server.url());
    let unused = "http://127.0.0.1:1";
    let https = |url: &str| url.replace("http:", "https:");
    let through = |proxy: &str| (Some(proxy.to_owned()), "https://ims.invalid/".to_owned());
    let direct = |url: &str| (None, url.to_owned());
    for (proxy, url) in [
        direct(unused),
        direct(&closing),
        direct(&talking),
        direct(&https(unused)),
        direct(&https(&closing)),
        direct(&https(&talking)),
        through(unused),
        through(&closing),
        through(&talking),
        through("socks5://proxy.invalid"),
    ] {
        let proxies = proxy.as_ref().map_or_else(ProxySettings::none, |proxy| {
            ProxySettings::none().proxy(proxy.as_str())
        });
        let transport = HttpTransport::builder(Crypto::ring())
            .proxies(proxies)
            .build()
            .unwrap();
        let error = runtime().block_on(transport.send(get(&url))).unwrap_err();
        let host = url.split('/').nth(2).unwrap();
        assert!(error.to_string().contains(host), "{proxy:?} {url}: {error}");
    }
}
