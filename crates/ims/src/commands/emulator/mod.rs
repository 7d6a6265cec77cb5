//! `ims emulator`: the emulator of the crate `adobe-ims-emulator`.

mod files;
mod serve;

use crate::args::EmulatorCommand;
use crate::context::Context;
use crate::error::Failure;

pub(super) fn run(command: &EmulatorCommand, context: &Context) -> Result<(), Failure> {
    match command {
        EmulatorCommand::Serve(args) => serve::serve(args, context),
    }
}
