//! `ims token` with its cache, and `ims cache`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use adobe_ims_emulator::Clock;
use serde_json::Value;

use crate::support::{CLIENT_ID, Ims, World, answering};

/// Creates a call of `ims token` with a cache in the folder of the world.
fn token(world: &World, more: &[&str]) -> Ims {
    let folder = world.path("home");
    world
        .token("service_token.json", more)
        .env("IMS_CACHE_DIR", folder)
}

#[track_caller]
fn ok(call: Ims) -> String {
    let run = call.run_for_a_secret();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    run.stdout
}

/// Returns the folder of the cache's own.
fn own(world: &World) -> PathBuf {
    world.path("home/adobe-ims")
}

/// Returns the path of the only cached token.
fn entry(world: &World) -> PathBuf {
    let files = fs::read_dir(own(world)).unwrap();
    let mut entries = files
        .map(|file| file.unwrap().path())
        .filter(|path| path.extension().is_some_and(|it| it == "token"));
    let entry = entries.next().unwrap();
    assert!(entries.next().is_none());
    entry
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn second_call_uses_the_cache() {
    let world = World::new();
    let first = ok(token(&world, &[]));
    let second = ok(token(&world, &[]));
    assert_eq!(first, second);
    assert_eq!(world.emulator.tokens_minted(), 1);
    let told = json(&ok(token(&world, &["-o", "json"])));
    assert_eq!(told["source"], "cache");
    assert_eq!(told["client_id"], CLIENT_ID);
    assert_eq!(told["org_id"], world.document()["integration"]["org"]);
    assert!((86_300..86_400).contains(&told["expires_in"].as_u64().unwrap()));
    let headers = ok(token(&world, &["-o", "headers"]));
    assert_eq!(headers.lines().count(), 3, "{headers}");
    let run = token(&world, &["-v"]).run_for_a_secret();
    assert!(
        run.stderr.contains("from the cache; IMS is not asked"),
        "{}",
        run.stderr
    );
    assert_eq!(world.emulator.tokens_minted(), 1);
}

#[test]
fn two_hundred_processes_send_one_request() {
    let world = World::new();
    let calls: Vec<_> = (0..200)
        .map(|_| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_ims"));
            command
                .args(["token", "-c", "service_token.json", "--ca-file", "ca.pem"])
                .env_clear()
                .env("SSL_CERT_FILE", "/dev/null")
                .env("IMS_CACHE_DIR", world.path("home"))
                .current_dir(world.folder.path())
                .stdin(Stdio::null())
                .stdout(Stdio::piped())
                .stderr(Stdio::piped());
            command.spawn().unwrap()
        })
        .collect();
    let mut tokens: Vec<String> = calls
        .into_iter()
        .map(|call| {
            let output = call.wait_with_output().unwrap();
            assert_eq!(String::from_utf8_lossy(&output.stderr), "");
            String::from_utf8(output.stdout).unwrap()
        })
        .collect();
    tokens.dedup();
    assert_eq!(tokens.len(), 1);
    assert_eq!(world.emulator.tokens_minted(), 1);
}

#[test]
fn waiting_processes_share_a_refusal() {
    let world = World::new();
    let mut document = world.document();
    document["integration"]["technicalAccount"]["clientSecret"] = "wrong".into();
    world.write("wrong.json", document.to_string());
    let run = world
        .token("wrong.json", &[])
        .env("IMS_CACHE_DIR", world.path("home"))
        .run();
    run.assert_failed(4, "client-secret-wrong");
    // The right secret is used at once.
    ok(token(&world, &[]));
    assert_eq!(world.emulator.tokens_minted(), 1);
}

#[test]
fn flags_select_cache_or_ims() {
    let world = World::new();
    let run = token(&world, &["--cached-only"]).run();
    run.assert_failed(7, "not-cached");
    assert_eq!(world.emulator.tokens_minted(), 0);

    let first = ok(token(&world, &[]));
    assert_eq!(ok(token(&world, &["--cached-only"])), first);

    let forced = ok(token(&world, &["--force"]));
    assert_ne!(forced, first);
    assert_eq!(ok(token(&world, &[])), forced, "the new one is kept");

    let apart = ok(token(&world, &["--no-cache"]));
    assert_ne!(apart, forced);
    let off = ok(token(&world, &[]).env("IMS_CACHE", "off"));
    assert_ne!(off, forced);
    assert_eq!(ok(token(&world, &[])), forced, "and this one is not");
    assert_eq!(world.emulator.tokens_minted(), 4);

    for wrong in [
        ["--force", "--cached-only"],
        ["--force", "--no-cache"],
        ["--cached-only", "--no-cache"],
    ] {
        token(&world, &wrong).run().assert_failed(2, "usage");
    }
    let run = token(&world, &[]).env("IMS_CACHE", "memory").run();
    run.assert_failed(3, "variable-invalid");
}

#[test]
fn min_ttl_requests_a_longer_token() {
    let world = World::new();
    let first = ok(token(&world, &[]));
    assert_eq!(ok(token(&world, &["--min-ttl", "23h"])), first);
    let run = token(&world, &["--min-ttl", "24h"]).run();
    run.assert_failed(7, "token-short-lived");
    let hour = Duration::from_secs(3600);
    let world = World::with(|builder| builder.token_lifetime(hour));
    let first = ok(token(&world, &[]));
    let run = token(&world, &["--cached-only", "--min-ttl", "2h"]).run();
    run.assert_failed(7, "not-cached");
    assert_eq!(ok(token(&world, &["--min-ttl", "30m"])), first);
    // A given token cannot be replaced.
    let run = Ims::new(["token", "--min-ttl", "2h"])
        .env("IMS_ACCESS_TOKEN", first.trim())
        .run();
    run.assert_failed(7, "token-short-lived");
}

#[test]
fn expired_token_is_replaced_and_valid_token_survives_an_outage() {
    let world = World::new();
    let first = ok(token(&world, &[]));
    let age = |by: u64| {
        let path = entry(&world);
        let entry = fs::read_to_string(&path).unwrap();
        let lines = entry.lines().map(|line| match line.split_once("_at: ") {
            Some((name, at)) => {
                let at: u64 = at.parse().unwrap();
                format!("{name}_at: {}\n", at - by * 1000)
            }
            None => format!("{line}\n"),
        });
        fs::write(path, lines.collect::<String>()).unwrap();
    };
    age(86_000);
    let due = ok(token(&world, &[]));
    assert_ne!(due, first, "refreshed in its last minutes");
    assert_eq!(world.emulator.tokens_minted(), 2);

    age(86_000);
    drop(world.emulator);
    let call = Ims::new(["token", "-c", "service_token.json", "--ca-file", "ca.pem"])
        .in_folder(world.folder.path())
        .env("IMS_CACHE_DIR", world.folder.path().join("home"));
    let run = call.run_for_a_secret();
    assert_eq!((run.code, run.stdout), (0, due));
    assert!(
        run.stderr.starts_with(
            "ims: note: the token is from the cache and still valid, but could not be refreshed: "
        ),
        "{}",
        run.stderr
    );
}

#[test]
fn changed_secret_does_not_use_the_old_token_silently() {
    let world = World::new();
    let first = ok(token(&world, &[]));
    let newer = world.emulator.add_client_secret(CLIENT_ID).unwrap();
    let mut document = world.document();
    document["integration"]["technicalAccount"]["clientSecret"] = newer.into();
    world.write("service_token.json", document.to_string());
    let run = token(&world, &[]).run_for_a_secret();
    assert_eq!(run.code, 0);
    assert_ne!(run.stdout, first);
    assert_eq!(
        run.stderr,
        "ims: note: the token in the cache is not used: it was requested with another secret or key\n"
    );
    token(&world, &["--cached-only"]).run_for_a_secret();
    assert_eq!(world.emulator.tokens_minted(), 2);
}

#[test]
fn broken_cache_causes_a_note() {
    let world = World::new();
    ok(token(&world, &[]));
    fs::write(entry(&world), "adobe-ims.token-").unwrap();
    let run = token(&world, &[]).run_for_a_secret();
    assert_eq!(run.code, 0);
    assert!(
        run.stderr
            .starts_with("ims: note: a file of the token cache was set aside as "),
        "{}",
        run.stderr
    );
    assert_eq!(run.stderr.lines().count(), 1, "{}", run.stderr);
    ok(token(&world, &[]));
    assert_eq!(world.emulator.tokens_minted(), 2);
}

#[test]
fn read_only_cache_directory() {
    let world = World::new();
    let file = world.write("file", "");
    for folder in [file.join("below"), PathBuf::from("/proc/ims-cache")] {
        let call = world
            .token("service_token.json", &[])
            .env("IMS_CACHE_DIR", &folder);
        let run = call.run_for_a_secret();
        assert_eq!(run.code, 0);
        assert!(run.stdout.starts_with("eyJ"));
        let own = folder.join("adobe-ims");
        let start = format!("ims: note: the token cache {own:?} cannot be used: ");
        assert!(run.stderr.starts_with(&start), "{}", run.stderr);
    }
}

/// A limit on the file size of the process stands for a full disk.
#[cfg(unix)]
#[test]
fn disk_full() {
    let world = World::new();
    let first = ok(token(&world, &[]));
    let script = "trap '' XFSZ; ulimit -f 0; exec \"$0\" token -c service_token.json --ca-file ca.pem --force";
    let mut command = Command::new("sh");
    command
        .args(["-c", script, env!("CARGO_BIN_EXE_ims")])
        .env_clear()
        .env("SSL_CERT_FILE", "/dev/null")
        .env("IMS_CACHE_DIR", world.path("home"))
        .current_dir(world.folder.path());
    let output = command.output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{stderr}");
    assert!(
        stderr.starts_with("ims: note: the token cache "),
        "{stderr}"
    );
    assert_ne!(
        output.stdout,
        first.as_bytes(),
        "it got a token all the same"
    );
    assert_eq!(ok(token(&world, &[])), first, "what was stored is whole");
    let left = fs::read_dir(own(&world)).unwrap();
    let left: Vec<_> = left.map(|file| file.unwrap().file_name()).collect();
    assert_eq!(
        left.len(),
        3,
        "an entry, its lock, a known document: {left:?}"
    );
}

#[test]
fn changed_document_is_read_again() {
    let world = World::new();
    let first = ok(token(&world, &[]));
    let known = |world: &World| {
        let files = fs::read_dir(own(world)).unwrap();
        let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
        names.filter(|name| name.ends_with(".known")).count()
    };
    assert_eq!(known(&world), 1);
    // The token is the same, although the document has other bytes.
    world.write("other.json", world.document().to_string());
    let other = world.token("other.json", &["--cached-only"]);
    let other = other.env("IMS_CACHE_DIR", world.path("home"));
    assert_eq!(ok(other), first);
    assert_eq!(known(&world), 2);
    // With one byte less it is no valid document.
    let document = fs::read_to_string(world.path("service_token.json")).unwrap();
    world.write("service_token.json", &document[..document.len() - 3]);
    token(&world, &[])
        .run()
        .assert_failed(3, "document-not-json");
    // A broken index is ignored.
    world.write("service_token.json", &document);
    for file in fs::read_dir(own(&world)).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_some_and(|it| it == "known") {
            fs::write(path, "adobe-ims.known-document/1\nid: ../x\n").unwrap();
        }
    }
    assert_eq!(ok(token(&world, &[])), first);
    assert_eq!(world.emulator.tokens_minted(), 1);
}

#[test]
fn changed_key_file_is_noticed() {
    let world = World::new();
    let mut document = world.document();
    let key = document["integration"]["privateKey"].take();
    document["integration"]["privateKey"] = "./key.pem".into();
    world.write("key.pem", key.as_str().unwrap());
    world.write("service_token.json", document.to_string());
    let first = ok(token(&world, &[]));
    assert_eq!(ok(token(&world, &[])), first);
    world.write("key.pem", format!("{}\n", key.as_str().unwrap()));
    let run = token(&world, &[]).run_for_a_secret();
    assert_eq!(run.code, 0);
    assert!(
        run.stderr.contains("another secret or key"),
        "{}",
        run.stderr
    );
    assert_ne!(run.stdout, first);
}

#[test]
fn encrypted_cache_requires_its_key() {
    let world = World::new();
    let key = world.write("key", "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=\n");
    let first = ok(token(&world, &["--cache-key-file", "key"]));
    let sealed = token(&world, &["--cached-only"]).env("IMS_CACHE_KEY_FILE", &key);
    assert_eq!(ok(sealed), first);
    token(&world, &["--cached-only"])
        .run()
        .assert_failed(7, "not-cached");
    for file in fs::read_dir(own(&world)).unwrap() {
        let content = fs::read(file.unwrap().path()).unwrap();
        let text = String::from_utf8_lossy(&content);
        assert!(!text.contains("eyJ") && !text.contains(CLIENT_ID), "{text}");
    }
    world.write("short", "c2hvcnQ=");
    let run = token(&world, &["--cache-key-file", "short"]).run();
    run.assert_failed(3, "cache-key-invalid");
}

#[test]
fn cache_folder_follows_the_platform() {
    let world = World::new();
    let call = |name: &str, value: &Path| {
        let call = world.token("service_token.json", &[]).env(name, value);
        ok(call);
    };
    call("HOME", &world.path("a"));
    assert!(world.path("a/.cache/ims/adobe-ims").is_dir());
    call("XDG_CACHE_HOME", &world.path("b"));
    assert!(world.path("b/ims/adobe-ims").is_dir());
    let relative = world
        .token("service_token.json", &[])
        .env("IMS_CACHE_DIR", "d");
    relative.run().assert_failed(3, "variable-invalid");
    // No cache is created, not even in the current directory.
    call("XDG_CACHE_HOME", Path::new("c"));
    assert!(!world.path("c").exists());
    assert_eq!(world.emulator.tokens_minted(), 3);
}

#[test]
fn cache_is_listed_without_tokens_and_cleared() {
    let world = World::new();
    let cache = |arguments: &[&str]| {
        let folder = world.path("home");
        Ims::new(["cache"].iter().chain(arguments)).env("IMS_CACHE_DIR", folder)
    };
    cache(&["list"]).run().assert(0, "", "");
    cache(&["clear"]).run().assert(0, "0 tokens deleted\n", "");
    ok(token(&world, &[]));
    let run = cache(&["list"]).run();
    let url = world.emulator.url();
    let account = &world.document()["integration"]["id"];
    let account = account.as_str().unwrap();
    let lines: Vec<_> = run.stdout.lines().collect();
    assert_eq!(lines.len(), 2, "{run:?}");
    assert!(lines[0].starts_with("client      subject"), "{run:?}");
    assert!(
        lines[1].starts_with(&format!("{CLIENT_ID}  {account}  {url}  ent_aem_cloud_api"))
            && lines[1].ends_with("in 23 h 59 min"),
        "{run:?}"
    );
    let run = cache(&["list", "-o", "json"]).run();
    let listed = json(&run.stdout);
    assert_eq!(listed["schema"], "ims.cache/1");
    assert_eq!(listed["tokens"][0]["client_id"], CLIENT_ID);
    assert_eq!(listed["tokens"][0]["grant"], "jwt");
    cache(&["clear"]).run().assert(0, "1 token deleted\n", "");
    token(&world, &["--cached-only"])
        .run()
        .assert_failed(7, "not-cached");
}

#[test]
fn slow_clock_is_corrected_and_reported() {
    // By a clock of its own, a server refuses what real time allows.
    let ahead = Clock::at(Clock::system().now() + Duration::from_secs(3600));
    let world = World::with(|builder| builder.clock(ahead));
    let run = token(&world, &[]).run_for_a_secret();
    assert_eq!(run.code, 0);
    assert!(
        run.stderr
            .starts_with("ims: note: the clock of this machine is ")
            && run.stderr.ends_with("behind the server's\n"),
        "{}",
        run.stderr
    );
    assert_eq!(
        ok(token(&world, &[])),
        run.stdout,
        "and it lives as long as it does"
    );
}

#[test]
fn transient_failure_is_retried() {
    let world = World::new();
    let busy = answering(
        "HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
    );
    let run = world
        .token(
            "service_token.json",
            &["--url", &busy, "--retries", "1", "-v"],
        )
        .run();
    assert_eq!(run.code, 5);
    let again: Vec<_> = run
        .stderr
        .lines()
        .filter(|it| it.contains("trying again"))
        .collect();
    assert_eq!(again.len(), 1, "{}", run.stderr);
    let run = token(&world, &["--retries", "many"]).run();
    run.assert_failed(2, "usage");
    let run = token(&world, &[]).env("IMS_RETRIES", "-1").run();
    run.assert_failed(3, "variable-invalid");
}
