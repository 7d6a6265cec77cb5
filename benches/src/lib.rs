//! Shared parts of the measurements: the rounds, the table, and the smallest code that does an exchange.

#![forbid(unsafe_code)]

pub mod document;
pub mod exchange;
pub mod rounds;
pub mod table;

/// A result with any error. The measurements only print errors.
pub type Result<T, E = Box<dyn std::error::Error + Send + Sync>> = std::result::Result<T, E>;
