//! `ims forms`: documents from AEM Forms.

mod generate;
mod each;
mod assemble;
mod pdfa;
mod check;
mod batch;

use crate::args::forms::FormsCommand;
use crate::context::Context;
use crate::error::Failure;
use crate::settings::ConfigurationSource;

/// Returns the exit code: some documents may have failed, and a check may say no.
pub(super) fn run(
    command: &FormsCommand,
    source: &ConfigurationSource<'_>,
    context: &Context,
) -> Result<i32, Failure> {
    match command {
        FormsCommand::Generate(args) if args.many.each.is_some() => {
            each::run(args, source, context)
        }
        FormsCommand::Generate(args) => generate::run(args, source, context).map(|()| 0),
        FormsCommand::Assemble(args) => assemble::run(args, source, context),
        FormsCommand::Pdfa(command) => pdfa::run(command, source, context),
        FormsCommand::Check(args) => check::run(args, context),
        FormsCommand::Batch(command) => batch::run(command, source, context),
    }
}
