//! A folder of this user's alone, and the files in it.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

/// An entry is a few kilobytes.
const LARGEST: u64 = 1 << 20;

/// What is wrong with a file that is there.
#[derive(Debug)]
pub(crate) enum FileError {
    /// It cannot be read, for a reason of the operating system.
    Io(io::Error),
    /// It must not be trusted.
    Unsafe(&'static str),
}

impl From<io::Error> for FileError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Makes the folder if need be, for this user alone.
pub(crate) fn prepare(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)?;
    check(folder)
}

/// Whether the folder is this user's. What others could write into is closed to them.
pub(crate) fn check(folder: &Path) -> io::Result<()> {
    let metadata = fs::metadata(folder)?;
    if !metadata.is_dir() {
        return Err(io::Error::from(ErrorKind::NotADirectory));
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt, PermissionsExt};
        if metadata.uid() != rustix::process::geteuid().as_raw() {
            return Err(io::Error::other("it belongs to another user"));
        }
        if metadata.mode() & 0o077 != 0 {
            fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
        }
    }
    Ok(())
}

/// The content of a file; `None` when it is not there.
pub(crate) fn read(path: &Path) -> Result<Option<Zeroizing<Vec<u8>>>, FileError> {
    let mut options = OpenOptions::new();
    options.read(true);
    let (mut file, length) = match open(&mut options, path) {
        Err(FileError::Io(error)) if error.kind() == ErrorKind::NotFound => return Ok(None),
        other => other?,
    };
    if length > LARGEST {
        return Err(FileError::Unsafe("it is far too large"));
    }
    // One byte more shows the end without a buffer that grows.
    let room = usize::try_from(length).unwrap_or_default() + 1;
    let mut content = Zeroizing::new(Vec::with_capacity(room));
    file.read_to_end(&mut content)?;
    Ok(Some(content))
}

/// Opens a regular file of this user's alone. A symbolic link is not followed, and a FIFO not waited for.
/// And its length.
fn open(options: &mut OpenOptions, path: &Path) -> Result<(File, u64), FileError> {
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        use std::os::unix::fs::OpenOptionsExt;
        let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
        options
            .mode(0o600)
            .custom_flags(i32::try_from(flags.bits()).unwrap_or_default());
    }
    let file = options.open(path).map_err(|error| match is_link(path) {
        true => FileError::Unsafe("it is a symbolic link"),
        false => FileError::Io(error),
    })?;
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Err(FileError::Unsafe("it is no regular file"));
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        if metadata.uid() != rustix::process::geteuid().as_raw() {
            return Err(FileError::Unsafe("it belongs to another user"));
        }
        if metadata.mode() & 0o077 != 0 {
            return Err(FileError::Unsafe("others may read or write it"));
        }
    }
    Ok((file, metadata.len()))
}

fn is_link(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink())
}

/// Replaces a file as a whole: whoever reads it sees the old content or the new one.
pub(crate) fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let temporary = temporary(path);
    let written = write_new(&temporary, content).and_then(|()| fs::rename(&temporary, path));
    if written.is_err() {
        let _ = fs::remove_file(&temporary);
    }
    written
}

/// Makes sure that what was renamed in it stays so through a power cut.
pub(crate) fn sync(folder: &Path) -> io::Result<()> {
    // Elsewhere a folder cannot be opened as a file.
    match cfg!(unix) {
        true => File::open(folder)?.sync_all(),
        false => Ok(()),
    }
}

fn write_new(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(content)?;
    // Else a crash of the machine may leave an empty file under the new name.
    file.sync_all()
}

fn temporary(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(
        "{name}.{:x}-{:x}.tmp",
        std::process::id(),
        fastrand::u64(..)
    ))
}

/// Removes what a process left behind that was killed between writing and renaming.
pub(crate) fn sweep(folder: &Path, prefix: &str) {
    for path in files(folder).unwrap_or_default() {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with(prefix) && name.ends_with(".tmp") {
            let _ = fs::remove_file(&path);
        }
    }
}

/// Moves a file out of the way; where it is now. One that was there before is replaced, so that they do
/// not pile up.
pub(crate) fn set_aside(path: &Path) -> io::Result<PathBuf> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let aside = path.with_file_name(format!("{name}.set-aside"));
    if fs::rename(path, &aside).is_ok() {
        return Ok(aside);
    }
    // A folder does not replace a file.
    let aside = path.with_file_name(format!("{name}.{:x}.set-aside", fastrand::u64(..)));
    fs::rename(path, &aside)?;
    Ok(aside)
}

/// Takes the lock, unless somebody has it. It is given back when the file is closed, also by a process
/// that is killed.
pub(crate) fn try_lock(path: &Path) -> Result<Option<File>, FileError> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    let (file, _) = open(&mut options, path)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(fs::TryLockError::WouldBlock) => Ok(None),
        Err(fs::TryLockError::Error(error)) => Err(FileError::Io(error)),
    }
}

/// Everything in the folder; nothing when there is no folder.
pub(crate) fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = match fs::read_dir(folder) {
        Ok(entries) => entries
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<io::Result<Vec<_>>>()?,
        Err(error) if error.kind() == ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(error),
    };
    files.sort();
    Ok(files)
}
