//! What surrounds the process: variables and files.

pub(crate) mod input;
pub(crate) mod variables;

pub(crate) use variables::Variables;
