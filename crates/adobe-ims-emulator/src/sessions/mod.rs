//! The state of sign-ins.

pub(crate) mod authorization;
pub(crate) mod session_store;
