//! The JWT exchange.

pub(crate) mod assertion;
pub(crate) mod endpoint;
