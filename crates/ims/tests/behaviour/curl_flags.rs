//! `ims curl` takes the flags of curl. What curl sends was observed with curl 7.88.

use std::net::{Ipv4Addr, TcpListener};
use std::{fs, thread};

use crate::api::{Api, Asked, DONE, curl};
use crate::support::{Ims, LASTING_TOKEN};

const MISSING: &str = "HTTP/1.1 404 Not Found\r\nX-A: b\r\nContent-Length: 4\r\n\r\nbody";
const FORM: &str = "content-type: application/x-www-form-urlencoded";

/// Returns the request that is sent to this path.
#[track_caller]
fn sent_to(path: &str, arguments: &[&str]) -> Asked {
    let api = Api::answering([DONE]);
    let url = format!("{}{path}", api.url);
    let run = curl(&[arguments, &[url.as_str()]].concat()).run();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{arguments:?}");
    let asked = api.asked_once();
    assert!(asked.token.expose() == LASTING_TOKEN);
    asked
}

fn first_line(path: &str, arguments: &[&str]) -> String {
    sent_to(path, arguments).head[0].clone()
}

#[test]
fn get_puts_the_data_into_the_query() {
    for (path, arguments, line) in [
        ("/a", &["-G", "-d", "b=c"][..], "GET /a?b=c HTTP/1.1"),
        (
            "/a?x=1",
            &["-G", "-d", "b=c", "--data-urlencode", "d=e f&"],
            "GET /a?x=1&b=c&d=e+f%26 HTTP/1.1",
        ),
        ("/a?", &["--get", "-d", "y"], "GET /a?y HTTP/1.1"),
        ("", &["-G", "-d", "a=1"], "GET /?a=1 HTTP/1.1"),
        ("/a", &["-G"], "GET /a HTTP/1.1"),
        ("/a", &["-X", "POST", "-G", "-d", "a"], "POST /a?a HTTP/1.1"),
    ] {
        let asked = sent_to(path, arguments);
        assert_eq!(asked.head[0], line);
        // There is no body, and no type of one.
        assert_eq!(asked.head()[1..], ["accept: */*"], "{arguments:?}");
        assert_eq!(asked.text(), "");
    }
    for data in ["a b", "ü#", "a\r\nX: y"] {
        let run = curl(&["-G", "-d", data, "http://127.0.0.1:1/"]).run();
        run.assert(
            2,
            "",
            "ims: the data for --get cannot be a part of a URL as it is [usage]\nhint: --data-urlencode encodes it\n",
        );
    }
}

#[test]
fn data_of_several_flags_is_joined_in_order() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("x"), "l1\r\nl2 &").unwrap();
    let api = Api::answering([DONE]);
    let run = curl(&[
        &api.url,
        "-da",
        "--data-urlencode",
        "b=c d",
        "--data-raw",
        "@x",
        "--data-binary",
        "@x",
        "-d@x",
        "--data-urlencode",
        "n@x",
        "--data-ascii",
        "e",
    ])
    .in_folder(folder.path())
    .run();
    run.assert(0, "done\n", "");
    let asked = api.asked_once();
    assert!(asked.head().contains(&FORM), "{:?}", asked.head);
    assert_eq!(
        asked.text(),
        "a&b=c+d&@x&l1\r\nl2 &&l1l2 &&n=l1%0D%0Al2+%26&e"
    );
    let asked = sent_to("/", &["-d", ""]);
    assert_eq!(
        asked.head(),
        ["POST / HTTP/1.1", "accept: */*", "content-length: 0", FORM]
    );
    let asked = sent_to("/", &["--json", "{\"a\":1", "--json", "}"]);
    assert_eq!(asked.text(), "{\"a\":1}");
}

#[test]
fn head_prints_status_and_headers_alone() {
    let answer = "HTTP/1.1 200 OK\r\nX-A: b\r\nContent-Length: 500\r\n\r\n";
    for flags in [&["-I"][..], &["--head", "-i"], &["-sI"]] {
        let api = Api::answering([answer]);
        let run = curl(&[&[api.url.as_str()], flags].concat()).run();
        run.assert(
            0,
            "HTTP/1.1 200 OK\r\nx-a: b\r\ncontent-length: 500\r\n\r\n",
            "",
        );
        assert_eq!(api.asked_once().head[0], "HEAD / HTTP/1.1");
    }
    assert_eq!(
        first_line("/a", &["-G", "-I", "-d", "y", "-X", "GET"]),
        "GET /a?y HTTP/1.1"
    );
}

#[test]
fn fail_prints_no_body_and_keeps_the_exit_code() {
    let failed = |url: &str, hint: &str| {
        format!("ims: {url} answered 404 Not Found [api-refused]\nhint: {hint}\n")
    };
    let head = "HTTP/1.1 404 Not Found\r\nx-a: b\r\ncontent-length: 4\r\n\r\n";
    let body = "the answer on stdout says why";
    let none = "without --fail the answer says why";
    for (flags, stdout, hint) in [
        (&["-f"][..], "", none),
        (&["-fsS"], "", none),
        (&["--fail", "-i"], head, none),
        (&["--fail-with-body"], "body", body),
    ] {
        let api = Api::answering([MISSING]);
        let run = curl(&[&[api.url.as_str()], flags].concat()).run();
        run.assert(7, stdout, &failed(&api.url, hint));
    }
    // A good answer is printed.
    let api = Api::answering([DONE]);
    curl(&[&api.url, "-fsS"]).run().assert(0, "done\n", "");
}

#[test]
fn flags_of_single_headers_set_them() {
    let asked = sent_to(
        "/",
        &[
            "-A",
            "me/1",
            "-e",
            "https://r.example/;auto",
            "-r",
            "0-9",
            "-H",
            "X-Empty;",
        ],
    );
    let lines: Vec<_> = asked.head.iter().map(String::as_str).collect();
    for line in [
        "user-agent: me/1",
        "referer: https://r.example/",
        "range: bytes=0-9",
        "x-empty: ",
    ] {
        assert!(lines.contains(&line), "{line}: {lines:?}");
    }
    let asked = sent_to("/", &["-A", "", "-e", ""]);
    assert_eq!(asked.head(), ["GET / HTTP/1.1", "accept: */*"]);
    assert!(!asked.head.iter().any(|line| line.starts_with("user-agent")));
    // -H counts more.
    let asked = sent_to("/", &["-A", "a", "-H", "User-Agent: b"]);
    assert!(asked.head.iter().any(|line| line == "user-agent: b"));
    for range in ["", "1", "a-b", "-", "1-2\r\nX: y"] {
        let run = curl(&["-r", range, "http://127.0.0.1:1/"]).run();
        run.assert_failed(2, "usage");
    }
}

#[test]
fn uploaded_file_gives_its_name_to_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a b?.pdf"), "x").unwrap();
    for (path, line) in [
        ("/dir/", "PUT /dir/a%20b%3F.pdf HTTP/1.1"),
        ("", "PUT /a%20b%3F.pdf HTTP/1.1"),
        ("/dir/?a=b", "PUT /dir/a%20b%3F.pdf?a=b HTTP/1.1"),
        ("/dir", "PUT /dir HTTP/1.1"),
    ] {
        let api = Api::answering([DONE]);
        let run = curl(&["-T", "./a b?.pdf", &format!("{}{path}", api.url)]);
        run.in_folder(folder.path()).run().assert(0, "done\n", "");
        let asked = api.asked_once();
        assert_eq!((asked.head[0].as_str(), asked.text()), (line, "x"));
    }
    assert_eq!(first_line("/dir/", &["-T", "-"]), "PUT /dir/ HTTP/1.1");
}

#[test]
fn content_type_of_the_user_keeps_a_boundary() {
    let part = |boundary: &str, disposition: &str| {
        format!(
            "--{boundary}\r\nContent-Disposition: {disposition}; name=\"a\"\r\n\r\nb\r\n--{boundary}--\r\n"
        )
    };
    for (given, sent, boundary, disposition) in [
        (
            "multipart/form-data",
            "multipart/form-data; boundary=ims-boundary-0",
            "ims-boundary-0",
            "form-data",
        ),
        (
            "multipart/form-data; boundary=mine",
            "multipart/form-data; boundary=mine",
            "mine",
            "form-data",
        ),
        (
            "multipart/related; x=y",
            "multipart/related; x=y; boundary=ims-boundary-0",
            "ims-boundary-0",
            "attachment",
        ),
    ] {
        let header = format!("Content-Type: {given}");
        let asked = sent_to("/", &["-F", "a=b", "-H", &header]);
        let kind = format!("content-type: {sent}");
        assert!(asked.head.contains(&kind), "{:?}", asked.head);
        assert_eq!(asked.text(), part(boundary, disposition));
    }
    let run = curl(&[
        "-F",
        "a=x--mine",
        "-H",
        "Content-Type: a/b; boundary=mine",
        "http://127.0.0.1:1/",
    ])
    .run();
    run.assert(
        2,
        "",
        "ims: the boundary in the given Content-Type is in the content of a part [usage]\n\
         hint: leave out the boundary, and one that fits is added\n",
    );
}

#[test]
fn form_parts_are_sent_in_order_and_as_curl_sends_them() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("x.txt"), "X").unwrap();
    let api = Api::answering([DONE]);
    let run = curl(&[
        &api.url,
        "-F",
        "a=@x.txt",
        "--form-string",
        "c=@x;type=a",
        "-F",
        "d=x;type=text/html",
        "--form",
        "e=@\"x.txt\";filename=\"q\\\"r\";type=a/b",
        "-F",
        "f=\"quoted;type=text\"",
    ]);
    run.in_folder(folder.path()).run().assert(0, "done\n", "");
    let expected = "--B\r\n\
        Content-Disposition: form-data; name=\"a\"; filename=\"x.txt\"\r\n\
        Content-Type: text/plain\r\n\r\n\
        X\r\n--B\r\n\
        Content-Disposition: form-data; name=\"c\"\r\n\r\n\
        @x;type=a\r\n--B\r\n\
        Content-Disposition: form-data; name=\"d\"\r\n\
        Content-Type: text/html\r\n\r\n\
        x\r\n--B\r\n\
        Content-Disposition: form-data; name=\"e\"; filename=\"q%22r\"\r\n\
        Content-Type: a/b\r\n\r\n\
        X\r\n--B\r\n\
        Content-Disposition: form-data; name=\"f\"\r\n\r\n\
        quoted;type=text\r\n--B--\r\n";
    let asked = api.asked_once();
    assert_eq!(asked.text(), expected.replace("--B", "--ims-boundary-0"));
}

#[test]
fn max_time_ends_a_request_whose_answer_does_not_end() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    // It accepts, and never answers.
    let silent = thread::spawn(move || listener.accept());
    let run = curl(&["-m", "0.2", &url]).run();
    run.assert(
        5,
        "",
        "ims: the API did not complete its answer within 200 ms [deadline-exceeded]\n\
         hint: the limit is --max-time; the request may have taken effect: check before you send it again\n",
    );
    drop(silent.join().unwrap().unwrap());
    let api = Api::answering([DONE]);
    curl(&["--max-time", "60", &api.url])
        .run()
        .assert(0, "done\n", "");
    for wrong in ["soon", "-1", "SECRET?%&=ü"] {
        curl(&["-m", wrong, &url]).run().assert_failed(2, "usage");
    }
}

#[test]
fn unneeded_flags_change_nothing() {
    let flags = [
        "-sS",
        "-#",
        "-g",
        "-N",
        "--compressed",
        "--no-progress-meter",
        "--http1.1",
        "--http2",
        "--tlsv1.2",
        "--path-as-is",
        "-s",
        "--silent",
    ];
    assert_eq!(sent_to("/a", &flags).head(), sent_to("/a", &[]).head());
    let help = Ims::new(["curl", "--help"]).run().stdout;
    for hidden in ["--silent", "--compressed", "--globoff"] {
        assert!(!help.contains(hidden), "{hidden}");
    }
}

#[test]
fn refused_flags_say_why_in_one_sentence() {
    let certificate = "every certificate is checked, because the server gets the token; --ca-file FILE trusts the CA of the server";
    let redirects = "redirects are not followed, because the token goes to the given URL only; -i shows where a redirect leads";
    let output = "the body goes to stdout, and > FILE writes it to a file";
    let login = "the token is the login; -c FILE or -p NAME names the credentials for it";
    let url = "http://127.0.0.1:1/";
    for (arguments, flag, reason) in [
        (&["-k", url][..], "-k", certificate),
        (&[url, "--insecure"], "--insecure", certificate),
        (&["-fsSL", url], "-L", redirects),
        (&["-XPOST", "-sk", url], "-k", certificate),
        (&[url, "--location"], "--location", redirects),
        (&["-O", url], "-O", output),
        (&["-o", "out.json", url], "-o", output),
        (&["-ofile", url], "-o", output),
        (&["-u", "user:SECRET?%&=ü", url], "-u", login),
        (&["--user=user:SECRET?%&=ü", url], "--user", login),
        (
            &["-x", "http://proxy:1", url],
            "-x",
            "the proxy is that of the variables HTTPS_PROXY and NO_PROXY",
        ),
        (
            &["--cacert", "ca.pem", url],
            "--cacert",
            "the roots of the operating system are trusted, and --ca-file FILE adds a CA",
        ),
        (
            &["-w", "%{http_code}", url],
            "-w",
            "stdout is the answer alone; -i prints its status, and the exit code tells the kind of the status",
        ),
        (
            &["-b", "a=b", url],
            "-b",
            "no cookies are kept; -H 'Cookie: NAME=VALUE' sends one",
        ),
        // Without a URL the flag is named, too.
        (&["-k"], "-k", certificate),
    ] {
        let run = curl(arguments).run();
        let message =
            format!("ims: `ims curl` has no {flag} of curl: {reason} [usage]\nhint: see --help\n");
        run.assert(2, "", &message);
    }
    // The flags of curl mean nothing elsewhere.
    let run = Ims::new(["token", "-k"]).run();
    run.assert_failed(2, "usage");
    assert!(
        run.stderr
            .starts_with("ims: there is no flag -k for this command [usage]\n"),
        "{run:?}"
    );
}

#[test]
fn contents_of_two_kinds_are_refused() {
    let url = "http://127.0.0.1:1/";
    for arguments in [
        &["-d", "a", "-F", "b=c"][..],
        &["-d", "a", "-T", "x"],
        &["-d", "a", "--json", "b"],
        &["--json", "a", "-F", "b=c"],
        &["--json", "a", "-T", "x"],
        &["-F", "a=b", "-T", "x"],
        &["-G", "-F", "a=b"],
        &["-G", "-T", "x"],
        &["-G", "--json", "x"],
        &["-I", "--json", "x"],
        &["-I", "-T", "x"],
        &["-I", "-d", "x"],
    ] {
        let run = curl(&[arguments, &[url]].concat()).run();
        run.assert_failed(2, "usage");
        assert!(run.stderr.contains(" does not go with "), "{run:?}");
    }
}
