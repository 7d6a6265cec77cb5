//! Other programs: the command of `ims exec`, and the browser.

pub(crate) mod browser;
pub(crate) mod env_vars;
pub(crate) mod mask;
pub(crate) mod signals;
pub(crate) mod stdin;
pub(crate) mod withheld;

use std::io::{self, ErrorKind, PipeReader, Read, Write};
use std::process::{Command, ExitStatus};

use adobe_ims::Secret;
use tokio::process::Command as AsyncCommand;
use zeroize::Zeroizing;

use crate::context::Context;
use crate::environment::input;
use crate::error::{CommandProblem, Failure};
use crate::process::mask::Masker;
use crate::process::signals::SignalForwarder;

/// Replaces this process by the command, which then receives the signals itself.
#[cfg(unix)]
pub(crate) fn replace_process(mut command: Command, _: &Context) -> Result<i32, Failure> {
    let error = std::os::unix::process::CommandExt::exec(&mut command);
    Err(not_started(&command, &error))
}

/// Runs the command and returns its exit code.
#[cfg(not(unix))]
pub(crate) fn replace_process(command: Command, context: &Context) -> Result<i32, Failure> {
    run(command, Vec::new(), context)
}

/// Runs the command, hides a secret in what it prints, and returns its exit code.
pub(crate) fn run_masked(
    mut command: Command,
    secret: &Secret,
    context: &Context,
) -> Result<i32, Failure> {
    let pipe =
        || io::pipe().map_err(|error| Failure::unexpected(format!("there is no pipe: {error}")));
    let (stdout, to_stdout) = pipe()?;
    let (stderr, to_stderr) = pipe()?;
    command.stdout(to_stdout).stderr(to_stderr);
    let copies: Vec<Copying> = vec![
        Box::new({
            let masker = Masker::new(secret);
            move || copy(stdout, masker, io::stdout())
        }),
        Box::new({
            let masker = Masker::new(secret);
            move || copy(stderr, masker, io::stderr())
        }),
    ];
    run(command, copies, context)
}

type Copying = Box<dyn FnOnce() + Send>;

fn run(command: Command, copies: Vec<Copying>, context: &Context) -> Result<i32, Failure> {
    let lost = |error| Failure::unexpected(format!("the command was lost: {error}"));
    context.wait(async {
        let mut command = AsyncCommand::from(command);
        let mut child = command
            .spawn()
            .map_err(|error| not_started(command.as_std(), &error))?;
        // The child inherits the signals that this process ignores, as under nohup, so this process starts to
        // listen only now.
        let mut signals = SignalForwarder::listen().map_err(lost)?;
        // This closes our copies of the child's ends of the pipes, which would never end otherwise.
        drop(command);
        let copies: Vec<_> = copies
            .into_iter()
            .map(tokio::task::spawn_blocking)
            .collect();
        let status = loop {
            tokio::select! {
                status = child.wait() => break status.map_err(lost)?,
                signal = signals.next() => signal.forward(child.id()),
            }
        };
        // The last output of the child is copied. A process that it left behind may keep the pipes open: a signal
        // ends the waiting.
        for copy in copies {
            tokio::select! {
                _ = copy => {}
                _ = signals.next() => break,
            }
        }
        Ok(exit_code(status))
    })?
}

/// Copies until the child ends, or until the reader does: then the pipe is closed, and the child notices as if it
/// had written to the reader itself.
fn copy(mut from: PipeReader, mut masker: Masker, mut to: impl Write) {
    let mut buffer = Zeroizing::new(vec![0; 64 * 1024]);
    loop {
        let decided = match from.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => masker.push(&buffer[..count]),
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(_) => break,
        };
        if to.write_all(&decided).and_then(|()| to.flush()).is_err() {
            return;
        }
    }
    let _ = to.write_all(&masker.finish()).and_then(|()| to.flush());
}

#[cfg(unix)]
fn exit_code(status: ExitStatus) -> i32 {
    use std::os::unix::process::ExitStatusExt;
    let died_of = status.signal().map(|signal| 128 + signal);
    status.code().or(died_of).unwrap_or(1)
}

#[cfg(not(unix))]
fn exit_code(status: ExitStatus) -> i32 {
    status.code().unwrap_or(1)
}

fn not_started(command: &Command, error: &io::Error) -> Failure {
    let name = command.get_program().to_string_lossy();
    let name = if input::may_be_a_path(&name) {
        format!("{name:?}")
    } else {
        "the command after `--`".to_owned()
    };
    if error.kind() == ErrorKind::NotFound {
        let what = format!("{name} was not found");
        return Failure::new(CommandProblem::CommandNotFound, what)
            .with_hint("name a program in PATH or a path; its interpreter must exist, too; for a shell command: -- sh -c '…'");
    }
    let what = format!("{name} cannot be run: {error}");
    Failure::new(CommandProblem::CommandNotExecutable, what)
}
