//! Running another command in the place of this one.

pub(crate) mod browser;
pub(crate) mod env_vars;
pub(crate) mod mask;
pub(crate) mod signals;

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

/// Becomes the command: signals and exit code are its own because there is no other process.
#[cfg(unix)]
pub(crate) fn replace_process(mut command: Command, _: &Context) -> Result<i32, Failure> {
    let error = std::os::unix::process::CommandExt::exec(&mut command);
    Err(not_started(&command, &error))
}

/// Runs the command; its exit code.
#[cfg(not(unix))]
pub(crate) fn replace_process(command: Command, context: &Context) -> Result<i32, Failure> {
    run(command, Vec::new(), context)
}

/// Runs the command with a secret hidden in what it prints; its exit code.
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
        // Not before: what this process ignores, as under nohup, the child is to ignore as well, and
        // who listens does not ignore.
        let mut signals = SignalForwarder::listen().map_err(lost)?;
        // It holds our copies of the child's ends of the pipes, which would never end otherwise.
        drop(command);
        let copies: Vec<_> = copies
            .into_iter()
            .map(tokio::task::spawn_blocking)
            .collect();
        let status = loop {
            tokio::select! {
                status = child.wait() => break status.map_err(lost)?,
                signal = signals.next() => signal.pass_on(child.id()),
            }
        };
        // Its last words are on their way. A process that it left behind may hold the pipes open for
        // long: a signal now ends the waiting.
        for copy in copies {
            tokio::select! {
                _ = copy => {}
                _ = signals.next() => break,
            }
        }
        Ok(exit_code(status))
    })?
}

/// Copies until there is no more to read, or nobody who reads: the pipe is closed then, and the child
/// learns of it as if it had written there itself.
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
    let name = match input::may_be_a_path(&name) {
        true => format!("{name:?}"),
        false => "what stands after `--`".to_owned(),
    };
    if error.kind() == ErrorKind::NotFound {
        let what = format!("{name} was not found");
        return Failure::new(CommandProblem::CommandNotFound, what)
            .with_hint("it is a program in PATH or a path, whose interpreter must be there too; for anything else: -- sh -c '…'");
    }
    let what = format!("{name} cannot be run: {error}");
    Failure::new(CommandProblem::CommandNotExecutable, what)
}
