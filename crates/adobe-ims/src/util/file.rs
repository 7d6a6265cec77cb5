//! Files with documents, keys and secrets, read without waiting for ever.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, ErrorKind, Read};
use std::path::Path;

use zeroize::Zeroizing;

/// The size limit. Documents, keys, secrets and tokens are a few kilobytes.
pub const MAX_SIZE: u64 = 1 << 20;

/// The time for which a pipe may have a writer that writes nothing, in seconds. A person may have to answer the writer
/// first.
#[cfg(unix)]
const PATIENCE: i64 = 60;

/// The content of a file.
#[derive(Debug)]
pub struct FileContent {
    /// The bytes, overwritten when they are dropped.
    pub bytes: Zeroizing<Vec<u8>>,
    /// True if the mode of a regular file lets its group or everybody read it.
    pub is_readable_by_others: bool,
}

/// Reads a file of 1 MiB at most. Nothing but a file or a pipe with a writer is read:
///
/// - A device and a file that is too large are refused before they are read.
/// - A pipe is read while it has a writer, for a minute at most without a byte. A named pipe without a writer is refused
///   at once. A pipe that a shell makes for `<(…)` has its writer from the beginning.
///
/// # Errors
/// The error of the operating system, or one that says what the file is.
pub fn read(path: &Path) -> io::Result<FileContent> {
    let mut file = open(path)?;
    let metadata = file.metadata()?;
    let kind = FileKind::of(&metadata);
    let bytes = match kind {
        FileKind::Regular if metadata.len() > MAX_SIZE => return Err(too_large()),
        FileKind::Regular => read_limited(&mut file, metadata.len())?,
        FileKind::Pipe => read_pipe(&mut file)?,
        FileKind::Device => return Err(io::Error::other("it is a device, not a file")),
        FileKind::Folder => return Err(io::Error::other("it is a folder, not a file")),
    };
    Ok(FileContent {
        bytes,
        is_readable_by_others: kind == FileKind::Regular && is_readable_by_others(&metadata),
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum FileKind {
    Regular,
    Pipe,
    Device,
    Folder,
}

impl FileKind {
    fn of(metadata: &Metadata) -> Self {
        if metadata.is_dir() {
            return Self::Folder;
        }
        #[cfg(unix)]
        {
            use std::os::unix::fs::FileTypeExt;
            let kind = metadata.file_type();
            if kind.is_fifo() || kind.is_socket() {
                return Self::Pipe;
            }
            if kind.is_char_device() || kind.is_block_device() {
                return Self::Device;
            }
        }
        Self::Regular
    }
}

/// Opens a file. Opening a named pipe does not wait for a writer.
fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        let flags = rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::NOCTTY;
        if let Ok(flags) = i32::try_from(flags.bits()) {
            options.custom_flags(flags);
        }
    }
    options.open(path)
}

fn read_limited(file: &mut File, length: u64) -> io::Result<Zeroizing<Vec<u8>>> {
    // With room for one more byte the buffer need not grow to find the end, and leaves no copies behind.
    let room = usize::try_from(length).unwrap_or_default() + 1;
    let mut bytes = Zeroizing::new(Vec::with_capacity(room.max(4096)));
    // `take` also spares the two calls with which `File` asks for its length again.
    file.take(MAX_SIZE + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_SIZE {
        return Err(too_large());
    }
    Ok(bytes)
}

fn read_pipe(pipe: &mut File) -> io::Result<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(64 * 1024));
    let mut buffer = Zeroizing::new(vec![0; 16 * 1024]);
    loop {
        match pipe.read(&mut buffer) {
            Ok(0) if bytes.is_empty() => {
                return Err(io::Error::other("it is a pipe that nobody writes to"));
            }
            Ok(0) => return Ok(bytes),
            Ok(count) => bytes.extend_from_slice(&buffer[..count]),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            #[cfg(unix)]
            Err(error) if error.kind() == ErrorKind::WouldBlock => wait(pipe)?,
            Err(error) => return Err(error),
        }
        if bytes.len() as u64 > MAX_SIZE {
            return Err(too_large());
        }
    }
}

/// Waits until a pipe has bytes or no writer any more.
#[cfg(unix)]
fn wait(pipe: &File) -> io::Result<()> {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    let patience = Timespec {
        tv_sec: PATIENCE,
        tv_nsec: 0,
    };
    match poll(&mut [PollFd::new(pipe, PollFlags::IN)], Some(&patience)) {
        Ok(0) => {
            let message = "it is a pipe, and its writer wrote nothing for a minute";
            Err(io::Error::new(ErrorKind::TimedOut, message))
        }
        Ok(_) | Err(rustix::io::Errno::INTR) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

fn too_large() -> io::Error {
    io::Error::other("it is larger than 1 MiB")
}

/// Returns true if other users can get to the file: no folder above it is closed to its group and to everybody.
pub fn is_reachable(path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let is_open = |folder: &Path| {
            folder
                .metadata()
                .is_ok_and(|metadata| metadata.mode() & 0o011 != 0)
        };
        match path.canonicalize() {
            Ok(path) => path.ancestors().skip(1).all(is_open),
            Err(_) => true,
        }
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        true
    }
}

#[cfg(unix)]
fn is_readable_by_others(metadata: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    metadata.mode() & 0o044 != 0
}

#[cfg(not(unix))]
fn is_readable_by_others(_: &Metadata) -> bool {
    false
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs::{self, Permissions};
    use std::io::Write;
    use std::os::fd::AsRawFd;
    use std::os::unix::fs::PermissionsExt;
    use std::thread;

    use super::*;

    fn refusal(path: &Path) -> String {
        read(path).expect_err("a refusal").to_string()
    }

    #[test]
    fn regular_file_is_read_up_to_the_limit() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        for length in [0, 1, MAX_SIZE] {
            let content = vec![b'x'; usize::try_from(length).unwrap()];
            fs::write(&path, &content).unwrap();
            assert_eq!(*read(&path).unwrap().bytes, content);
        }
        File::options()
            .write(true)
            .open(&path)
            .unwrap()
            .set_len(MAX_SIZE + 1)
            .unwrap();
        assert_eq!(refusal(&path), "it is larger than 1 MiB");
        assert_eq!(refusal(folder.path()), "it is a folder, not a file");
        assert_eq!(
            read(&folder.path().join("gone")).unwrap_err().kind(),
            ErrorKind::NotFound
        );
    }

    #[test]
    fn mode_says_who_can_read_a_file() {
        let file = tempfile::NamedTempFile::new().unwrap();
        for (mode, is_readable_by_others) in [
            (0o600, false),
            (0o640, true),
            (0o604, true),
            (0o700, false),
            (0o622, false),
        ] {
            fs::set_permissions(file.path(), Permissions::from_mode(mode)).unwrap();
            let content = read(file.path()).unwrap();
            assert_eq!(
                content.is_readable_by_others, is_readable_by_others,
                "{mode:o}"
            );
        }
    }

    #[test]
    fn device_is_refused_and_not_read() {
        for device in ["/dev/zero", "/dev/null", "/dev/urandom"] {
            assert_eq!(refusal(device.as_ref()), "it is a device, not a file");
        }
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn pipe_is_read_while_it_has_a_writer() {
        let (reader, mut writer) = io::pipe().unwrap();
        let path = format!("/proc/self/fd/{}", reader.as_raw_fd());
        let written = vec![b'x'; 300_000];
        let content = written.clone();
        let thread = thread::spawn(move || writer.write_all(&content));
        let read_bytes = read(path.as_ref()).unwrap();
        thread.join().unwrap().unwrap();
        assert_eq!(*read_bytes.bytes, written);
        assert!(!read_bytes.is_readable_by_others);
        // The writer has ended.
        assert_eq!(refusal(path.as_ref()), "it is a pipe that nobody writes to");
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn endless_writer_is_stopped_at_the_limit() {
        let (reader, mut writer) = io::pipe().unwrap();
        let path = format!("/proc/self/fd/{}", reader.as_raw_fd());
        let thread = thread::spawn(move || while writer.write_all(&[b'x'; 65_536]).is_ok() {});
        assert_eq!(refusal(path.as_ref()), "it is larger than 1 MiB");
        drop(reader);
        thread.join().unwrap();
    }
}
