//! Checks that each module of a crate uses only modules that are declared above it.
//!
//! ```text
//! module-order [--nested] CRATE…
//! ```
//!
//! Each CRATE is the folder of a crate. The order is that of the `mod` lines in its `lib.rs` or `main.rs`. The check
//! ignores code that only tests have. With `--nested` it also compares the submodules of each module.

#![forbid(unsafe_code)]

mod test_code;
mod paths;
mod tree;
mod cycles;
mod order;

use std::env;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

fn main() -> ExitCode {
    let (options, crates): (Vec<String>, Vec<String>) = env::args()
        .skip(1)
        .partition(|argument| argument.starts_with('-'));
    let nested = options.iter().any(|option| option == "--nested");
    if crates.is_empty() || options.iter().any(|option| option != "--nested") {
        eprintln!("usage: module-order [--nested] CRATE…");
        return ExitCode::from(2);
    }
    let mut problems = 0;
    for folder in &crates {
        match check(Path::new(folder), nested) {
            Ok(found) => problems += found,
            Err(error) => {
                eprintln!("{folder}: {error}");
                return ExitCode::from(2);
            }
        }
    }
    if problems == 0 {
        println!("{} crates: the modules are in order", crates.len());
        return ExitCode::SUCCESS;
    }
    println!("{problems} uses against the order");
    ExitCode::FAILURE
}

/// Prints each use against the order, then the cycles. Returns the number of uses against the order.
fn check(folder: &Path, nested: bool) -> Result<usize, Box<dyn Error>> {
    let mut found = 0;
    let roots = roots(folder);
    if roots.is_empty() {
        return Err("there is neither src/lib.rs nor src/main.rs".into());
    }
    for root in roots {
        let report = order::check(&tree::read(&root)?, nested);
        for line in report.violations.iter().chain(&report.cycles) {
            println!("{line}");
        }
        found += report.violations.len();
    }
    Ok(found)
}

fn roots(folder: &Path) -> Vec<PathBuf> {
    ["src/lib.rs", "src/main.rs"]
        .map(|file| folder.join(file))
        .into_iter()
        .filter(|file| file.is_file())
        .collect()
}
