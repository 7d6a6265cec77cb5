//! `ims exec`: a command with a token in its environment.

use std::ffi::OsString;
use std::process::Command;

use adobe_ims::Secret;

use crate::args::ExecArgs;
use crate::auth::{KnownSecrets, TokenAcquirer};
use crate::context::Context;
use crate::environment::variables;
use crate::error::Failure;
use crate::process::withheld::WithheldSecrets;
use crate::process::{self, env_vars};
use crate::settings::{ConfigurationSource, TokenSettings};

/// Returns the exit code of the command, where the command does not replace this process.
pub(super) fn run(
    args: &ExecArgs,
    source: &ConfigurationSource<'_>,
    context: &Context,
) -> Result<i32, Failure> {
    let prepared = prepare(args, source, context).map_err(Failure::before_start)?;
    let [program, rest @ ..] = args.command.as_slice() else {
        return Err(Failure::usage("there is no command after `--`"));
    };
    let mut command = Command::new(program);
    command.args(rest);
    if args.clean_env {
        command.env_clear().envs(context.variables.harmless());
    } else {
        // An expiry that was inherited belongs to another token.
        command.env_remove(variables::EXPIRES_AT);
        // The command gets the token, not the secrets to request others.
        for name in context.variables.secrets() {
            command.env_remove(name);
        }
        for name in &prepared.withheld {
            command.env_remove(name);
        }
    }
    for (name, value) in &prepared.variables {
        command.env(name, value.expose());
    }
    if args.mask {
        process::run_masked(command, &prepared.token, context)
    } else {
        process::replace_process(command, context)
    }
}

/// The token, and the changes to the environment of the command.
struct Prepared {
    token: Secret,
    variables: Vec<(String, Secret)>,
    /// The names of variables that hold secrets of these credentials.
    withheld: Vec<OsString>,
}

fn prepare(
    args: &ExecArgs,
    source: &ConfigurationSource<'_>,
    context: &Context,
) -> Result<Prepared, Failure> {
    let settings = TokenSettings::resolve(&args.identity, source)?;
    let acquirer = TokenAcquirer::open(&settings, context)?;
    let found = acquirer.token()?;
    Ok(Prepared {
        variables: env_vars::variables(&args.variables, &found)?,
        token: found.token.as_secret().clone(),
        withheld: if args.clean_env {
            Vec::new()
        } else {
            withheld(&acquirer, context)
        },
    })
}

/// Returns the names of the variables that hold a secret of the credentials, by their use or by their value.
fn withheld(acquirer: &TokenAcquirer<'_>, context: &Context) -> Vec<OsString> {
    let by_use = acquirer.foreign_secrets();
    let variables = &context.variables;
    let KnownSecrets {
        mut secrets,
        passphrase,
    } = acquirer.secrets();
    secrets.extend(variables.secret_values());
    let by_value = WithheldSecrets::new(&secrets, passphrase).names(variables);
    for name in &by_value {
        let name = name.to_string_lossy();
        context.console.detail(&format!(
            "the command does not inherit {name:?}, which holds a secret of the credentials"
        ));
    }
    by_use
        .into_iter()
        .map(OsString::from)
        .chain(by_value)
        .collect()
}
