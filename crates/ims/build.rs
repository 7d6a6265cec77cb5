//! Links the unwinder into the command. A call that is answered from the cache does little else than start, and
//! loading a shared library takes a part of that (see `benches`).

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

/// Returns whether gcc has the static unwinder. `cc` prints the whole path of a file that it has, and otherwise the bare
/// name.
fn has_unwinder() -> bool {
    let output = Command::new("cc")
        .arg(format!("-print-file-name={UNWINDER}"))
        .output();
    output.is_ok_and(|output| {
        let path = String::from_utf8_lossy(&output.stdout);
        Path::new(path.trim()).is_absolute()
    })
}
