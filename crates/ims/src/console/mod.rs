//! Output: results on stdout, everything else on stderr.

mod streams;
pub(crate) mod rows;
pub(crate) mod colour;
pub(crate) mod wrap;
pub(crate) mod table;
mod progress;
mod output;

pub(crate) use output::{Console, ErrorFormat, Verbosity};
pub(crate) use progress::Progress;
pub(crate) use streams::Stream;
