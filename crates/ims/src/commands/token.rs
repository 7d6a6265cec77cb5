//! `ims token`: a valid access token.

use crate::args::TokenArgs;
use crate::auth::acquire::acquire;
use crate::auth::output::printer::TokenPrinter;
use crate::console::Console;
use crate::environment::variables::Variables;
use crate::error::Failure;

pub(crate) fn run(
    arguments: &TokenArgs,
    console: &Console,
    variables: &Variables,
) -> Result<(), Failure> {
    let printer = TokenPrinter::open(&arguments.form, variables)?;
    let found = acquire(&arguments.identity, console, variables)?;
    printer.print(&found, console)
}
