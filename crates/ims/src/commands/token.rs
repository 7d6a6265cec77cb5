//! `ims token`: a valid access token.

use crate::acquire::acquire;
use crate::arguments::Token;
use crate::failure::Failure;
use crate::outlet::Outlet;
use crate::output::Console;
use crate::variables::Variables;

pub(crate) fn run(
    arguments: &Token,
    console: &Console,
    variables: &Variables,
) -> Result<(), Failure> {
    let outlet = Outlet::open(arguments.output, arguments.shell, variables)?;
    let found = acquire(&arguments.identity, console, variables)?;
    outlet.print(&found, console)
}
