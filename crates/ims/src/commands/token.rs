//! `ims token`: a valid access token.

use crate::arguments::Token;
use crate::console::failure::Failure;
use crate::console::output::Console;
use crate::tokens::acquire::acquire;
use crate::tokens::outlet::Outlet;
use crate::variables::Variables;

pub(crate) fn run(
    arguments: &Token,
    console: &Console,
    variables: &Variables,
) -> Result<(), Failure> {
    let outlet = Outlet::open(&arguments.form, variables)?;
    let found = acquire(&arguments.identity, console, variables)?;
    outlet.print(&found, console)
}
