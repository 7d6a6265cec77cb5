//! `ims token`: a valid access token.

use crate::args::Token;
use crate::auth::acquire::acquire;
use crate::auth::output::printer::Outlet;
use crate::console::output::Console;
use crate::environment::variables::Variables;
use crate::error::failure::Failure;

pub(crate) fn run(
    arguments: &Token,
    console: &Console,
    variables: &Variables,
) -> Result<(), Failure> {
    let outlet = Outlet::open(&arguments.form, variables)?;
    let found = acquire(&arguments.identity, console, variables)?;
    outlet.print(&found, console)
}
