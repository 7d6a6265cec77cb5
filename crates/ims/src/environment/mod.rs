//! What surrounds the process: variables and files.

pub(crate) mod input;
mod machine;
pub(crate) mod variables;

pub(crate) use machine::machine;
pub(crate) use variables::Variables;
