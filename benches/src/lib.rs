//! What the measurements share: taking turns, the table, and the least code that does an exchange.

#![forbid(unsafe_code)]

pub mod document;
pub mod exchange;
pub mod rounds;
pub mod table;

/// Whatever went wrong; it is printed and nothing else.
pub type Result<T, E = Box<dyn std::error::Error + Send + Sync>> = std::result::Result<T, E>;
