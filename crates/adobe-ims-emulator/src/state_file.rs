//! The file that keeps registrations and tokens over restarts.
//!
//! The first line says the format, the version and the digest of the second line, which is the data
//! as JSON. So a damaged file, and one of another version, is recognised before its data is read.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use ring::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};

use crate::random::hex;
use crate::state::State;
use crate::state::snapshot::Kept;
use crate::state_file_error::{StateFileError, StateFileProblem as Problem};

/// The name of the format.
const FORMAT: &str = "adobe-ims-emulator state";

/// The version of the format. A change of the kept data makes another version.
const VERSION: u64 = 1;

/// The maximum size of a file, in bytes: that of some 500,000 ended tokens.
const MAX_SIZE: u64 = 64 * 1024 * 1024;

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Header {
    format: String,
    version: u64,
    sha256: String,
}

/// The part of a header by which a later version can be recognised.
#[derive(Deserialize)]
struct AnyHeader {
    format: String,
    version: u64,
}

/// The data of a file.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Content<K = Kept> {
    seed: Option<u64>,
    /// The data of the first start, to which a reset leads.
    pub(crate) start: K,
    pub(crate) present: K,
}

/// The state file of an emulator.
pub(crate) struct StateFile {
    path: PathBuf,
    seed: Option<u64>,
    start: Kept,
    written: Mutex<Written>,
}

/// The marks of the file after the last reading or writing.
#[derive(Default)]
struct Written {
    /// The file as the emulator has read or written it last. `None` means that there was none.
    stamp: Option<Stamp>,
    digest: String,
    uses: Option<u64>,
}

/// The marks by which a change of a file shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stamp {
    length: u64,
    modified: Option<SystemTime>,
}

/// A file that was read, but is not in use yet.
pub(crate) struct OpenedStateFile {
    path: PathBuf,
    seed: Option<u64>,
    stamp: Option<Stamp>,
    pub(crate) content: Option<Content>,
}

impl OpenedStateFile {
    /// Reads a file, which may be missing or empty. `seed` is that of the emulator.
    pub(crate) fn open(path: &Path, seed: Option<u64>) -> Result<Self, StateFileError> {
        let fail = |problem| StateFileError::new(path, problem);
        let bytes = read(path).map_err(fail)?;
        let content = match &bytes {
            Some(bytes) if !bytes.is_empty() => Some(parse(bytes).map_err(fail)?),
            _ => None,
        };
        if let Some(content) = &content
            && content.seed != seed
        {
            return Err(fail(Problem::OtherSeed(content.seed)));
        }
        Ok(Self {
            path: path.to_owned(),
            seed,
            stamp: stamp(path).map_err(Problem::Unreadable).map_err(fail)?,
            content,
        })
    }

    /// Takes the file into use. `start` is the data to which a reset leads.
    pub(crate) fn used_from(self, start: Kept) -> StateFile {
        let written = Written {
            stamp: self.stamp,
            ..Written::default()
        };
        StateFile {
            path: self.path,
            seed: self.seed,
            start,
            written: Mutex::new(written),
        }
    }
}

impl StateFile {
    /// Writes the present data, unless the file has it already.
    pub(crate) fn save(&self, state: &State) -> Result<(), StateFileError> {
        let mut written = self.lock();
        let uses = state.uses();
        if written.uses == Some(uses) {
            return Ok(());
        }
        let present = state.keep();
        let content = Content {
            seed: self.seed,
            start: &self.start,
            present: &present,
        };
        let data = serde_json::to_vec(&content).expect("all keys of the data are texts");
        let digest = hex(digest(&SHA256, &data).as_ref());
        if written.digest != digest {
            let saved = self.write(&data, &digest, written.stamp);
            written.stamp = saved.map_err(|problem| StateFileError::new(&self.path, problem))?;
            written.digest = digest;
        }
        written.uses = Some(uses);
        Ok(())
    }

    /// Replaces the file that the emulator knows.
    fn write(
        &self,
        data: &[u8],
        digest: &str,
        known: Option<Stamp>,
    ) -> Result<Option<Stamp>, Problem> {
        if data.len() as u64 > MAX_SIZE - 1024 {
            return Err(Problem::TooLarge);
        }
        let found = stamp(&self.path).map_err(Problem::Unreadable)?;
        if found.is_some() && found != known {
            return Err(Problem::Changed);
        }
        let header = Header {
            format: FORMAT.to_owned(),
            version: VERSION,
            sha256: digest.to_owned(),
        };
        let header = serde_json::to_vec(&header).expect("all keys of the header are texts");
        let parts = [&header, &b"\n"[..], data, b"\n"];
        replace(&self.path, &parts).map_err(Problem::Unwritable)?;
        stamp(&self.path).map_err(Problem::Unreadable)
    }

    fn lock(&self) -> MutexGuard<'_, Written> {
        self.written.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Reads a whole file of the maximum size. Returns `None` if there is none.
fn read(path: &Path) -> Result<Option<Vec<u8>>, Problem> {
    // The first look keeps away from pipes, which would not open.
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_file() => {}
        Ok(_) => return Err(Problem::NoFile),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Problem::Unreadable(error)),
    }
    let file = File::open(path).map_err(Problem::Unreadable)?;
    let mut bytes = Vec::new();
    let mut limited = file.take(MAX_SIZE + 1);
    limited
        .read_to_end(&mut bytes)
        .map_err(Problem::Unreadable)?;
    if bytes.len() as u64 > MAX_SIZE {
        return Err(Problem::TooLarge);
    }
    Ok(Some(bytes))
}

fn parse(bytes: &[u8]) -> Result<Content, Problem> {
    let line = bytes.iter().position(|byte| *byte == b'\n');
    let (header, data) = bytes.split_at(line.unwrap_or(bytes.len()));
    let any: AnyHeader = serde_json::from_slice(header).map_err(|_| Problem::Foreign)?;
    if any.format != FORMAT {
        return Err(Problem::Foreign);
    }
    if any.version != VERSION {
        return Err(Problem::OtherVersion(any.version));
    }
    let header: Header = serde_json::from_slice(header).map_err(|_| Problem::Damaged)?;
    let data = data.strip_prefix(b"\n").unwrap_or_default();
    let data = data.strip_suffix(b"\n").ok_or(Problem::Damaged)?;
    if hex(digest(&SHA256, data).as_ref()) != header.sha256 {
        return Err(Problem::Damaged);
    }
    serde_json::from_slice(data).map_err(|_| Problem::Damaged)
}

fn stamp(path: &Path) -> io::Result<Option<Stamp>> {
    match fs::metadata(path) {
        Ok(metadata) => Ok(Some(Stamp {
            length: metadata.len(),
            modified: metadata.modified().ok(),
        })),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Replaces a file as a whole or not at all. Only its owner may read it.
fn replace(path: &Path, parts: &[&[u8]]) -> io::Result<()> {
    // A link stays a link.
    let path = &fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let temporary = path.with_file_name(format!(".{name}.{}.tmp", std::process::id()));
    let written = write_new(&temporary, parts).and_then(|()| fs::rename(&temporary, path));
    if written.is_err() {
        let _ = fs::remove_file(&temporary);
    }
    written
}

fn write_new(path: &Path, parts: &[&[u8]]) -> io::Result<()> {
    // A process with the same id may have been killed while it wrote.
    let _ = fs::remove_file(path);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    for part in parts {
        file.write_all(part)?;
    }
    file.sync_all()
}
