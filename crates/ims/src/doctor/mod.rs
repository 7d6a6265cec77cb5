//! The checks of `ims doctor`: what may be wrong between a credential and an API.
//!
//! Each check is a function that returns one [`Check`](check::Check). It goes on after the failure of another check
//! where it still makes sense, and is skipped with a reason where it does not.

pub(crate) mod check;
pub(crate) mod step;
pub(crate) mod report;
pub(crate) mod json;
pub(crate) mod text;
pub(crate) mod subject;
pub(crate) mod bundle;
pub(crate) mod probe_token;
pub(crate) mod offline;
pub(crate) mod identity_service;
pub(crate) mod target;
pub(crate) mod migration;
