//! `ims completions`: completion scripts for shells.

use clap::CommandFactory;
use clap_complete::{Shell, generate};

use crate::args::{Arguments, CompletedShell};
use crate::context::Context;
use crate::error::Failure;

pub(crate) fn run(shell: CompletedShell, context: &Context) -> Result<(), Failure> {
    let shell = match shell {
        CompletedShell::Bash => Shell::Bash,
        CompletedShell::Zsh => Shell::Zsh,
        CompletedShell::Fish => Shell::Fish,
        CompletedShell::Powershell => Shell::PowerShell,
    };
    let mut script = Vec::new();
    generate(shell, &mut Arguments::command(), "ims", &mut script);
    context.console.bytes(&script)
}
