//! Operations on a folder that only this user may open, and on the files in it.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::file_name;

/// An entry is a few kilobytes.
const MAX_LENGTH: u64 = 1 << 20;

/// The reason why an existing file is not read.
#[derive(Debug)]
pub(crate) enum FileError {
    /// The operating system reports an error.
    Io(io::Error),
    /// The file must not be trusted, for this reason.
    Unsafe(&'static str),
}

impl From<io::Error> for FileError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// The reason why a folder is not used.
#[derive(Debug)]
#[cfg_attr(
    not(unix),
    expect(dead_code, reason = "modes and owners are those of Unix")
)]
pub(crate) enum FolderError {
    /// The operating system reports an error.
    Io(io::Error),
    /// Users beside this one may open the folder: its mode is this one.
    Shared(u32),
    /// The folder, or the symbolic link in its place, belongs to another user.
    OfAnotherUser,
}

impl From<io::Error> for FolderError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Creates the folder if it does not exist. Only this user may open it.
pub(crate) fn prepare(folder: &Path) -> Result<(), FolderError> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)?;
    check(folder)
}

/// Checks that the folder belongs to this user and that no other user may open it. The function changes nothing: a
/// folder that others use is not ours to close.
///
/// A symbolic link in its place is followed if it belongs to this user.
pub(crate) fn check(folder: &Path) -> Result<(), FolderError> {
    let mut metadata = fs::symlink_metadata(folder)?;
    if metadata.is_symlink() {
        check_owner(&metadata)?;
        metadata = fs::metadata(folder)?;
    }
    if !metadata.is_dir() {
        return Err(io::Error::from(ErrorKind::NotADirectory).into());
    }
    check_owner(&metadata)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        if metadata.mode() & 0o077 != 0 {
            return Err(FolderError::Shared(metadata.mode() & 0o7777));
        }
    }
    Ok(())
}

#[cfg(unix)]
fn check_owner(metadata: &fs::Metadata) -> Result<(), FolderError> {
    use std::os::unix::fs::MetadataExt;
    if metadata.uid() == rustix::process::geteuid().as_raw() {
        Ok(())
    } else {
        Err(FolderError::OfAnotherUser)
    }
}

#[cfg(not(unix))]
fn check_owner(_: &fs::Metadata) -> Result<(), FolderError> {
    Ok(())
}

/// Reads a file. Returns `None` if it does not exist.
pub(crate) fn read(path: &Path) -> Result<Option<Zeroizing<Vec<u8>>>, FileError> {
    let mut options = OpenOptions::new();
    options.read(true);
    let (file, length) = match open(&mut options, path) {
        Err(FileError::Io(error)) if error.kind() == ErrorKind::NotFound => return Ok(None),
        opened => opened?,
    };
    if length > MAX_LENGTH {
        return Err(FileError::Unsafe("it is larger than 1 MiB"));
    }
    // With one byte more the read sees the end of the file and the buffer does not grow. `take` spares the two calls
    // with which `File` asks for its length again.
    let limit = length.saturating_add(1);
    let mut content = Zeroizing::new(Vec::with_capacity(
        usize::try_from(limit).unwrap_or_default(),
    ));
    file.take(limit).read_to_end(&mut content)?;
    Ok(Some(content))
}

/// Opens a regular file that only this user may open, and returns its length. The function does not follow a
/// symbolic link and does not wait for a FIFO.
fn open(options: &mut OpenOptions, path: &Path) -> Result<(File, u64), FileError> {
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        use std::os::unix::fs::OpenOptionsExt;
        let flags = OFlags::NOFOLLOW.union(OFlags::NONBLOCK);
        options
            .mode(0o600)
            .custom_flags(i32::try_from(flags.bits()).unwrap_or_default());
    }
    let file = options.open(path).map_err(|error| {
        if is_link(path) {
            FileError::Unsafe("it is a symbolic link")
        } else {
            FileError::Io(error)
        }
    })?;
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Err(FileError::Unsafe("it is not a regular file"));
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

/// Replaces a file as a whole: a reader sees either the old content or the new one.
pub(crate) fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    retry_taken(|| try_replace(path, content))
}

/// Tries again if another process took the temporary file for a lost one before it was locked.
fn retry_taken(mut attempt: impl FnMut() -> io::Result<()>) -> io::Result<()> {
    for _ in 0..2 {
        match attempt() {
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::NotFound) => {}
            finished => return finished,
        }
    }
    attempt()
}

fn try_replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let temporary = path.with_file_name(file_name::temporary(&name));
    let written = write_new(&temporary, content).and_then(|file| {
        // The lock lives until the file has its name, so that no other process takes the file for a lost one.
        let renamed = fs::rename(&temporary, path);
        drop(file);
        renamed
    });
    if written.is_err() {
        let _ = fs::remove_file(&temporary);
    }
    written
}

/// Makes the renames in the folder survive a power cut.
pub(crate) fn sync(folder: &Path) -> io::Result<()> {
    // Other systems cannot open a folder as a file.
    if cfg!(unix) {
        File::open(folder)?.sync_all()
    } else {
        Ok(())
    }
}

/// Writes a new file and returns it locked.
fn write_new(path: &Path, content: &[u8]) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    // A file system without locks has no leases either, so nobody removes files there.
    if let Err(fs::TryLockError::WouldBlock) = file.try_lock() {
        return Err(io::Error::from(ErrorKind::WouldBlock));
    }
    file.write_all(content)?;
    // Without this a power cut may leave an empty file under the new name.
    file.sync_all()?;
    Ok(file)
}

/// Removes the temporary file of a process that was killed between writing and renaming. The file of a process that
/// lives is locked, and stays.
pub(crate) fn remove_lost(path: &Path) {
    let mut options = OpenOptions::new();
    options.write(true);
    if let Ok((file, _)) = open(&mut options, path)
        && file.try_lock().is_ok()
    {
        let _ = fs::remove_file(path);
    }
}

/// Renames a file to `….set-aside` and returns the new path. It replaces an earlier file of that name, so that
/// such files do not accumulate.
pub(crate) fn set_aside(path: &Path) -> io::Result<PathBuf> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let aside = path.with_file_name(file_name::set_aside(&name));
    if fs::rename(path, &aside).is_ok() {
        return Ok(aside);
    }
    // A folder cannot replace a file.
    let aside = path.with_file_name(file_name::set_aside_numbered(&name));
    fs::rename(path, &aside)?;
    Ok(aside)
}

/// The result of an attempt to lock a file.
pub(crate) enum Lock {
    /// The lock. The operating system releases it when the file is closed or the process ends.
    Taken(File),
    /// Another process holds the lock: the one with this id, if the file tells it.
    Held(Option<u32>),
}

/// Locks a file, without waiting, and writes the id of this process into it.
pub(crate) fn try_lock(path: &Path) -> Result<Lock, FileError> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    let (mut file, _) = open(&mut options, path)?;
    match file.try_lock() {
        Ok(()) => {
            // Only messages need it, so a full disk does no harm.
            let _ = file
                .set_len(0)
                .and_then(|()| file.write_all(format!("{}\n", std::process::id()).as_bytes()));
            Ok(Lock::Taken(file))
        }
        Err(fs::TryLockError::WouldBlock) => Ok(Lock::Held(process_in(file))),
        Err(fs::TryLockError::Error(error)) => Err(FileError::Io(error)),
    }
}

/// Reads the id of a process from a lock. It is for messages only: the holder may not have written it yet, may run in
/// another container, and may be any program of this user.
fn process_in(file: File) -> Option<u32> {
    let mut text = String::new();
    file.take(16).read_to_string(&mut text).ok()?;
    let id = text.strip_suffix('\n')?.parse().ok()?;
    (id != 0).then_some(id)
}

/// Lists the files in the folder, sorted. Returns an empty list if the folder does not exist.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_of_the_largest_length_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("entry");
        let of_length = |length: u64| {
            let content = vec![b'x'; usize::try_from(length).unwrap()];
            let _ = fs::remove_file(&path);
            replace(&path, &content).unwrap();
            read(&path)
        };
        let largest = of_length(MAX_LENGTH).unwrap().unwrap();
        assert_eq!(largest.len() as u64, MAX_LENGTH);
        for length in [MAX_LENGTH + 1, MAX_LENGTH + 2] {
            let error = of_length(length).unwrap_err();
            assert!(matches!(error, FileError::Unsafe(_)), "{error:?}");
        }
    }

    #[test]
    fn only_what_does_not_exist_counts_as_empty() {
        let folder = tempfile::tempdir().unwrap();
        let missing = folder.path().join("missing");
        assert!(read(&missing).unwrap().is_none());
        assert!(files(&missing).unwrap().is_empty());
        assert!(sync(&missing).is_err());

        let file = folder.path().join("file");
        replace(&file, b"").unwrap();
        let error = read(&file.join("below")).unwrap_err();
        assert!(matches!(error, FileError::Io(_)), "{error:?}");
        assert!(files(&file).is_err());
    }

    #[test]
    fn replacement_is_retried_twice_if_another_process_took_the_temporary_file() {
        let attempts = |kind: Option<ErrorKind>| {
            let mut attempts = 0;
            let outcome = retry_taken(|| {
                attempts += 1;
                kind.map_or(Ok(()), |kind| Err(kind.into()))
            });
            assert_eq!(outcome.err().map(|error| error.kind()), kind);
            attempts
        };
        assert_eq!(attempts(None), 1);
        assert_eq!(attempts(Some(ErrorKind::WouldBlock)), 3);
        assert_eq!(attempts(Some(ErrorKind::NotFound)), 3);
        assert_eq!(attempts(Some(ErrorKind::StorageFull)), 1);
    }
}
