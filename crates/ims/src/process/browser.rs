//! The user's browser, which goes its own way.

use std::env::split_paths;
use std::ffi::{OsStr, OsString};
use std::io::{self, ErrorKind};
use std::process::{Command, Stdio};

use crate::environment::variables::{self, Variables};

/// Starts a browser at this address: what `BROWSER` names, the first of several that starts, or else the
/// system's. Nobody waits for it, and what it prints goes nowhere.
///
/// The address is on its command line, where others on this machine may see it. No token can be got with it;
/// but who opens it signs in here as themselves, which is why it is said in the end who signed in.
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
    // `start` is of the command prompt, to which `&` means something.
    ("rundll32", &["url.dll,FileProtocolHandler"])
} else {
    ("xdg-open", &[])
};

/// A program, or words of which one may hold `%s` for the address.
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
    // What ends this process (Ctrl-C) does not end the browser.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    command.spawn().map(drop)
}
