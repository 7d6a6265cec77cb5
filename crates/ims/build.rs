//! Spares the command work at its start. A call that is answered from the cache does little else (see `benches`).

use std::env;
use std::path::Path;
use std::process::Command;

/// The static unwinder, which is part of every gcc.
const UNWINDER: &str = "libgcc_eh.a";

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let is_native = variable("TARGET") == variable("HOST");
    let is_gnu =
        variable("CARGO_CFG_TARGET_OS") == "linux" && variable("CARGO_CFG_TARGET_ENV") == "gnu";
    if !is_native || !is_gnu {
        return;
    }
    if packs_addresses() {
        // A position-independent program holds a list of the seven thousand addresses that the loader adjusts. Packed,
        // the list takes two kilobytes instead of two hundred.
        println!("cargo::rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
    if has_unwinder() {
        // The static unwinder comes before the shared one. The linker then needs nothing from the shared one and
        // leaves it out, unless it was told to keep unneeded libraries.
        println!("cargo::rustc-link-lib=gcc_eh");
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "cargo passes its settings to a build script in the environment"
)]
fn variable(name: &str) -> String {
    env::var(name).unwrap_or_default()
}

/// Returns whether the C library reads packed addresses, which glibc does since version 2.36.
fn packs_addresses() -> bool {
    let version = output("getconf", "GNU_LIBC_VERSION");
    let numbers = version.strip_prefix("glibc ").unwrap_or_default();
    let mut numbers = numbers.split('.').map(str::parse::<u32>);
    match (numbers.next(), numbers.next()) {
        (Some(Ok(major)), Some(Ok(minor))) => (major, minor) >= (2, 36),
        _ => false,
    }
}

/// Returns whether gcc has the static unwinder. `cc` prints the whole path of a file that it has, and otherwise the bare
/// name.
fn has_unwinder() -> bool {
    let path = output("cc", &format!("-print-file-name={UNWINDER}"));
    Path::new(&path).is_absolute()
}

/// Returns what a command prints, without the end of the line; nothing when it cannot be run.
fn output(program: &str, argument: &str) -> String {
    let output = Command::new(program).arg(argument).output();
    let printed = output.map(|output| output.stdout).unwrap_or_default();
    String::from_utf8_lossy(&printed).trim().to_owned()
}
