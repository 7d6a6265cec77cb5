//! `ims exec`: a command with a token in its environment.

use std::process::Command;

use crate::args::ExecArgs;
use crate::auth::acquire::TokenAcquirer;
use crate::context::Context;
use crate::environment::variables::{self};
use crate::error::Failure;
use crate::process::{self, env_vars};

/// Returns the exit code of the command, where it does not take the place of this process.
pub(crate) fn run(arguments: &ExecArgs, context: &Context) -> Result<i32, Failure> {
    let acquirer =
        TokenAcquirer::open(&arguments.identity, context).map_err(Failure::before_start)?;
    let found = acquirer.token().map_err(Failure::before_start)?;
    let handed =
        env_vars::variables(&arguments.variables, &found).map_err(Failure::before_start)?;

    let [program, rest @ ..] = arguments.command.as_slice() else {
        return Err(Failure::usage("there is no command after `--`"));
    };
    let mut command = Command::new(program);
    command.args(rest);
    if arguments.clean_env {
        command.env_clear().envs(context.variables.harmless());
    } else {
        // The token goes by the names that were asked for, and another one's would lie.
        command.env_remove(variables::EXPIRES_AT);
        // Whoever is given the token needs no secret that another can be got with.
        for name in context.variables.secrets() {
            command.env_remove(name);
        }
        for name in acquirer.foreign_secrets() {
            command.env_remove(name);
        }
    }
    for (name, value) in &handed {
        command.env(name, value.expose());
    }
    if arguments.mask {
        process::run_masked(command, found.token.as_secret(), context)
    } else {
        process::replace_process(command, context)
    }
}
