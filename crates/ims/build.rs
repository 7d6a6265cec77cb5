//! Spares the command work at its start. A call that is answered from the cache is little else: with both
//! of these it takes three quarters of the time (see `benches`).

use std::env;
use std::path::Path;
use std::process::Command;

/// The static unwinder, which every gcc brings.
const UNWINDER: &str = "libgcc_eh.a";

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let is_native = told("TARGET") == told("HOST");
    let is_gnu = told("CARGO_CFG_TARGET_OS") == "linux" && told("CARGO_CFG_TARGET_ENV") == "gnu";
    if !is_native || !is_gnu {
        return;
    }
    // At a fixed address, as Go's programs are: otherwise the loader writes seven thousand addresses into
    // forty pages, each of which is copied for that. Libraries, stack and heap still lie anywhere.
    println!("cargo::rustc-link-arg-bins=-no-pie");
    if has_unwinder() {
        // The static unwinder comes before the shared one, which nothing needs then, and which is not
        // loaded. A linker that goes by the order of its arguments takes the shared one all the same.
        println!("cargo::rustc-link-lib=gcc_eh");
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the environment is how cargo speaks to a build script"
)]
fn told(name: &str) -> String {
    env::var(name).unwrap_or_default()
}

/// The linker's driver prints the whole path of what it has, and the bare name of what it has not.
fn has_unwinder() -> bool {
    let asked = Command::new("cc")
        .arg(format!("-print-file-name={UNWINDER}"))
        .output();
    asked.is_ok_and(|answer| {
        let path = String::from_utf8_lossy(&answer.stdout);
        Path::new(path.trim()).is_absolute()
    })
}
