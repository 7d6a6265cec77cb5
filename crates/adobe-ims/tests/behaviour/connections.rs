//! Kept-alive connections over real sockets: when they are reused, replaced and given up.

use std::sync::{Arc, Barrier};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use adobe_ims::api::Registration;
use adobe_ims::assertion::{Assertion, AssertionOptions};
use adobe_ims::credentials::{OauthClient, PermanentCode};
use adobe_ims::crypto::Crypto;
use adobe_ims::transport::{Body, ProxySettings, Repetition, Transport};
use adobe_ims::{
    Clock, Environment, Error, HttpTransport, ImsClient, Problem, Secret, SystemClock,
};
use http::{Method, Request};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::task::JoinSet;

use crate::canned::{Canned, run};
use crate::raw_server::{OK, Peer, RawServer};
use crate::support;

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

fn transport() -> HttpTransport {
    HttpTransport::builder(Crypto::ring()).build().unwrap()
}

fn get(url: &str) -> Request<Body> {
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
fn eight_idle_connections_are_kept_and_the_rest_is_closed() {
    let (first, next) = (Barrier::new(12), Barrier::new(8));
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
        send(12).await;
        for _ in 0..4 {
            closings.recv().await.unwrap();
        }
        send(8).await;
    });
    assert_eq!(server.connections(), 12);
}

#[test]
fn runtime_that_stands_still_does_not_stop_the_requests_of_another() {
    let server = RawServer::new(Peer::serve);
    let transport = transport();
    let send = |runtime: &Runtime| {
        let response = runtime.block_on(transport.send(get(&server.url())));
        assert_eq!(response.unwrap().status(), 200);
        server.connections()
    };
    let (still, other) = (runtime(), runtime());
    assert_eq!(send(&still), 1);
    // `still` is not driven here, and neither is its connection.
    assert_eq!(send(&other), 2);
    assert_eq!(send(&still), 2, "the connection of a runtime is kept");
    drop(still);
    assert_eq!(send(&other), 2);
    assert_eq!(send(&runtime()), 3);
}

#[test]
fn connections_of_sixteen_runtimes_are_kept_and_those_of_dead_runtimes_are_not() {
    let (closed, mut closings) = unbounded_channel();
    let server = RawServer::new(move |peer| {
        let number = peer.number;
        peer.serve();
        let _ = closed.send(number);
    });
    let transport = transport();
    let send = |runtime: &Runtime| {
        let response = runtime.block_on(transport.send(get(&server.url())));
        assert_eq!(response.unwrap().status(), 200);
        server.connections()
    };
    // Dead runtimes displace no living one.
    let mut runtimes = vec![runtime()];
    assert_eq!(send(&runtimes[0]), 1);
    for number in 2..=20 {
        assert_eq!(send(&runtime()), number);
        assert_eq!(closings.blocking_recv(), Some(number));
    }
    assert_eq!(send(&runtimes[0]), 20);
    for number in 21..=35 {
        runtimes.push(runtime());
        assert_eq!(send(runtimes.last().unwrap()), number);
    }
    assert_eq!(send(&runtimes[0]), 35, "sixteen runtimes");
    runtimes.push(runtime());
    assert_eq!(send(&runtimes[16]), 36, "the seventeenth");
    assert_eq!(send(&runtimes[0]), 36, "the runtime before it");
    assert_eq!(
        send(&runtimes[1]),
        37,
        "the runtime that was used longest ago"
    );
}

#[test]
fn runtime_without_timers_or_io_and_no_runtime_are_errors() {
    let server = RawServer::new(Peer::serve);
    let transport = transport();
    let failure = |runtime: &Runtime| {
        let error = runtime.block_on(transport.send(get(&server.url())));
        let error = error.unwrap_err();
        assert_eq!(error.problem(), Problem::RuntimeUnsuitable);
        let streamed = runtime.block_on(transport.stream(get(&server.url())));
        assert_eq!(streamed.unwrap_err().to_string(), error.to_string());
        error.to_string()
    };
    let without_timers = Builder::new_current_thread().enable_io().build().unwrap();
    let message = failure(&without_timers);
    assert!(message.contains("no timers"), "{message}");
    let without_io = Builder::new_current_thread().enable_time().build().unwrap();
    let message = failure(&without_io);
    assert!(message.contains("no I/O"), "{message}");

    let mut sending = transport.send(get(&server.url()));
    let mut context = Context::from_waker(Waker::noop());
    let Poll::Ready(Err(error)) = sending.as_mut().poll(&mut context) else {
        panic!("there is no runtime");
    };
    assert_eq!(error.problem(), Problem::RuntimeUnsuitable);
    assert_eq!(server.connections(), 0);
}

#[test]
fn timeouts_without_end_work() {
    let server = RawServer::new(Peer::serve);
    let transport = HttpTransport::builder(Crypto::ring())
        .connect_timeout(Duration::MAX)
        .timeout(Duration::MAX);
    let transport = transport.build().unwrap();
    let response = runtime().block_on(transport.send(get(&server.url())));
    assert_eq!(response.unwrap().status(), 200);
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

/// Returns the repetition of the only request that an operation sends. Its outcome does not matter.
async fn repetition<T>(operation: impl AsyncFnOnce(ImsClient) -> T) -> Option<Repetition> {
    let canned = Canned::new(503, &[], "");
    operation(canned.ims()).await;
    canned.request().extensions().get().copied()
}

#[test]
fn requests_that_spend_a_credential_or_create_something_are_sent_once() {
    let environment = Environment::production();
    let client =
        OauthClient::new(environment.clone(), "client").with_secrets([Secret::new("secret")]);
    let secret = Secret::new("value");
    let service = PermanentCode::new(client.clone(), secret.clone(), Vec::new());
    let registration = Registration::new("name");
    run(async {
        let refresh = repetition(async |ims| drop(ims.rotate(&client, &secret, &[]).await));
        assert_eq!(refresh.await, Some(Repetition::Harmful));
        let code = repetition(async |ims| {
            let code = ims.authorization_code(&client, &secret, None, None);
            drop(code.await);
        });
        assert_eq!(code.await, Some(Repetition::Harmful));
        let register =
            repetition(async |ims| drop(ims.register(&registration, &environment).await));
        assert_eq!(register.await, Some(Repetition::Harmful));
        let permanent = repetition(async |ims| drop(ims.permanent_code(&service).await));
        assert_eq!(permanent.await, Some(Repetition::Harmless));
    });
}

#[test]
fn assertion_with_an_id_is_sent_once() {
    let account = support::account();
    let options = AssertionOptions::default();
    for (options, expected) in [
        (options.clone(), Repetition::Harmless),
        (options.with_id("id"), Repetition::Harmful),
    ] {
        let assertion = Assertion::sign(&account, SystemClock.now(), &options).unwrap();
        let sent = run(repetition(async |ims| {
            drop(ims.exchange_jwt(&assertion).await)
        }));
        assert_eq!(sent, Some(expected));
    }
}
