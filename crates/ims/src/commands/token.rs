//! `ims token`: a valid access token.

use adobe_ims::{Clock, SystemClock};

use crate::acquire::acquire;
use crate::arguments::{Token, TokenFormat};
use crate::failure::Failure;
use crate::github::StepFiles;
use crate::output::Console;
use crate::token_formats;
use crate::variables::Variables;

pub(crate) fn run(
    arguments: &Token,
    console: &Console,
    variables: &Variables,
) -> Result<(), Failure> {
    if arguments.shell.is_some() && arguments.output != TokenFormat::Env {
        return Err(Failure::usage("--shell goes with -o env only"));
    }
    // Where nobody can be handed a token, none is asked for.
    let step_files = match arguments.output {
        TokenFormat::Github => Some(StepFiles::open(variables)?),
        _ => None,
    };
    let found = acquire(&arguments.identity, console, variables)?;
    let text = match arguments.output {
        TokenFormat::Token => found.token.as_secret().clone(),
        TokenFormat::Header => token_formats::header(&found),
        TokenFormat::Headers => token_formats::headers(&found)?,
        TokenFormat::Curl => token_formats::curl(&found)?,
        TokenFormat::Env => {
            token_formats::assignments(&found, arguments.shell.unwrap_or_default())?
        }
        TokenFormat::Json => {
            return console.json(&token_formats::json(&found, SystemClock.now()));
        }
        TokenFormat::Github => {
            return step_files.map_or(Ok(()), |files| files.hand_on(&found, console));
        }
    };
    console.result(text.expose())
}
