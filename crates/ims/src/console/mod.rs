//! What is said: results on stdout, everything else on stderr.

pub(crate) mod failure;
pub(crate) mod output;
pub(crate) mod rows;
pub(crate) mod table;
pub(crate) mod usage;
