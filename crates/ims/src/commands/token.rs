//! `ims token`: a valid access token.

use adobe_ims::{Clock, SystemClock};

use crate::acquire::acquire;
use crate::arguments::{Token, TokenFormat};
use crate::failure::Failure;
use crate::output::Console;
use crate::token_formats;
use crate::variables::Variables;

pub(crate) fn run(
    arguments: &Token,
    console: &Console,
    variables: &Variables,
) -> Result<(), Failure> {
    let found = acquire(&arguments.identity, console, variables)?;
    match arguments.output {
        TokenFormat::Token => console.result(found.token.as_secret().expose()),
        TokenFormat::Header => console.result(&token_formats::header(&found)),
        TokenFormat::Json => console.json(&token_formats::json(&found, SystemClock.now())),
    }
}
