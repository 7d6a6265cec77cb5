//! Reading files and stdin.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf, absolute};

use adobe_ims::internal::file;
use adobe_ims::internal::value::{self, ValueKind, impossible, may_be_secret};
use adobe_ims::{Error, Problem, Secret};
use zeroize::Zeroizing;

use crate::error::{CommandProblem, Failure};

/// A file, and the flag, the variable or the argument that names it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NamedFile<'a> {
    named_by: &'a str,
    path: &'a Path,
}

/// The content of a file with a document or a secret.
pub(crate) struct Content {
    pub(crate) bytes: Zeroizing<Vec<u8>>,
    /// The path, if other users of this machine can read the file.
    pub(crate) exposed: Option<PathBuf>,
}

impl<'a> NamedFile<'a> {
    pub(crate) fn new(named_by: &'a str, path: &'a Path) -> Self {
        Self { named_by, path }
    }

    /// Reads a file with a document, a key, a token or a secret, or stdin for `-`.
    pub(crate) fn read(self) -> Result<Content, Failure> {
        self.refuse_secrets()?;
        let content = if self.is_stdin() {
            read_stdin().map(|bytes| Content {
                bytes,
                exposed: None,
            })
        } else {
            file::read(self.path).map(|content| Content {
                bytes: content.bytes,
                exposed: content.is_readable_by_others.then(|| self.path.to_owned()),
            })
        };
        content.map_err(|error| self.unreadable(&error))
    }

    /// Reads a file of any size and kind, or stdin for `-`, to send it to an API.
    pub(crate) fn content(self) -> Result<Vec<u8>, Failure> {
        self.refuse_secrets()?;
        let mut content = Vec::new();
        let read = if self.is_stdin() {
            io::stdin().lock().read_to_end(&mut content)
        } else {
            File::open(self.path).and_then(|mut file| file.read_to_end(&mut content))
        };
        match read {
            Ok(_) => Ok(content),
            Err(error) => Err(self.unreadable(&error)),
        }
    }

    /// Returns the folder of the file, in which relative paths in it start.
    pub(crate) fn directory(self) -> PathBuf {
        self.path.parent().map(Path::to_owned).unwrap_or_default()
    }

    /// Reads a passphrase, without the line end after it.
    pub(crate) fn passphrase(self) -> Result<Secret, Failure> {
        let content = self.read()?;
        let text = self.text(&content, CommandProblem::PassphraseUnreadable)?;
        Ok(Secret::new(text.trim_end_matches(['\r', '\n'])))
    }

    /// Reads a client secret, or a list of them, without white space around it.
    pub(crate) fn client_secret(self) -> Result<(Secret, Option<PathBuf>), Failure> {
        let problem = CommandProblem::ClientSecretUnreadable;
        let content = self.read()?;
        let text = self.text(&content, problem)?;
        match text.trim() {
            "" => Err(Failure::new(problem, format!("{self} is empty"))),
            secret => Ok((Secret::new(secret), content.exposed)),
        }
    }

    fn text(
        self,
        content: &Content,
        problem: CommandProblem,
    ) -> Result<Zeroizing<String>, Failure> {
        if let Some(bytes) = content.bytes.strip_prefix(b"\xFF\xFE") {
            let units: Vec<u16> = bytes
                .chunks_exact(2)
                .map(|two| u16::from_le_bytes([two[0], two[1]]))
                .collect();
            if let Ok(text) = String::from_utf16(&units) {
                return Ok(Zeroizing::new(text));
            }
        }
        let utf8 = content.bytes.strip_prefix(b"\xEF\xBB\xBF");
        match str::from_utf8(utf8.unwrap_or(&content.bytes)) {
            Ok(text) => Ok(Zeroizing::new(text.to_owned())),
            // A SEQUENCE of ASN.1, with which each key, certificate and keystore begins.
            Err(_) if matches!(**content.bytes, [0x30, 0x80..=0x84, ..]) => {
                Err(value::refusal(self.named_by, value::Content::Certificate).into())
            }
            Err(_) => Err(Failure::new(problem, format!("{self} is not UTF-8 text"))
                .with_hint("save it as UTF-8; PowerShell: Set-Content -Encoding utf8")),
        }
    }

    /// Returns true for the names of stdin. It is read as it is, even from a terminal.
    pub(crate) fn is_stdin(self) -> bool {
        let names = ["-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"];
        names.iter().any(|name| self.path.as_os_str() == *name)
    }

    fn unreadable(self, error: &io::Error) -> Failure {
        if error.kind() == ErrorKind::NotFound
            && let Some(content) = impossible(ValueKind::Document, &self.path.to_string_lossy())
        {
            return value::refusal(self.named_by, content).into();
        }
        Error::new(
            Problem::FileUnreadable,
            format!("{self} cannot be read: {error}"),
        )
        .into()
    }

    /// Refuses a path that looks like the content of a file.
    pub(crate) fn refuse_secrets(self) -> Result<(), Failure> {
        let path = self.path.to_string_lossy();
        if may_be_a_path(&path) {
            return Ok(());
        }
        if let Some(content) = impossible(ValueKind::Document, &path) {
            return Err(value::refusal(self.named_by, content).into());
        }
        let message = format!(
            "{} takes the name of a file, but this looks like the content of a file",
            self.named_by
        );
        Err(Failure::usage(message)
            .with_hint("secrets do not belong on the command line, where every user of the machine can read them")
            .with_hint("put it into a file, or pipe it in and name the file `-`"))
    }
}

/// The sentence about the file begins with it: the flag or variable, and the path as it was resolved.
impl std::fmt::Display for NamedFile<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.is_stdin() {
            return write!(f, "stdin ({})", self.named_by);
        }
        let path = absolute(self.path).unwrap_or_else(|_| self.path.to_owned());
        let name = self.path.to_string_lossy();
        if may_be_a_secret(&name) {
            let folder = path.parent().unwrap_or(Path::new(""));
            return write!(f, "the file in {folder:?} that {} names", self.named_by);
        }
        write!(f, "{path:?} ({})", self.named_by)
    }
}

fn read_stdin() -> io::Result<Zeroizing<Vec<u8>>> {
    let mut content = Zeroizing::new(Vec::with_capacity(8 * 1024));
    let stdin = io::stdin().lock();
    stdin.take(file::MAX_SIZE + 1).read_to_end(&mut content)?;
    if content.len() as u64 > file::MAX_SIZE {
        return Err(io::Error::other("it is larger than 1 MiB"));
    }
    Ok(content)
}

/// Returns true for a word that may be the secret that belongs into the file.
fn may_be_a_secret(name: &str) -> bool {
    !name.contains(['/', '\\']) && may_be_secret(name)
}

/// Returns false for a text that looks like the content of a file: a token, a key or a document. Such a text must
/// not be repeated in an error message.
pub(crate) fn may_be_a_path(text: &str) -> bool {
    /// The length limit of a file name on the usual systems.
    const LONGEST_NAME: usize = 255;
    /// Shorter than any document or key, however it is spelt.
    const LONGEST_PATH: usize = 1024;
    let holds = |part: &str| {
        let mut pieces = text.as_bytes().windows(part.len());
        pieces.any(|piece| piece.eq_ignore_ascii_case(part.as_bytes()))
    };
    let parts = ["{", "}", "\"", "\n", "\r", "-begin ", "bearer "];
    // JSON in base64 begins with it. Inside of a word it may be part of a random name.
    let mut begins = text.match_indices("eyJ").map(|(at, _)| &text[..at]);
    let has_token = begins.any(|before| !before.ends_with(|c: char| c.is_ascii_alphanumeric()));
    text.len() <= LONGEST_PATH
        && !has_token
        && !parts.into_iter().any(holds)
        && text
            .split(['/', '\\'])
            .all(|name| name.len() <= LONGEST_NAME)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_told_from_contents() {
        for path in [
            "a",
            "-",
            "/tmp/.tmpeyJabc/ca.pem",
            "monkeyJar.json",
            "eyjafjalla.json",
            "a b/ü",
        ] {
            assert!(may_be_a_path(path), "{path}");
        }
        for content in [
            "eyJhbGciOiJSUzI1NiJ9.e30.x",
            " eyJhbGciOiJSUzI1NiJ9.e30.x",
            "x=eyJhbGciOiJSUzI1NiJ9.e30.x",
            "bearer x",
            "{}",
            "a\nb",
            "-----BEGIN PRIVATE KEY-----",
        ] {
            assert!(!may_be_a_path(content), "{content}");
        }
        assert!(!may_be_a_path(&"x".repeat(256)));
    }
}
