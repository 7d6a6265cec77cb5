//! The browser of the user.

use std::env::split_paths;
use std::ffi::{OsStr, OsString};
use std::io::{self, ErrorKind};
use std::process::{Command, Stdio};

use crate::environment::variables::{self, Variables};

/// Starts a browser with this address: the first program of `BROWSER` that starts, or else the browser of the
/// system. The command does not wait for it, and its output is discarded.
///
/// Other users of the machine can see the address on the command line. Nobody gets a token with it; but another
/// person could sign in with it, so `ims login` reports who signed in.
pub(crate) fn open(url: &str, variables: &Variables) -> io::Result<()> {
    let Some(named) = variables.os(variables::BROWSER) else {
        let (program, before) = SYSTEM;
        let words = before.iter().map(OsString::from);
        return start(program.as_ref(), words.chain([url.into()]), variables);
    };
    let mut failed = io::Error::from(ErrorKind::NotFound);
    for entry in split_paths(&named) {
        match start_entry(entry.as_os_str(), url, variables) {
            Ok(()) => return Ok(()),
            Err(error) => failed = error,
        }
    }
    Err(failed)
}

const SYSTEM: (&str, &[&str]) = if cfg!(target_os = "macos") {
    ("open", &[])
} else if cfg!(windows) {
    // `start` is part of the command prompt, where `&` has a meaning.
    ("rundll32", &["url.dll,FileProtocolHandler"])
} else {
    ("xdg-open", &[])
};

/// Starts a program, or a command line in which `%s` stands for the address.
fn start_entry(entry: &OsStr, url: &str, variables: &Variables) -> io::Result<()> {
    match start(entry, [url.into()], variables) {
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        other => return other,
    }
    let text = entry.to_str().unwrap_or_default();
    let mut words = text.split_whitespace();
    let Some(program) = words.next() else {
        return Err(ErrorKind::NotFound.into());
    };
    let mut words: Vec<OsString> = words.map(|word| word.replace("%s", url).into()).collect();
    if !text.contains("%s") {
        words.push(url.into());
    }
    start(program.as_ref(), words, variables)
}

fn start(
    program: &OsStr,
    words: impl IntoIterator<Item = OsString>,
    variables: &Variables,
) -> io::Result<()> {
    let mut command = Command::new(program);
    command
        .args(words)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    for name in variables.secrets() {
        command.env_remove(name);
    }
    // Ctrl-C ends this process, not the browser.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    command.spawn().map(drop)
}
