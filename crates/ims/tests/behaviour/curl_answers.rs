//! `ims curl`: the result of each answer.

use std::fs;
use std::io::Write;
use std::net::{Ipv4Addr, TcpListener};
use std::thread;

use adobe_ims::Secret;
use adobe_ims_emulator::Emulator;

use crate::api::{Api, DONE, REFUSED, curl, in_world, read};
use crate::support::{Ims, OLD_TOKEN, World};

#[test]
fn exit_code_follows_the_status_and_the_body_is_printed() {
    let told = |status: &str, more: &str| {
        let answer = format!("HTTP/1.1 {status}\r\n{more}Content-Length: 4\r\n\r\nbody");
        let api = Api::answering([answer]);
        let run = curl(&[&api.url]).run();
        assert_eq!(run.stdout, "body", "{status}");
        let stderr = run.stderr.replace(&api.url, "API");
        assert_eq!(api.asked().len(), 1, "{status}");
        (run.code, stderr)
    };
    let server_error = "answer: \"body\"\n\
         cause: The API failed to handle the request. [api-server-error]\n  \
         hint: Check whether the request took effect before you send it again. If it fails again, give the request id of the answer to Adobe's support.\n";
    let unavailable = "answer: \"body\"\n\
         cause: The API, or the network in front of it, cannot answer at this moment. [api-unavailable]\n  \
         hint: Check whether the request took effect before you send it again. Then try again later.\n";
    let limited = "answer: \"body\"\n\
         cause: The API received too many requests. Many limits count for all users of a client id or project together. [api-rate-limited]\n  \
         hint: Wait for the time in Retry-After, if there is one. Ask whether another program uses the same credential.\n\
         hint: wait before you try again\n";
    for (status, code, stderr) in [
        ("200 OK", 0, String::new()),
        ("202 Accepted", 0, String::new()),
        (
            "404 Not Found",
            7,
            "ims: API answered 404 Not Found [api-refused]\nhint: the answer on stdout says why\n"
                .to_owned(),
        ),
        (
            "429 Too Many Requests",
            6,
            format!("ims: API answered 429 Too Many Requests [api-throttled]\n{limited}"),
        ),
        (
            "500 Internal Server Error",
            5,
            format!("ims: API answered 500 Internal Server Error [api-failed]\n{server_error}"),
        ),
        (
            "503 Service Unavailable",
            5,
            format!("ims: API answered 503 Service Unavailable [api-failed]\n{unavailable}"),
        ),
    ] {
        assert_eq!(told(status, ""), (code, stderr), "{status}");
    }
    let (_, stderr) = told("429 Too Many Requests", "Retry-After: 30\r\n");
    assert!(
        stderr.contains("hint: the API asks to wait 30 seconds (Retry-After)\n"),
        "{stderr}"
    );
    let (code, stderr) = told("403 Forbidden", "");
    assert_eq!(code, 4);
    assert!(stderr.contains("the user of the token\n"), "{stderr}");
    let (code, stderr) = told("401 Unauthorized", "");
    assert_eq!(code, 4);
    assert_eq!(
        stderr,
        "ims: API answered 401 Unauthorized [api-token-refused]\n\
         answer: \"body\"\n\
         possible cause: The access token was revoked, or its account may no longer use the API. [api-token-revoked]\n  \
         hint: Get a new token. If the API refuses that one too, check in the console that the credential and its account still exist.\n  \
         hint: `ims validate` asks IMS about a token, `ims inspect` decodes it\n\
         hint: the token was passed by the caller, so no other could be fetched; it may have expired or been revoked\n"
    );
}

#[test]
fn redirect_is_reported_and_not_followed() {
    let told = |location: &str| {
        let answer =
            format!("HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 4\r\n\r\nbody");
        let api = Api::answering([answer]);
        let run = curl(&[&api.url]).run();
        assert_eq!(run.stdout, "body", "{location}");
        let stderr = run.stderr.replace(&api.url, "API");
        let first = stderr.lines().next().unwrap().to_owned();
        assert_eq!(api.asked().len(), 1);
        (run.code, first)
    };
    for (location, place) in [
        ("https://blob.example/x?sig=SECRET%3F", "to blob.example"),
        ("/jobs/1", "to another place of the same host"),
        ("https://badadobelogin.com/", "to badadobelogin.com"),
    ] {
        let note =
            format!("ims: note: API answered 302 Found, {place}; redirects are not followed");
        assert_eq!(told(location), (0, note));
    }
    for location in [
        "https://a b/",
        &format!("https://{}.example/", "x".repeat(64)),
    ] {
        let note = "ims: note: API answered 302 Found, elsewhere; redirects are not followed";
        assert_eq!(told(location), (0, note.to_owned()));
    }
    for (location, place) in [
        (
            "https://ims-na1.adobelogin.com/ims/authorize/v1",
            "to ims-na1.adobelogin.com",
        ),
        (
            "https://auth.services.adobe.com/",
            "to auth.services.adobe.com",
        ),
        (
            "/libs/granite/core/content/login.html?resource=x",
            "to another place of the same host",
        ),
    ] {
        let error = format!("ims: API answered 302 Found, {place}: a login page [api-login-page]");
        assert_eq!(told(location), (4, error));
    }
    let api = Api::answering(["HTTP/1.1 304 Not Modified\r\n\r\n"]);
    curl(&[&api.url, "-H", "If-None-Match: x"])
        .run()
        .assert(0, "", "");
}

/// Stores a token in the cache.
fn with_a_token(world: &World) -> Secret {
    let call = world.token("service_token.json", &[]);
    let run = call
        .env("IMS_CACHE_DIR", world.path("home"))
        .run_for_a_secret();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    Secret::new(run.stdout.trim())
}

#[test]
fn refused_cached_token_is_replaced_and_the_request_repeated() {
    let world = World::new();
    let first = with_a_token(&world);
    let api = Api::answering([REFUSED, DONE]);
    let call = in_world(&world, &[&api.url, "--data-binary", "@-"]).stdin("body");
    call.run().assert(0, "done\n", "");
    let asked = api.asked();
    assert_eq!(asked.len(), 2);
    assert!(asked[0].token.expose() == first.expose());
    assert!(asked[1].token.expose() != first.expose());
    assert_eq!((asked[0].text(), asked[1].text()), ("body", "body"));
    assert_eq!(asked[0].head, asked[1].head);
    assert_eq!(world.emulator.tokens_minted(), 2);
    // The new token is cached.
    assert!(with_a_token(&world).expose() == asked[1].token.expose());
    assert_eq!(world.emulator.tokens_minted(), 2);
}

#[test]
fn twenty_refused_processes_request_one_new_token() {
    let world = World::new();
    let revoked = with_a_token(&world);
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let answer = if read(&mut stream).token.expose() == revoked.expose() {
                REFUSED
            } else {
                DONE
            };
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    let calls: Vec<_> = (0..20).map(|_| in_world(&world, &[&url]).start()).collect();
    for mut call in calls {
        drop(call.stdin.take());
        call.end().assert(0, "done\n", "");
    }
    assert_eq!(world.emulator.tokens_minted(), 2);
}

#[test]
fn second_401_is_final() {
    let hints = "answer: \"who?\"\n\
         possible cause: The access token was revoked, or its account may no longer use the API. [api-token-revoked]\n  \
         hint: Get a new token. If the API refuses that one too, check in the console that the credential and its account still exist.\n  \
         hint: `ims validate` asks IMS about a token, `ims inspect` decodes it\n\
         hint: the token is new: IMS has just issued it\n";
    for (in_cache, answers) in [(true, &[REFUSED, REFUSED][..]), (false, &[REFUSED])] {
        let world = World::new();
        if in_cache {
            with_a_token(&world);
        }
        let api = Api::answering(answers.iter().copied());
        let run = in_world(&world, &[&api.url]).run();
        let error = format!(
            "ims: {} answered 401 Unauthorized [api-token-refused]\n",
            api.url
        );
        run.assert(4, "who?", &(error + hints));
        assert_eq!(api.asked().len(), answers.len());
        assert_eq!(world.emulator.tokens_minted(), answers.len() as u64);
    }
}

#[test]
fn document_on_stdin_is_used_for_both_tokens() {
    let world = World::new();
    with_a_token(&world);
    let api = Api::answering([REFUSED, DONE]);
    let document = fs::read(world.path("service_token.json")).unwrap();
    let run = Ims::new(["curl", "-c", "-", "--ca-file", "ca.pem", &api.url])
        .env("IMS_CACHE_DIR", world.path("home"))
        .in_folder(world.folder.path())
        .stdin(document)
        .run();
    run.assert(0, "done\n", "");
    assert_eq!(world.emulator.tokens_minted(), 2);
}

#[test]
fn first_answer_is_kept_if_no_other_token_is_available() {
    let world = World::new();
    with_a_token(&world);
    let api = Api::answering([REFUSED]);
    let run = in_world(&world, &[&api.url, "--cached-only"]).run();
    assert_eq!((run.code, run.stdout.as_str()), (4, "who?"));
    assert!(
        run.stderr
            .contains("hint: the token is from the cache; leave out --cached-only"),
        "{run:?}"
    );

    let World { emulator, folder } = world;
    drop::<Emulator>(emulator);
    let api = Api::answering([REFUSED]);
    let run = Ims::new([
        "curl",
        "-c",
        "service_token.json",
        "--ca-file",
        "ca.pem",
        &api.url,
    ])
    .env("IMS_CACHE_DIR", folder.path().join("home"))
    .in_folder(folder.path())
    .run();
    assert_eq!((run.code, run.stdout.as_str()), (4, "who?"));
    let lines: Vec<_> = run.stderr.lines().collect();
    assert!(
        lines[0]
            .starts_with("ims: note: the token was not accepted, and no other could be fetched: ")
            && lines[0].ends_with(" [nothing-listens]"),
        "{run:?}"
    );
    assert!(
        lines[1].ends_with(" answered 401 Unauthorized [api-token-refused]"),
        "{run:?}"
    );
    assert_eq!(
        lines.last(),
        Some(&"hint: the token is from the cache; another one could not be fetched")
    );

    let run = curl(&["http://127.0.0.1:1/"])
        .env("IMS_ACCESS_TOKEN", OLD_TOKEN)
        .run();
    run.assert_failed(7, "token-expired");
}

#[test]
fn large_body_is_unchanged() {
    let numbers = (0..1_000_000_u32).flat_map(u32::to_le_bytes);
    let body: Vec<u8> = [0xff; 7].into_iter().chain(numbers).collect();
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
    let api = Api::answering([[head.as_bytes(), &body].concat()]);
    let output = curl(&[&api.url]).output();
    assert_eq!((output.status.code(), output.stderr), (Some(0), Vec::new()));
    let length = output.stdout.len();
    assert!(output.stdout == body, "{length} bytes of {}", body.len());
}

#[test]
fn body_is_printed_while_it_arrives() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let mut running = curl(&[&url, "-i"]).start();
    let (mut stream, _) = listener.accept().unwrap();
    read(&mut stream);
    stream
        .write_all(b"HTTP/1.1 200 OK\r\nX-Y: z\r\nContent-Length: 8\r\n\r\npart")
        .unwrap();
    running.expect("HTTP/1.1 200 OK\r\nx-y: z\r\ncontent-length: 8\r\n\r\npart");
    drop(stream);
    let run = running.end();
    run.assert_failed(5, "answer-truncated");
}

#[test]
fn closed_stdout_ends_the_command_quietly() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let mut running = curl(&[&url]).start();
    let (mut stream, _) = listener.accept().unwrap();
    read(&mut stream);
    stream.write_all(b"HTTP/1.1 200 OK\r\n\r\npart").unwrap();
    running.expect("part");
    running.close_stdout();
    // A process that another test starts at this moment may hold a copy of the pipe.
    while stream.write_all(b"more").is_ok() {}
    running.end().assert(141, "", "");
}
