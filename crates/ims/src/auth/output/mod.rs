//! The output formats of a token.

mod shell;
pub(crate) mod formats;
mod github;
mod printer;

pub(crate) use printer::TokenPrinter;
