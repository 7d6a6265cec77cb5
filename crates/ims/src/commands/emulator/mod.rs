//! `ims emulator`: the emulator of the crate `adobe-ims-emulator`.

mod files;
mod serve;
mod remote;
mod start_failure;
mod trust;

use crate::args::EmulatorCommand;
use crate::context::Context;
use crate::error::Failure;
use crate::settings::ConfigurationSource;

pub(super) fn run(
    command: &EmulatorCommand,
    source: &ConfigurationSource<'_>,
    context: &Context,
) -> Result<(), Failure> {
    match command {
        EmulatorCommand::Serve(args) => serve::serve(args, context),
        EmulatorCommand::Remote(command) => remote::run(command, source, context),
        EmulatorCommand::Trust(args) => trust::trust(args, context),
    }
}
