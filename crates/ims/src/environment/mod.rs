//! The environment of the process: variables, files and the machine.

pub(crate) mod input;
mod machine;
pub(crate) mod variables;

pub(crate) use machine::machine;
pub(crate) use variables::Variables;
