//! The files that `ims emulator serve` writes: credential documents, the certificate of its CA, and the
//! ready line.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use adobe_ims::crypto::Certificate;
use adobe_ims::internal::file;
use adobe_ims_emulator::{Emulator, is_emulator_document};
use serde_json::Value;
use tempfile::{NamedTempFile, TempDir};

use crate::args::ServeArgs;
use crate::error::{CommandProblem, Failure};

/// The files that the emulator writes. The temporary folder is deleted when the command ends.
pub(super) struct Files {
    pub(super) credentials: PathBuf,
    pub(super) oauth_credentials: PathBuf,
    pub(super) ca: Option<PathBuf>,
    _folder: Folder,
}

impl Files {
    /// Checks that the files can be written and that no file of others is replaced.
    pub(super) fn check(args: &ServeArgs) -> Result<(), Failure> {
        refuse_the_same_file(args)?;
        for path in [&args.write_credentials, &args.write_oauth_credentials] {
            refuse_to_overwrite(path.as_deref(), is_emulator_document)?;
        }
        refuse_to_overwrite(args.ready_file.as_deref(), is_ready_line)?;
        refuse_to_overwrite(args.write_ca.as_deref(), is_emulator_ca)
    }

    pub(super) fn write(args: &ServeArgs, emulator: &Emulator) -> Result<Self, Failure> {
        let mut folder = Folder(None);
        let credentials = folder.place(args.write_credentials.as_deref(), "service_token.json")?;
        let document = emulator.credentials_json();
        write(&credentials, document.as_bytes(), Access::Owner)?;
        let oauth_credentials = args.write_oauth_credentials.as_deref();
        let oauth_credentials = folder.place(oauth_credentials, "oauth_credentials.json")?;
        let document = emulator.oauth_credentials_json();
        write(&oauth_credentials, document.as_bytes(), Access::Owner)?;
        let mut ca = None;
        if let Some(pem) = emulator.ca_pem() {
            let path = folder.place(args.write_ca.as_deref(), "ca.pem")?;
            write(&path, pem.as_bytes(), Access::Everyone)?;
            ca = Some(path);
        }
        Ok(Self {
            credentials,
            oauth_credentials,
            ca,
            _folder: folder,
        })
    }
}

/// A temporary folder, which is created when the first file is written to it.
struct Folder(Option<TempDir>);

impl Folder {
    fn place(&mut self, wanted: Option<&Path>, name: &str) -> Result<PathBuf, Failure> {
        if let Some(path) = wanted {
            return std::path::absolute(path).map_err(|error| unwritable(path, &error));
        }
        let folder = match self.0.take() {
            Some(folder) => folder,
            None => tempfile::Builder::new()
                .prefix("adobe-ims-emulator-")
                .tempdir()
                .map_err(|error| unwritable(Path::new("a temporary folder"), &error))?,
        };
        let path = folder.path().join(name);
        self.0 = Some(folder);
        Ok(path)
    }
}

fn refuse_the_same_file(args: &ServeArgs) -> Result<(), Failure> {
    let files = [
        ("--write-credentials", &args.write_credentials),
        ("--write-oauth-credentials", &args.write_oauth_credentials),
        ("--write-ca", &args.write_ca),
        ("--ready-file", &args.ready_file),
        ("--state", &args.state),
        ("--scenario", &args.scenario),
    ];
    for (index, (flag, file)) in files.iter().enumerate() {
        let others = &files[index + 1..];
        if let Some((other, _)) = others
            .iter()
            .find(|other| file.is_some() && other.1 == *file)
        {
            let what = format!("{flag} and {other} name the same file");
            return Err(Failure::usage(what));
        }
    }
    Ok(())
}

/// Refuses to replace a file that no emulator wrote: it may hold real credentials.
pub(super) fn refuse_to_overwrite(
    path: Option<&Path>,
    is_ours: impl Fn(&[u8]) -> bool,
) -> Result<(), Failure> {
    let Some(path) = path else {
        return Ok(());
    };
    let content = match file::read(path).map(|content| content.bytes) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(unwritable(path, &error)),
        Ok(content) => content,
    };
    if content.is_empty() || is_ours(&content) {
        return Ok(());
    }
    let what = format!("{path:?} exists and was not written by the emulator; it is not replaced");
    Err(Failure::new(CommandProblem::WouldOverwrite, what)
        .with_hint("name another file, or move that one away"))
}

fn is_emulator_ca(content: &[u8]) -> bool {
    Certificate::read(content).is_ok_and(|ca| ca.subject().contains("adobe-ims-emulator"))
}

/// Returns whether a file holds the ready line of an emulator, which may have been killed.
fn is_ready_line(content: &[u8]) -> bool {
    let line: Option<Value> = serde_json::from_slice(content).ok();
    line.is_some_and(|line| {
        let has_text = |name: &str| line[name].is_string();
        line["ready"] == true
            && ["url", "credentials", "client_id"]
                .into_iter()
                .all(has_text)
    })
}

/// The file with the ready line. It is deleted when the command ends.
pub(super) struct ReadyFile {
    path: PathBuf,
    content: Vec<u8>,
}

impl ReadyFile {
    /// Writes the file. It has the password of the proxy, so only its owner may read it.
    pub(super) fn write(path: &Path, line: &str) -> Result<Self, Failure> {
        let path = std::path::absolute(path).map_err(|error| unwritable(path, &error))?;
        let content = format!("{line}\n").into_bytes();
        write(&path, &content, Access::Owner)?;
        Ok(Self { path, content })
    }
}

impl Drop for ReadyFile {
    fn drop(&mut self) {
        // Another emulator may have replaced the file with its own.
        let is_own = file::read(&self.path).is_ok_and(|found| *found.bytes == self.content);
        if is_own {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// The users who may read a file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    Owner,
    Everyone,
}

/// Writes a file as a whole or not at all.
pub(super) fn write(path: &Path, content: &[u8], access: Access) -> Result<(), Failure> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let written = NamedTempFile::new_in(folder).and_then(|mut file| {
        file.write_all(content)?;
        #[cfg(unix)]
        if access == Access::Everyone {
            use std::os::unix::fs::PermissionsExt;
            file.as_file()
                .set_permissions(fs::Permissions::from_mode(0o644))?;
        }
        #[cfg(not(unix))]
        let _ = access;
        file.persist(path).map_err(|error| error.error)
    });
    written.map(drop).map_err(|error| unwritable(path, &error))
}

fn unwritable(path: &Path, error: &io::Error) -> Failure {
    Failure::new(
        CommandProblem::FileUnwritable,
        format!("{path:?} cannot be written: {error}"),
    )
}
