//! What is said: results on stdout, everything else on stderr.

pub(crate) mod output;
pub(crate) mod rows;
pub(crate) mod table;
