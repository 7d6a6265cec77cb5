//! Files that appear when they are whole.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use bytes::Bytes;

use crate::error::{Error, FormsProblem, Result};

/// In bytes. A document of this length is written at once.
const PENDING: usize = 512 * 1024;

const PREFIX: &str = ".ims-forms-";
const SUFFIX: &str = ".tmp";

/// Returns true for the name of a temporary file of this crate. One that no running program writes can be deleted.
pub fn is_temporary(file_name: &OsStr) -> bool {
    let name = file_name.to_str();
    let random = name.and_then(|name| name.strip_prefix(PREFIX)?.strip_suffix(SUFFIX));
    random.is_some_and(|it| it.len() == 16 && it.bytes().all(|digit| digit.is_ascii_hexdigit()))
}

/// Writes a file under a temporary name, which is then replaced. The work is done on threads that may block.
pub(super) struct FileSink {
    path: PathBuf,
    pending: Vec<Bytes>,
    length: usize,
    temporary: Option<Temporary>,
}

impl FileSink {
    pub(super) fn new(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            pending: Vec::new(),
            length: 0,
            temporary: None,
        }
    }

    pub(super) async fn write(&mut self, piece: Bytes) -> Result<()> {
        self.length += piece.len();
        self.pending.push(piece);
        if self.length >= PENDING {
            let temporary = self.flush(|temporary, _| Ok(temporary)).await?;
            self.temporary = Some(temporary);
        }
        Ok(())
    }

    /// Writes the rest, and gives the file its name.
    pub(super) async fn finish(mut self) -> Result<()> {
        self.flush(Temporary::rename).await
    }

    async fn flush<T: Send + 'static>(
        &mut self,
        then: impl FnOnce(Temporary, &Path) -> io::Result<T> + Send + 'static,
    ) -> Result<T> {
        let path = self.path.clone();
        let pending = core::mem::take(&mut self.pending);
        let temporary = self.temporary.take();
        self.length = 0;
        let writing = tokio::task::spawn_blocking(move || {
            let target = target(&path)?;
            let mut temporary = match temporary {
                Some(temporary) => temporary,
                None => Temporary::create(&target)?,
            };
            for piece in &pending {
                temporary.file.write_all(piece)?;
            }
            then(temporary, &target)
        });
        let outcome = writing
            .await
            .unwrap_or_else(|error| Err(io::Error::other(error)));
        outcome.map_err(|error| {
            let message = format!("{:?} cannot be written: {error}", self.path);
            Error::new(FormsProblem::OutputUnwritable, message).with_source(error)
        })
    }
}

/// Returns the file that is replaced: the one that a link leads to. Anything but a file is refused.
fn target(path: &Path) -> io::Result<PathBuf> {
    let refused = |reason| Err(io::Error::new(io::ErrorKind::InvalidInput, reason));
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => refused("it is a folder"),
        Ok(metadata) if !metadata.is_file() => refused("it is no regular file"),
        Ok(_) => fs::canonicalize(path),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(path.to_owned()),
        Err(error) => Err(error),
    }
}

/// A file that is deleted unless it gets its name.
struct Temporary {
    file: File,
    path: Option<PathBuf>,
}

impl Temporary {
    fn create(target: &Path) -> io::Result<Self> {
        let folder = target.parent().unwrap_or(Path::new(""));
        let name = format!("{PREFIX}{:016x}{SUFFIX}", fastrand::u64(..));
        let path = folder.join(name);
        // The mode is what the umask leaves.
        let file = File::options().write(true).create_new(true).open(&path)?;
        Ok(Self {
            file,
            path: Some(path),
        })
    }

    fn rename(mut self, target: &Path) -> io::Result<()> {
        if let Some(path) = &self.path {
            fs::rename(path, target)?;
        }
        self.path = None;
        Ok(())
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if let Some(path) = &self.path {
            let _ = fs::remove_file(path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn temporary_files_are_known_by_their_names() {
        for (name, expected) in [
            (".ims-forms-0123456789abcdef.tmp", true),
            (".ims-forms-0123456789abcde.tmp", false),
            (".ims-forms-0123456789abcdeg.tmp", false),
            (".ims-forms.jsonl", false),
            ("a.tmp", false),
        ] {
            assert_eq!(is_temporary(OsStr::new(name)), expected, "{name}");
        }
    }
}
