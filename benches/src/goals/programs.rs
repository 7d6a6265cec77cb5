//! Builds and runs the measured programs, and writes their input files.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use adobe_ims_benches::Result;

/// Returns the release build of the tool that `IMS_BIN` names. Builds it if the variable is not set.
pub(crate) fn ims() -> Result<PathBuf> {
    if let Some(path) = path_from("IMS_BIN") {
        return Ok(path);
    }
    // Cargo builds only this package, so that it has no more features than a release has.
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

/// Copies a program. The system holds a copied file in larger pieces than the file that the linker wrote, so a copy
/// starts as fast as an installed program.
pub(crate) fn copy(program: &Path) -> Result<PathBuf> {
    let path = empty_folder("installed")?.join("ims");
    std::fs::copy(program, &path)?;
    Ok(path)
}

/// Returns the statically linked build of the tool that `IMS_STATIC_BIN` names.
pub(crate) fn static_ims() -> Option<PathBuf> {
    path_from("IMS_STATIC_BIN")
}

#[expect(
    clippy::disallowed_methods,
    reason = "the caller chooses the measured programs"
)]
fn path_from(variable: &str) -> Option<PathBuf> {
    std::env::var_os(variable).map(PathBuf::from)
}

/// Returns the root folder of the project.
pub(crate) fn workspace() -> &'static Path {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.parent().unwrap_or(own)
}

/// Runs a program to its end and returns its output.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let output = command.stdin(Stdio::null()).output()?;
    if !output.status.success() {
        let stderr = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{:?}: {}", command.get_program(), stderr.trim()).into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// Runs the command to its end and discards its output. A pipe would add time.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    command.stdin(Stdio::null()).stdout(Stdio::null());
    let status = command.status()?;
    if !status.success() {
        return Err(format!("{:?}: {status}", command.get_program()).into());
    }
    Ok(())
}

/// Builds an empty C program, linked dynamically as programs usually are.
pub(crate) fn empty() -> Result<PathBuf> {
    let source = write_file("empty.c", b"int main(void) { return 0; }\n")?;
    let program = source.with_extension("");
    let mut cc = Command::new("cc");
    output(cc.arg("-O2").arg("-o").arg(&program).arg(source))?;
    Ok(program)
}

/// Writes a file into the folder that cargo has for temporary files.
pub(crate) fn write_file(name: &str, content: &[u8]) -> Result<PathBuf> {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, content)?;
    Ok(path)
}

/// Creates an empty folder in the folder that cargo has for temporary files.
pub(crate) fn empty_folder(name: &str) -> Result<PathBuf> {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    if path.exists() {
        std::fs::remove_dir_all(&path)?;
    }
    std::fs::create_dir(&path)?;
    Ok(path)
}
