//! Printing a token in the requested format.

use super::formats;
use super::github::StepFiles;
use crate::args::{OutputFlags, Shell, TokenFormat};
use crate::auth::AcquiredToken;
use crate::context::Context;
use crate::environment::variables::Variables;
use crate::error::Failure;

/// Prints a token. It is opened before a token is requested, so that no token is requested in vain.
pub(crate) struct TokenPrinter {
    format: TokenFormat,
    shell: Shell,
    step_files: Option<StepFiles>,
}

impl TokenPrinter {
    pub(crate) fn open(form: &OutputFlags, variables: &Variables) -> Result<Self, Failure> {
        let (format, shell) = (form.output, form.shell);
        if shell.is_some() && format != TokenFormat::Env {
            return Err(Failure::usage("--shell goes with -o env only"));
        }
        Ok(Self {
            format,
            shell: shell.unwrap_or_default(),
            step_files: match format {
                TokenFormat::Github => Some(StepFiles::open(variables)?),
                _ => None,
            },
        })
    }

    pub(crate) fn print(self, found: &AcquiredToken, context: &Context) -> Result<(), Failure> {
        let text = match self.format {
            TokenFormat::Token => found.token.as_secret().clone(),
            TokenFormat::Header => formats::header(found),
            TokenFormat::Headers => formats::headers(found)?,
            TokenFormat::Curl => formats::curl(found)?,
            TokenFormat::Env => formats::assignments(found, self.shell)?,
            TokenFormat::Json => {
                return context.console.json(&formats::json(found, context.now()));
            }
            TokenFormat::Github => {
                let files = self.step_files;
                return files.map_or(Ok(()), |files| files.write(found, &context.console));
            }
        };
        context.console.result(text.expose())
    }
}
