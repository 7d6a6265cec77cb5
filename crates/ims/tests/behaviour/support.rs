//! Runs the command and checks that its output contains no secret.

use std::ffi::OsStr;
use std::fs::Permissions;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Output, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use adobe_ims_emulator::{Account, Emulator, EmulatorBuilder};
use serde_json::Value;
use tempfile::TempDir;

pub(crate) const CLIENT_ID: &str = "client!+ID";
pub(crate) const CLIENT_SECRET: &str = "SECRET?%&=ü";
pub(crate) const PASSPHRASE: &str = "PASSPHRASE?%&=ü";

/// A token that expired long ago: {"alg":"RS256","kid":"ims_na1-key-at-1"} . type access_token, created 2020-09-13T12:26:40Z, 24 h
pub(crate) const OLD_TOKEN: &str = concat!(
    "eyJhbGciOiJSUzI1NiIsImtpZCI6Imltc19uYTEta2V5LWF0LTEifQ.",
    "eyJ0eXBlIjoiYWNjZXNzX3Rva2VuIiwiY2xpZW50X2lkIjoieCIsImFzIjoiaW1zLW5hMSIsInNjb3BlIjoib3BlbmlkLEFkb2JlSUQiLCJjcmVhdGVkX2F0IjoiMTYwMDAwMDAwMDAwMCIsImV4cGlyZXNfaW4iOiI4NjQwMDAwMCJ9.",
    "c2ln"
);

/// A token for `client!+ID` that lives 100 years.
pub(crate) const LASTING_TOKEN: &str = concat!(
    "eyJhbGciOiJSUzI1NiIsImtpZCI6Imltc19uYTEta2V5LWF0LTEifQ.",
    "eyJ0eXBlIjoiYWNjZXNzX3Rva2VuIiwiY2xpZW50X2lkIjoiY2xpZW50IStJRCIsImNyZWF0ZWRfYXQiOiIxNjAwMDAwMDAwMDAwIiwiZXhwaXJlc19pbiI6IjMxNTU3NjAwMDAwMDAifQ.",
    "c2ln"
);
pub(crate) const LASTING_UNTIL: &str = "2120-09-14T12:26:40Z";

/// The texts that must never be printed: the secret in every encoding, a token or an assertion, a key.
/// (A certificate begins with MIID or MIIC.)
const CANARIES: &[&str] = &[
    CLIENT_SECRET,
    PASSPHRASE,
    "SECRET%3F",
    "PASSPHRASE%3F",
    "eyJ",
    "MIIE",
    "-----BEGIN",
];

/// Returns a key or a certificate of the library's tests.
pub(crate) fn fixture(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../adobe-ims/tests/fixtures");
    std::fs::read_to_string(folder.join(name)).unwrap()
}

/// Returns a binary key of the library's tests.
pub(crate) fn fixture_bytes(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../adobe-ims/tests/fixtures");
    std::fs::read(folder.join(name)).unwrap()
}

/// Lets every user read a file, in folders that every user may enter.
pub(crate) fn open_to_everybody(path: &Path) {
    let folders = path.ancestors().skip(1);
    for folder in folders.take_while(|folder| *folder != std::env::temp_dir()) {
        std::fs::set_permissions(folder, Permissions::from_mode(0o755)).unwrap();
    }
    std::fs::set_permissions(path, Permissions::from_mode(0o644)).unwrap();
}

/// Writes a file that its owner alone can read.
pub(crate) fn write_private(path: &Path, content: impl AsRef<[u8]>) {
    std::fs::write(path, content).unwrap();
    std::fs::set_permissions(path, Permissions::from_mode(0o600)).unwrap();
}

/// The result of a run.
#[derive(Debug)]
pub(crate) struct Run {
    /// The exit code, or the negative number of the signal that ended the command.
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// A call of the command with a clean environment.
pub(crate) struct Ims {
    command: Command,
    stdin: Vec<u8>,
}

impl Ims {
    pub(crate) fn new<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ims"));
        command
            .args(arguments)
            .env_clear()
            // The root certificates of the operating system are not needed and not available.
            .env("SSL_CERT_FILE", "/dev/null")
            // Tests do not wait for retries unless they test them.
            .env("IMS_RETRIES", "0")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        Self {
            command,
            stdin: Vec::new(),
        }
    }

    /// Starts the command with SIGHUP ignored, as `nohup` does.
    pub(crate) fn under_nohup(mut self) -> Self {
        let mut shell = Command::new("sh");
        shell
            .args(["-c", "trap '' HUP; exec \"$0\" \"$@\""])
            .arg(self.command.get_program())
            .args(self.command.get_args())
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        for (name, value) in self.command.get_envs() {
            shell.env(name, value.unwrap());
        }
        if let Some(folder) = self.command.get_current_dir() {
            shell.current_dir(folder);
        }
        self.command = shell;
        self
    }

    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Adds arguments.
    pub(crate) fn arguments(mut self, more: &[&str]) -> Self {
        self.command.args(more);
        self
    }

    pub(crate) fn stdin(mut self, content: impl Into<Vec<u8>>) -> Self {
        self.stdin = content.into();
        self
    }

    pub(crate) fn in_folder(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// Runs the command, which must print no secret.
    #[track_caller]
    pub(crate) fn run(self) -> Run {
        let run = self.run_for_a_secret();
        assert_no_canary("stdout", &run.stdout);
        run
    }

    /// Runs the command, whose stdout may contain a secret as the result.
    #[track_caller]
    pub(crate) fn run_for_a_secret(self) -> Run {
        Run::of(self.output())
    }

    /// Runs the command, whose output may be binary.
    #[track_caller]
    pub(crate) fn output(mut self) -> Output {
        let mut child = self.command.spawn().unwrap();
        // A child may close its stdin without reading it.
        let _ = child.stdin.take().unwrap().write_all(&self.stdin);
        child.wait_with_output().unwrap()
    }

    /// Starts the command without a terminal, and returns the running process.
    pub(crate) fn start(mut self) -> Running {
        let mut child = self.command.process_group(0).spawn().unwrap();
        Running {
            stdin: child.stdin.take(),
            child,
        }
    }
}

/// A running command.
pub(crate) struct Running {
    child: Child,
    pub(crate) stdin: Option<ChildStdin>,
}

impl Running {
    /// Waits until the command prints this line next.
    #[track_caller]
    pub(crate) fn expect(&mut self, text: &str) {
        let mut printed = vec![0; text.len()];
        let stdout = self.child.stdout.as_mut().unwrap();
        stdout.read_exact(&mut printed).unwrap();
        assert_eq!(String::from_utf8_lossy(&printed), text);
    }

    /// Reads stderr up to a line that begins with this text.
    #[track_caller]
    pub(crate) fn expect_stderr_line(&mut self, start: &str) {
        while !self.stderr_line().starts_with(start) {}
    }

    #[track_caller]
    fn stderr_line(&mut self) -> String {
        let stderr = self.child.stderr.as_mut().unwrap();
        let mut line = Vec::new();
        while !line.ends_with(b"\n") {
            let mut byte = [0];
            let read = stderr.read(&mut byte).unwrap();
            assert_eq!(read, 1, "no more lines after {line:?}");
            line.push(byte[0]);
        }
        String::from_utf8(line).unwrap()
    }

    /// Reads stderr up to an address on a line of its own, and returns the lines before it and the address.
    /// (The address is random and may contain any text.)
    #[track_caller]
    pub(crate) fn address(&mut self) -> (String, String) {
        let mut before = String::new();
        loop {
            let line = self.stderr_line();
            if line.starts_with("http") {
                return (before, line.trim_end().to_owned());
            }
            assert_no_canary("stderr", &line);
            before.push_str(&line);
        }
    }

    pub(crate) fn say(&mut self, text: &str) {
        let stdin = self.stdin.as_mut().unwrap();
        stdin.write_all(text.as_bytes()).unwrap();
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn send(&self, signal: &str) {
        let kill = format!("kill -{signal} {}", self.child.id());
        let status = Command::new("sh").args(["-c", &kill]).status().unwrap();
        assert!(status.success());
    }

    /// Closes the pipe of stdout.
    pub(crate) fn close_stdout(&mut self) {
        drop(self.child.stdout.take());
    }

    /// Waits for the end and returns the result with the remaining output. Stdin stays open unless it was dropped.
    #[track_caller]
    pub(crate) fn end(self) -> Run {
        let (sender, ended) = mpsc::channel();
        let id = self.child.id();
        let child = self.child;
        thread::spawn(move || sender.send(child.wait_with_output()));
        let Ok(output) = ended.recv_timeout(Duration::from_secs(30)) else {
            let kill = format!("kill -KILL -{id}");
            let _ = Command::new("sh").args(["-c", &kill]).status();
            panic!("it does not end");
        };
        Run::of(output.unwrap())
    }
}

#[track_caller]
fn assert_no_canary(stream: &str, text: &str) {
    for canary in CANARIES {
        assert!(!text.contains(canary), "{canary:?} in {stream}: {text}");
    }
}

impl Run {
    #[track_caller]
    fn of(output: Output) -> Self {
        let signal = output.status.signal().map(|signal| -signal);
        let run = Self {
            code: output.status.code().or(signal).unwrap(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        };
        assert_no_canary("stderr", &run.stderr);
        assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
        run
    }

    #[track_caller]
    pub(crate) fn assert(&self, code: i32, stdout: &str, stderr: &str) {
        assert_eq!(
            (self.code, self.stdout.as_str(), self.stderr.as_str()),
            (code, stdout, stderr)
        );
    }

    /// Checks the exit code, the empty stdout and the id on the first line of stderr.
    #[track_caller]
    pub(crate) fn assert_failed(&self, code: i32, id: &str) {
        assert_eq!(self.code, code, "{self:?}");
        assert_eq!(self.stdout, "", "{self:?}");
        let first = self.stderr.lines().next().unwrap_or_default();
        assert!(
            first.starts_with("ims: ") && first.ends_with(&format!("[{id}]")),
            "{self:?}"
        );
        assert!(
            self.stderr
                .lines()
                .skip(1)
                .all(|line| { line.starts_with("hint: ") || line.starts_with("x-debug-id: ") }),
            "{self:?}"
        );
    }
}

impl Run {
    /// Checks the exit code, the empty stdout and the id on the first line of stderr, whatever follows.
    #[track_caller]
    pub(crate) fn assert_failed_first(&self, code: i32, id: &str) {
        assert_eq!((self.code, self.stdout.as_str()), (code, ""), "{self:?}");
        let first = self.stderr.lines().next().unwrap_or_default();
        assert!(
            first.starts_with("ims: ") && first.ends_with(&format!("[{id}]")),
            "{self:?}"
        );
    }

    /// Checks the exit code, the empty stdout and the id in the JSON on stderr.
    #[track_caller]
    pub(crate) fn assert_failed_as_json(&self, code: i32, id: &str) {
        assert_eq!((self.code, self.stdout.as_str()), (code, ""), "{self:?}");
        let error: Value = serde_json::from_str(&self.stderr).unwrap();
        assert_eq!(error["id"], id, "{self:?}");
    }
}

/// An emulator with hostile names, its CA and its document in files.
pub(crate) struct World {
    pub(crate) emulator: Emulator,
    pub(crate) folder: TempDir,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with(|builder| builder)
    }

    pub(crate) fn with(change: impl FnOnce(EmulatorBuilder) -> EmulatorBuilder) -> Self {
        let account = Account::new()
            .client_id(CLIENT_ID)
            .client_secret(CLIENT_SECRET);
        let builder = Emulator::builder()
            .tls(true)
            .own_ims_endpoint()
            .account(account);
        let world = Self {
            emulator: change(builder).start().unwrap(),
            folder: tempfile::tempdir().unwrap(),
        };
        world.write("service_token.json", world.emulator.credentials_json());
        if let Some(ca) = world.emulator.ca_pem() {
            world.write("ca.pem", ca);
        }
        world
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file that its owner alone can read.
    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        write_private(&path, content);
        path
    }

    pub(crate) fn document(&self) -> Value {
        serde_json::from_str(&self.emulator.credentials_json()).unwrap()
    }

    /// Creates a call of `ims token` with this document and the CA, in their folder.
    pub(crate) fn token(&self, document: &str, more: &[&str]) -> Ims {
        let arguments = ["token", "-c", document, "--ca-file", "ca.pem"];
        Ims::new(arguments.iter().chain(more)).in_folder(self.folder.path())
    }

    /// Creates a call of `ims doctor` with the document and the CA, in their folder.
    pub(crate) fn doctor(&self, more: &[&str]) -> Ims {
        let arguments = ["doctor", "-c", "service_token.json", "--ca-file", "ca.pem"];
        Ims::new(arguments.iter().chain(more)).in_folder(self.folder.path())
    }
}

/// Starts a server on loopback that gives every request the same answer, and returns its base URL.
pub(crate) fn answering(answer: impl Into<Vec<u8>>) -> String {
    let answer = answer.into();
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut request = Vec::new();
            let mut buffer = [0; 4096];
            // The form ends with the assertion, and that with a signature of 342 characters.
            while !is_complete(&request) {
                match stream.read(&mut buffer) {
                    Ok(count) if count > 0 => request.extend_from_slice(&buffer[..count]),
                    _ => break,
                }
            }
            let _ = stream.write_all(&answer);
        }
    });
    format!("http://127.0.0.1:{port}")
}

/// Returns a complete answer. Each of `headers` ends with a line end.
pub(crate) fn http(status: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\n\r\n{body}")
}

pub(crate) fn is_complete(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request);
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let length = head.lines().find_map(|line| {
        line.to_ascii_lowercase()
            .strip_prefix("content-length: ")?
            .parse()
            .ok()
    });
    body.len() >= length.unwrap_or(0)
}
