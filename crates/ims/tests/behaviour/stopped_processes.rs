//! A process that was stopped while it holds a lock, and the processes that wait for it.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use crate::rotating_ims::{Answer, RotatingIms};
use crate::support::{Ims, LASTING_TOKEN, World};

const TIMEOUT: Duration = Duration::from_secs(3);

#[test]
fn token_is_requested_past_a_stopped_process_that_is_named() {
    let world = World::new();
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (arrive, arrived) = mpsc::channel();
    let server = thread::spawn(move || {
        // The first request gets no answer.
        let (first, _) = listener.accept().unwrap();
        arrive.send(()).unwrap();
        let (second, _) = listener.accept().unwrap();
        answer(second);
        first
    });
    let call = |more: &[&str]| -> Ims {
        let arguments = [&["--url", &url], more].concat();
        let call = world.token("service_token.json", &arguments);
        call.env("IMS_CACHE_DIR", world.path("cache"))
    };
    let stopped = call(&[]).start();
    arrived.recv_timeout(Duration::from_secs(30)).unwrap();
    stopped.send("STOP");
    let start = Instant::now();
    let run = call(&["--timeout", "3s"]).run_for_a_secret();
    assert!(start.elapsed() < TIMEOUT, "{:?}", start.elapsed());
    assert_eq!((run.code, run.stdout.trim()), (0, LASTING_TOKEN), "{run:?}");
    let note = format!(
        "ims: note: process {} has been refreshing the token for 1 s and has not finished; this process requests a token itself\n",
        stopped.id()
    );
    assert!(run.stderr.starts_with(&note), "{run:?}");
    // The next one has it from the cache.
    assert_eq!(call(&[]).run_for_a_secret().stdout, run.stdout);
    stopped.send("KILL");
    stopped.end();
    drop(server.join());
}

fn answer(mut stream: TcpStream) {
    let body = format!(
        r#"{{"access_token":"{LASTING_TOKEN}","token_type":"bearer","expires_in":86399999}}"#
    );
    let _ = stream.read(&mut [0; 65536]);
    let _ = write!(
        stream,
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    );
}

#[test]
fn stopped_process_that_exchanges_a_refresh_token_is_named_and_nothing_is_lost() {
    let ims = RotatingIms::new();
    let stopped = ims.ims(&["token", "-p", "me"]).start();
    ims.wait_for_request();
    stopped.send("STOP");
    let start = Instant::now();
    let run = ims.ims(&["token", "-p", "me", "--timeout", "3s"]).run();
    assert!(start.elapsed() < TIMEOUT, "{:?}", start.elapsed());
    run_names(&run, stopped.id());
    assert_eq!(
        ims.received(),
        ["refresh-0"],
        "the one in flight is not sent twice"
    );
    ims.answer(Answer::Token);
    stopped.send("CONT");
    let first = stopped.end();
    assert_eq!((first.code, first.stdout.as_str()), (0, "access-1\n"));
    let run = ims.ims(&["token", "-p", "me"]).run();
    run.assert(0, "access-1\n", "");
    assert_eq!(ims.stored(), "refresh-1");
}

#[track_caller]
fn run_names(run: &crate::support::Run, process: u32) {
    assert_eq!((run.code, run.stdout.as_str()), (5, ""), "{run:?}");
    let failure =
        format!("ims: process {process} has been using the session for 1 s [session-busy]");
    assert!(run.stderr.contains(&failure), "{run:?}");
}
