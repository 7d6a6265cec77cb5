//! `ims emulator serve`: time, proxy, ready file, state, scenario, and the end with stdin.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Stdio;

use serde_json::{Value, json};

use crate::emulator::Serving;
use crate::support::Ims;

/// Sends a request over plain HTTP, and returns its status and its body.
fn send(url: &str, method_and_path: &str, body: &str) -> (u16, String) {
    let host = url.strip_prefix("http://").unwrap();
    let mut connection = TcpStream::connect(host).unwrap();
    let length = body.len();
    write!(
        connection,
        "{method_and_path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\
         Content-Length: {length}\r\n\r\n{body}"
    )
    .unwrap();
    let mut response = String::new();
    connection.read_to_string(&mut response).unwrap();
    let (head, body) = response.split_once("\r\n\r\n").unwrap();
    (head[9..12].parse().unwrap(), body.to_owned())
}

fn get_json(url: &str, path: &str) -> Value {
    let (status, body) = send(url, &format!("GET {path}"), "");
    assert_eq!(status, 200, "{body}");
    serde_json::from_str(&body).unwrap()
}

fn serve(arguments: &[&str], folder: &Path) -> Ims {
    let all = ["emulator", "serve"].iter().chain(arguments);
    Ims::new(all).in_folder(folder)
}

#[test]
fn time_and_seed_are_those_of_the_flags() {
    let folder = tempfile::tempdir().unwrap();
    let flags = [
        "--now",
        "2027-01-15T09:00:00+01:00",
        "--rate",
        "0.000001",
        "--seed",
        "7",
        "--access-token-lifetime",
        "15m",
    ];
    let mut values = Vec::new();
    for _ in 0..2 {
        let serving = Serving::start(&flags, folder.path());
        let clock = get_json(serving.text("url"), "/_emu/clock");
        let now = clock["now"].as_str().unwrap();
        assert!(now.starts_with("2027-01-15T08:00:00.0"), "{now}");
        assert_eq!(clock["rate"], 0.000001);
        assert_eq!(clock["frozen"], false);
        let lifetimes = get_json(serving.text("url"), "/_emu/lifetimes");
        assert_eq!(lifetimes["access_token_seconds"], 900.0);
        let document = fs::read_to_string(serving.path("credentials")).unwrap();
        values.push((serving.ready["sign_in"].clone(), document));
        assert_eq!(serving.end("-TERM"), (Some(0), String::new()));
    }
    assert_eq!(values[0], values[1]);
}

#[test]
fn wrong_values_are_usage_errors() {
    for (flag, value, reason) in [
        (
            "--access-token-lifetime",
            "soon",
            "give a time such as 90s, 15m or 24h",
        ),
        (
            "--access-token-lifetime",
            "0s",
            "it must be more than nothing and ten years at most",
        ),
        (
            "--now",
            "yesterday",
            "give a time of the years 1970 to 9998 by RFC 3339, such as 2027-01-15T08:00:00Z",
        ),
        ("--rate", "0", "give a number above 0, of 1000000 at most"),
        ("--rate", "NaN", "give a number above 0, of 1000000 at most"),
        ("--rate", "-1", "give a number above 0, of 1000000 at most"),
        (
            "--seed",
            "1.5",
            "give a whole number from 0 to 18446744073709551615",
        ),
        ("--connect-port", "65536", "give a number from 0 to 65535"),
    ] {
        let run = Ims::new(["emulator", "serve", &format!("{flag}={value}")]).run();
        run.assert_failed(2, "usage");
        assert!(run.stderr.contains(reason), "{run:?}");
    }
    for (arguments, reason) in [
        (&["--proxy-auth"][..], "--connect-port"),
        (
            &["--write-ca", "ca.pem"],
            "--write-ca needs --tls or --connect-port",
        ),
        (
            &["--state", "a", "--ready-file", "a"],
            "--ready-file and --state name the same file",
        ),
        (
            &["--scenario", "-", "--exit-with-stdin"],
            "--scenario - and --exit-with-stdin both need stdin",
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let run = serve(arguments, folder.path()).run();
        run.assert_failed(2, "usage");
        assert!(run.stderr.contains(reason), "{run:?}");
    }
}

#[test]
fn ready_line_names_the_proxy_and_its_credentials() {
    let folder = tempfile::tempdir().unwrap();
    let serving = Serving::start(&[], folder.path());
    assert_eq!(serving.ready["proxy"], json!(null));
    assert_eq!(
        serving.text("control"),
        format!("{}/_emu/", serving.text("url"))
    );
    assert_eq!(serving.end("-TERM").0, Some(0));

    let flags = [
        "--connect-port",
        "0",
        "--proxy-auth",
        "--write-ca",
        "ca.pem",
    ];
    let serving = Serving::start(&flags, folder.path());
    let proxy = &serving.ready["proxy"];
    assert_eq!(proxy["user"], "emulator");
    assert!(proxy["password"].as_str().unwrap().len() > 20);
    let url = proxy["url"].as_str().unwrap();
    let (status, body) = send(url, "CONNECT ims-na1.adobelogin.com:443", "");
    assert_eq!(status, 407, "{body}");
    let ca = folder.path().canonicalize().unwrap().join("ca.pem");
    assert_eq!(serving.path("ca"), ca);
    assert_eq!(serving.end("-TERM").0, Some(0));

    let serving = Serving::start(&["--connect-port", "0"], folder.path());
    let names: Vec<_> = serving.ready["proxy"].as_object().unwrap().keys().collect();
    assert_eq!(names, ["url"]);
}

#[test]
fn command_reaches_the_emulator_by_the_host_of_production() {
    let folder = tempfile::tempdir().unwrap();
    let flags = ["--connect-port", "0", "--proxy-auth"];
    let serving = Serving::start(&flags, folder.path());
    let proxy = &serving.ready["proxy"];
    let authority = proxy["url"]
        .as_str()
        .unwrap()
        .strip_prefix("http://")
        .unwrap();
    let text = |name: &str| proxy[name].as_str().unwrap();
    let url = format!("http://{}:{}@{authority}", text("user"), text("password"));
    let token = |proxy: &str, ca: &Path| {
        Ims::new(["token", "-c", serving.text("credentials")])
            .env("HTTPS_PROXY", proxy)
            .env("IMS_CA_FILE", ca)
    };
    let run = token(&url, &serving.path("ca")).run_for_a_secret();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let journal = get_json(serving.text("url"), "/_emu/requests");
    let host = journal["requests"][0]["host"].as_str().unwrap();
    assert!(host.starts_with("ims-na1.adobelogin.com"), "{host}");

    let without = format!("http://{authority}");
    token(&without, &serving.path("ca"))
        .run()
        .assert_failed(5, "proxy-authentication");
    let other = Serving::start(&["--connect-port", "0"], folder.path());
    let run = token(&url, &other.path("ca")).run();
    assert_eq!(run.code, 5, "{run:?}");
    assert!(run.stderr.contains("[tls"), "{run:?}");
}

#[test]
fn ready_file_has_the_ready_line_while_the_emulator_runs() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ready.json");
    for end in ["-TERM", "-INT"] {
        let flags = ["--ready-file", "ready.json"];
        let serving = Serving::start(&flags, folder.path());
        let content = fs::read_to_string(&path).unwrap();
        assert_eq!(
            serde_json::from_str::<Value>(&content).unwrap(),
            serving.ready
        );
        assert!(content.ends_with("}\n"));
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(serving.end(end), (Some(0), String::new()));
        assert!(!path.exists());
    }

    // The file of a killed emulator is replaced. The file of another one stays.
    let killed = Serving::start(&["--ready-file", "ready.json"], folder.path());
    assert_eq!(killed.end("-KILL").0, None);
    let first = Serving::start(&["--ready-file", "ready.json"], folder.path());
    let second = Serving::start(&["--ready-file", "ready.json"], folder.path());
    assert_eq!(first.end("-TERM").0, Some(0));
    let content: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    assert_eq!(content, second.ready);
    assert_eq!(second.end("-TERM").0, Some(0));
    assert!(!path.exists());

    fs::write(&path, "{\"integration\":{}}").unwrap();
    let run = serve(&["--ready-file", "ready.json"], folder.path()).run();
    run.assert_failed(3, "would-overwrite");
    assert_eq!(fs::read_to_string(&path).unwrap(), "{\"integration\":{}}");
    let run = serve(&["--ready-file", "no/such/folder/x"], folder.path()).run();
    run.assert_failed(3, "file-unwritable");
}

#[test]
fn emulator_ends_with_stdin_and_leaves_no_files() {
    let folder = tempfile::tempdir().unwrap();
    let flags = ["--exit-with-stdin", "--ready-file", "ready.json"];
    let mut serving = Serving::with_stdin(&flags, folder.path(), Stdio::piped());
    let temporary = serving.path("credentials").parent().unwrap().to_owned();
    assert!(temporary.is_dir());
    let mut stdin = serving.child.stdin.take().unwrap();
    stdin.write_all(b"this is thrown away\n").unwrap();
    assert!(get_json(serving.text("url"), "/_emu/health").is_object());
    drop(stdin);
    assert_eq!(serving.ended(), (Some(0), String::new()));
    assert!(!temporary.exists());
    assert!(!folder.path().join("ready.json").exists());

    // A signal ends it as well, although stdin stays open.
    let mut serving = Serving::with_stdin(&flags, folder.path(), Stdio::piped());
    let stdin = serving.child.stdin.take().unwrap();
    assert_eq!(serving.end("-TERM"), (Some(0), String::new()));
    drop(stdin);
}

#[test]
fn registrations_are_kept_in_the_state_file() {
    let folder = tempfile::tempdir().unwrap();
    let flags = ["--state", "emulator.state"];
    let first = Serving::start(&flags, folder.path());
    let person = r#"{"email":"jane@example.com"}"#;
    assert_eq!(send(first.text("url"), "POST /_emu/people", person).0, 201);
    let credentials = fs::read_to_string(first.path("credentials")).unwrap();
    assert_eq!(first.end("-TERM"), (Some(0), String::new()));
    let path = folder.path().join("emulator.state");
    let mode = fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);

    let second = Serving::start(&flags, folder.path());
    assert_eq!(
        fs::read_to_string(second.path("credentials")).unwrap(),
        credentials
    );
    assert_eq!(send(second.text("url"), "POST /_emu/people", person).0, 409);
    assert_eq!(send(second.text("url"), "POST /_emu/reset", "").0, 204);
    assert_eq!(send(second.text("url"), "POST /_emu/people", person).0, 201);

    // A file that changed in the meantime is not replaced, and the end says so.
    fs::write(&path, "mine").unwrap();
    let (code, told) = second.end("-TERM");
    assert_eq!(code, Some(3), "{told}");
    assert!(told.contains("something else changed"), "{told}");
    assert!(told.contains("[state-file-unusable]"), "{told}");
    let run = serve(&flags, folder.path()).run();
    run.assert_failed(3, "state-file-unusable");
    assert!(
        run.stderr
            .contains("was not written by the emulator; it is not replaced"),
        "{run:?}"
    );
    assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
}

#[test]
fn scenario_is_played_or_its_error_names_the_entry() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("scenario.json");
    let person = r#"{"method":"POST","path":"/_emu/people","body":{"email":"jane@example.com"}}"#;
    fs::write(&path, format!("[{person}]")).unwrap();
    let flags = ["--scenario", "scenario.json"];
    let serving = Serving::start(&flags, folder.path());
    for _ in 0..2 {
        let (status, body) = send(
            serving.text("url"),
            "POST /_emu/people",
            r#"{"email":"JANE@example.com"}"#,
        );
        assert_eq!(status, 409, "{body}");
        assert_eq!(send(serving.text("url"), "POST /_emu/reset", "").0, 204);
    }
    assert_eq!(serving.end("-TERM").0, Some(0));

    fs::write(&path, format!("[{person},{person}]")).unwrap();
    let run = serve(&flags, folder.path()).run();
    assert_eq!(run.code, 3);
    assert_eq!(
        run.stderr,
        "ims: the scenario \"scenario.json\" cannot be played: entry [1] (POST /_emu/people): 409: \
         The request cannot be carried out: another person has the user id or e-mail address \
         jane@example.com. [scenario-refused]\n\
         hint: correct this entry; the first one is [0]\n"
    );
    let run = serve(&["--scenario", "missing.json"], folder.path()).run();
    run.assert_failed(3, "file-unreadable");
}

#[test]
fn used_port_is_named_with_what_to_do() {
    let other = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = other.local_addr().unwrap().port();
    for flag in ["--port", "--connect-port"] {
        let run = Ims::new(["emulator", "serve", flag, &port.to_string()]).run();
        assert_eq!(run.code, 3);
        assert_eq!(
            run.stderr,
            format!(
                "ims: another program listens on the port {port} of this machine ({flag}) \
                 [emulator-not-started]\n\
                 hint: end that program, or name another port; {flag} 0 takes a free port\n"
            )
        );
    }
}
