//! `ims token`: a valid access token.

use crate::args::TokenArgs;
use crate::auth::acquire::acquire;
use crate::auth::output::printer::TokenPrinter;
use crate::context::Context;
use crate::error::Failure;

pub(crate) fn run(arguments: &TokenArgs, context: &Context) -> Result<(), Failure> {
    let printer = TokenPrinter::open(&arguments.form, &context.variables)?;
    let found = acquire(&arguments.identity, context)?;
    printer.print(&found, context)
}
