//! `ims emulator serve`: the ready line, the files and the end.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write as _};
use std::net::{Shutdown, TcpStream};
use std::os::fd::OwnedFd;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::support::{Ims, World, answering, fixture};

pub(crate) struct Serving {
    pub(crate) child: Child,
    stdout: BufReader<ChildStdout>,
    pub(crate) ready: Value,
}

impl Serving {
    pub(crate) fn start(arguments: &[&str], folder: &Path) -> Self {
        Self::with_stdin(arguments, folder, Stdio::null())
    }

    pub(crate) fn with_stdin(arguments: &[&str], folder: &Path, stdin: Stdio) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_ims"))
            .args(["emulator", "serve"])
            .args(arguments)
            .current_dir(folder)
            .stdin(stdin)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        let ready = serde_json::from_str(&line).unwrap_or_else(|_| panic!("{line:?}"));
        Self {
            child,
            stdout,
            ready,
        }
    }

    pub(crate) fn text(&self, name: &str) -> &str {
        self.ready[name].as_str().unwrap()
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        PathBuf::from(self.text(name))
    }

    /// Ends the emulator with a signal and returns the exit code and the remaining output.
    pub(crate) fn end(self, signal: &str) -> (Option<i32>, String) {
        let pid = self.child.id().to_string();
        let kill = format!("kill {signal} {pid}");
        assert!(
            Command::new("sh")
                .args(["-c", &kill])
                .status()
                .unwrap()
                .success()
        );
        self.ended()
    }

    /// Waits for the end, and returns the exit code and the remaining output.
    pub(crate) fn ended(mut self) -> (Option<i32>, String) {
        let code = self.child.wait().unwrap().code();
        let mut rest = String::new();
        self.stdout.read_to_string(&mut rest).unwrap();
        self.child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut rest)
            .unwrap();
        (code, rest)
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn ready_line_names_usable_files() {
    let folder = tempfile::tempdir().unwrap();
    let serving = Serving::start(
        &[
            "--tls",
            "--write-credentials",
            "service.json",
            "--metascopes",
            "ent_user_sdk, ent_aem_cloud_api",
        ],
        folder.path(),
    );
    assert_eq!(serving.ready["ready"], true);
    assert!(serving.text("url").starts_with("https://127.0.0.1:"));
    assert_eq!(
        serving.path("credentials"),
        folder.path().canonicalize().unwrap().join("service.json")
    );
    let document: Value =
        serde_json::from_slice(&fs::read(serving.path("credentials")).unwrap()).unwrap();
    assert_eq!(
        document["integration"]["metascopes"],
        "ent_user_sdk,ent_aem_cloud_api"
    );
    assert_eq!(
        document["integration"]["imsEndpoint"],
        "ims-na1.adobelogin.com"
    );
    let mode = fs::metadata(serving.path("credentials"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);

    let run = Ims::new([
        "token",
        "-c",
        serving.text("credentials"),
        "--url",
        serving.text("url"),
    ])
    .env("IMS_CA_FILE", serving.path("ca"))
    .run_for_a_secret();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));

    let ca = serving.path("ca");
    assert!(ca.exists());
    assert_eq!(serving.end("-TERM"), (Some(0), String::new()));
    assert!(!ca.exists(), "the temporary folder stays behind");
    assert!(folder.path().join("service.json").exists());
}

#[test]
fn emulator_without_tls_has_no_ca_and_ends_by_sigint() {
    let folder = tempfile::tempdir().unwrap();
    for signal in ["-INT", "-HUP"] {
        let serving = Serving::start(&[], folder.path());
        assert_eq!(serving.ready["ca"], json!(null));
        let credentials = serving.path("credentials");
        let run = Ims::new([
            "token",
            "-c",
            serving.text("credentials"),
            "--url",
            serving.text("url"),
        ])
        .run_for_a_secret();
        assert_eq!(run.code, 0, "{run:?}");
        assert_eq!(serving.end(signal), (Some(0), String::new()));
        assert!(!credentials.exists());
    }
}

#[test]
fn oauth_document_is_written_in_addition() {
    let folder = tempfile::tempdir().unwrap();
    let wanted = ["--write-oauth-credentials", "oauth.json"];
    let serving = Serving::start(&wanted, folder.path());
    let path = serving.path("oauth_credentials");
    assert_eq!(
        path,
        folder.path().canonicalize().unwrap().join("oauth.json")
    );
    let document: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    assert!(document["CLIENT_SECRETS"][0].is_string());
    assert_ne!(document["CLIENT_ID"], serving.ready["client_id"]);
    let temporary = serving.path("credentials");
    assert_eq!(serving.end("-TERM"), (Some(0), String::new()));
    assert!(path.exists() && !temporary.exists());

    let serving = Serving::start(&[], folder.path());
    let temporary = serving.path("oauth_credentials");
    let mode = fs::metadata(&temporary).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(serving.end("-TERM").0, Some(0));
    assert!(!temporary.exists());
}

#[test]
fn emulator_clients_have_the_requested_scopes() {
    let folder = tempfile::tempdir().unwrap();
    let serving = Serving::start(&["--scopes", "openid, user_management_sdk"], folder.path());
    let run = Ims::new([
        "token",
        "-c",
        serving.text("oauth_credentials"),
        "--url",
        serving.text("url"),
    ])
    .run_for_a_secret();
    assert_eq!(run.code, 0, "{run:?}");
    let claims = run.stdout.split('.').nth(1).unwrap();
    let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap();
    assert_eq!(claims["scope"], "openid,user_management_sdk");
    assert_eq!(serving.end("-TERM").0, Some(0));
}

#[test]
fn ready_line_names_a_person_who_can_sign_in() {
    let folder = tempfile::tempdir().unwrap();
    let serving = Serving::start(&[], folder.path());
    let sign_in = &serving.ready["sign_in"];
    let text = |name: &str| sign_in[name].as_str().unwrap();
    assert_eq!(text("email"), "emma.ulator@example.com");
    let query = format!(
        "client_id={}&code_challenge={}",
        text("client_id"),
        "a".repeat(43)
    );
    let host = serving.text("url").strip_prefix("http://").unwrap();
    let mut connection = TcpStream::connect(host).unwrap();
    write!(
        connection,
        "GET /ims/authorize/v2?{query} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut page = String::new();
    connection.read_to_string(&mut page).unwrap();
    assert!(page.contains("<h1>Sign in</h1>"), "{page}");
    assert!(page.contains(text("email")), "{page}");
    assert_eq!(serving.end("-TERM").0, Some(0));
}

#[test]
fn document_that_names_the_emulator_needs_no_url() {
    let folder = tempfile::tempdir().unwrap();
    let serving = Serving::start(&["--tls", "--ims-endpoint", "self"], folder.path());
    let run = Ims::new([
        "token",
        "-c",
        serving.text("credentials"),
        "--ca-file",
        serving.text("ca"),
    ])
    .run_for_a_secret();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
}

/// Gets the JSON of a path of an emulator without TLS.
fn fetch(url: &str, path: &str) -> Value {
    let host = url.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    let (_, body) = response.split_once("\r\n\r\n").unwrap();
    serde_json::from_str(body).unwrap()
}

#[test]
fn setting_of_ims_counts_from_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let flags = [
        "--setting",
        "documented_statuses=true",
        "--setting",
        "refresh_token_reuse=accept",
    ];
    let serving = Serving::start(&flags, folder.path());
    let settings = fetch(serving.text("url"), "/_emu/settings");
    assert_eq!(settings["documented_statuses"], true);
    assert_eq!(settings["refresh_token_reuse"], "accept");
    assert_eq!(settings["rs384_rs512"], false);
}

#[test]
fn setting_of_aem_counts_from_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let settings = [
        ("default_tier", json!("publish")),
        ("check_allow_list", json!(false)),
        ("browser_login", json!("page")),
        ("upload_part_bytes", json!(7)),
        ("assembler_answer", json!("pdf")),
        ("batch_record_ms", json!(0)),
    ];
    let help = Ims::new(["emulator", "serve", "--help"]).run().stdout;
    let at_start = Serving::start(&[], folder.path());
    let defaults = fetch(at_start.text("url"), "/_emu/aem/settings");
    let text = |value: &Value| value.to_string().trim_matches('"').to_owned();
    let mut flags = Vec::new();
    for (name, value) in &settings {
        flags.extend(["--setting".to_owned(), format!("{name}={}", text(value))]);
        let described = help.split_once(&format!("{name}=")).unwrap().1;
        let default = format!("[default: {}]", text(&defaults[name]));
        let line = described.lines().nth(1).unwrap();
        assert!(line.trim().starts_with(&default), "{line}");
    }
    // Each one has a flag, except the folders.
    assert_eq!(defaults.as_object().unwrap().len(), settings.len() + 1);

    let flags: Vec<&str> = flags.iter().map(String::as_str).collect();
    let serving = Serving::start(&flags, folder.path());
    let found = fetch(serving.text("url"), "/_emu/aem/settings");
    for (name, value) in &settings {
        assert_eq!(found[name], *value, "{name}");
    }
}

#[test]
fn misspelt_setting_gets_the_list_of_what_there_is() {
    for (flag, wanted) in [
        (
            "documented_status=true",
            "there is no setting \"documented_status\"; there are documented_statuses, signature_error",
        ),
        (
            "refresh_token_reuse=once",
            "the setting refresh_token_reuse is one of accept, refuse, end_session, not \"once\"",
        ),
        (
            "rs384_rs512",
            "the setting rs384_rs512 is one of false, true, not \"\"",
        ),
        (
            "default_teir=author",
            "short_state, default_tier, check_allow_list, browser_login, upload_part_bytes, assembler_answer, batch_record_ms",
        ),
        (
            "default_tier=dispatcher",
            "the setting default_tier is one of author, preview, publish, not \"dispatcher\"",
        ),
        (
            "upload_part_bytes=0",
            "the setting upload_part_bytes is a number from 1 on, not \"0\"",
        ),
    ] {
        let run = Ims::new(["emulator", "serve", "--setting", flag]).run();
        assert_eq!((run.code, run.stdout.as_str()), (2, ""));
        assert!(run.stderr.contains(wanted), "{}", run.stderr);
    }
}

#[test]
fn document_of_the_emulator_at_production_is_recognised() {
    let world = World::with(|builder| builder.ims_endpoint("ims-na1.adobelogin.com"));
    // The proxy keeps the request from leaving the machine.
    let proxy = answering("HTTP/1.1 407 no\r\nContent-Length: 0\r\n\r\n");
    let run = world
        .token("service_token.json", &[])
        .env("HTTPS_PROXY", proxy)
        .run();
    run.assert_failed(5, "proxy-authentication");
    assert!(
        run.stderr
            .contains("hint: this document was written by `ims emulator serve`")
    );

    let ims = |arguments: &[&str]| {
        Ims::new(arguments)
            .env("HOME", world.path("home"))
            .env("HTTPS_PROXY", answering("HTTP/1.1 407 no\r\n\r\n"))
            .in_folder(world.folder.path())
            .run()
    };
    let run = ims(&[
        "profile",
        "import",
        "service_token.json",
        "--name",
        "astray",
    ]);
    assert_eq!(run.code, 0, "{run:?}");
    for (place, end) in [("file = \"", "\""), ("command = [\"cat\", \"", "\"]")] {
        let path = world.path("home/.config/ims/config.toml");
        let document = world.path("service_token.json");
        let text = format!(
            "[profiles.astray]\ntype = \"document\"\ncredentials = {{ {place}{}{end} }}\n",
            document.display()
        );
        fs::write(&path, format!("version = 1\n{text}")).unwrap();
        let run = ims(&["token", "-q", "-p", "astray"]);
        run.assert_failed(5, "proxy-authentication");
        let hint = "its CA with --ca-file; or as `environment` and `ca_files` in [profiles.astray]";
        assert!(run.stderr.contains(hint), "{run:?}");
    }
}

#[test]
fn real_files_are_not_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let real = folder.path().join("real");
    let serve = |arguments: &[&str]| {
        let all = ["emulator", "serve", "--tls"].iter().chain(arguments);
        Ims::new(all).in_folder(folder.path())
    };
    for content in ["{\"integration\": {}}", &fixture("certificate.pem"), "x"] {
        fs::write(&real, content).unwrap();
        for flag in [
            "--write-credentials",
            "--write-oauth-credentials",
            "--write-ca",
        ] {
            serve(&[flag, "real"])
                .run()
                .assert_failed(3, "would-overwrite");
        }
        assert_eq!(fs::read_to_string(&real).unwrap(), content);
    }
    for [one, other] in [
        ["--write-credentials", "--write-ca"],
        ["--write-oauth-credentials", "--write-credentials"],
        ["--write-ca", "--write-oauth-credentials"],
    ] {
        let both = serve(&[one, "same", other, "same"]).run();
        both.assert_failed(2, "usage");
        assert!(both.stderr.contains("name the same file"), "{both:?}");
    }

    // Files of the emulator and empty files are replaced; only the owner may read the credentials.
    let files = [
        "--tls",
        "--write-credentials",
        "service.json",
        "--write-oauth-credentials",
        "oauth.json",
        "--write-ca",
        "ca.pem",
    ];
    let secret = ["service.json", "oauth.json"].map(|name| folder.path().join(name));
    for path in &secret {
        fs::write(path, "").unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(0o644)).unwrap();
    }
    for _ in 0..2 {
        let serving = Serving::start(&files, folder.path());
        for path in &secret {
            let mode = fs::metadata(path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        assert_eq!(serving.end("-TERM").0, Some(0));
    }
}

#[test]
fn closed_stdout_leaves_no_files() {
    let folder = tempfile::tempdir().unwrap();
    // A process that another test starts at this moment may hold the reader of the pipe.
    let (reader, stdout) = UnixStream::pair().unwrap();
    reader.shutdown(Shutdown::Both).unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_ims"))
        .args(["emulator", "serve"])
        .env("TMPDIR", folder.path())
        .stdin(Stdio::null())
        .stdout(OwnedFd::from(stdout))
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(141));
    let mut told = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut told)
        .unwrap();
    assert_eq!(told, "");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn cause_of_a_failed_start_is_reported() {
    let folder = tempfile::tempdir().unwrap();
    let serving = Serving::start(&[], folder.path());
    let port = serving.text("url").rsplit(':').next().unwrap().to_owned();
    let run = Ims::new(["emulator", "serve", "--port", &port]).run();
    run.assert_failed(3, "emulator-not-started");
    let run = Ims::new([
        "emulator",
        "serve",
        "--write-credentials",
        "no/such/folder/x.json",
    ])
    .in_folder(folder.path())
    .run();
    run.assert_failed(3, "file-unwritable");
}

#[test]
fn emulator_of_a_container_is_called_by_the_name_of_its_service() {
    let folder = tempfile::tempdir().unwrap();
    let serving = Serving::start(
        &["--listen", "0.0.0.0", "--control-host", "adobe"],
        folder.path(),
    );
    let port = serving.text("url").strip_prefix("http://127.0.0.1:");
    let port = port.unwrap().to_owned();
    let health = |host: &str| {
        let mut connection = TcpStream::connect(format!("127.0.0.1:{port}")).unwrap();
        let head =
            format!("GET /_emu/health HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        connection.write_all(head.as_bytes()).unwrap();
        let mut response = String::new();
        connection.read_to_string(&mut response).unwrap();
        response[9..12].to_owned()
    };
    for (host, status) in [
        (format!("adobe:{port}"), "200"),
        (format!("localhost:{port}"), "200"),
        (format!("other:{port}"), "403"),
        (format!("0.0.0.0:{port}"), "403"),
    ] {
        assert_eq!(health(&host), status, "{host}");
    }
    let warning = "ims: note: the emulator listens on 0.0.0.0: every machine that reaches this address \
                   can control it, and with the folders of batches read and write files of its user\n";
    assert_eq!(serving.end("-TERM"), (Some(0), warning.to_owned()));
}

#[test]
fn addresses_and_names_that_cannot_be_are_refused() {
    let serve = |arguments: &[&str]| Ims::new(["emulator", "serve"].iter().chain(arguments)).run();
    let run = serve(&["--listen", "localhost"]);
    run.assert_failed(2, "usage");
    assert!(run.stderr.contains("give an IP address"), "{run:?}");
    // An address for documentation (RFC 5737), which a machine does not have.
    let run = serve(&["--listen", "203.0.113.1"]);
    run.assert_failed(3, "emulator-not-started");
    let hint = "hint: --listen takes an address of this machine";
    assert!(run.stderr.contains(hint), "{run:?}");
    for name in ["adobe:8080", "https://adobe", "ims-na1.adobelogin.com"] {
        let run = serve(&["--control-host", name]);
        run.assert_failed(2, "usage");
        assert!(run.stderr.contains(name), "{run:?}");
        assert!(run.stderr.contains("without a port"), "{run:?}");
    }
}
