//! Reading files and stdin.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use adobe_ims::{Error, Problem, Secret};
use zeroize::Zeroizing;

use crate::error::{CommandProblem, Failure};

/// The size limit of a file; documents, keys and tokens are a few kilobytes.
const MAX_SIZE: u64 = 1 << 20;

/// Reads a file, or stdin for `-`.
pub(crate) fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>, Failure> {
    refuse_secrets(path)?;
    let content = if path.as_os_str() == "-" {
        read_all(io::stdin().lock())
    } else {
        File::open(path).and_then(read_file)
    };
    content.map_err(|error| unreadable(path, &error))
}

/// Reads a file of any size, or stdin for `-`, to send it to an API.
pub(crate) fn content(path: &Path) -> Result<Vec<u8>, Failure> {
    refuse_secrets(path)?;
    let mut content = Vec::new();
    let read = if path.as_os_str() == "-" {
        io::stdin().lock().read_to_end(&mut content)
    } else {
        File::open(path).and_then(|mut file| file.read_to_end(&mut content))
    };
    match read {
        Ok(_) => Ok(content),
        Err(error) => Err(unreadable(path, &error)),
    }
}

fn unreadable(path: &Path, error: &io::Error) -> Failure {
    let what = format!("{} cannot be read: {error}", shown(path));
    Error::new(Problem::FileUnreadable, what).into()
}

fn shown(path: &Path) -> String {
    let text = path.to_string_lossy();
    if text == "-" {
        "stdin".to_owned()
    } else if text.contains(['/', '\\', '.']) {
        format!("{path:?}")
    } else {
        // A bare word may be the secret that belongs into the file.
        "the file that was named".to_owned()
    }
}

/// Reads a passphrase, without the line end after it.
pub(crate) fn passphrase(path: &Path) -> Result<Secret, Failure> {
    let text = text(
        path,
        CommandProblem::PassphraseUnreadable,
        "the passphrase file",
    )?;
    Ok(Secret::new(text.trim_end_matches(['\r', '\n'])))
}

/// Reads a client secret, or a JSON list of them, without white space around it.
pub(crate) fn client_secret(path: &Path) -> Result<Secret, Failure> {
    let file = "the file of the client secret";
    let text = text(path, CommandProblem::ClientSecretUnreadable, file)?;
    match text.trim() {
        "" => {
            let what = format!("{file} is empty");
            Err(Failure::new(CommandProblem::ClientSecretUnreadable, what))
        }
        secret => Ok(Secret::new(secret)),
    }
}

fn text(path: &Path, problem: CommandProblem, file: &str) -> Result<Zeroizing<String>, Failure> {
    let content = read(path)?;
    if let Some(bytes) = content.strip_prefix(b"\xFF\xFE") {
        let units: Vec<u16> = bytes
            .chunks_exact(2)
            .map(|two| u16::from_le_bytes([two[0], two[1]]))
            .collect();
        if let Ok(text) = String::from_utf16(&units) {
            return Ok(Zeroizing::new(text));
        }
    }
    let utf8 = content.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&content);
    match str::from_utf8(utf8) {
        Ok(text) => Ok(Zeroizing::new(text.to_owned())),
        Err(_) => Err(Failure::new(problem, format!("{file} is not UTF-8 text"))
            .with_hint("save it as UTF-8; PowerShell: Set-Content -Encoding utf8")),
    }
}

fn read_file(file: File) -> io::Result<Zeroizing<Vec<u8>>> {
    let metadata = file.metadata()?;
    let length = metadata.len();
    if !metadata.is_file() || length > MAX_SIZE {
        return read_all(file);
    }
    // With room for one more byte the buffer need not grow to find the end.
    let room = usize::try_from(length).unwrap_or_default() + 1;
    let mut content = Zeroizing::new(Vec::with_capacity(room));
    // `take` spares the two calls with which `File` asks for its length again.
    file.take(length + 1).read_to_end(&mut content)?;
    Ok(content)
}

fn read_all(source: impl Read) -> io::Result<Zeroizing<Vec<u8>>> {
    let mut content = Zeroizing::new(Vec::with_capacity(8 * 1024));
    source.take(MAX_SIZE + 1).read_to_end(&mut content)?;
    if content.len() as u64 > MAX_SIZE {
        return Err(io::Error::other("it is larger than 1 MiB"));
    }
    Ok(content)
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

fn refuse_secrets(path: &Path) -> Result<(), Failure> {
    let may_be_one = match path.to_str() {
        Some(text) => may_be_a_path(text),
        None => may_be_a_path(&path.to_string_lossy()),
    };
    if may_be_one {
        return Ok(());
    }
    Err(Failure::usage("a file name is expected here, but this looks like the content of a file")
        .with_hint("secrets do not belong on the command line, where every user of the machine can read them")
        .with_hint("put it into a file, or pipe it in and name the file `-`"))
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
