//! What can go wrong.

pub(crate) mod failure;
