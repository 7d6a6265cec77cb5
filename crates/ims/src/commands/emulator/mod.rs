//! `ims emulator`: the emulator of the crate `adobe-ims-emulator`.

mod conformance;
mod files;
mod serve;
mod remote;
mod start_failure;
mod trust;

use crate::args::EmulatorCommand;
use crate::context::Context;
use crate::error::Failure;
use crate::settings::ConfigurationSource;

/// Runs a command and returns the exit code.
pub(super) fn run(
    command: &EmulatorCommand,
    source: &ConfigurationSource<'_>,
    context: &Context,
) -> Result<i32, Failure> {
    match command {
        EmulatorCommand::Conformance(args) => return conformance::run(args, source, context),
        EmulatorCommand::Serve(args) => serve::serve(args, context)?,
        EmulatorCommand::Remote(command) => remote::run(command, source, context)?,
        EmulatorCommand::Trust(args) => trust::trust(args, source, context)?,
    }
    Ok(0)
}
