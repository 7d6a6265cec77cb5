//! [`Error`], [`Finding`] of a check, and the catalogue of their causes: [`FormsProblem`].

mod problem;
mod finding;
mod cause;
mod answer;
mod retry;
mod failure;
mod json;

pub use answer::{ErrorAnswer, Log};
pub use cause::Cause;
pub use failure::Error;
pub use finding::{Finding, Grade, Place};
pub use problem::FormsProblem;
pub use retry::Retry;

/// The result of everything that can fail in this crate.
pub type Result<T, E = Error> = core::result::Result<T, E>;
