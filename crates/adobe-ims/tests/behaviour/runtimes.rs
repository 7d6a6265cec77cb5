//! The HTTP transport on several runtimes, and on unsuitable ones.

use std::task::{Context, Poll, Waker};
use std::time::Duration;

use adobe_ims::crypto::Crypto;
use adobe_ims::transport::Transport;
use adobe_ims::{HttpTransport, Problem};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc::unbounded_channel;

use crate::connections::{get, runtime, transport};
use crate::raw_server::{Peer, RawServer};

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
