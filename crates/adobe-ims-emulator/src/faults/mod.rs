//! Faults on demand: which request gets one, and what it does.

pub(crate) mod ims_errors;
pub(crate) mod invalid_fault;
pub(crate) mod step;
pub(crate) mod fault;
pub(crate) mod checked_step;
pub(crate) mod store;
pub(crate) mod effect;
