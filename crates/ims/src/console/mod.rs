//! Output: results on stdout, everything else on stderr.

mod streams;
pub(crate) mod rows;
#[allow(dead_code, reason = "the commands that use it follow")]
pub(crate) mod colour;
#[allow(dead_code, reason = "the commands that use it follow")]
pub(crate) mod wrap;
pub(crate) mod table;
mod output;

pub(crate) use output::{Console, ErrorFormat, Verbosity};
pub(crate) use streams::Stream;
