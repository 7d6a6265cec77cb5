//! The programs that are measured from outside, and the files they are given.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use adobe_ims_benches::Result;

/// The release build of the tool: the one that `IMS_BIN` names, else a fresh one.
pub(crate) fn ims() -> Result<PathBuf> {
    if let Some(path) = path_from("IMS_BIN") {
        return Ok(path);
    }
    // On its own, so that it has no more features than a release has.
    let output = Command::new(env!("CARGO"))
        .args(["build", "--release", "--package", "ims"])
        .arg("--message-format=json-render-diagnostics")
        .current_dir(workspace())
        .stderr(Stdio::inherit())
        .output()?;
    let messages = String::from_utf8(output.stdout)?;
    let executable = messages.lines().rev().find_map(|line| {
        let message: serde_json::Value = serde_json::from_str(line).ok()?;
        message["executable"].as_str().map(PathBuf::from)
    });
    Ok(executable.ok_or("the tool cannot be built")?)
}

/// A copy of a program. The system holds a copied file in larger pieces than the file that the linker wrote, so a copy
/// starts as fast as an installed program.
pub(crate) fn copy(program: &Path) -> Result<PathBuf> {
    let path = empty_folder("installed")?.join("ims");
    std::fs::copy(program, &path)?;
    Ok(path)
}

/// A build of the tool that needs no library of the system's: the one that `IMS_STATIC_BIN` names.
pub(crate) fn static_ims() -> Option<PathBuf> {
    path_from("IMS_STATIC_BIN")
}

#[expect(
    clippy::disallowed_methods,
    reason = "which programs are measured is up to the caller"
)]
fn path_from(variable: &str) -> Option<PathBuf> {
    std::env::var_os(variable).map(PathBuf::from)
}

/// The folder of the whole project.
pub(crate) fn workspace() -> &'static Path {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.parent().unwrap_or(own)
}

/// Runs a program to its end and gives what it wrote.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let output = command.stdin(Stdio::null()).output()?;
    if !output.status.success() {
        let stderr = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{:?}: {}", command.get_program(), stderr.trim()).into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// Writes a file where builds put such things.
pub(crate) fn write_file(name: &str, content: &[u8]) -> Result<PathBuf> {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, content)?;
    Ok(path)
}

/// An empty folder at the same place.
pub(crate) fn empty_folder(name: &str) -> Result<PathBuf> {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    if path.exists() {
        std::fs::remove_dir_all(&path)?;
    }
    std::fs::create_dir(&path)?;
    Ok(path)
}
