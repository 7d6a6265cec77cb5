//! The script in `docs/emulator.md` does what the page says.

use std::path::Path;
use std::process::Command;

use crate::support::write_private;

const PAGE: &str = include_str!("../../../../docs/emulator.md");

fn script() -> &'static str {
    let (_, rest) = PAGE.split_once("\n```sh\n#!/bin/sh\n").unwrap();
    rest.split_once("\n```\n").unwrap().0
}

/// Runs a script with this command in its path, and returns the exit code, stdout and stderr.
fn run(script: &str) -> (Option<i32>, String, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("script");
    write_private(&path, script);
    let bin = Path::new(env!("CARGO_BIN_EXE_ims")).parent().unwrap();
    let output = Command::new("/bin/sh")
        .arg(&path)
        .current_dir(folder.path())
        .env_clear()
        .env("PATH", format!("{}:/usr/bin:/bin", bin.display()))
        .env("IMS_RETRIES", "0")
        .output()
        .unwrap();
    (
        output.status.code(),
        String::from_utf8(output.stdout).unwrap(),
        String::from_utf8(output.stderr).unwrap(),
    )
}

#[test]
fn script_of_the_documentation_proves_cache_and_recovery() {
    let (code, stdout, stderr) = run(script());
    assert_eq!(
        (code, stdout.as_str()),
        (Some(0), "1 request\n2 requests\n"),
        "{stderr}"
    );
    let lines: Vec<&str> = stderr
        .lines()
        .filter(|line| line.starts_with("ims: "))
        .collect();
    assert_eq!(lines.len(), 1, "{stderr}");
    assert!(lines[0].contains("503"), "{stderr}");
}

#[test]
fn script_ends_with_8_if_the_program_caches_nothing() {
    let uncached = script().replacen("token -c", "token --no-cache -c", 1);
    let (code, stdout, stderr) = run(&uncached);
    assert_eq!((code, stdout.as_str()), (Some(8), ""), "{stderr}");
    assert!(
        stderr.contains("The journal has 3 such requests; wanted are at most 1"),
        "{stderr}"
    );
}
