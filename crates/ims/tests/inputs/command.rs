//! The command, to which some inputs are given.

use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::process::{Output, Stdio};

use adobe_ims_emulator::Emulator;
use tempfile::TempDir;

use crate::needles::Needles;
use crate::public_values::without_public_values;
use crate::readers::Finding;
use crate::valid::ValidInputs;

/// The command with an emulator that stands in for the identity service. What an input names is not reached: other
/// addresses have a proxy that does not exist.
pub(crate) struct Command {
    emulator: Emulator,
    folder: TempDir,
    needles: Needles,
}

/// The calls, and the reader that each stands for. `FILE` is the input.
const CALLS: &[(&str, &[&str])] = &[
    ("ims token -c -", &["token", "--no-cache", "-c", "-"]),
    (
        "ims token -c FILE -o json",
        &["-v", "token", "--no-cache", "-o", "json", "-c", "FILE"],
    ),
    ("ims inspect", &["inspect"]),
    // With exit code 8 the report is searched, too.
    ("ims doctor -c FILE", &["doctor", "--offline", "-c", "FILE"]),
    (
        "ims doctor --migrate FILE",
        &[
            "doctor",
            "--offline",
            "-o",
            "json",
            "-c",
            "FILE",
            "--migrate",
            "FILE",
        ],
    ),
    (
        "ims status -c FILE",
        &["status", "--check-expiry", "3660d", "-c", "FILE"],
    ),
    (
        "ims status",
        &[
            "--config",
            "FILE",
            "status",
            "--check-expiry",
            "3660d",
            "-o",
            "json",
        ],
    ),
    ("ims config show", &["--config", "FILE", "config", "show"]),
    (
        "ims token -p",
        &[
            "--config",
            "FILE",
            "token",
            "--no-cache",
            "-p",
            "two",
            "-o",
            "json",
        ],
    ),
    (
        "ims profile import",
        &[
            "--config", "NEW", "profile", "import", "--name", "new", "FILE",
        ],
    ),
];

impl Command {
    pub(crate) fn new() -> Self {
        Self {
            emulator: Emulator::start().unwrap(),
            folder: tempfile::tempdir().unwrap(),
            needles: Needles::new(&ValidInputs::new().secrets),
        }
    }

    /// Gives an input to the command, and returns what it did wrong.
    pub(crate) fn read(&self, input: &[u8]) -> Vec<Finding> {
        let file = self.folder.path().join("FILE");
        // The command refuses a configuration that others may read.
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create(true).truncate(true).mode(0o600);
        options.open(&file).unwrap().write_all(input).unwrap();
        let _ = std::fs::remove_file(self.folder.path().join("NEW"));
        CALLS
            .iter()
            .flat_map(|(reader, arguments)| self.call(reader, arguments, input))
            .collect()
    }

    fn call(&self, reader: &'static str, arguments: &[&str], input: &[u8]) -> Vec<Finding> {
        let output = self.run(arguments, input);
        // A token of the emulator, and the claims of a token, are results.
        let mut texts = vec![String::from_utf8_lossy(&output.stderr).into_owned()];
        if !output.status.success() {
            texts.push(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        // A panic ends with 101, a signal with no code.
        let ended = output.status.code().is_some_and(|code| code < 100);
        let is_wrong =
            |text: &String| !ended || self.needles.shown_in(&without_public_values(text));
        let texts = texts.into_iter().filter(is_wrong);
        texts.map(|text| Finding { reader, text }).collect()
    }

    fn run(&self, arguments: &[&str], input: &[u8]) -> Output {
        let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_ims"))
            .args(arguments)
            .current_dir(self.folder.path())
            .env_clear()
            .env("IMS_URL", self.emulator.url())
            .env("HTTPS_PROXY", "http://127.0.0.1:1")
            .env("SSL_CERT_FILE", "/dev/null")
            .env("IMS_RETRIES", "0")
            .env("IMS_TIMEOUT", "20s")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // The command may close its stdin without reading it.
        let _ = child.stdin.take().unwrap().write_all(input);
        child.wait_with_output().unwrap()
    }
}
