//! `ims`: Adobe IMS access tokens from a shell.

#![forbid(unsafe_code)]

// Each module uses only those above it.
mod error;
mod console;
mod environment;
mod signal_guard;
mod context;
mod args;
mod settings;
mod http;
mod auth;
mod process;
mod forms;
mod doctor;
mod commands;
mod fast_path;

use std::ffi::OsString;
use std::io::{IsTerminal, stdout};

use clap::error::ErrorKind;
use clap::{CommandFactory, FromArgMatches};

use crate::args::Arguments;
use crate::console::{Console, ErrorFormat, Verbosity};
use crate::context::Context;
use crate::error::Failure;

fn main() {
    let parsed = fast_path::parse(std::env::args_os());
    let parsed = parsed.map_or_else(|| parse(std::env::args_os()), Ok);
    let (context, outcome) = match parsed {
        Ok(arguments) => {
            let context = Context::new(console(&arguments));
            let outcome = commands::run(arguments, &context);
            (context, outcome)
        }
        Err(error) => {
            let context = Context::new(Console::unparsed(std::env::args_os()));
            let outcome = show(&error, &context.console);
            (context, outcome)
        }
    };
    let code = outcome.unwrap_or_else(|failure| {
        let failure = explain(failure, &context);
        context.console.failure(&failure);
        failure.exit_code()
    });
    // This does not wait for a thread that still looks up a name.
    std::process::exit(code)
}

/// The width of the help if no terminal shows it.
const HELP_WIDTH: usize = 80;

/// Parses any command line. Help is as wide as the terminal.
fn parse(words: impl Iterator<Item = OsString>) -> Result<Arguments, clap::Error> {
    let mut command = Arguments::command();
    if !stdout().is_terminal() {
        command = command.term_width(HELP_WIDTH);
    }
    let matches = command.try_get_matches_from_mut(words)?;
    Arguments::from_arg_matches(&matches).map_err(|error| error.format(&mut command))
}

/// Adds what variables may have to do with a value that is missing.
fn explain(failure: Failure, context: &Context) -> Failure {
    if !failure.lacks_a_value() {
        return failure;
    }
    let remarks = context.variables.remarks().into_iter();
    remarks.fold(failure, Failure::with_hint)
}

fn console(arguments: &Arguments) -> Console {
    let verbosity = Verbosity {
        quiet: arguments.quiet,
        verbose: arguments.verbose,
    };
    let error_format = if arguments.wants_json() {
        ErrorFormat::Json
    } else {
        ErrorFormat::Text
    };
    Console::new(verbosity, error_format)
}

/// Prints help or version, which the parser returns as errors.
fn show(error: &clap::Error, console: &Console) -> Result<i32, Failure> {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            let text = error.render().to_string();
            console.result(text.trim_end()).map(|()| 0)
        }
        _ => Err(args::usage::failure(error)),
    }
}
