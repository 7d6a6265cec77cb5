//! Output: results on stdout, everything else on stderr.

mod streams;
mod output;
pub(crate) mod rows;
pub(crate) mod table;

pub(crate) use output::{Console, ErrorFormat, Verbosity};
