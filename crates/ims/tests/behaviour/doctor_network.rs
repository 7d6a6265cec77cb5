//! The checks of `ims doctor` on the way to the identity service: name, proxy, connection and TLS.

use std::io::{self, Read, Write};
use std::net::Ipv4Addr;

use crate::doctor_report::{Report, doctor};
use crate::support::{CLIENT_SECRET, Ims, World, answering, http};
use crate::tls_server::{Authority, Leaf, listen, proxy_to};

const PRODUCTION: &str = "https://ims-na1.adobelogin.com";

/// Returns an address of this machine on which nothing listens. The port is taken as long as the value lives.
fn unused_port() -> (tokio::net::TcpSocket, u16) {
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
    let port = socket.local_addr().unwrap().port();
    (socket, port)
}

/// The service credentials of the emulator, at this URL.
fn at(world: &World, url: &str) -> Ims {
    doctor(world, "service_token.json", &["--url", url])
}

/// Checks that the way ends at a check, which is the only one that found something.
#[track_caller]
fn assert_ends(report: &Report, id: &str, problem: &str, certainty: &str) {
    let expected = [(id, "problem", problem, certainty)];
    assert_eq!(report.findings(), expected, "{}", report.run.stdout);
    assert_eq!(report.run.code, 8);
    let skipped = report.with_verdict("skipped");
    for later in [
        "clock",
        "exchange",
        "throttling",
        "lifetime",
        "token-claims",
    ] {
        assert!(skipped.contains(&later), "{skipped:?}");
        assert_eq!(report.summary(later), format!("no answer came: see `{id}`"));
    }
}

#[test]
fn proxy_and_its_variable_are_named() {
    let world = World::new();
    let port = proxy_to(world.emulator.port());
    let proxy = format!("http://user:{}@127.0.0.1:{port}", "SECRET%3F");
    let report = Report::of(at(&world, PRODUCTION).env("https_proxy", &proxy));
    assert_eq!(report.findings(), [], "{}", report.run.stdout);
    let host = "ims-na1.adobelogin.com";
    assert_eq!(
        report.summary("route"),
        format!("{host} is reached through the proxy 127.0.0.1:{port} of https_proxy")
    );
    assert_eq!(
        report.summary("connection"),
        format!("the proxy 127.0.0.1:{port} opened a tunnel to {host}")
    );
    assert_eq!(
        report.summary("tls"),
        format!("the certificate of {host} is trusted")
    );
    let local = Report::of(at(&world, world.emulator.url()).env("HTTPS_PROXY", "http://nobody:1"));
    assert_eq!(local.findings(), []);
    assert!(
        local
            .summary("route")
            .ends_with(" is this machine and needs no proxy")
    );
}

#[test]
fn proxy_that_does_not_let_through_is_told_apart_from_ims() {
    let world = World::new();
    let report = |proxy: &str| Report::of(at(&world, PRODUCTION).env("HTTPS_PROXY", proxy));
    for (answer, problem) in [
        (
            http("407 Proxy Authentication Required", "", ""),
            "proxy-authentication",
        ),
        (http("403 Forbidden", "", "<html>"), "proxy-refused"),
        ("SSH-2.0-x\r\n\r\n".to_owned(), "proxy-refused"),
    ] {
        let proxy = answering(answer);
        let report = report(&proxy);
        assert_ends(&report, "connection", problem, "certain");
        let address = proxy.strip_prefix("http://").unwrap();
        assert!(
            report.summary("connection").contains(address),
            "{}",
            report.summary("connection")
        );
        let seen = report.evidence("connection");
        assert!(seen.contains(&format!("HTTPS_PROXY names the proxy {address}").as_str()));
    }
    // The document was written by the emulator, and production does not know it.
    let refusing = answering(http("403 Forbidden", "", ""));
    let refused = report(&refusing);
    assert!(refused.fixes("connection")[0].contains("`ims emulator serve`"));
    let (_taken, port) = unused_port();
    let nobody = report(&format!("http://127.0.0.1:{port}"));
    assert_ends(&nobody, "connection", "proxy-unreachable", "certain");

    let socks = "socks5://user:SECRET%3F@127.0.0.1:1";
    let invalid = report(socks);
    // The offline checks have reported it.
    assert_eq!(invalid.findings(), [], "{}", invalid.run.stdout);
    assert_eq!(invalid.run.code, 8);
    for id in ["route", "connection", "tls", "clock", "exchange"] {
        assert_eq!(invalid.summary(id), "no answer came: see `variables`");
    }
    // They report one variable only.
    let call = at(&world, PRODUCTION).env("HTTPS_PROXY", socks);
    let invalid = Report::of(call.env("IMS_CACHE", "on"));
    assert_ends(&invalid, "route", "proxy-invalid", "certain");
    assert!(invalid.fixes("route")[0].starts_with("correct HTTPS_PROXY"));
    // No resolver sends a name with a label of 64 characters.
    let unknown = report(&format!("http://{}.invalid:3128", "x".repeat(64)));
    assert_ends(&unknown, "route", "name-unknown", "certain");
    assert_eq!(
        unknown.fixes("route")[0],
        "check the name of the proxy in HTTPS_PROXY"
    );
    // A proxy on the way that nobody named.
    let url = answering(http("407 Proxy Authentication Required", "", ""));
    let transparent = Report::of(at(&world, &url));
    assert_ends(
        &transparent,
        "connection",
        "proxy-authentication",
        "certain",
    );
}

#[test]
fn connection_that_fails_is_named() {
    let world = World::new();
    let (_taken, port) = unused_port();
    let nothing = Report::of(at(&world, &format!("https://127.0.0.1:{port}")));
    assert_ends(&nothing, "connection", "nothing-listens", "certain");
    let closing = listen(drop);
    let cut = Report::of(at(&world, &format!("http://127.0.0.1:{closing}")));
    assert_ends(&cut, "connection", "connection-failed", "likely");
    // A server without TLS answers in plain text.
    let plain = listen(|mut stream| {
        let _ = stream.read(&mut [0; 16]);
        let _ = stream.write_all(http("400 Bad Request", "", "<html>").as_bytes());
    });
    let plain = Report::of(at(&world, &format!("https://127.0.0.1:{plain}")));
    assert_ends(&plain, "connection", "tls-not-spoken", "certain");
    let other = answering("220 mail.example ESMTP\r\n\r\n");
    assert_ends(
        &Report::of(at(&world, &other)),
        "connection",
        "answer-not-http",
        "certain",
    );
    // The connection is accepted and cut when it is to be encrypted, as some inspecting proxies do.
    let cut = Report::of(at(&world, &format!("https://127.0.0.1:{closing}")));
    assert_ends(&cut, "tls", "tls-failed", "likely");
    assert_eq!(cut.causes("tls"), ["tls-failed", "connection-failed"]);
}

#[test]
fn silent_server_is_reported_after_the_time_limit() {
    let world = World::new();
    // Keeps the connection open until the client closes it.
    let port = listen(|mut stream| {
        let _ = io::copy(&mut stream, &mut io::sink());
    });
    let silent = |scheme: &str| {
        let url = format!("{scheme}://127.0.0.1:{port}");
        Report::of(at(&world, &url).arguments(&["--timeout", "1s"]))
    };
    let report = silent("http");
    assert_ends(&report, "connection", "deadline-exceeded", "likely");
    assert!(
        report
            .evidence("connection")
            .contains(&"each request has a time limit of 1 s")
    );
    let encrypted = silent("https");
    assert_ends(&encrypted, "tls", "deadline-exceeded", "likely");
    assert_eq!(
        encrypted.causes("tls"),
        ["deadline-exceeded", "tls-not-spoken"]
    );
}

#[test]
fn untrusted_issuer_and_the_root_to_add_are_named() {
    let world = World::new();
    let root = Authority::new("Zscaler Root CA", None);
    let middle = Authority::new("Zscaler Intermediate Root CA", Some(&root));
    let port = middle.server(&Leaf::default(), &[&middle], "");
    let report = Report::of(at(&world, &format!("https://127.0.0.1:{port}")));
    assert_ends(&report, "tls", "tls-untrusted", "certain");
    assert_eq!(
        report.summary("tls"),
        format!(
            "the certificate of 127.0.0.1:{port} is issued by \"CN=Zscaler Root CA\", which is not trusted here"
        )
    );
    assert_eq!(
        report.fixes("tls")[0],
        "if you trust it, pass the root certificate of \"CN=Zscaler Root CA\": --ca-file FILE or IMS_CA_FILE"
    );
    let seen = report.evidence("tls");
    assert!(
        seen.contains(&"zscaler is the name of a program that inspects TLS"),
        "{seen:?}"
    );
    assert!(
        report
            .summary("connection")
            .ends_with(" accepts connections")
    );
}

#[test]
fn flaw_of_a_certificate_is_named() {
    let world = World::new();
    let root = Authority::new("Hostile Root", None);
    let middle = Authority::new("Hostile Middle", Some(&root));
    world.write("ca.pem", root.pem());
    let at_port = |port: u16| Report::of(at(&world, &format!("https://127.0.0.1:{port}")));

    let incomplete = at_port(middle.server(&Leaf::default(), &[], ""));
    assert_ends(&incomplete, "tls", "tls-chain-incomplete", "likely");
    assert_eq!(
        incomplete.causes("tls"),
        ["tls-chain-incomplete", "tls-untrusted"]
    );
    let whole = at_port(middle.server(&Leaf::default(), &[&middle], &http("404 no", "", "{}")));
    assert_eq!(whole.check("tls")["verdict"], "ok", "{}", whole.run.stdout);

    let renewed = Authority::new("Hostile Root", None);
    let renewed = at_port(renewed.server(&Leaf::default(), &[], ""));
    assert_ends(&renewed, "tls", "tls-untrusted", "certain");
    assert!(
        renewed
            .evidence("tls")
            .iter()
            .any(|it| it.contains("with another key"))
    );

    let name = Leaf {
        host: "other.example",
        ..Leaf::default()
    };
    let wrong = at_port(root.server(&name, &[], ""));
    assert_eq!(wrong.findings()[0].0, "tls");
    assert!(wrong.summary("tls").ends_with("is for another name"));
    assert!(wrong.evidence("tls").contains(&"it is for other.example"));

    for (from, to, words) in [(-30, -1, "has expired"), (1, 30, "is not valid yet")] {
        let leaf = Leaf {
            from,
            to,
            ..Leaf::default()
        };
        let report = at_port(root.server(&leaf, &[], ""));
        assert_eq!(report.findings()[0].0, "tls");
        assert!(
            report.summary("tls").contains(words),
            "{}",
            report.summary("tls")
        );
        assert_eq!(report.causes("tls")[1], "clock-wrong");
    }
}

#[test]
fn machine_without_roots_and_unusable_ca_files_are_named() {
    let world = World::new();
    // The tests run without the roots of the operating system.
    let call = Ims::new(["doctor", "-c", "service_token.json"]);
    let report = Report::of(call.in_folder(world.folder.path()));
    assert_ends(&report, "tls", "roots-missing", "certain");
    for (file, problem) in [
        ("service_token.json", "ca-file-invalid"),
        ("missing.pem", "file-unreadable"),
    ] {
        let call = Ims::new(["doctor", "-c", "service_token.json", "--ca-file", file]);
        let report = Report::of(call.in_folder(world.folder.path()));
        assert_eq!(report.findings(), [("tls", "problem", problem, "certain")]);
        assert_eq!(
            report.summary("exchange"),
            "no connection is made: see `tls`"
        );
    }
    assert_eq!(world.emulator.tokens_minted(), 0);
}

#[test]
fn obstacle_is_a_warning_where_ims_is_not_needed() {
    let world = World::new();
    let (_taken, port) = unused_port();
    let url = format!("https://127.0.0.1:{port}");
    let report = Report::of(Ims::new(["doctor", "--url", &url]));
    let expected = [("connection", "warning", "nothing-listens", "certain")];
    assert_eq!(report.findings(), expected);
    let mut document = world.document();
    document["integration"]["privateKey"] = CLIENT_SECRET.into();
    world.write("key.json", document.to_string());
    let report = Report::of(doctor(&world, "key.json", &["--url", &url]));
    assert_eq!(report.findings()[0], expected[0]);
}
