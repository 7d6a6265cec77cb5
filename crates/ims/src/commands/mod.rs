//! One file per command: it resolves the settings, calls the library and prints.

mod whoami;
mod orgs;
mod admin;
mod cells;
mod cache;
mod completions;
mod config;
mod curl_answer;
mod curl;
mod demo;
mod doctor;
mod emulator;
mod exchange;
mod exec;
mod explain;
mod forms;
mod inspect;
mod login;
mod logout;
mod profile_change;
mod profile_import;
mod profile_view;
mod profile_list;
mod profile;
mod refresh;
mod register;
mod revoke;
mod status;
mod token;
mod validate;

use crate::args::{Arguments, Command};
use crate::context::Context;
use crate::error::Failure;
use crate::settings::ConfigurationSource;

/// Runs a command and returns the exit code.
pub(crate) fn run(arguments: Arguments, context: &Context) -> Result<i32, Failure> {
    let source = ConfigurationSource::new(arguments.config.as_deref(), context);
    match arguments.command {
        Command::Token(args) => token::run(&args, &source, context)?,
        command => return run_other(command, &source, context),
    }
    Ok(0)
}

/// Runs a command that is not the one that a cache answers. Inlined, the commands would need so many pages of the stack
/// that the cached call would be measurably slower.
#[inline(never)]
fn run_other(
    command: Command,
    source: &ConfigurationSource<'_>,
    context: &Context,
) -> Result<i32, Failure> {
    match command {
        Command::Admin(args) => admin::run(&args, source, context)?,
        Command::Cache(args) => cache::run(&args, source, context)?,
        Command::Completions { shell } => completions::run(shell, context)?,
        Command::Config(args) => return config::run(&args, source, context),
        Command::Curl(args) => curl::run(&args, source, context)?,
        Command::Demo => demo::run(context)?,
        Command::Doctor(args) => return doctor::run(&args, source, context),
        Command::Emulator(args) => return emulator::run(&args, source, context),
        Command::Exchange(args) => exchange::run(&args, source, context)?,
        Command::Exec(args) => return exec::run(&args, source, context),
        Command::Explain(args) => explain::run(&args, context)?,
        Command::Forms(command) => return forms::run(&command, source, context),
        Command::Inspect(args) => return inspect::run(&args, source, context),
        Command::Login(args) => login::run(&args, source, context)?,
        Command::Logout(args) => logout::run(&args, source, context)?,
        Command::Orgs(args) => orgs::run(&args, source, context)?,
        Command::Profile(args) => profile::run(&args, source, context)?,
        Command::Refresh(args) => refresh::run(&args, source, context)?,
        Command::Register(args) => register::run(&args, source, context)?,
        Command::Revoke(args) => revoke::run(&args, source, context)?,
        Command::Status(args) => return status::run(&args, source, context),
        Command::Token(args) => token::run(&args, source, context)?,
        Command::Validate(args) => return validate::run(&args, source, context),
        Command::Whoami(args) => whoami::run(&args, source, context)?,
    }
    Ok(0)
}
