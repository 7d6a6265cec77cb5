//! `ims`: Adobe IMS access tokens from a shell.

#![forbid(unsafe_code)]

mod arguments;
mod commands;
mod failure;
mod input;
mod network;
mod output;
mod signals;
mod span;
mod variables;

use std::process::ExitCode;

use clap::Parser;

use crate::arguments::{Arguments, Command};
use crate::failure::Failure;
use crate::output::Console;
use crate::variables::Variables;

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return failure::usage(&error),
    };
    let console = Console::new(&arguments);
    let variables = Variables::of_process();
    match run(arguments, &console, &variables) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(&console),
    }
}

fn run(arguments: Arguments, console: &Console, variables: &Variables) -> Result<(), Failure> {
    match arguments.command {
        Command::Demo => commands::demo::run(console),
        Command::Emulator(command) => commands::emulator::run(command, console),
        Command::Explain(command) => commands::explain::run(&command, console),
        Command::Inspect(command) => commands::inspect::run(&command, console),
        Command::Token(command) => commands::token::run(&command, console, variables),
    }
}
