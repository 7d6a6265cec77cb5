//! What is read from files and stdin.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use adobe_ims::{Error, Problem, Secret};
use zeroize::Zeroizing;

use crate::failure::Failure;

/// Documents, keys and tokens are a few kilobytes.
const LARGEST: u64 = 1 << 20;

/// The whole content of a file, or of stdin for `-`.
pub(crate) fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>, Failure> {
    refuse_secrets(path)?;
    let (name, content) = if path.as_os_str() == "-" {
        ("stdin".to_owned(), read_all(io::stdin().lock()))
    } else {
        let name = format!("{path:?}");
        (name, File::open(path).and_then(read_all))
    };
    content.map_err(|error| {
        let what = format!("{name} cannot be read: {error}");
        Error::new(Problem::FileUnreadable, what).into()
    })
}

/// A passphrase; the line end after it does not belong to it.
pub(crate) fn passphrase(path: &Path) -> Result<Secret, Failure> {
    let content = read(path)?;
    let text = str::from_utf8(&content).map_err(|_| {
        let what = format!("the passphrase file {path:?} is not UTF-8 text");
        Failure::from(Error::new(Problem::FileUnreadable, what))
    })?;
    Ok(Secret::new(text.trim_end_matches(['\r', '\n'])))
}

pub(crate) fn read_file(path: &Path) -> io::Result<Vec<u8>> {
    Ok(std::mem::take(&mut *read_all(File::open(path)?)?))
}

fn read_all(source: impl Read) -> io::Result<Zeroizing<Vec<u8>>> {
    let mut content = Zeroizing::new(Vec::with_capacity(8 * 1024));
    source.take(LARGEST + 1).read_to_end(&mut content)?;
    if content.len() as u64 > LARGEST {
        return Err(io::Error::other("it is larger than 1 MiB"));
    }
    Ok(content)
}

/// The name of a file that is really a token, a key or a document: it must not be repeated in an
/// error message, and it stands in the process list already.
fn refuse_secrets(path: &Path) -> Result<(), Failure> {
    let text = path.to_string_lossy();
    let text = text.trim_start();
    let is_content = ["eyJ", "{", "-----BEGIN", "Bearer "]
        .iter()
        .any(|start| text.starts_with(start));
    if is_content {
        return Err(Failure::usage("the command line holds a secret where a file should be named")
            .with_hint("secrets do not belong on the command line, where every user of the machine can read them")
            .with_hint("put it into a file, or pipe it in and name the file `-`"));
    }
    Ok(())
}
