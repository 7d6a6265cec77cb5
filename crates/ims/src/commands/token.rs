//! `ims token`: a valid access token.

use crate::args::TokenArgs;
use crate::auth::acquire;
use crate::auth::output::TokenPrinter;
use crate::context::Context;
use crate::error::Failure;
use crate::settings::{ConfigurationSource, TokenSettings};

pub(super) fn run(
    args: &TokenArgs,
    source: &ConfigurationSource<'_>,
    context: &Context,
) -> Result<(), Failure> {
    let settings = TokenSettings::resolve(&args.identity, source)?;
    let printer = TokenPrinter::open(&args.form, &context.variables)?;
    let found = acquire(&settings, context)?;
    printer.print(&found, context)
}
