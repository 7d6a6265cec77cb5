//! IMS answers 429: the cache knows until when no process asks.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use serde_json::Value;

use crate::support::{Ims, LASTING_TOKEN, World};

/// Starts a server that issues some tokens and then answers 429. Returns its base URL and the number of connections.
fn throttling_after(tokens: usize) -> (String, Arc<AtomicUsize>) {
    let body = format!(
        r#"{{"access_token":"{LASTING_TOKEN}","token_type":"bearer","expires_in":86399999}}"#
    );
    let issued = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    );
    let throttled = "HTTP/1.1 429 Too Many Requests\r\nretry-after: 240\r\nx-debug-id: debug-1\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let before = counted.fetch_add(1, Ordering::SeqCst);
            let answer = if before < tokens { &*issued } else { throttled };
            let _ = stream.read(&mut [0; 65536]);
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    (url, count)
}

fn token(world: &World, url: &str, more: &[&str]) -> Ims {
    let arguments = [&["--url", url], more].concat();
    let call = world.token("service_token.json", &arguments);
    call.env("IMS_CACHE_DIR", world.path("home"))
}

#[test]
fn later_calls_send_no_request_before_the_end_of_a_throttle() {
    let world = World::new();
    let (url, asked) = throttling_after(0);
    token(&world, &url, &[]).run().assert_failed(6, "throttled");
    for _ in 0..20 {
        let run = token(&world, &url, &[]).run();
        run.assert_failed(6, "throttled");
        let first = run.stderr.lines().next().unwrap();
        assert!(
            first.starts_with("ims: IMS answered 429 on 20")
                && first.contains("Z and wants no request until 20")
                && first.contains("Z; try again in 3 min "),
            "{first}"
        );
        assert!(run.stderr.contains("x-debug-id: debug-1"), "{run:?}");
        assert!(run.stderr.contains("--force"), "{run:?}");
    }
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    let run = token(&world, &url, &["-o", "json"]).run();
    let error: Value = serde_json::from_str(&run.stderr).unwrap();
    assert_eq!((run.code, &error["exit_code"]), (6, &6.into()));
    let left = error["ims"]["retry_after"].as_u64().unwrap();
    assert!((180..=240).contains(&left), "{left}");
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}

#[test]
fn force_and_another_secret_ask_during_a_throttle() {
    let world = World::new();
    let (url, asked) = throttling_after(0);
    let asks = |call: Ims, expected: usize| {
        call.run().assert_failed(6, "throttled");
        assert_eq!(asked.load(Ordering::SeqCst), expected);
    };
    asks(token(&world, &url, &[]), 1);
    asks(token(&world, &url, &["--force"]), 2);
    asks(token(&world, &url, &[]), 2);
    asks(token(&world, &url, &["--no-cache"]), 3);
    let mut document = world.document();
    document["integration"]["technicalAccount"]["clientSecret"] = "another?%&=".into();
    world.write("service_token.json", document.to_string());
    asks(token(&world, &url, &[]), 4);
    asks(token(&world, &url, &[]), 4);
}

#[test]
fn valid_token_of_the_cache_is_served_during_a_throttle() {
    let world = World::new();
    let (url, asked) = throttling_after(1);
    let first = token(&world, &url, &[]).run_for_a_secret();
    assert_eq!((first.code, first.stdout.trim()), (0, LASTING_TOKEN));
    let forced = token(&world, &url, &["--force"]).run();
    forced.assert_failed(6, "throttled");
    let again = token(&world, &url, &[]).run_for_a_secret();
    assert_eq!((again.code, again.stdout), (0, first.stdout));
    // A token that is valid for longer is not there, and is not asked for.
    let longer = token(&world, &url, &["--min-ttl", "24h"]).run();
    longer.assert_failed(6, "throttled");
    assert_eq!(asked.load(Ordering::SeqCst), 2);
}
