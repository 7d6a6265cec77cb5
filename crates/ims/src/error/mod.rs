//! Failures: their causes, what the user reads, and the exit code.

mod problem;
pub(crate) mod exit_code;
mod hints;
mod api_causes;
mod failure;

pub(crate) use api_causes::ApiCauses;
pub(crate) use failure::Failure;
pub(crate) use hints::advice;
pub(crate) use problem::{Cause, CommandProblem};
