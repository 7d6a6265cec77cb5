//! One file per command: it calls the library and prints.

mod admin;
mod cache;
mod completions;
mod config;
mod curl;
mod demo;
mod emulator;
mod exchange;
mod exec;
mod explain;
mod inspect;
mod login;
mod logout;
mod orgs;
pub(crate) mod profile;
mod profile_import;
mod refresh;
mod register;
mod revoke;
mod token;
mod validate;
mod whoami;

use crate::args::{Arguments, Command};
use crate::context::Context;
use crate::error::Failure;
use crate::settings;

/// Runs a command and returns the exit code.
pub(crate) fn run(mut arguments: Arguments, context: &Context) -> Result<i32, Failure> {
    let config = arguments.config.take();
    let config = config.as_deref();
    settings::configuration::resolve(&mut arguments.command, config, context)?;
    match arguments.command {
        Command::Admin(args) => admin::run(&args, context)?,
        Command::Cache(args) => cache::run(&args, context)?,
        Command::Completions { shell } => completions::run(shell, context)?,
        Command::Config(args) => return config::run(&args, config, context),
        Command::Curl(args) => curl::run(&args, context)?,
        Command::Demo => demo::run(context)?,
        Command::Emulator(args) => emulator::run(&args, context)?,
        Command::Exchange(args) => exchange::run(&args, context)?,
        Command::Exec(args) => return exec::run(&args, context),
        Command::Explain(args) => explain::run(&args, context)?,
        Command::Inspect(args) => return inspect::run(&args, context),
        Command::Login(args) => login::run(&args, config, context)?,
        Command::Logout(args) => logout::run(&args, context)?,
        Command::Orgs(args) => orgs::run(&args, context)?,
        Command::Refresh(args) => refresh::run(&args, context)?,
        Command::Register(args) => register::run(&args, context)?,
        Command::Profile(args) => profile::run(&args, config, context)?,
        Command::Revoke(args) => revoke::run(&args, context)?,
        Command::Token(args) => token::run(&args, context)?,
        Command::Validate(args) => return validate::run(&args, context),
        Command::Whoami(args) => whoami::run(&args, context)?,
    }
    Ok(0)
}
