//! Whose token it is: what flags, variables and the configuration say, and what of it counts.

pub(crate) mod client;
pub(crate) mod configured;
pub(crate) mod document;
pub(crate) mod fields;
pub(crate) mod named;
pub(crate) mod party;
pub(crate) mod settings;
