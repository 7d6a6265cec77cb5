//! `ims curl`: the requests, and the hosts that get no token.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};

use crate::api::{Api, Asked, DONE, curl, in_world};
use crate::support::{CLIENT_ID, LASTING_TOKEN, World, answering};

/// Returns the request that is sent to a server that accepts it.
#[track_caller]
fn sent(arguments: &[&str], stdin: &[u8]) -> Asked {
    let api = Api::answering([DONE]);
    let url = format!("{}/a/b?c=d%20e", api.url);
    let run = curl(&[&[url.as_str()], arguments].concat())
        .stdin(stdin)
        .run();
    run.assert(0, "done\n", "");
    let asked = api.asked_once();
    assert!(asked.token.expose() == LASTING_TOKEN);
    asked
}

#[test]
fn account_without_rights_gets_403() {
    let world = World::new();
    let url = format!(
        "{}/adobe/forms/doc/v1/generatePDFOutput",
        world.emulator.url()
    );
    let run = in_world(&world, &["-d", "", &url]).run();
    let request_id = run
        .stderr
        .lines()
        .find_map(|line| line.strip_prefix("request id: "));
    let request_id = request_id.unwrap();
    assert!(request_id.starts_with("emulator-"), "{run:?}");
    let forbidden = "{\"status\":\"403\",\"code\":\"FORBIDDEN\",\"message\":\"The user is not a member of forms-users.\"}";
    run.assert(
        4,
        forbidden,
        &format!(
            "ims: {} answered 403 Forbidden [api-forbidden]\n\
             answer: FORBIDDEN, \"The user is not a member of forms-users.\"\n\
             request id: {}\n\
             cause: The account is not a member of the group `forms-users`. Only members may call the Forms Communications APIs. [aem-not-in-forms-users]\n  \
             hint: The account is {} in AEM.\n  \
             hint: In AEM, open Tools > Security > Groups > forms-users (\"AEM Forms Users\"), and add the user. The user appears in AEM after its first request.\n  \
             hint: Groups count per tier: do it on author and on publish, where you call both.\n",
            world.emulator.url(),
            request_id,
            world.document()["integration"]["email"].as_str().unwrap()
        ),
    );
    let id = world.document()["integration"]["id"].clone();
    assert!(world.emulator.grant_aem_rights(id.as_str().unwrap()));
    let run = in_world(&world, &["-d", "", &url]).run();
    assert!(run.stderr.contains("answered 415"), "{run:?}");
    let listing = format!("{}/content/dam.json", world.emulator.url());
    let run = in_world(&world, &[&listing]).run();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    assert!(run.stdout.contains("\"jcr:title\":\"Assets\""), "{run:?}");
    // A 403 does not request a new token.
    assert_eq!(world.emulator.tokens_minted(), 1);
}

#[test]
fn request_consists_of_the_flags() {
    let plain = sent(&[], b"");
    assert_eq!(plain.head(), ["GET /a/b?c=d%20e HTTP/1.1", "accept: */*"]);
    let agent = concat!("user-agent: ims/", env!("CARGO_PKG_VERSION"));
    for usual in [agent, "connection: close"] {
        assert!(plain.head.iter().any(|line| line == usual), "{usual}");
    }
    let form = "content-type: application/x-www-form-urlencoded";
    let asked = sent(&["-d", "a=1", "--data", "-b=ü&c"], b"");
    assert_eq!(
        asked.head(),
        [
            "POST /a/b?c=d%20e HTTP/1.1",
            "accept: */*",
            "content-length: 11",
            form
        ]
    );
    assert_eq!(asked.text(), "a=1&-b=ü&c");
    let asked = sent(
        &["-X", "PUT", "-d@-", "-H", "Content-Type: text/plain"],
        b"a\r\nb\n",
    );
    assert_eq!(
        asked.head(),
        [
            "PUT /a/b?c=d%20e HTTP/1.1",
            "accept: */*",
            "content-length: 2",
            "content-type: text/plain"
        ]
    );
    assert_eq!(asked.text(), "ab");
    let asked = sent(&["--data-binary", "@-"], b"a\r\n\0\xff");
    assert_eq!(asked.head()[3], form);
    assert_eq!(asked.body, b"a\r\n\0\xff");
    let asked = sent(&["--json", "{\"a\":1}"], b"");
    assert_eq!(
        asked.head()[1..],
        [
            "accept: application/json",
            "content-length: 7",
            "content-type: application/json"
        ]
    );
    let asked = sent(&["-T", "-", "--request=PATCH", "-H", "Accept:"], b"x");
    assert_eq!(
        asked.head(),
        ["PATCH /a/b?c=d%20e HTTP/1.1", "content-length: 1"]
    );
    assert_eq!(
        sent(&["-T", "-"], b"x").head()[0],
        "PUT /a/b?c=d%20e HTTP/1.1"
    );
}

#[test]
fn token_headers_replace_given_headers() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("headers.txt");
    fs::write(&file, "X-One: 1\r\n\nx-api-key: mine\nX-Two: a: b\n").unwrap();
    let file = format!("@{}", file.display());
    let given = [
        "-H",
        &file,
        "-H",
        "AUTHORIZATION: Basic x",
        "-H",
        "X-One: 2",
    ];
    let replaced = |name: &str| {
        format!(
            "ims: note: the given header {name} is not sent; the one of the token replaces it\n"
        )
    };

    let api = Api::answering([DONE]);
    let run = curl(&[&[api.url.as_str()], &given[..]].concat()).run();
    run.assert(0, "done\n", &replaced("authorization"));
    let asked = api.asked_once();
    assert!(asked.token.expose() == LASTING_TOKEN);
    assert_eq!(
        asked.head(),
        [
            "GET / HTTP/1.1",
            "accept: */*",
            "x-api-key: mine",
            "x-one: 1",
            "x-one: 2",
            "x-two: a: b"
        ]
    );

    let world = World::new();
    let api = Api::answering([DONE]);
    let flags = [&[api.url.as_str(), "--all-headers"], &given[..]].concat();
    let notes = replaced("authorization") + &replaced("x-api-key");
    in_world(&world, &flags).run().assert(0, "done\n", &notes);
    let asked = api.asked_once();
    assert_eq!(
        asked
            .head
            .iter()
            .filter(|it| it.starts_with("authorization"))
            .count(),
        1
    );
    let organization = world.document()["integration"]["org"].clone();
    assert_eq!(
        asked.head()[2..],
        [
            format!("x-api-key: {CLIENT_ID}"),
            format!("x-gw-ims-org-id: {}", organization.as_str().unwrap()),
            "x-one: 1".to_owned(),
            "x-one: 2".to_owned(),
            "x-two: a: b".to_owned()
        ]
    );
    fs::write(folder.path().join("headers.txt"), "a: b\nSECRET?%&=ü\n").unwrap();
    let run = curl(&["http://127.0.0.1:1/", "-H", &file]).run();
    run.assert_failed(2, "usage");
    assert!(run.stderr.contains("line 2 of a file"), "{run:?}");
}

#[test]
fn form_with_files_is_accepted_by_aem() {
    let world = World::new();
    world.write("data.xml", "<data/>");
    world.write("options", "{}");
    let api = Api::answering([DONE]);
    let run = curl(&[
        &api.url,
        "-F",
        "data=@data.xml",
        "-F",
        "template=@-;type=application/vnd.adobe.xdp+xml;filename=a\"b.xdp",
        "--form",
        "options=<options;type=application/json",
        "-F",
        "note=x;y",
    ])
    .in_folder(world.folder.path())
    .stdin(b"\0\xff--ims-boundary-0".to_vec())
    .run();
    run.assert(0, "done\n", "");
    let asked = api.asked_once();
    assert_eq!(asked.head[0], "POST / HTTP/1.1");
    let kind = "content-type: multipart/form-data; boundary=ims-boundary-1";
    assert!(
        asked.head.iter().any(|line| line == kind),
        "{:?}",
        asked.head
    );
    let expected: &[u8] = b"--ims-boundary-1\r\n\
        Content-Disposition: form-data; name=\"data\"; filename=\"data.xml\"\r\n\
        Content-Type: application/xml\r\n\r\n\
        <data/>\r\n\
        --ims-boundary-1\r\n\
        Content-Disposition: form-data; name=\"template\"; filename=\"a%22b.xdp\"\r\n\
        Content-Type: application/vnd.adobe.xdp+xml\r\n\r\n\
        \0\xff--ims-boundary-0\r\n\
        --ims-boundary-1\r\n\
        Content-Disposition: form-data; name=\"options\"\r\n\
        Content-Type: application/json\r\n\r\n\
        {}\r\n\
        --ims-boundary-1\r\n\
        Content-Disposition: form-data; name=\"note\"\r\n\r\n\
        x;y\r\n\
        --ims-boundary-1--\r\n";
    assert_eq!(
        String::from_utf8_lossy(&asked.body),
        String::from_utf8_lossy(expected)
    );
}

#[test]
fn host_that_is_not_allowed_gets_no_token() {
    let world = World::new();
    let proxy = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    proxy.set_nonblocking(true).unwrap();
    for url in [
        "https://author-p1-e2.adobeaemcloud.com.evil.example/",
        "https://badadobeaemcloud.com/",
        "https://adobe.io/",
        "https://author-p1-e2.adobeaemcloud.com:8443/",
        "https://author-p1-e2.adobeaemcloud.com@evil.example/",
        "https://user:SECRET%3F@author-p1-e2.adobeaemcloud.com/",
        "http://author-p1-e2.adobeaemcloud.com/",
        "http://127.0.0.1.evil.example/?token=SECRET%3F",
        "https://aem.example:8444/",
    ] {
        let run = in_world(&world, &[url, "--allow-host", "https://aem.example:8443"])
            .env(
                "HTTPS_PROXY",
                format!("http://{}", proxy.local_addr().unwrap()),
            )
            .run();
        run.assert_failed(3, "host-not-allowed");
        let hint = "hint: `ims curl` allows another host with --allow-host https://HOST[:PORT]\n";
        assert!(run.stderr.ends_with(hint), "{run:?}");
    }
    assert_eq!(world.emulator.tokens_minted(), 0);
    assert!(proxy.accept().is_err(), "somebody was called");
    for (place, id) in [
        ("aem.example", "allowed-host-invalid"),
        ("https://aem.example/path", "allowed-host-invalid"),
        ("http://aem.example", "endpoint-insecure"),
    ] {
        let run = in_world(&world, &["https://aem.example/", "--allow-host", place]).run();
        run.assert_failed(3, id);
    }
}

#[test]
fn allowed_host_gets_the_token() {
    let proxy = answering("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n");
    for place in [
        "https://aem.example:8443",
        "https://author-p1-e2.adobeaemcloud.com",
    ] {
        // The request was sent to the host; a test can check no more.
        let run = curl(&[place, "--allow-host", "https://aem.example:8443"])
            .env("HTTPS_PROXY", &proxy)
            .run();
        run.assert_failed(5, "proxy-refused");
    }
}

#[test]
fn curl_reports_mistakes_before_a_request() {
    let url = "http://127.0.0.1:1/";
    for arguments in [
        &[][..],
        &["author-p1-e2.adobeaemcloud.com"],
        &["https://a b/"],
        &[url, "-X", "TRACE"],
        &[url, "-X", "CONNECT"],
        &[url, "-X", "SECRET?%&=ü"],
        &[url, "-H", "Host: evil.example"],
        &[url, "-H", "Transfer-Encoding: chunked"],
        &[url, "-H", "content-length: 1"],
        &[url, "-H", "Connection: keep-alive"],
        &[url, "-H", "SECRET?%&=ü"],
        &[url, "-H", "X: a\r\nY: b"],
        &[url, "-d", "a", "--json", "b"],
        &[url, "-F", "a"],
        &[url, "-d", "@-", "-H", "@-"],
        &[url, "-c", "-", "-T", "-"],
    ] {
        curl(arguments).run().assert_failed(2, "usage");
    }
    curl(&[url, "-d", "@./none"])
        .run()
        .assert_failed(3, "file-unreadable");
    let run = curl(&[url]).run();
    run.assert_failed(5, "nothing-listens");
    assert!(!run.stderr.contains("PROXY"), "{run:?}");
}

#[test]
fn verbose_curl_prints_no_secret() {
    let api = Api::answering([DONE]);
    let url = format!("{}/a?password=SECRET%3F", api.url);
    let run = curl(&["-v", &url, "-d", "secret=SECRET?%&=ü"]).run();
    run.assert(
        0,
        "done\n",
        &format!(
            "ims: the token is taken from IMS_ACCESS_TOKEN\n\
             ims: POST {0}/a, 19 bytes\n\
             ims: {0} answered 200 OK\n",
            api.url
        ),
    );
}
