use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use zeroize::Zeroizing;

use super::as_path;
use crate::util::secret::Secret;

/// What may be needed to get at a private key.
#[derive(Clone, Copy)]
pub struct KeyContext<'a> {
    /// Opens an encrypted key.
    pub passphrase: Option<&'a Secret>,
    /// Relative paths start here.
    pub directory: &'a Path,
    /// Reads a file, when the key turns out to be the path of one.
    pub read_file: &'a dyn Fn(&Path) -> io::Result<Vec<u8>>,
}

/// No passphrase, and no files: a document from elsewhere must not choose which files are read.
impl Default for KeyContext<'_> {
    fn default() -> Self {
        Self {
            passphrase: None,
            directory: Path::new(""),
            read_file: &|_| Err(io::Error::other("files are not read here")),
        }
    }
}

impl<'a> KeyContext<'a> {
    /// Reads a key file that a document names; relative paths start at `directory`.
    pub fn with_files(directory: &'a Path) -> Self {
        Self {
            directory,
            read_file: &read_file,
            ..Self::default()
        }
    }

    pub(crate) fn names_a_file(key: &Secret) -> bool {
        as_path(key.expose().trim()).is_some()
    }

    /// What a key consists of, unread: the text that was given, or the content of the file that it
    /// names.
    pub(crate) fn material(&self, key: &Secret) -> Secret {
        let content = as_path(key.expose().trim())
            .and_then(|path| (self.read_file)(&self.directory.join(path)).ok())
            .map(Zeroizing::new);
        match content {
            Some(content) => Secret::new(String::from_utf8_lossy(&content)),
            None => key.clone(),
        }
    }
}

/// Keys are a few kilobytes; a path may lead to something endless.
fn read_file(path: &Path) -> io::Result<Vec<u8>> {
    const LARGEST: u64 = 1 << 20;
    let mut content = Vec::with_capacity(8 * 1024);
    File::open(path)?
        .take(LARGEST + 1)
        .read_to_end(&mut content)?;
    if content.len() as u64 > LARGEST {
        return Err(io::Error::other("it is larger than 1 MiB"));
    }
    Ok(content)
}
