//! `ims`: Adobe IMS access tokens from a shell.

#![forbid(unsafe_code)]

mod args;
mod auth;
mod commands;
mod console;
mod environment;
mod error;
mod fast_path;
mod http;
mod process;
mod settings;

use clap::Parser;
use clap::error::ErrorKind;

use crate::args::{Arguments, Command};
use crate::console::{Console, ErrorFormat, Verbosity};
use crate::environment::variables::Variables;
use crate::error::Failure;

fn main() {
    let (console, outcome) =
        match fast_path::parse(std::env::args_os()).map_or_else(Arguments::try_parse, Ok) {
            Ok(arguments) => {
                let verbosity = Verbosity {
                    quiet: arguments.quiet,
                    verbose: arguments.verbose,
                };
                let error_format = if arguments.wants_json() {
                    ErrorFormat::Json
                } else {
                    ErrorFormat::Text
                };
                let console = Console::new(verbosity, error_format);
                let outcome = run(arguments, &console, &Variables);
                (console, outcome)
            }
            Err(error) => {
                let console = Console::unparsed(std::env::args_os());
                let outcome = match error.kind() {
                    ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
                        let text = error.render().to_string();
                        console.result(text.trim_end()).map(|()| 0)
                    }
                    _ => Err(args::usage::failure(&error)),
                };
                (console, outcome)
            }
        };
    let code = outcome.unwrap_or_else(|failure| {
        console.failure(&failure);
        failure.exit_code()
    });
    std::process::exit(code)
}

/// Runs a command; the code to end with.
fn run(mut arguments: Arguments, console: &Console, variables: &Variables) -> Result<i32, Failure> {
    let config = arguments.config.take();
    let config = config.as_deref();
    settings::configuration::resolve(&mut arguments.command, config, console, variables)?;
    match arguments.command {
        Command::Admin(command) => commands::admin::run(&command, console, variables)?,
        Command::Cache(command) => commands::cache::run(&command, console, variables)?,
        Command::Completions { shell } => commands::completions::run(shell, console)?,
        Command::Config(command) => {
            return commands::config::run(&command, config, console, variables);
        }
        Command::Curl(command) => commands::curl::run(&command, console, variables)?,
        Command::Demo => commands::demo::run(console)?,
        Command::Emulator(command) => commands::emulator::run(command, console)?,
        Command::Exchange(command) => commands::exchange::run(&command, console, variables)?,
        Command::Exec(command) => return commands::exec::run(&command, console, variables),
        Command::Explain(command) => commands::explain::run(&command, console)?,
        Command::Inspect(command) => return commands::inspect::run(&command, console, variables),
        Command::Login(command) => commands::login::run(&command, config, console, variables)?,
        Command::Logout(command) => commands::logout::run(&command, console, variables)?,
        Command::Orgs(command) => commands::orgs::run(&command, console, variables)?,
        Command::Refresh(command) => commands::refresh::run(&command, console, variables)?,
        Command::Register(command) => commands::register::run(&command, console, variables)?,
        Command::Profile(command) => {
            commands::profile::run(&command, config, console, variables)?;
        }
        Command::Revoke(command) => commands::revoke::run(&command, console, variables)?,
        Command::Token(command) => commands::token::run(&command, console, variables)?,
        Command::Validate(command) => return commands::validate::run(&command, console, variables),
        Command::Whoami(command) => commands::whoami::run(&command, console, variables)?,
    }
    Ok(0)
}
