//! `ims doctor` and the token cache: a throttle is respected, and a token is used where IMS is not asked.

use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::doctor_report::{Report, doctor};
use crate::support::{Ims, World, http};

/// Starts a server that answers each request with 429 and counts them.
fn throttling() -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    let answer = http(
        "429 Too Many Requests",
        "Retry-After: 240\r\nConnection: close\r\n",
        "",
    );
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let length = stream.read(&mut [0; 65536]).unwrap_or_default();
            counted.fetch_add(usize::from(length > 0), Ordering::SeqCst);
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    (url, count)
}

#[test]
fn throttle_is_named_and_respected() {
    let world = World::new();
    let (url, count) = throttling();
    let call = |more: &[&str]| {
        let arguments = [&["--url", &url], more].concat();
        let call = doctor(&world, "service_token.json", &arguments);
        Report::of(call.env("IMS_CACHE_DIR", world.path("home")))
    };
    let expected = [("throttling", "problem", "throttled", "certain")];
    let answered = call(&[]);
    assert_eq!(answered.findings(), expected);
    assert_eq!(answered.check("exchange")["verdict"], "skipped");
    let seen = answered.evidence("throttling");
    assert!(
        seen[0].starts_with("the limit is that of the client"),
        "{seen:?}"
    );
    assert_eq!(seen[1], "Retry-After: 240 s");
    assert_eq!(count.load(Ordering::SeqCst), 1);

    // Another command stores the throttle; then IMS is not asked for a token.
    let token = ["token", "-c", "service_token.json", "--url", &url];
    let token = Ims::new(token).in_folder(world.folder.path());
    token
        .env("IMS_CACHE_DIR", world.path("home"))
        .run()
        .assert_failed(6, "throttled");
    let stored = call(&[]);
    assert_eq!(stored.findings(), expected);
    assert!(
        stored
            .summary("throttling")
            .contains(" and wants no request for 3 min ")
    );
    assert!(
        stored
            .summary("exchange")
            .starts_with("IMS throttles this client")
    );
    // The only request was that for the key set, which tells whether IMS can be reached.
    assert_eq!(count.load(Ordering::SeqCst), 3);
    assert_eq!(call(&["--force"]).findings(), expected);
    let files = fs::read_dir(world.path("home/adobe-ims")).unwrap().count();
    assert_eq!(call(&[]).findings(), expected);
    assert_eq!(
        fs::read_dir(world.path("home/adobe-ims")).unwrap().count(),
        files
    );
}

#[test]
fn cached_only_asks_ims_for_no_token() {
    let world = World::new();
    let call = || {
        let call = doctor(&world, "service_token.json", &["--cached-only"]);
        Report::of(call.env("IMS_CACHE_DIR", world.path("home")))
    };
    let without = call();
    assert_eq!(without.findings(), []);
    assert_eq!(
        without.summary("exchange"),
        "--cached-only forbids to ask IMS"
    );
    assert_eq!(world.emulator.tokens_minted(), 0);
    let token = world.token("service_token.json", &[]);
    assert_eq!(
        token
            .env("IMS_CACHE_DIR", world.path("home"))
            .run_for_a_secret()
            .code,
        0
    );
    let with = call();
    assert!(
        with.with_verdict("ok").contains(&"token-claims"),
        "{}",
        with.run.stdout
    );
    assert_eq!(world.emulator.tokens_minted(), 1);
}
