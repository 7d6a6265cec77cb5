//! `ims forms pdfa`: PDF/A conversion, and the question whether a file is PDF/A.

mod documents;
mod convert;
mod check;

use crate::args::forms::PdfaCommand;
use crate::context::Context;
use crate::error::Failure;
use crate::settings::ConfigurationSource;

pub(super) fn run(
    command: &PdfaCommand,
    source: &ConfigurationSource<'_>,
    context: &Context,
) -> Result<i32, Failure> {
    match command {
        PdfaCommand::Convert(args) => convert::run(args, source, context).map(|()| 0),
        PdfaCommand::Check(args) => check::run(args, source, context),
    }
}
