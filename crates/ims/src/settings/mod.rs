//! What flags, variables and the configuration say, and what of it counts.

pub(crate) mod configuration;
pub(crate) mod layers;
